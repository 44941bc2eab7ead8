"""The number and the passcode of what was just said, for the resident to take along: to read or to scan."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.engine.links import passcode_for, passcode_spelled
from tingchao.engine.registry import procedure_get
from tingchao.instruments.codes.drawing import qr_svg
from tingchao.instruments.meetings.selectors import cases_of, queue_of
from tingchao.mechanisms.public_voices.selectors import may_tell
from tingchao.mechanisms.public_voices.views.receiving import WALK, heard_at


@never_cache
@require_GET
@staff
def told(request: HttpRequest, meeting_id: int, number: str) -> HttpResponseBase:
    """Shown to the resident right after their turn, on the phone of whoever listened; then the next one."""
    meeting: Any = heard_at(request, meeting_id)
    case = next((tie.case for tie in cases_of(meeting) if tie.case.number == number), None)
    if case is None or not may_tell(case, actor_of(request), now()):
        raise Http404
    path = reverse("public:follow", args=[case.number, passcode_for(case)])
    stage = procedure_get(case.procedure).stage(case.stage)
    waiting = queue_of(meeting).waiting
    context = {
        "nav": desk_nav(request),
        "meeting": meeting,
        "walk": meeting.kind == WALK,
        "case": case,
        "stage": gettext(stage.public_label),
        "passcode": passcode_spelled(case),
        "link": f"{settings.PUBLIC_ADDRESS}{path}",
        "qr_svg": mark_safe(qr_svg(f"{settings.PUBLIC_ADDRESS}{path}")),  # noqa: S308 - drawn by segno
        "next": waiting[0] if waiting else None,
        "left": len(waiting),
    }
    return render(request, "public_voices/told.html", context)
