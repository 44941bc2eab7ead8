"""The deputies of my area: a wall by township or station, and a page for each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from tingchao.core.text import gettext_noop
from tingchao.desk.asked import LARGEST_ID, number_asked, place_remembered, word_asked
from tingchao.desk.cards import deputy_lines_of
from tingchao.desk.context import entries, people_entries
from tingchao.desk.public_rows import people_rows, person_row
from tingchao.desk.views.places import NO_SUCH_PLACE, NO_SUCH_STATION, not_found
from tingchao.directory.actors import valid_on
from tingchao.directory.places import (
    Place,
    deputies_of_place,
    deputies_of_station,
    deputy_get,
    home_place,
    place_above,
    place_get,
    places_below,
    places_named,
)
from tingchao.directory.selectors import station_get
from tingchao.instruments.codes.selectors import token_of_deputy
from tingchao.instruments.meetings.selectors import next_of_deputy

NO_SUCH_DEPUTY = gettext_noop("没有找到这位代表。")
TERM_OVER = gettext_noop("这位代表的任期已经结束。您可以看看现在在任的代表。")


@require_GET
def deputies(request: HttpRequest) -> HttpResponse:
    """The people in office today of a township or of a station; before either is chosen, the way to choose one."""
    if "station" in request.GET:
        return _of_station(request)
    code, word = request.GET.get("in", ""), word_asked(request)
    if word:
        return render(request, "public/deputies.html", _found(word))
    here = place_get(code) if code else place_remembered(request) or home_place()
    if here is None and code:
        return not_found(request, NO_SUCH_PLACE)
    if here is None or not here.is_township:
        return render(request, "public/deputies.html", _choosing(here))
    people = deputies_of_place(here.scope, localdate())
    at = {one.station_id: one.station.name for one in people if one.station is not None}
    context = {
        "here": here,
        "title": here.name,
        "people": people_rows(people, now()),
        "stations": list(at.items()) if len(at) > 1 else [],
        "more": people_entries(here.code),
    }
    return render(request, "public/deputies.html", context)


def _found(word: str) -> dict[str, Any]:
    """The townships that a typed place lies in."""
    found = places_named(word)
    return {"here": None, "choose": True, "q": word, "below": [], "found": found}


def _choosing(here: Place | None) -> dict[str, Any]:
    return {
        "here": here,
        "choose": True,
        "up": place_above(here) if here else None,
        "below": places_below(here.code) if here else [],
    }


def _of_station(request: HttpRequest) -> HttpResponse:
    station_id = number_asked(request, "station")
    station = station_get(station_id) if station_id is not None else None
    if station is None:
        return not_found(request, NO_SUCH_STATION)
    people = deputies_of_station(station.pk, localdate())
    context = {"station": station, "title": station.name, "people": people_rows(people, now())}
    return render(request, "public/deputies.html", context)


@require_GET
def deputy(request: HttpRequest, deputy_id: int) -> HttpResponse:
    """One deputy in office: whom they stand for, what they know, where they may be met. 410 when the term is over."""
    if deputy_id > LARGEST_ID:
        raise Http404
    found, today = deputy_get(deputy_id), localdate()
    if found is None or today < found.since:
        return not_found(request, NO_SUCH_DEPUTY)
    if not valid_on(found.since, found.until, today):
        return not_found(request, TERM_OVER, status=410)
    station = found.station if found.station is not None and found.station.active else None
    token = token_of_deputy(found.pk)
    there = f"?code={token}" if token and station else f"?station={station.pk}" if station else ""
    context = {
        "person": person_row(found, next_of_deputy(found.pk, now())),
        "region_name": found.region.name,
        "station": station,
        "entries": entries(there),
        "talk": gettext("跟%(name)s说") % {"name": found.name},
        "year": today.year,
        "deeds": deputy_lines_of(found.pk, today),
    }
    return render(request, "public/deputy_page.html", context)
