"""Saying something: one page, text alone is enough; one question a screen in the large-type version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.steps import Refusal
from tingchao.desk.files import handed_out
from tingchao.desk.filing import filing_require, tells_guard, uploads_require
from tingchao.desk.guards import remember_filed
from tingchao.engine.drafts import draft_path, drafts_of
from tingchao.engine.files import KeptFile
from tingchao.engine.links import passcode_for
from tingchao.instruments.codes.selectors import Scan, code_resolve
from tingchao.mechanisms.public_voices.forms import (
    Shown,
    alike_shown,
    filed,
    is_step,
    photos_before,
    photos_sent,
    place_chosen,
    place_known,
    say_context,
    shown_fault,
    step_asked,
    typed_seen,
)


@never_cache
@require_http_methods(["GET", "POST"])
@tells_guard
def say(request: HttpRequest) -> HttpResponseBase:
    """The form, and taking what it sends. Refused, it comes again with what was typed; sent twice, it is one matter.

    In the large-type version it comes again for each question, with everything given so far. When something like it
    is known nearby it comes again once with that, to be followed instead or sent all the same.
    """
    data = request.POST if request.method == "POST" else request.GET
    code = data.get("code", "")[:40]
    scan = code_resolve(code, today=localdate()) if code else None
    if scan is not None and scan.station is None:
        return render(request, "404.html", {"reason": gettext(scan.refused)}, status=404)
    if request.method == "GET":
        return _form(request, scan, code, Shown(typed={"station": request.GET.get("station", "")}))
    return _sent(request, scan, code)


def _sent(request: HttpRequest, scan: Scan | None, code: str) -> HttpResponseBase:
    typed, photos = request.POST.dict(), photos_before(request)
    stepping, place = is_step(request), place_known(request) if scan is None else scan.station
    alike = [] if typed_seen(typed) or place is None else alike_shown(typed.get("text", ""), place.region_id)
    try:
        (uploads_require if stepping or alike else filing_require)(request)
        photos = photos_sent(request)
        step = step_asked(request)
        if step is not None:
            alike = alike if step == "photos" else []
            return _form(request, scan, code, Shown(typed=typed, photos=photos, step=step, alike=alike))
        if alike:
            shown = Shown(typed=typed, photos=photos, step="phone", alike=alike, held=True)
            return _form(request, scan, code, shown)
        case = _filed(request, scan, photos, place)
    except Refusal as refusal:
        return _form(request, scan, code, shown_fault(refusal, typed=typed, photos=photos), status=422)
    followed = reverse("public:follow", args=[case.number, passcode_for(case)])
    return remember_filed(redirect(f"{followed}?fresh"), case)


def _filed(request: HttpRequest, scan: Scan | None, photos: Sequence[KeptFile], place: Any) -> Any:
    """The voice, heard where the code was scanned or at the station that was chosen (`place`, as far as known)."""
    if scan is None:
        return filed(request, place or place_chosen(request), channel="web", photos=photos)
    return filed(request, scan.station, channel=scan.channel, photos=photos, through=scan.through)


def _form(
    request: HttpRequest, scan: Scan | None, code: str, shown: Shown, *, status: int = 200
) -> HttpResponse:
    context = say_context(request, None if scan is None else scan.station, code, shown) | {"scan": scan}
    return render(request, "public_voices/say.html", context, status=status)


@require_GET
def photo(request: HttpRequest, token: str) -> HttpResponseBase:
    """A photograph that waits in a form which is not sent yet, for whoever holds its token."""
    file = next(iter(drafts_of([token])), None)
    path = None if file is None else draft_path(file)
    if file is None or path is None:
        raise Http404
    return handed_out(path, kind=file.kind, name=file.name)
