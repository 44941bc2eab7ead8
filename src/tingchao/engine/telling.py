"""Saying to whoever raised a matter what happens to it outside its own procedure, e.g. that people deliberate it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine import effects, notices, record
from tingchao.engine.models import Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import locked_case, words_pass_on
from tingchao.engine.words import day_words, moment_words

STEPS = {
    "topic.raised": gettext_noop("提到议事会上议"),
    "topic.called": gettext_noop("定了议事的时间地点"),
    "topic.moved": gettext_noop("议事改了时间地点"),
    "topic.cancelled": gettext_noop("议事取消了"),
    "topic.decided": gettext_noop("议事有了结论"),
    "topic.result": gettext_noop("议定的事有了结果"),
}
"""Step → what it is called, to staff and to whoever raised the matter."""


@transaction.atomic
def case_tell(
    *,
    case_id: int,
    step: str,
    said: str,
    actor: Actor,
    role: str,
    now: datetime,
    data: Mapping[str, JSON] | None = None,
) -> Case:
    """Record on a matter what is said to whoever raised it, who gets a notice; so does everybody whose matter was
    merged into it. `said` may hold only what may be public. A matter that is closed is told of too.

    `step` is one of STEPS. Raises Refusal "gone".
    """
    case = locked_case(case_id)
    procedure = procedure_get(case.procedure)
    told = effects.to_raiser(case, [notices.notice(notices.TO_REPORTER, "progress")])
    entry = record.Entry(
        action=step,
        actor=actor,
        role=role,
        now=now,
        case=case,
        before=case.stage,
        said=said,
        data=dict(data or {}),
        notices=told if procedure.raiser is Role.REPORTER else [],
    )
    record.append(entry)
    words_pass_on(case, procedure, entry)
    return case


def spoken(template: str, **values: object) -> str:
    """A sentence as it is kept in the record: in the language of the installation, whoever's step it was. Days and
    moments among its values are spelled out."""
    with override(settings.LANGUAGE_CODE):
        return gettext(template) % {key: _spelled(value) for key, value in values.items()}


def _spelled(value: object) -> object:
    if isinstance(value, datetime):
        return moment_words(value)
    return day_words(value) if isinstance(value, date) else value
