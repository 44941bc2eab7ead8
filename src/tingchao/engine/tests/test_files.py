"""What people send as a photograph, and what is kept of it."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tingchao.core.steps import Refusal
from tingchao.engine.files import LONGEST_SIDE, file_path, files_keep

EMPTY = "是空的"
NO_PHOTO = "不是照片"
BROKEN = "打不开"
TOO_WIDE = "尺寸太大"
TOO_HEAVY = "超过 20 MB"

LIMIT = 20 * 1024 * 1024
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def kept(settings, tmp_path) -> Path:
    settings.ATTACHMENTS_DIR = tmp_path / "files"
    return settings.ATTACHMENTS_DIR


def upload(content: bytes, name: str = "照片.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def encoded(picture: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red in its upper left quarter, blue elsewhere."""
    made = Image.new("RGB", (width, height), "blue")
    made.paste("red", (0, 0, width // 2, height // 2))
    return made.convert(mode)


def jpeg(**how: object) -> bytes:
    return encoded(picture(), "JPEG", **how)


def opened_again(digest: str) -> Image.Image:
    made = Image.open(file_path(digest))
    made.load()
    return made


def near(seen: object, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 30 for one, other in zip(seen, wanted, strict=True))


RED, BLUE, WHITE = (254, 0, 0), (0, 0, 254), (255, 255, 255)


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png_head(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds nothing that could be decoded."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"no pixels") + chunk(b"IEND", b"")


def jpeg_head(width: int, height: int) -> bytes:
    """A JPEG that says how large it is and ends there."""
    frame = (
        b"\x08"
        + height.to_bytes(2, "big")
        + width.to_bytes(2, "big")
        + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    )
    return b"\xff\xd8\xff\xc0" + (len(frame) + 2).to_bytes(2, "big") + frame + b"\xff\xda\x00\x02\xff\xd9"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("照片.jpg", jpeg())
    return out.getvalue()


# --- refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason", "what"),
    [
        (b"", EMPTY, "空文件"),
        ("三盏路灯不亮".encode(), NO_PHOTO, "文字改名成 .jpg"),
        (b"<html><script>alert(1)</script></html>", NO_PHOTO, "网页改名成 .jpg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', NO_PHOTO, "SVG 里能藏脚本"),
        (zipped(), NO_PHOTO, "压缩包改名成 .jpg"),
        (b"MZ\x90\x00" + bytes(200), NO_PHOTO, "程序改名成 .jpg"),
        (b"\xff\xd8\xff", NO_PHOTO, "只有 JPEG 的头三个字节"),
        (b"\0" * 4096, NO_PHOTO, "全是零"),
        (b" %PDF-1.7", NO_PHOTO, "PDF 前面多了空格"),
        (encoded(picture(), "TIFF"), NO_PHOTO, "TIFF 不收"),
        (encoded(picture(), "ICO"), NO_PHOTO, "图标不收"),
        (jpeg()[:-200], BROKEN, "没有传完整的 JPEG"),
        (jpeg()[: len(jpeg()) // 2], BROKEN, "只传了一半的 JPEG"),
        (encoded(picture(), "PNG")[:100], BROKEN, "只传了一半的 PNG"),
        (png_head(60, 40), BROKEN, "PNG 里没有像素"),
        (png_head(8200, 6100), TOO_WIDE, "五千万像素的 PNG：不解开就拒收"),
        (png_head(60_000, 60_000), TOO_WIDE, "三十六亿像素的 PNG"),
        (png_head(2**31 - 1, 2**31 - 1), TOO_WIDE, "宽高都到顶的 PNG"),
        (jpeg_head(65_500, 65_500), TOO_WIDE, "四十二亿像素的 JPEG"),
        (encoded(Image.new("1", (8200, 6100)), "PNG"), TOO_WIDE, "五千万像素、只有几 KB 的黑白 PNG"),
        (b"\0" * (LIMIT + 1), TOO_HEAVY, "超过 20 MB"),
        (PDF + b"\0" * LIMIT, TOO_HEAVY, "超过 20 MB 的 PDF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_taken(kept, content, reason, what):
    with pytest.raises(Refusal) as refusal:
        files_keep([upload(content)])
    said = refusal.value.message % refusal.value.params
    assert (refusal.value.code, reason in said, "照片.jpg" in said) == ("file", True, True), what
    assert said.endswith("。"), "a sentence that says what to do"
    assert not kept.exists()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_broken_bytes_never_do_more_than_refuse():
    """A thousand photographs with wrong bytes in them; each is kept or refused with a sentence."""
    dice = random.Random(5)
    exif = Image.Exif()
    exif[0x0112] = 6
    seeds = [
        jpeg(exif=exif.tobytes()),
        encoded(picture(mode="RGBA"), "PNG", exif=exif.tobytes()),
        encoded(picture(mode="P"), "GIF"),
        encoded(picture(), "WEBP", exif=exif.tobytes()),
        encoded(picture(), "BMP"),
    ]
    outcomes = set()
    for number in range(1000):
        content = bytearray(seeds[number % len(seeds)])
        for _ in range(dice.choice((1, 2, 8))):
            content[dice.randrange(2, len(content) if dice.random() < 0.5 else 120)] = dice.randrange(256)
        try:
            files_keep([upload(bytes(content))])
            outcomes.add("kept")
        except Refusal as refusal:
            outcomes.add(refusal.code)
    assert outcomes == {"kept", "file"}


def test_exif_that_cannot_be_written_again_is_a_refusal_like_any_other(monkeypatch):
    def stumbles(picture: Image.Image) -> Image.Image:
        raise struct.error("required argument is not an integer")

    monkeypatch.setattr("tingchao.engine.files.ImageOps.exif_transpose", stumbles)
    with pytest.raises(Refusal, match=BROKEN):
        files_keep([upload(jpeg())])


def test_one_bad_file_among_three_keeps_none(kept):
    with pytest.raises(Refusal) as refusal:
        files_keep([upload(jpeg(), "一.jpg"), upload(b"text", "二.jpg"), upload(PDF, "三.pdf")])
    assert refusal.value.params == {"name": "二.jpg"}
    assert not kept.exists()


# --- taken ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "size", "corner", "middle", "what"),
    [
        (jpeg(), (60, 40), RED, BLUE, "普通照片"),
        (jpeg(progressive=True), (60, 40), RED, BLUE, "渐进式 JPEG"),
        (encoded(picture(mode="L"), "JPEG"), (60, 40), (76, 76, 76), (29, 29, 29), "黑白照片"),
        (encoded(picture(mode="CMYK"), "JPEG"), (60, 40), RED, BLUE, "印刷用的 CMYK"),
        (encoded(picture(), "PNG"), (60, 40), RED, BLUE, "PNG 截图"),
        (encoded(picture(mode="P"), "PNG"), (60, 40), RED, BLUE, "调色板 PNG"),
        (encoded(picture(), "WEBP", lossless=True), (60, 40), RED, BLUE, "WebP"),
        (encoded(picture(), "BMP"), (60, 40), RED, BLUE, "BMP"),
        (
            encoded(picture(), "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "green")] * 5),
            (60, 40),
            RED,
            BLUE,
            "会动的 GIF：留第一帧",
        ),
        (encoded(Image.new("RGBA", (60, 40)), "PNG"), (60, 40), WHITE, WHITE, "全透明 PNG：铺白底"),
        (encoded(Image.new("LA", (60, 40)), "PNG"), (60, 40), WHITE, WHITE, "灰度透明 PNG：铺白底"),
        (encoded(Image.new("1", (60, 40), 1), "PNG"), (60, 40), WHITE, WHITE, "一位黑白 PNG"),
        (encoded(Image.new("I;16", (60, 40)), "PNG"), (60, 40), (0, 0, 0), (0, 0, 0), "十六位灰度 PNG"),
        (encoded(Image.new("RGB", (1, 1), "red"), "PNG"), (1, 1), RED, RED, "一个像素"),
        (jpeg() + b"<script>alert(1)</script>", (60, 40), RED, BLUE, "后面接了脚本：不留"),
        (jpeg() + zipped(), (60, 40), RED, BLUE, "后面接了压缩包：不留"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_photograph_is_written_anew(content, size, corner, middle, what):
    (photo,) = files_keep([upload(content)])
    assert photo.kind == "image/jpeg"
    made = opened_again(photo.digest)
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", size), what
    assert near(made.getpixel((0, 0)), corner), what
    assert near(made.getpixel((size[0] * 3 // 4, size[1] * 3 // 4)), middle), what
    written = file_path(photo.digest).read_bytes()
    assert (len(written), hashlib.sha256(written).hexdigest()) == (photo.size, photo.digest)
    assert b"script" not in written and b"PK\x03\x04" not in written


def test_a_fifty_megapixel_jpeg_is_taken_and_scaled_down():
    large = Image.new("L", (8192, 6144), 128)
    (photo,) = files_keep([upload(encoded(large, "JPEG", quality=30))])
    assert opened_again(photo.digest).size == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


@pytest.mark.parametrize(
    ("width", "height", "kept_as"),
    [
        (2560, 100, (2560, 100)),
        (2561, 100, (2560, 100)),
        (100, 5120, (50, 2560)),
        (30_000, 2, (2560, 1)),
    ],
)
def test_the_longest_side_is_bounded(width, height, kept_as):
    (photo,) = files_keep([upload(encoded(Image.new("RGB", (width, height)), "PNG"), "长图.png")])
    assert opened_again(photo.digest).size == kept_as


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [
        (1, (0, 0)),
        (2, (1, 0)),
        (3, (1, 1)),
        (4, (0, 1)),
        (5, (0, 0)),
        (6, (1, 0)),
        (7, (1, 1)),
        (8, (0, 1)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_stands_upright_and_tells_nothing_of_place_and_time(form, orientation, red_at):
    """个人信息保护法 6: nothing more is kept than the matter needs. The red quarter shows how it was turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "Phone of Wang"
    exif[0x0132] = "2026:11:20 09:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 28.0, 12.0), 3: "E", 4: (119.0, 17.0, 3.0)})
    content = encoded(picture(), form, exif=exif.tobytes())
    assert b"Phone of Wang" in content
    (photo,) = files_keep([upload(content)])
    made = opened_again(photo.digest)
    assert made.size == ((60, 40) if orientation < 5 else (40, 60))
    spot = tuple(side - 3 if far else 2 for side, far in zip(made.size, red_at, strict=True))
    assert near(made.getpixel(spot), RED)
    assert not made.getexif() and "exif" not in made.info
    written = file_path(photo.digest).read_bytes()
    assert not any(word in written for word in (b"Exif", b"Phone", b"2026:11", b"GPS"))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (jpeg(comment=b"taken at Bashan Road 58"), "JPEG 注释"),
        (jpeg(xmp=b"<x:xmpmeta>Bashan Road 58</x:xmpmeta>"), "XMP"),
        (encoded(picture(), "WEBP", xmp=b"<x:xmpmeta>Bashan Road 58</x:xmpmeta>"), "WebP 的 XMP"),
        (encoded(picture(), "GIF", comment=b"Bashan Road 58"), "GIF 注释"),
        (jpeg(icc_profile=b"Bashan Road 58" * 20), "色彩描述"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_that_was_written_into_a_photograph_is_kept(content, what):
    assert b"Bashan Road 58" in content
    (photo,) = files_keep([upload(content)])
    assert b"Bashan Road" not in file_path(photo.digest).read_bytes(), what


def test_a_pdf_is_kept_as_it_is():
    (kept_file,) = files_keep([upload(PDF, "情况说明.pdf", "image/jpeg")])
    assert (kept_file.kind, kept_file.size, kept_file.name) == ("application/pdf", len(PDF), "情况说明.pdf")
    assert file_path(kept_file.digest).read_bytes() == PDF
    assert kept_file.digest == hashlib.sha256(PDF).hexdigest()


def test_a_pdf_of_exactly_twenty_megabytes_is_taken():
    content = PDF + b"\0" * (LIMIT - len(PDF))
    (kept_file,) = files_keep([upload(content)])
    assert kept_file.size == LIMIT


def test_no_file_is_no_fault(kept):
    assert files_keep([]) == ()
    assert not kept.exists()


def test_the_same_content_is_kept_once(kept):
    first, second, other = files_keep(
        [upload(PDF, "一.pdf"), upload(PDF, "二.pdf"), upload(PDF + b"\n", "三.pdf")]
    )
    before = file_path(first.digest).stat().st_mtime_ns
    (again,) = files_keep([upload(PDF, "四.pdf")])
    assert first.digest == second.digest == again.digest != other.digest
    assert file_path(first.digest).stat().st_mtime_ns == before
    assert [path.name for path in sorted(kept.rglob("*")) if path.is_file()] == sorted(
        [first.digest, other.digest]
    )


@pytest.mark.parametrize(
    ("given", "shown", "what"),
    [
        ("照片.jpg", "照片.jpg", "汉字"),
        ("../../etc/passwd", "passwd", "想跑到别的文件夹"),
        ("/etc/shadow", "shadow", "绝对路径"),
        ("a/b/c/照片.jpg", "照片.jpg", "带文件夹"),
        ("照\0片.jpg", "照片.jpg", "NUL"),
        ("\u202egpj.exe", "gpj.exe", "从右往左的记号"),
        ("照片\u2066\u200f.jpg", "照片.jpg", "各种方向记号"),
        ("照\n片\r\n.jpg", "照 片 .jpg", "换行"),
        ("😀.jpg", "😀.jpg", "表情"),
        ("长" * 500 + ".jpg", "长" * 116 + ".jpg", "五百字：截短，留后缀"),
        ("a." + "b" * 500, None, "五百字的后缀"),
        ("没有后缀", "没有后缀", "没有后缀"),
    ],
    ids=lambda value: "",
)
def test_the_name_is_only_shown_and_never_followed(kept, given, shown, what):
    file = upload(PDF)
    file._name = given  # as a careless caller would hand it over; Django's own parser cleans it before
    (kept_file,) = files_keep([file])
    assert kept_file.name == shown or (shown is None and len(kept_file.name) <= 120), what
    assert [path.name for path in kept.rglob("*") if path.is_file()] == [kept_file.digest]
