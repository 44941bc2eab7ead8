"""What whoever raised a matter hears of the deliberation that is held about it: when, where, moved, cancelled.

Only of gatherings that anybody may know of; a matter that was merely said at one is no topic of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case
from tingchao.engine.telling import case_tell, spoken
from tingchao.instruments.meetings.models import CaseMeeting, Meeting
from tingchao.instruments.meetings.writing import where

DELIBERATION = "deliberation"

CALLED = "topic.called"
MOVED = "topic.moved"
CANCELLED = "topic.cancelled"

WORDS = {
    CALLED: gettext_noop("议事会定了：%(when)s，%(place)s。您要是方便，欢迎来一起说说。"),
    MOVED: gettext_noop("议事会改了时间或地点，现在是%(when)s，%(place)s。原因：%(why)s。"),
    CANCELLED: gettext_noop("原定%(when)s的议事会取消了。原因：%(why)s。"),
}


def topics_locked(meeting_id: int) -> list[Case]:
    """The matters that a gathering is held about, locked. Call it before the gathering itself is locked: whoever acts
    on a deliberation locks its matter first too."""
    tied = CaseMeeting.objects.filter(meeting=meeting_id, tie=CaseMeeting.Tie.TOPIC)
    return list(Case.objects.select_for_update(no_key=True).filter(pk__in=tied.values("case")).order_by("id"))


def topics_tell(
    meeting: Meeting,
    cases: Iterable[Case],
    step: str,
    *,
    actor: Actor,
    role: str,
    now: datetime,
    why: str = "",
) -> None:
    """Say to whoever raised the matters of a deliberation that it is called, moved or cancelled; nothing where it is
    no deliberation that anybody may know of."""
    if meeting.kind != DELIBERATION or not meeting.public:
        return
    values = {"when": meeting.starts_at, "place": _place(meeting), "why": why.rstrip("。")}
    for case in cases:
        said = spoken(WORDS[step], **values)
        case_tell(
            case_id=case.pk,
            step=step,
            said=said,
            actor=actor,
            role=role,
            now=now,
            data={"meeting": meeting.pk},
        )


def _place(meeting: Meeting) -> str:
    """Where it is, with the station, as somebody who has never been there needs it."""
    place = spoken(where(meeting))
    if meeting.station is None or meeting.mode == Meeting.Mode.ONLINE or not meeting.place:
        return place
    return f"{meeting.station.name}{place}"
