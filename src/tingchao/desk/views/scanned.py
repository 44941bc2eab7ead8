"""What the code of a deputy or of an activity opens: who listens there, and the door to say something."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from tingchao.core.text import gettext_noop
from tingchao.desk.context import entries
from tingchao.desk.public_rows import known_rows
from tingchao.engine.made_known import known_of_station
from tingchao.instruments.codes.selectors import Scan, ScannedStation

TO_DEPUTY = gettext_noop("跟代表说一件事")


def scanned_page(request: HttpRequest, scan: Scan, token: str) -> HttpResponse:
    """The page of the deputy or of the activity that a code belongs to. At most one SQL statement beside the scan."""
    place = scan.station
    assert place is not None
    doors = entries(f"?code={token}")
    if scan.deputy is not None and doors:
        doors[0]["label"] = gettext(TO_DEPUTY)
    context = {
        "scan": scan,
        "place": _place(place),
        "entries": doors,
        "known": known_rows(known_of_station(place.id)),
    }
    template = "public/deputy.html" if scan.deputy is not None else "public/activity.html"
    return render(request, template, context)


def _place(place: ScannedStation) -> dict[str, Any]:
    return {
        "name": place.name,
        "kind_label": gettext(place.kind_label),
        "address": place.address,
        "hours": place.hours,
        "phone": place.phone,
        "region_name": place.region_name,
    }
