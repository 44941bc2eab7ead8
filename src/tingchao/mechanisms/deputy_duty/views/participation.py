"""Participation of a place in the desk: by level and by the places below, and the gatherings behind each number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.desk.access import actor_of, staff
from tingchao.desk.meetings.rows import kind_label, where_words
from tingchao.desk.navigation import desk_nav
from tingchao.desk.sheets import Sheet
from tingchao.desk.templatetags.tide import daytime
from tingchao.directory.places import Place, home_place, place_above, place_get, places_below
from tingchao.engine.exporting import list_export
from tingchao.engine.timing import local_day
from tingchao.mechanisms.deputy_duty.forms import participation as parts
from tingchao.mechanisms.deputy_duty.rules import Period, counted_on, period_get, periods_of
from tingchao.mechanisms.deputy_duty.selectors.participation import (
    LEVELS,
    gatherings_page,
    of_known,
    parts_of,
)
from tingchao.mechanisms.deputy_duty.selectors.records import keeping_scopes, record_scopes

HEADS = parts.HEADS
WIDTHS = (20, 16, 12, 10, 10, 10, 10, 12, 12, 14, 14)


def _asked(request: HttpRequest) -> tuple[Place, Period]:
    """The place and the period that an address names, within the reader's scope; 403 outside it, 404 for none."""
    scopes = record_scopes(actor_of(request))
    if not scopes:
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    code = given.get("in", "")
    place = place_get(code) if code else _widest(scopes)
    period = period_get(given.get("period", "") or str(localdate().year))
    if place is None or period is None or period.since > localdate():
        raise Http404
    if not any(place.scope.startswith(scope) for scope in scopes):
        raise PermissionDenied
    return place, period


def _widest(scopes: tuple[str, ...]) -> Place | None:
    """Where a reader begins: the widest place that they see."""
    home = home_place()
    if home is None:
        return None
    scope = min(scopes, key=len)
    return home if home.scope.startswith(scope) else place_get(f"{scope:0<12}")


@never_cache
@require_GET
@staff
def participation(request: HttpRequest) -> HttpResponse:
    """How the deputies of a place took part, by level; the places below it in the order of their codes."""
    place, period = _asked(request)
    today, scopes = localdate(), record_scopes(actor_of(request))
    on = counted_on(period, today)
    part = parts_of([place.scope], period, on)[place.scope]
    below = places_below(place.code)
    under = parts_of([one.scope for one in below], period, on)
    above = place_above(place)
    here = parts.Here(place.code, place.scope, period.key)
    context = {
        "nav": desk_nav(request),
        "place": place,
        "period": parts.period_words(period),
        "key": period.key,
        "up": parts.place_url(above.code, period.key)
        if above is not None and any(above.scope.startswith(scope) for scope in scopes)
        else "",
        "up_name": above.name if above is not None else "",
        "periods": parts.period_choices(place.code, period, periods_of(period.year, today)),
        "years": parts.year_choices(place.code, period, today),
        "whole": parts.line(part.whole, here),
        "once": {"value": part.counted_once, "url": here.list_url(of="once")},
        "upper": {"value": part.upper, "url": here.list_url(of="upper")},
        "levels": [
            parts.line(part.of_level(level), here, level) | {"label": parts.level_label(level)}
            for level in part.levels
        ],
        "below": [
            parts.line(under[one.scope].whole, parts.Here(one.code, one.scope, period.key))
            | {
                "label": one.name,
                "url": parts.place_url(one.code, period.key),
                "once": under[one.scope].counted_once,
            }
            for one in below
        ],
        "on": on,
        "keeps": bool(keeping_scopes(actor_of(request))),
    }
    return render(request, "deputy_duty/participation.html", context)


@never_cache
@require_GET
@staff
def gatherings(request: HttpRequest) -> HttpResponse:
    """The gatherings behind a number of a place, 25 a page, the latest first."""
    place, period = _asked(request)
    of, level = request.GET.get("of", ""), request.GET.get("level", "")
    if not of_known(of) or level not in ("", *LEVELS):
        raise Http404
    page = gatherings_page(
        scope=place.scope,
        period=period,
        of=of,
        level=level,
        actor=actor_of(request),
        after=request.GET.get("after", ""),
    )
    kept = {"in": place.code, "period": period.key, "of": of, "level": level}
    context = {
        "nav": desk_nav(request),
        "place": place,
        "period": parts.period_words(period),
        "title": parts.of_label(of),
        "level": parts.level_label(level) if level else "",
        "back_url": parts.place_url(place.code, period.key),
        "rows": [_row(came) for came in page.rows],
        "next_url": f"?{urlencode({**kept, 'after': page.after})}" if page.after else "",
    }
    return render(request, "deputy_duty/gatherings.html", context)


def _row(came: Any) -> dict[str, Any]:
    meeting, attendance = came.meeting, came.attendance
    return {
        "url": reverse("desk:meeting", args=[meeting.pk]),
        "day": local_day(meeting.starts_at),
        "title": meeting.title,
        "kind": kind_label(meeting),
        "where": where_words(meeting),
        "expected": attendance.expected,
        "attended": attendance.attended,
        "online": attendance.online,
        "excused": attendance.excused,
        "absent": attendance.absent,
    }


@require_POST
@staff
def export(request: HttpRequest) -> HttpResponseBase:
    """Places and levels as a workbook, in the order of their codes; persons are not in it."""
    place, period = _asked(request)
    actor, moment, on = actor_of(request), now(), counted_on(period, localdate())
    below = places_below(place.code)
    found = {
        **parts_of([place.scope], period, on),
        **parts_of([one.scope for one in below], period, on),
    }
    title = gettext("%(place)s参与情况 %(period)s") % {
        "place": place.name,
        "period": parts.period_words(period),
    }
    sheet = Sheet(gettext("参与情况"), heads=HEADS, widths=WIDTHS)
    sheet.add_cells(
        row for one in (place, *below) for row in parts.sheet_rows(one.name, one.code, found[one.scope])
    )
    told = gettext("%(name)s 取于 %(when)s") % {"name": actor.name, "when": daytime(moment)}
    file = sheet.finished([title, told, gettext("按地方和层级统计，不排个人名次（国办函〔2026〕12号）。")])
    list_export(asked=title, rows=sheet.rows, cut=False, actor=actor, now=moment)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx".replace("/", "-"))
