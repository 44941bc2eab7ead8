"""What a phone keeps to work without a signal, and how heavy the public pages are."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from tingchao.instruments.codes.selectors import token_of

OWN_SCRIPT = 60 * 1024
FIRST_VIEW = 150 * 1024
LIBRARIES = ("map",)
"""Bundles that hold a library and are fetched only when they are asked for."""

ASSET = re.compile(r'(?:src|href)="(/static/[\w.-]+)[#"]')


def bundle() -> dict[str, str]:
    return json.loads((Path(settings.STATICFILES_DIRS[0]) / "manifest.json").read_text(encoding="utf-8"))


def weight(content: bytes) -> int:
    """Bytes on the line."""
    return len(gzip.compress(content, 9))


def static(address: str) -> bytes:
    return (Path(settings.STATICFILES_DIRS[0]) / address.removeprefix("/static/")).read_bytes()


def test_the_worker_knows_the_files_of_this_bundle(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    before = answer.content.decode().split("\n", 1)[0]
    told = json.loads(before.removeprefix("self.TINGCHAO=").removesuffix(";"))
    assert all(static(address) for address in told["assets"])
    names = bundle()
    assert {f"/static/{names[name]}" for name in ("tide.css", "public.js", "icons.svg")} <= set(
        told["assets"]
    )
    assert client.get("/sw.js").content == answer.content


@pytest.mark.parametrize("path", ["/", "/say/", "/say/?code={token}", "/c/{token}/"])
@pytest.mark.parametrize("kind", ["", "large"])
def test_the_first_view_is_light(path, kind, client, town, record_property):
    """150 KB in all: the page, style, scripts and pictures that it names, as they travel."""
    client.cookies["type"] = kind
    page = client.get(path.format(token=token_of(town.station.pk))).content
    assets = sorted(set(ASSET.findall(page.decode())))
    total = weight(page) + sum(weight(static(address)) for address in assets)
    record_property("bytes", total)
    assert assets and total <= FIRST_VIEW, {address: weight(static(address)) for address in assets}


def test_own_script_of_the_public_side_is_small(record_property):
    names = bundle()
    scripts = [name for name in names if name.endswith(".js") and name != "desk.js"]
    own = {
        name: weight(static(f"/static/{names[name]}"))
        for name in scripts
        if name.removesuffix(".js") not in LIBRARIES
    }
    record_property("bytes", sum(own.values()))
    assert {"public.js", "sw.js"} <= set(own)
    assert sum(own.values()) <= OWN_SCRIPT, own


def test_a_library_is_in_no_page(client, town):
    for path in ("/", "/say/"):
        page = client.get(path).content.decode()
        assert not re.search(r"<(?:script|link)[^>]*/static/map-", page)
