"""What was made known: the list that anybody may read, a page for each matter, and a feed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from tingchao.core.numbering import NumberError, parse_number
from tingchao.core.text import gettext_noop
from tingchao.desk import loop, present
from tingchao.desk.asked import number_asked, word_asked
from tingchao.desk.public_rows import known_facts, known_rows, outcome_tag
from tingchao.desk.views.places import NO_SUCH_PLACE, NO_SUCH_STATION, not_found
from tingchao.directory.places import Place, home_place, is_whole, place_get, places_below
from tingchao.directory.selectors import site, station_get, working_calendar
from tingchao.engine import selectors as engine
from tingchao.engine.made_known import Asked, is_known, known_page, was_known
from tingchao.engine.registry import manifests, procedure_get

WITHDRAWN = gettext_noop("这件事的公开内容已经撤下。")
ENDS = {"done": gettext_noop("办成的"), "without": gettext_noop("没办成，已说明的")}
LAST_YEAR = 2100


@require_GET
def known(request: HttpRequest) -> HttpResponse:
    """The matters made known, newest first, 20 on a page; by place, station, year, end and word."""
    code = request.GET.get("in", "")
    here = place_get(code) if code else None
    if code and here is None:
        return not_found(request, NO_SUCH_PLACE)
    station_id = number_asked(request, "station")
    station = station_get(station_id) if station_id is not None else None
    if "station" in request.GET and station is None:
        return not_found(request, NO_SUCH_STATION)
    asked = _asked(request, here, station_id)
    page = known_page(asked, after=request.GET.get("after", ""))
    context = {
        "known": known_rows(page.rows),
        "q": asked.word,
        "here": here,
        "station": station,
        "year": asked.year,
        "rated": asked.rated,
        "ends": _ends(request),
        "end": gettext(ENDS[end]) if (end := request.GET.get("end", "")) in ENDS else "",
        "kept": [(key, request.GET[key]) for key in ("in", "station", "year", "end") if request.GET.get(key)],
        "below": _below(request, here, station),
        "all_url": _url(request, **{"in": ""}) if here else "",
        "next_url": _url(request, after=page.after) if page.after else "",
        "first": not request.GET.get("after"),
    }
    return render(request, "public/known.html", context)


def _asked(request: HttpRequest, here: Place | None, station_id: int | None) -> Asked:
    end = request.GET.get("end", "")
    return Asked(
        scope=here.scope if here and not is_whole(here) else "",
        station_id=station_id,
        year=number_asked(request, "year", LAST_YEAR),
        word=word_asked(request),
        outcomes=_outcomes(done=end == "done") if end in ENDS else None,
        rated=request.GET.get("rated") == "1",
    )


def _outcomes(*, done: bool) -> tuple[str, ...]:
    return tuple(
        f"{procedure.key}:{option.key}"
        for manifest in manifests()
        for procedure in manifest.procedures
        for option in procedure.outcomes
        if option.counted and option.done is done
    )


def _url(request: HttpRequest, **changed: str) -> str:
    """This page with some of what it asks for changed; an empty value takes it away, and pages begin anew."""
    asked = {key: value for key, value in request.GET.items() if key != "after"} | changed
    query = urlencode({key: value for key, value in asked.items() if value})
    return reverse("public:known") + (f"?{query}" if query else "")


def _ends(request: HttpRequest) -> list[dict[str, Any]]:
    now_asked = request.GET.get("end", "")
    offered = {"": gettext_noop("全部"), **ENDS}
    return [
        {"label": gettext(label), "url": _url(request, end=key), "on": key == now_asked}
        for key, label in offered.items()
    ]


def _below(request: HttpRequest, here: Place | None, station: Any) -> list[dict[str, str]]:
    """The places one may narrow the list to."""
    if station is not None or (here is not None and here.is_township):
        return []
    above = here or home_place()
    return (
        [{"name": one.name, "url": _url(request, **{"in": one.code})} for one in places_below(above.code)]
        if above
        else []
    )


# --- one matter -------------------------------------------------------------------------------------------


@require_GET
def known_case(request: HttpRequest, number: str) -> HttpResponse:
    """One matter made known: how it went, who handled it, how it ended, how it was rated. 410 once withdrawn."""
    case = _case(number)
    if not is_known(case):
        if was_known(procedure_get(case.procedure), engine.history(case)):
            return render(request, "public/withdrawn.html", {"reason": gettext(WITHDRAWN)}, status=410)
        raise Http404
    return render(request, "public/known_case.html", _shown(case))


def _case(number: str) -> Any:
    try:
        parsed = parse_number(number)
    except NumberError:
        raise Http404 from None
    case = engine.case_by_number(parsed.year, parsed.serial)
    if case is None:
        raise Http404
    return case


def _shown(case: Any) -> dict[str, Any]:
    procedure, events, files = procedure_get(case.procedure), engine.history(case), engine.attachments(case)
    tag, state = outcome_tag(case.procedure, case.outcome)
    handled = [one for one in engine.assignments(case) if one.ended_at == case.closed_at]
    pictures = loop.pictures(files, reverse("public:picture", args=[case.number, "DIGEST"]))
    return {
        "matter": {
            "number": case.number,
            "title": case.public_title,
            "text": case.public_text,
            "place": case.station.name if case.station else case.region.name,
            "station_id": case.station_id,
            "opened_at": case.opened_at,
            "closed_at": case.closed_at,
            "simulated": case.simulated,
        },
        "tag": tag,
        "done": state == "done",
        "marks": _marks(case, procedure, events),
        "facts": known_facts(case, handled),
        "pictures": pictures,
        "address": settings.PUBLIC_ADDRESS + reverse("public:known_case", args=[case.number]),
    }


def _marks(case: Any, procedure: Any, events: list[Any]) -> list[dict[str, Any]]:
    """The stage diagram in words for everybody: nobody who reads it is the one who raised the matter."""
    marks = present.marks(
        case, procedure, events, today=localdate(), calendar=working_calendar(), public=True
    )
    labels = [gettext(segment.known_label or segment.label) for segment in procedure.segments]
    return [{**mark, "label": label} for mark, label in zip(marks, labels, strict=True)]


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """What was made known last as an Atom feed, for a place or for all."""
    code = request.GET.get("in", "")
    here = place_get(code) if code else home_place()
    if here is None and code:
        raise Http404
    scope = here.scope if here and not is_whole(here) else ""
    made = Atom1Feed(
        title=gettext("%(place)s：办了什么") % {"place": here.name if here else site().name},
        link=request.build_absolute_uri(reverse("public:known")),
        description="",
        language="zh-Hans",
        feed_url=request.build_absolute_uri(),
    )
    for case in known_page(Asked(scope=scope)).rows:
        url = request.build_absolute_uri(reverse("public:known_case", args=[case.number]))
        made.add_item(
            case.title, url, case.text, unique_id=url, pubdate=case.closed_at, updateddate=case.closed_at
        )
    return HttpResponse(made.writeString("utf-8"), content_type=Atom1Feed.content_type)
