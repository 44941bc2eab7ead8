"""Which reader takes which file. What a file is, is told by its bytes; its name only chooses between kinds of text."""

from collections.abc import Callable
from pathlib import Path, PurePath

from tingchao.core.screening.readers.plain import read_plain
from tingchao.core.screening.readers.refusal import Unreadable

SUFFIXES = (".txt", ".md", ".docx", ".pdf", ".wps", ".doc")
LARGEST = 64 * 1024 * 1024
_EMPTY = "文件是空的，一个字节也没有。"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(source: Path | bytes, name: str = "") -> str:
    """The text of a file, given by its path or its bytes; line breaks are ``\\n``.

    Raises ``Unreadable``, and nothing else, for whatever holds no text.
    """
    name = name or (source.name if isinstance(source, PurePath) else "")
    data = source if isinstance(source, bytes) else _load(source)
    if not data:
        raise Unreadable(_EMPTY, "请重新导出后再交。")
    if len(data) > LARGEST:
        raise Unreadable("文件超过 64 MB。", "请去掉图片后再交，或分成几个文件。")
    text = _reader(data, name)(data)
    if not text.strip():
        raise Unreadable("文件里没有文字。", "请交能选中文字的版本。")
    return text


def _load(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise Unreadable("没有这个文件。", "请核对文件名。")
        if path.stat().st_size > LARGEST:
            raise Unreadable("文件超过 64 MB。", "请去掉图片后再交，或分成几个文件。")
        return path.read_bytes()
    except (OSError, ValueError):
        raise Unreadable("文件打不开。", "请核对文件是否还在、是否有读取权限。") from None


def _reader(data: bytes, name: str) -> Callable[[bytes], str]:
    suffix = PurePath(name).suffix.lower()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return _pdf
    if data.startswith(b"PK"):
        return _word
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise Unreadable("这份文件加了密码。", "请去掉密码后再交。")
    if data.startswith((_OLE, b"{\\rtf")):
        return lambda content: _office(content, suffix)
    if suffix in (".docx", ".pdf", ".doc", ".wps"):
        return lambda content: _misnamed(suffix)
    return read_plain


# What reads PDF and Word takes a third of a second to load, and most files are plain text.


def _pdf(data: bytes) -> str:
    from tingchao.core.screening.readers.pdf import read_pdf

    return read_pdf(data)


def _word(data: bytes) -> str:
    from tingchao.core.screening.readers.word import read_word

    return read_word(data)


def _office(data: bytes, suffix: str) -> str:
    from tingchao.core.screening.readers.office import read_office

    return read_office(data, suffix)


def _misnamed(suffix: str) -> str:
    raise Unreadable(
        f"文件名以 {suffix} 结尾，内容却不是这种格式，可能已损坏。", "请用原来的软件打开，另存一份再交。"
    )
