"""What every template is given."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from tingchao.directory.selectors import site as read_site
from tingchao.engine.registry import manifests


def site(request: HttpRequest) -> dict[str, Any]:
    """`site`: whose installation this is, whether it is a demonstration, and the doors of the public side.

    The same as `house`, for the frame of every page: allauth calls the host of its own pages `site`.
    """
    lazy = SimpleLazyObject(_site)
    return {"site": lazy, "house": lazy}


def _site() -> dict[str, Any]:
    row = read_site()
    return {"name": row.name, "city": row.city, "demo": row.demo, "entries": SimpleLazyObject(entries)}


def people_entries(place: str) -> list[dict[str, str]]:
    """The doors below the list of deputies, each with the place in its address."""
    query = f"?{urlencode({'in': place})}" if place else ""
    return [
        {"label": gettext(entry.label), "hint": gettext(entry.hint), "url": reverse(entry.url_name) + query}
        for manifest in manifests()
        for entry in manifest.people_entries
    ]


def entries(query: str = "") -> list[dict[str, str]]:
    """The doors of the public side, one or more a mechanism; `query` is put behind their addresses."""
    return [
        {"label": gettext(entry.label), "hint": gettext(entry.hint), "url": reverse(entry.url_name) + query}
        for manifest in manifests()
        for entry in manifest.public_entries
    ]
