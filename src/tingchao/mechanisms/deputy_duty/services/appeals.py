"""Appeals against a duty record: raised by the deputy whose it is, answered and rated like any matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor, reporter
from tingchao.directory.models import Deputy
from tingchao.engine.care import TOOLS, case_tend
from tingchao.engine.files import KeptFile
from tingchao.engine.models import Case, Fact
from tingchao.engine.services import case_act, case_open
from tingchao.instruments.meetings.models import Meeting
from tingchao.mechanisms.deputy_duty.models import Appeal
from tingchao.mechanisms.deputy_duty.procedure import DUTY_APPEALS

ONLY_OWN = gettext_noop("只能对自己的履职记录提申诉。")
NO_WORDS = gettext_noop("请写哪里不对，5 到 1000 个字。")
NO_MEETING = gettext_noop("没有这场活动，请刷新页面再选。")
NO_ENTRY = gettext_noop("您的档案里没有这一条，请回到档案再点。")


@transaction.atomic
def appeal_open(
    *,
    deputy_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    meeting_id: int | None = None,
    fact_id: int | None = None,
    submission: str | None = None,
    files: Sequence[KeptFile] = (),
) -> Case:
    """Say that one's own record is wrong, or lacks something. The same `submission` is one appeal.

    `fact_id` names the entry that is wrong by its last fact, `files` are the evidence. Raises Refusal "forbidden" about
    another's record and for whose term ended, "input".
    """
    if actor.deputy_id is None or actor.deputy_id != deputy_id:
        raise Refusal("forbidden", ONLY_OWN)
    known = Case.objects.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    said = clean_text(text)
    if not 5 <= len(said) <= 1000:
        raise refused_inputs({"text": NO_WORDS})
    fact = _fact(deputy_id, fact_id)
    meeting = _meeting(_meeting_of(fact) if fact is not None else meeting_id)
    deputy = Deputy.objects.get(pk=deputy_id)
    title = said.split("\n")[0][:30] if meeting is None else meeting.title[:40]
    try:
        with transaction.atomic():
            return case_open(
                procedure=DUTY_APPEALS,
                title=title,
                text=said,
                region_code=deputy.region_id,
                channel="desk",
                raised_by=deputy.name,
                actor=actor,
                now=now,
                station_id=deputy.station_id,
                submission=submission,
                files=files,
                beside=lambda case: Appeal(case=case, deputy=deputy, meeting=meeting, fact=fact),
            )
    except IntegrityError:
        return Case.objects.get(submission=submission)


def _fact(deputy_id: int, fact_id: int | None) -> Fact | None:
    """The last fact of an entry of this deputy."""
    if fact_id is None:
        return None
    found = Fact.objects.filter(pk=fact_id, deputy=deputy_id).first() if 0 < fact_id < 2**63 else None
    if found is None:
        raise refused_inputs({"entry": NO_ENTRY})
    return found


def _meeting_of(fact: Fact) -> int | None:
    head, _, tail = fact.subject.partition(":")
    return int(tail) if head == "meeting" and tail.isdigit() else None


def _meeting(meeting_id: int | None) -> Meeting | None:
    if meeting_id is None:
        return None
    found = Meeting.objects.filter(pk=meeting_id).first() if 0 < meeting_id < 2**63 else None
    if found is None:
        raise refused_inputs({"meeting": NO_MEETING})
    return found


def appeal_act(
    *,
    case_id: int,
    action: str,
    raw: Mapping[str, object],
    actor: Actor,
    now: datetime,
    seen: str | None = None,
    files: Sequence[KeptFile] = (),
) -> Case:
    """Say whether the answer to one's own appeal is right, or add a word to it.

    Raises Refusal "forbidden" about another's appeal, and whatever the step raises.
    """
    _require_own(case_id, actor)
    mine = reporter(case_id)
    if action in TOOLS:
        return case_tend(case_id=case_id, tool=action, raw=raw, actor=mine, now=now, files=files)
    return case_act(case_id=case_id, action=action, raw=raw, actor=mine, now=now, seen=seen, files=files)


def _require_own(case_id: int, actor: Actor) -> None:
    if not Appeal.objects.filter(case=case_id, deputy=actor.deputy_id or 0).exists():
        raise Refusal("forbidden", ONLY_OWN)
