"""What the address of a public page asks for, read so that nothing in it can break a page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from tingchao.directory.places import Place, place_get

PLACE_COOKIE = "place"
"""Remembers on the reader's own phone which place they chose; the server keeps nothing of it."""

LONGEST_WORD = 40
LARGEST_ID = 2**31 - 1


def word_asked(request: HttpRequest, name: str = "q") -> str:
    """A word to look for: no longer than a word is, without control characters."""
    text = request.GET.get(name, "")[: LONGEST_WORD * 2]
    return "".join(char for char in text if char.isprintable()).strip()[:LONGEST_WORD]


def number_asked(request: HttpRequest, name: str, most: int = LARGEST_ID) -> int | None:
    """A whole number from 1 to `most`; None for anything else."""
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    return int(text) if 0 < int(text) <= most else None


def place_remembered(request: HttpRequest) -> Place | None:
    """The place that the reader chose earlier on this phone."""
    return place_get(request.COOKIES.get(PLACE_COOKIE, ""))


def next_asked(request: HttpRequest, otherwise: str) -> str:
    """Where to go afterwards: an address of this site, or `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if safe else otherwise
