"""Portraits for the walls of the demonstration: drawn, so that they are nobody's."""

from __future__ import annotations

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from tingchao.engine.files import PHOTOGRAPH
from tingchao.engine.portraits import SIZE, portrait_keep

FACES = 36

BACKGROUNDS = ("#dbe7f0", "#e8e4da", "#dfeadf", "#efe0dc", "#e3def0", "#d9ebea")
SKINS = ("#f1cfb2", "#e8bd99", "#dca982", "#f5d8c2")
HAIRS = ("#241d1a", "#3a2d27", "#1b1b1f", "#6d665f", "#8f8a85")
COATS = ("#2f4a6d", "#39424e", "#7a2e35", "#2e5f57", "#57476e", "#84602f")


def portraits_kept() -> list[str]:
    """The digests of all drawn portraits, kept like every photograph."""
    return [
        portrait_keep(SimpleUploadedFile(f"{number}.jpg", _drawn(number), PHOTOGRAPH))
        for number in range(FACES)
    ]


def _drawn(number: int) -> bytes:
    dice = random.Random(f"portrait {number}")  # noqa: S311 - a demonstration
    width, height = (2 * side for side in SIZE)
    picture = Image.new("RGB", (width, height), dice.choice(BACKGROUNDS))
    draw = ImageDraw.Draw(picture)
    middle, hair, skin, coat = width // 2, dice.choice(HAIRS), dice.choice(SKINS), dice.choice(COATS)
    long_hair = number % 2 == 1
    if long_hair:
        draw.rounded_rectangle((middle - 190, 210, middle + 190, 660), 170, hair)
    draw.rounded_rectangle((middle - 300, 690, middle + 300, height + 200), 190, coat)
    draw.rectangle((middle - 62, 560, middle + 62, 730), skin)
    draw.polygon([(middle - 110, 700), (middle, 850), (middle + 110, 700)], "#f7f7f5")
    draw.polygon([(middle - 62, 700), (middle, 780), (middle + 62, 700)], skin)
    draw.ellipse((middle - 155, 230, middle + 155, 640), skin)
    draw.pieslice((middle - 172, 180, middle + 172, 510), 180, 360, hair)
    for side in (-1, 1):
        draw.ellipse((middle + side * 150 - 22, 300, middle + side * 150 + 22, 440), hair)
    if long_hair:
        draw.pieslice((middle - 165, 250, middle + 40, 470), 180, 300, hair)
    _face(draw, middle, hair, dice)
    out = io.BytesIO()
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(out, "JPEG", quality=88)
    return out.getvalue()


def _face(draw: ImageDraw.ImageDraw, middle: int, hair: str, dice: random.Random) -> None:
    glasses = dice.random() < 0.3
    for side in (-66, 66):
        draw.ellipse((middle + side - 13, 425, middle + side + 13, 449), "#2a2523")
        draw.rounded_rectangle((middle + side - 34, 386, middle + side + 34, 396), 5, hair)
        if glasses:
            draw.ellipse((middle + side - 46, 392, middle + side + 46, 482), outline="#4a4a4a", width=6)
    draw.arc((middle - 26, 450, middle + 26, 510), 20, 160, "#b98b6a", 6)
    draw.arc((middle - 60, 500, middle + 60, 580), 25, 155, "#a9504a", 8)
