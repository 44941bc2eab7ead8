"""Letters about matters of the demonstration that are late or under supervision, answered and not."""

from __future__ import annotations

from datetime import datetime, timedelta

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold
from tingchao.engine.models import Case
from tingchao.engine.timing import local_day
from tingchao.instruments.letters.services import Drafted, letter_answer, letter_issue
from tingchao.mechanisms.public_voices.demo.teller import HOME_STREET, holder

SAID = (
    (
        "supervise",
        "请贵单位派人到现场看一次，把能马上办的先办掉；一时办不了的，写清原因和打算，我们一并告诉反映的居民。",
    ),
    ("ask", "这件事居民问得多。请说明现在到了哪一步、卡在哪里、预计什么时候有结果。"),
    (
        "advise",
        "代表在走访中听到几位居民的建议，已经附在事项记录里。请研究能否采纳，不采纳的也请说明理由。",
    ),
)
ANSWER = "来函收到。我们已到现场查看，材料正在采购，装好当天在事项里传照片。"


def letters_write(now: datetime) -> None:
    """One letter of each kind about matters of the home street that a body acts on; the first is answered."""
    cases = Case.objects.filter(
        procedure="public_voices", region__code__startswith=HOME_STREET, closed_at=None, lead__isnull=False
    ).order_by("-supervised_at", "id")
    for order, (case, (kind, text)) in enumerate(zip(cases[: len(SAID)], SAID, strict=False)):
        drafted = Drafted(
            kind=kind,
            body=str(case.lead_id),
            title=case.title[:30],
            text=text,
            reply_by=local_day(now + timedelta(days=4 + order)).isoformat(),
        )
        writer = holder(Role.LEADER if kind == "supervise" else Role.CLERK, case.region_id)
        written = now - timedelta(days=2 - order, hours=3)
        letter = letter_issue(case_id=case.pk, drafted=drafted, actor=writer, now=written)
        if order == 0:
            body = Actor("system", None, letter.body.name, (Hold(Role.HANDLER, "", letter.body_id),))
            letter_answer(letter_id=letter.pk, text=ANSWER, actor=body, now=written + timedelta(hours=20))
