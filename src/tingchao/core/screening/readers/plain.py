"""Plain text in the encodings that Chinese offices use."""

from tingchao.core.screening.readers.refusal import Unreadable

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MOST_ODD = 0.02


def read_plain(data: bytes) -> str:
    """UTF-8, UTF-16 (with or without its mark) or GB18030; anything else is refused."""
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Unreadable("内容不是文字，或者编码认不出来。", "请用 UTF-8 编码另存一份再交。")


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [encoding]
    if zeros := data[:4096].count(0):
        even = data[0:4096:2].count(0)
        return ["utf-16-be" if even * 2 > zeros else "utf-16-le"]
    return ["utf-8", "gb18030"]


def _is_text(text: str) -> bool:
    """Control characters and characters that no one writes are a sign of something else than text."""
    sample = text[:20_000]
    odd = sum(
        1 for sign in sample if (sign < " " and sign not in "\t\n\r\f\v") or "\ue000" <= sign <= "\uf8ff"
    )
    return odd <= len(sample) * _MOST_ODD and "\x00" not in text
