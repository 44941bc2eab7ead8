"""Reads of appeals against a record."""

from __future__ import annotations

from dataclasses import dataclass

from tingchao.core.numbering import NumberError, parse_number
from tingchao.engine.models import Case
from tingchao.engine.notices import to_deputy
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.mechanisms.deputy_duty.models import Appeal

SHOWN = 10


def appeals_of(deputy_id: int) -> list[Case]:
    """The last appeals of a deputy, the newest first. One SQL statement."""
    rows = Appeal.objects.filter(deputy=deputy_id).select_related("case").order_by("-case_id")[:SHOWN]
    return [row.case for row in rows]


def appeal_by_number(number: str) -> Appeal | None:
    """The appeal of that number with its matter, deputy, gathering and fact; None when there is none."""
    try:
        parsed = parse_number(number)
    except NumberError:
        return None
    near = ("case__region", "case__station", "deputy__region", "meeting__station", "fact")
    return Appeal.objects.select_related(*near).filter(case=parsed.serial, case__year=parsed.year).first()


def appeal_of(case: Case) -> Appeal | None:
    """What a matter is an appeal about."""
    return Appeal.objects.select_related("deputy", "meeting", "fact").filter(case=case.pk).first()


def raiser_address(case: Case) -> tuple[str, list[str]]:
    """Where the deputy who appealed hears of it, and the page where they read on. One SQL statement."""
    deputy_id = Appeal.objects.values_list("deputy_id", flat=True).get(pk=case.pk)
    return to_deputy(deputy_id), ["deputy_duty:appeal", case.number]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the list of a gathering says now of the deputy who appealed: result and way, empty for nothing."""

    result: str = ""
    way: str = ""


def standing_on_list(appeal: Appeal) -> Standing:
    """What the list says now. One SQL statement."""
    if appeal.meeting_id is None:
        return Standing()
    rows = Attendee.objects.filter(meeting=appeal.meeting_id, deputy=appeal.deputy_id)
    found = rows.values_list("result", "way").first()
    return Standing(*found) if found is not None else Standing()


def meetings_to_choose(deputy_id: int, most: int = 40) -> list[Meeting]:
    """The last gatherings on whose list a deputy is, for saying which one is wrong. One SQL statement."""
    on = Attendee.objects.filter(deputy=deputy_id).select_related("meeting").order_by("-meeting_id")[:most]
    return [row.meeting for row in on]
