"""Gatherings on the public side: what is next at a station, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tingchao.core.attendance import State, code_fault
from tingchao.desk.meetings import rows
from tingchao.desk.meetings.page import came_words
from tingchao.engine.models import Case
from tingchao.instruments.live.snapshots import read
from tingchao.instruments.meetings.models import Attendee, CaseMeeting, Meeting
from tingchao.instruments.meetings.policy import is_shown
from tingchao.instruments.meetings.selectors import (
    came_of,
    cases_of,
    hosts_of,
    meetings_of_case,
    public_meetings,
)

Given = dict[str, Any]


def next_rows(station_id: int, now: datetime, most: int = 3) -> list[Given]:
    """What is announced at a station next, for its page. Two SQL statements, one when there is nothing."""
    found = public_meetings(station_id, now, most)
    hosts = hosts_of([one.pk for one in found]) if found else {}
    return [
        {
            "url": reverse("public:meeting", args=[one.pk]),
            "title": one.title,
            "kind": rows.kind_label(one),
            "when": rows.when_words(one),
            "where": rows.where_words(one),
            "hosts": host_names(hosts.get(one.pk, ())),
            "arrive_url": reverse("public:meeting_arrive", args=[one.pk])
            if one.residents and not code_fault(one.starts_at, one.ends_at, now)
            else "",
        }
        for one in found
    ]


def topic_rows(case: Case, now: datetime) -> list[Given]:
    """The gatherings at which a matter itself is talked over, for whoever raised it. One SQL statement."""
    found = []
    for tie in meetings_of_case(case):
        if tie.tie != CaseMeeting.Tie.TOPIC or not is_shown(tie.meeting):
            continue
        label, colour = rows.state_of(tie.meeting, now)
        found.append(
            {
                "url": reverse("public:meeting", args=[tie.meeting_id]),
                "kind": rows.kind_label(tie.meeting),
                "when": rows.when_words(tie.meeting),
                "where": rows.where_words(tie.meeting),
                "state": label,
                "colour": colour,
            }
        )
    return found


def host_names(hosts: Iterable[Attendee]) -> str:
    """Who receives: deputies and those with a duty, by name; their office is public."""
    return gettext("、").join(one.name for one in hosts)


def public_context(meeting: Meeting, now: datetime) -> Given:
    """What anybody may read of a gathering; never a name of a resident, never where the online room is."""
    hosts = hosts_of([meeting.pk]).get(meeting.pk, [])
    label, colour = rows.state_of(meeting, now)
    left = places_left(meeting)
    return {
        "meeting": {
            "id": meeting.pk,
            "title": meeting.title,
            "kind": rows.kind_label(meeting),
            "about": meeting.about,
            "when": rows.when_words(meeting),
            "where": rows.where_words(meeting),
            "address": meeting.station.address if meeting.station is not None else "",
            "station": meeting.station.name if meeting.station is not None else "",
            "station_url": reverse("public:station_page", args=[meeting.station_id])
            if meeting.station is not None
            else "",
            "state": label,
            "colour": colour,
            "cancelled": meeting.state == Meeting.State.CANCELLED,
            "over": now > meeting.ends_at,
            "reason": meeting.reason if meeting.revision else "",
            "agenda": meeting.agenda,
            "outcome": rows.outcome_label(meeting),
            "conclusions": [one["what"] for one in meeting.conclusions] if meeting.held_at else [],
        },
        "came_of": _came_of(meeting, now),
        "live_url": reverse("public:live", args=[meeting.pk]) if read(meeting.pk) is not None else "",
        "hosts": [
            {
                "name": one.name,
                "duty": gettext(one.duty) if one.duty else gettext(str(one.get_part_display())),
                "url": reverse("public:deputy", args=[one.deputy_id]) if one.deputy_id else "",
            }
            for one in hosts
        ],
        "may_sign_up": meeting.residents
        and meeting.state == Meeting.State.ANNOUNCED
        and now <= meeting.ends_at,
        "may_arrive": meeting.residents
        and meeting.state == Meeting.State.ANNOUNCED
        and not code_fault(meeting.starts_at, meeting.ends_at, now),
        "full": left == 0,
        "left": ngettext("还有 %(n)s 个名额", "还有 %(n)s 个名额", left or 0) % {"n": left} if left else "",
    }


def _came_of(meeting: Meeting, now: datetime) -> Given:
    """What came of what was said there: counts, and the accounts that were made known; no word of any other matter."""
    if now < meeting.starts_at:
        return {}
    cases = [tie.case for tie in cases_of(meeting)]
    return {
        "counts": came_words(came_of(cases)),
        "known": [
            {"title": one.public_title, "url": reverse("public:known_case", args=[one.number])}
            for one in cases
            if one.visibility == "public"
        ],
    }


def places_left(meeting: Meeting) -> int | None:
    """How many places are free; None where they are not counted."""
    if meeting.places is None:
        return None
    return max(0, meeting.places - meeting.attendees.filter(state=State.COMING).count())
