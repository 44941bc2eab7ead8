"""Choosing one's place, and the stations: by district and township, by name, near me."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.opening import opening_at
from tingchao.core.text import gettext_noop
from tingchao.desk.asked import PLACE_COOKIE, next_asked, place_remembered, word_asked
from tingchao.desk.context import entries
from tingchao.desk.meetings.public import next_rows
from tingchao.desk.public_rows import known_rows, people_rows, station_rows
from tingchao.desk.templatetags.tide import day as day_words
from tingchao.directory.places import (
    Place,
    deputies_of_station,
    functions_in,
    home_place,
    is_whole,
    place_above,
    place_get,
    places_below,
    stations_counted,
    stations_in,
)
from tingchao.directory.selectors import station_get, working_calendar
from tingchao.engine.made_known import known_of_station

YEAR = 365 * 86_400
FOUND = 40
"""Stations shown of a search; whoever finds more writes another word."""

NO_SUCH_PLACE = gettext_noop("没有找到这个地方，请重新选一次。")
NO_SUCH_STATION = gettext_noop("这个联络站没有登记，或者已经不再开放。")


def not_found(request: HttpRequest, reason: str, status: int = 404) -> HttpResponse:
    """The page that says in words why there is nothing here, and where to go instead."""
    return render(request, "404.html", {"reason": gettext(reason)}, status=status)


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest) -> HttpResponseBase:
    """Choose one's place, a level on each screen. It is remembered in a cookie of the phone, nowhere else."""
    there = next_asked(request, reverse("public:home"))
    code = request.POST.get("place") if request.method == "POST" else request.GET.get("in")
    if request.method == "POST" and code == "":
        answer = redirect(there)
        answer.delete_cookie(PLACE_COOKIE)
        return answer
    chosen = place_get(code) if code else home_place()
    if chosen is None and code:
        return not_found(request, NO_SUCH_PLACE)
    if request.method == "POST" and code and chosen is not None:
        answer = redirect(there)
        answer.set_cookie(PLACE_COOKIE, chosen.code, max_age=YEAR, samesite="Lax", httponly=True)
        return answer
    return render(request, "public/place.html", _choosing(request, chosen, there))


def _choosing(request: HttpRequest, chosen: Place | None, there: str) -> dict[str, Any]:
    return {
        "chosen": chosen,
        "whole": is_whole(chosen),
        "below": [] if chosen is None else places_below(chosen.code),
        "mine": place_remembered(request),
        "next": there,
    }


@require_GET
def stations(request: HttpRequest) -> HttpResponse:
    """Every station in use, by district and township; with a word, those whose name or address has it."""
    code, word = request.GET.get("in", ""), word_asked(request)
    tag = request.GET.get("function", "").replace("\0", "")[:20]
    here = place_get(code) if code else home_place()
    if here is None and code:
        return not_found(request, NO_SUCH_PLACE)
    context: dict[str, Any] = {
        "here": here,
        "whole": is_whole(here),
        "up": place_above(here) if here else None,
        "q": word,
        "function": tag,
    }
    scope = here.scope if here else ""
    context["functions"] = functions_in(scope)
    if word or tag:
        found = stations_in(scope, word=word, function=tag, most=FOUND + 1)
        context |= {"groups": _grouped(found[:FOUND]), "more": len(found) > FOUND}
    elif here is None or here.is_township:
        context["groups"] = _grouped(stations_in(scope))
    else:
        context |= _branches(here)
    return render(request, "public/stations.html", context)


def _branches(here: Place) -> dict[str, Any]:
    """The stations of a city or district itself, and how many each part of it has."""
    counts = stations_counted(here.code)
    return {
        "own": station_rows(stations_in(here.code)),
        "below": [(one, counts[one.code]) for one in places_below(here.code) if one.code in counts],
    }


def _grouped(found: list[Any]) -> list[dict[str, Any]]:
    """Stations by township, each with its name."""
    made = []
    for scope, those in groupby(found, key=lambda station: station.region_id[:9]):
        region = place_get(f"{scope:0<12}")
        made.append({"name": region.name if region else "", "stations": station_rows(those)})
    return made


@require_GET
def station_page(request: HttpRequest, station_id: int) -> HttpResponse:
    """A station found in the list. What is said from here counts as said on the web, not as scanned."""
    if station_id >= 2**31:
        raise Http404
    found = station_get(station_id)
    if found is None:
        return not_found(request, NO_SUCH_STATION)
    return render(
        request, "public/station.html", station_context(found, found.region.name, f"?station={station_id}")
    )


def station_context(found: Any, region_name: str, query: str) -> dict[str, Any]:
    """What the page of a station shows; `query` is put behind the doors so that they know where one is."""
    moment = now()
    meetings = next_rows(found.id, moment)
    return {
        "station": {
            "id": found.id,
            "name": found.name,
            "kind_label": gettext(found.kind_label)
            if hasattr(found, "kind_label")
            else found.get_kind_display(),
            "address": found.address,
            "hours": found.hours,
            "phone": found.phone,
            "region_name": region_name,
            "functions": found.functions,
            "equipment": found.equipment,
        },
        "opening": opening_words(found.hours),
        "people": people_rows(deputies_of_station(found.id, localdate()), moment),
        "entries": entries(query),
        "known": known_rows(known_of_station(found.id)),
        "next_meetings": meetings,
        "arrive": arrivals(meetings, query),
    }


def arrivals(meetings: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """What runs now at a station where whoever scanned its code says that they are here; nothing without a code."""
    if not query.startswith("?code="):
        return []
    return [one | {"url": f"{one['arrive_url']}{query}"} for one in meetings if one["arrive_url"]]


def opening_words(hours: str) -> tuple[str, str]:
    """(words, state of the tag) of today's opening; empty words when the hours cannot be read."""
    opening = opening_at(hours, localtime(), working_calendar())
    if opening is None:
        return "", ""
    spans = gettext("、").join(map(str, opening.today))
    if opening.now:
        return gettext("现在开着，今天 %(spans)s") % {"spans": spans}, "done"
    if opening.next_day is None and opening.today:
        return gettext("今天 %(spans)s 开") % {"spans": spans}, "plain"
    if opening.next_day is None:
        return gettext("今天不开"), "plain"
    then = {"day": day_words(opening.next_day), "spans": gettext("、").join(map(str, opening.next_spans))}
    return gettext("现在没有开，下次是%(day)s %(spans)s") % then, "plain"
