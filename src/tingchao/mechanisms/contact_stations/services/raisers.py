"""What whoever raised a matter hears of the deliberation about it: that there is one, what it decided, what came of it.

When and where it is held the gathering itself tells (`instruments.meetings.services.topics`). Nothing is said that not
everybody who comes reads too, and personal data in it is masked (《个人信息保护法》25).
"""

from __future__ import annotations

from datetime import datetime

from tingchao.core.privacy import masked
from tingchao.core.steps import Step
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case
from tingchao.engine.telling import case_tell, spoken
from tingchao.mechanisms.contact_stations.models import Deliberation
from tingchao.mechanisms.contact_stations.procedure import DELIBERATIONS

RAISED = gettext_noop(
    "这件事提到了议事会上，请代表、有关单位和街坊一起商量怎么办。定了时间地点，会写在这里。"
)
HANDED = gettext_noop("交给有关单位办的有 %(n)s 项，最晚%(day)s前办好。")

TOLD: dict[str, tuple[str, str, str]] = {
    "settle": ("topic.decided", "conclusion", gettext_noop("议过了，议定：%(words)s。")),
    "once_more": (
        "topic.decided",
        "",
        gettext_noop("这次没有议成，会再约一次。定了时间地点，会写在这里。"),
    ),
    "explain": ("topic.decided", "answer", gettext_noop("议过了，还没有办法：%(words)s。")),
    "drop": ("topic.decided", "answer", gettext_noop("这件事这次不议：%(words)s。")),
    "finish": ("topic.result", "answer", gettext_noop("议定的事有了结果：%(words)s。")),
}
"""Action of a deliberation → the step on the matter it is about, the input whose words are told, and the sentence."""


def raised_tell(about: Case, topic: Case, *, actor: Actor, role: str, now: datetime) -> None:
    """Say that a matter became a topic."""
    case_tell(
        case_id=about.pk,
        step="topic.raised",
        said=spoken(RAISED),
        actor=actor,
        role=role,
        now=now,
        data={"topic": topic.number},
    )


def step_taken(case: Case, step: Step, *, actor: Actor, role: str, now: datetime) -> None:
    """Called by the engine after each step: what a deliberation decides is said on the matter that it is about."""
    if case.procedure != DELIBERATIONS.key or step.action.key not in TOLD:
        return
    row = Deliberation.objects.filter(pk=case.pk, about__isnull=False).first()
    if row is None or row.about_id is None:
        return
    key, asked, template = TOLD[step.action.key]
    said = spoken(template, words=masked(str(step.values.get(asked, ""))).rstrip("。"))
    if step.action.key == "settle":
        said += _handed(row)
    case_tell(
        case_id=row.about_id,
        step=key,
        said=said,
        actor=actor,
        role=role,
        now=now,
        data={"topic": case.number},
    )


def _handed(row: Deliberation) -> str:
    """How many tasks were given to bodies, and by when the last of them is to be done."""
    days = [one for one in row.tasks.values_list("case__due_on", flat=True) if one is not None]
    return spoken(HANDED, n=len(days), day=max(days)) if days else ""
