"""The page of one gathering: everything but the forms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tingchao.core.attendance import CODE_EARLY, CODE_LATE, LIST_LATE, State
from tingchao.desk.cards import Line
from tingchao.desk.meetings import rows
from tingchao.desk.present import PLACEHOLDER
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case
from tingchao.engine.registry import manifest_of, procedure_get
from tingchao.engine.sealing import stream_verify
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Attendee, CaseMeeting, Meeting
from tingchao.instruments.meetings.policy import is_shown, listens
from tingchao.instruments.meetings.selectors import (
    CameOf,
    attendees_page,
    came_of,
    cases_of,
    counts_of,
    events_counted,
    files_of,
    history_of,
    history_page,
    meetings_of_case,
    waits_at,
)

VERIFIED = 300
"""A history of so many records is verified each time it is shown; a longer one when somebody asks."""

Given = dict[str, Any]


def page_context(
    meeting: Meeting,
    *,
    actor: Actor,
    own: Attendee | None,
    keeps: bool,
    now: datetime,
    after: int = 0,
    verify: bool = False,
) -> Given:
    """What the page of a gathering shows to somebody; `own` is their row on its list, `keeps` that they organise."""
    counts, tied = counts_of(meeting), cases_of(meeting)
    people, further = attendees_page(meeting, after=after)
    label, colour = rows.state_of(meeting, now)
    return {
        "meeting": {
            "id": meeting.pk,
            "title": meeting.title,
            "kind": rows.kind_label(meeting),
            "region": meeting.region.name,
            "state": label,
            "colour": colour,
            "when": rows.when_words(meeting),
            "where": rows.where_words(meeting),
            "about": meeting.about,
            "reason": meeting.reason,
            "revised": meeting.revision > 0,
            "cancelled": meeting.state == Meeting.State.CANCELLED,
            "station_closed": meeting.station is not None
            and not meeting.station.active
            and meeting.starts_at > now,
            "agenda": meeting.agenda,
            "minutes": meeting.minutes,
            "conclusions": meeting.conclusions,
        },
        "details": rows.details(meeting, counts),
        "counts": counts,
        "people": rows.people_rows(people),
        "people_next": f"?after={further}#people" if further else "",
        "keeps": keeps,
        "marks": keeps and meeting.starts_at - CODE_EARLY <= now <= meeting.ends_at + LIST_LATE,
        "hybrid": meeting.mode == Meeting.Mode.HYBRID,
        "own": _own(meeting, own, now),
        "cases": _cases(tied),
        "came_of": came_words(came_of(tie.case for tie in tied)),
        "files": [
            {
                "name": one.name or gettext("照片"),
                "url": reverse("desk:meeting_file", args=[meeting.pk, one.digest]),
            }
            for one in files_of(meeting)
        ],
        "links": _links(meeting, keeps, now, hears=_hears(meeting, own, keeps, now)),
        **_history(meeting, verify),
    }


def _own(meeting: Meeting, own: Attendee | None, now: datetime) -> Given:
    """What the page says to the reader of themselves."""
    open_now = meeting.state in (Meeting.State.ANNOUNCED, Meeting.State.HELD)
    running = meeting.starts_at - CODE_EARLY <= now <= meeting.ends_at + CODE_LATE
    if own is None:
        return {"on": False}
    return {
        "on": True,
        "state": str(own.state),
        "words": rows.standing_words(own),
        "signed": own.signed_at,
        "reason": own.reason,
        "before": max(0, waits_at(own) - 1),
        "waiting": own.state == State.WAITING,
        "in_url": reverse("desk:meeting_in", args=[meeting.pk])
        if open_now and running and own.signed_at is None
        else "",
    }


def came_words(came: CameOf) -> list[Given]:
    """What came of a gathering, in the words of its matters: each number with what it counts; nothing for none."""
    told = [
        (gettext("听到"), came.heard),
        (gettext("在办"), came.running),
        (gettext("办成"), came.done),
        (gettext("已说明"), came.explained),
        (gettext("并入别的事"), came.joined),
    ]
    return [{"label": label, "count": count} for label, count in told if count]


def _outcome_words(case: Case) -> str:
    """How a matter ended, or was answered, in the words of its procedure."""
    outcomes = {one.key: one.label for one in procedure_get(case.procedure).outcomes}
    return gettext(outcomes[case.outcome]) if case.outcome in outcomes else ""


def _cases(tied: Iterable[CaseMeeting]) -> list[Given]:
    url = reverse("desk:case", args=[PLACEHOLDER])
    return [
        {
            "title": tie.case.title,
            "number": tie.case.number,
            "url": url.replace(PLACEHOLDER, tie.case.number),
            "stage": gettext(procedure_get(tie.case.procedure).stage(tie.case.stage).label),
            "tie": gettext(str(tie.get_tie_display())),
            "closed": tie.case.closed_at is not None,
            "outcome": _outcome_words(tie.case),
            "lead": tie.case.lead.name if tie.case.lead is not None else "",
            "due": None if tie.case.closed_at is not None else tie.case.due_on,
        }
        for tie in tied
    ]


def case_lines(case: Case) -> list[Line]:
    """The gatherings that a matter came up at, as lines of the card beside it. One SQL statement."""
    return [
        Line(
            gettext(str(tie.get_tie_display())),
            rows.when_words(tie.meeting),
            link=reverse("desk:meeting", args=[tie.meeting_id]),
            link_label=tie.meeting.title,
        )
        for tie in meetings_of_case(case)
        if not kind_get(tie.meeting.kind).hidden
    ]


def room_of_meeting(meeting: Meeting) -> str:
    """The name of the address at which what is said there is taken down; empty where nobody takes it down so."""
    kind = kind_get(meeting.kind)
    if not kind.receives or not kind.procedure:
        return ""
    try:
        return manifest_of(kind.procedure).room
    except KeyError:  # the mechanism is not installed
        return ""


def _hears(meeting: Meeting, own: Attendee | None, keeps: bool, now: datetime) -> bool:
    running = meeting.starts_at - CODE_EARLY <= now <= meeting.ends_at + LIST_LATE
    open_now = running and meeting.state != Meeting.State.CANCELLED
    return open_now and (keeps or listens(own)) and bool(room_of_meeting(meeting))


def _links(meeting: Meeting, keeps: bool, now: datetime, *, hears: bool) -> list[Given]:
    """The ways on: listening, the code on the screen, the sheet, the public page."""
    found = [_link("speak", gettext("听人说事"), room_of_meeting(meeting), meeting.pk)] if hears else []
    if keeps and meeting.state == Meeting.State.ANNOUNCED and now <= meeting.ends_at + CODE_LATE:
        found.append(_link("eye", gettext("投屏签到码"), "desk:meeting_screen", meeting.pk))
    if keeps:
        found.append(_link("print", gettext("签到表和议程"), "desk:meeting_sheet", meeting.pk))
    if meeting.activity_id is not None and keeps:
        url = reverse("desk:code_sheet", args=["activity", meeting.activity_id, "poster", "pdf"])
        found.append({"icon": "print", "label": gettext("活动码海报"), "url": url})
    if keeps and kind_get(meeting.kind).live and meeting.state != Meeting.State.PLANNED:
        found.append(_link("speak", gettext("直播互动"), "desk:live", meeting.pk))
    if is_shown(meeting):
        found.append(_link("users", gettext("公开页"), "public:meeting", meeting.pk))
    return found


def _link(icon: str, label: str, name: str, pk: int) -> Given:
    return {"icon": icon, "label": label, "url": reverse(name, args=[pk])}


def _history(meeting: Meeting, verify: bool) -> Given:
    """The last records, and whether all of them hold together."""
    count = events_counted(meeting)
    if count > VERIFIED and not verify:
        told = ngettext("共 %(n)s 条记录", "共 %(n)s 条记录", count) % {"n": count}
        return {"timeline": rows.timeline(history_page(meeting)), "chain_label": told, "chain_ask": True}
    events = history_of(meeting)
    broken = stream_verify(meeting.stream, events)
    if broken is None:
        told = ngettext("%(n)s 条记录，环环相扣", "%(n)s 条记录，环环相扣", len(events)) % {"n": len(events)}
    else:
        why = {"event": broken.event, "why": gettext(broken.why)}
        told = gettext("记录链在第 %(event)s 条断了：%(why)s") % why
    return {"timeline": rows.timeline(events[-60:]), "chain_label": told, "chain_broken": broken is not None}
