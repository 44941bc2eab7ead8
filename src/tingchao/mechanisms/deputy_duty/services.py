"""Appeals against a duty record: raised by the deputy whose it is, answered and rated like any matter."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor, reporter
from tingchao.directory.models import Deputy
from tingchao.engine.models import Case
from tingchao.engine.services import case_act, case_open
from tingchao.instruments.meetings.models import Meeting
from tingchao.mechanisms.deputy_duty.models import Appeal
from tingchao.mechanisms.deputy_duty.procedure import DUTY_APPEALS

ONLY_OWN = gettext_noop("只能对自己的履职记录提申诉。")
NO_WORDS = gettext_noop("请写哪里不对，5 到 1000 个字。")
NO_MEETING = gettext_noop("没有这场活动，请刷新页面再选。")


@transaction.atomic
def appeal_open(
    *,
    deputy_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    meeting_id: int | None = None,
    submission: str | None = None,
) -> Case:
    """Say that one's own record is wrong, or lacks something. The same `submission` is one appeal.

    Raises Refusal "forbidden" about another's record, "input".
    """
    if actor.deputy_id is None or actor.deputy_id != deputy_id:
        raise Refusal("forbidden", ONLY_OWN)
    known = Case.objects.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    said = clean_text(text)
    if not 5 <= len(said) <= 1000:
        raise refused_inputs({"text": NO_WORDS})
    meeting = _meeting(meeting_id)
    deputy = Deputy.objects.get(pk=deputy_id)
    title = said.split("\n")[0][:30] if meeting is None else meeting.title[:40]
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
        beside=lambda case: Appeal(case=case, deputy=deputy, meeting=meeting),
    )


def _meeting(meeting_id: int | None) -> Meeting | None:
    if meeting_id is None:
        return None
    found = Meeting.objects.filter(pk=meeting_id).first() if 0 < meeting_id < 2**63 else None
    if found is None:
        raise refused_inputs({"meeting": NO_MEETING})
    return found


def appeal_rate(*, case_id: int, action: str, words: str, actor: Actor, now: datetime) -> Case:
    """Say whether the answer to one's own appeal is right. Raises Refusal "forbidden" about another's."""
    own = Appeal.objects.filter(case=case_id, deputy=actor.deputy_id or 0).exists()
    if not own:
        raise Refusal("forbidden", ONLY_OWN)
    raw = {"missing": words}
    return case_act(case_id=case_id, action=action, raw=raw, actor=reporter(case_id), now=now)
