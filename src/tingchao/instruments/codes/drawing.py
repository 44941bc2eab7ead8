"""QR codes drawn for a page."""

from __future__ import annotations

from functools import lru_cache

import segno


@lru_cache(maxsize=64)
def qr_svg(address: str) -> str:
    """The QR code of an address as SVG that fills what it stands in."""
    return str(segno.make(address, error="m").svg_inline(scale=8, border=2, omitsize=True))
