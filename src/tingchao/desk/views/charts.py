"""What the map draws: outlines and stations as JSON. Public, the same for everybody, kept by browsers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from tingchao.directory.atlas import dots_json, outlines_json

OUTLINES_KEPT = 7 * 86_400
"""Seconds for which a browser need not ask again: outlines change once in years."""

STATIONS_KEPT = 300


@require_GET
@gzip_page
def outlines(request: HttpRequest) -> HttpResponseBase:
    """The outlines of regions, for orientation only."""
    return _kept(request, outlines_json, OUTLINES_KEPT)


@require_GET
@gzip_page
def stations(request: HttpRequest) -> HttpResponseBase:
    """Where stations stand."""
    return _kept(request, dots_json, STATIONS_KEPT)


def _kept(request: HttpRequest, read: Callable[[], bytes], seconds: int) -> HttpResponseBase:
    content = read()
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:20]}"'
    known = request.headers.get("If-None-Match", "").split(",")
    same = tag in (one.strip() for one in known)
    answer: HttpResponseBase = (
        HttpResponseNotModified() if same else HttpResponse(content, content_type="application/json")
    )
    answer["ETag"] = tag
    answer["Cache-Control"] = f"public, max-age={seconds}"
    return answer
