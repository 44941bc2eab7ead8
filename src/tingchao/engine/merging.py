"""Merging duplicates: which matter is the main one, and the rows that must be locked together.

Rows are locked in one order: first the main matter, then the one that is merged into it, then those that were merged
into that, by their ids; and whoever answers a main matter locks it before those merged into it. A main matter is
never merged itself, and merges take turns, so no two of them wait for one another.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from tingchao.core.numbering import CaseNumber, parse_number
from tingchao.core.procedure import Action, InputKind, Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import clean_input
from tingchao.core.text import gettext_noop
from tingchao.engine.models import Case
from tingchao.engine.registry import procedures

STRANGE = gettext_noop("没有找到这个编号的事，或者不归您管，请核对编号。")


def main_number(action: Action, raw: Mapping[str, object]) -> CaseNumber | None:
    """The number of the main matter that was typed for an action; None when it asks for none, or it is none."""
    item = next((one for one in action.inputs if one.kind is InputKind.CASE), None)
    if item is None:
        return None
    try:
        return parse_number(str(clean_input(item, raw.get(item.key))))
    except ValueError:
        return None


def main_locked(action_key: str, raw: Mapping[str, object]) -> Case | None:
    """The main matter that `raw` names for an action, locked; None for an action that merges nothing, and for a
    matter that can be no main one. Call it before the other matter is locked."""
    action = next(
        (one for procedure in procedures() for one in procedure.actions if one.key == action_key), None
    )
    number = main_number(action, raw) if action is not None else None
    if number is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('engine.merging'))")
    free = Case.objects.select_for_update(no_key=True).filter(joined__isnull=True)
    return free.filter(pk=number.serial, year=number.year).first()


def main_fault(
    case: Case, main: Case | None, number: CaseNumber, procedure: Procedure, plays: frozenset[Role]
) -> str:
    """Why `case` cannot be merged into the matter of that number, which is `main` unless it can be no main one;
    empty when it can. `plays` are the roles on `main` under which whoever asks may merge."""
    if number.serial == case.pk:
        return gettext_noop("不能并入自己，请填另一件事的编号。")
    if not plays:
        return STRANGE
    if main is None:
        return gettext_noop("这件事自己也并入了别的事，请填主件的编号。")
    if main.procedure != case.procedure:
        return gettext_noop("这两件不是同一类事，不能合并。")
    if procedure.merging is None or main.stage not in procedure.merging.into:
        return gettext_noop("那件事已经答复或办结，不能再并进去；可以直接答复，写明那件的结果。")
    return ""


def waiting_for(main: Case, procedure: Procedure) -> list[Case]:
    """The matters that wait for what becomes of `main`, locked in the order of their ids."""
    if procedure.merging is None:
        return []
    merged = Case.objects.select_for_update(no_key=True).filter(joined=main, stage=procedure.merging.stage)
    return list(merged.order_by("id"))
