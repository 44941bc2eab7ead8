"""What every template is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from tingchao.directory.selectors import site as read_site
from tingchao.engine.registry import manifests


def site(request: HttpRequest) -> dict[str, Any]:
    """`site`: whose installation this is, whether it is a demonstration, and the doors of the public side."""
    return {"site": SimpleLazyObject(_site)}


def _site() -> dict[str, Any]:
    row = read_site()
    return {"name": row.name, "city": row.city, "demo": row.demo, "entries": entries()}


def entries(query: str = "") -> list[dict[str, str]]:
    """The doors of the public side, one or more a mechanism; `query` is put behind their addresses."""
    return [
        {"label": entry.label, "hint": entry.hint, "url": reverse(entry.url_name) + query}
        for manifest in manifests()
        for entry in manifest.public_entries
    ]
