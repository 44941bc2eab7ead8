"""What the case page shows of the loop beside the record: the public account, who else must act."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.limits import days_left
from tingchao.core.procedure import OFTEN_DAYS, Action, Procedure, Publicity
from tingchao.core.roles import Role
from tingchao.core.steps import Standing, kept_for_another, who_else
from tingchao.core.text import gettext_noop
from tingchao.desk.forms import retry_after
from tingchao.desk.labels import RATINGS
from tingchao.desk.present import PLACEHOLDER
from tingchao.engine.models import Assignment, Attachment, Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.selectors import ListedCase

Given = dict[str, Any]


def waits_for_another(procedure: Procedure, standing: Standing, roles: Set[Role], actor: str) -> str:
    """Why somebody is not offered what their role may do: they brought the matter here; empty when nothing is kept."""
    kept = kept_for_another(procedure, standing, roles, actor)
    return retry_after(who_else(kept[0]), "", {}).error if kept else ""


def often(case: Case, procedure: Procedure, alike: Sequence[ListedCase], now: datetime) -> int:
    """How many matters of the same words there are, this one among them, when that makes it a frequent one 多发; 0
    for others and for a matter that somebody acts on already."""
    if procedure.often is None or case.closed_at is not None or case.stage != procedure.first.key:
        return 0
    since = now - timedelta(days=OFTEN_DAYS)
    recent = 1 + sum(one.closed_at is None or one.closed_at >= since for one in alike)
    return recent if recent >= procedure.often else 0


def account(case: Case, procedure: Procedure, files: Sequence[Attachment], file_url: str) -> Given | None:
    """The public account with its pictures, as published or as it waits for a second person; None when there is
    neither."""
    public = case.visibility == Case.Visibility.PUBLIC
    if not public and not (case.public_text and _waits(case, procedure)):
        return None
    return {
        "label": gettext("已经公开的内容") if public else gettext("要公开的内容，等人把关"),
        "title": case.public_title,
        "text": case.public_text,
        "pictures": pictures(files, file_url),
    }


def _waits(case: Case, procedure: Procedure) -> bool:
    """Whether the next step publishes what was written."""
    leaving = procedure.leaving(case.stage) if case.closed_at is None else ()
    return any(one.publishes is Publicity.ACCOUNT and not one.inputs for one in leaving)


def pictures(files: Sequence[Attachment], file_url: str) -> list[Given]:
    """The pictures of a public account in two rows, before and after; a row without any is left out."""
    made = [
        {
            "label": label,
            "photos": [
                {"url": file_url.replace("DIGEST", file.digest), "alt": label, "kind": file.kind}
                for file in files
                if file.shown == name
            ],
        }
        for name, label in (("before", gettext("办理前")), ("after", gettext("办理后")))
    ]
    return [row for row in made if row["photos"]]


def joined(case: Case, related: Sequence[Case], url: str) -> Given | None:
    """The main matter that this one was merged into, or those merged into this one; None when there is neither."""
    if not related:
        return None
    label = (
        gettext("并入") if case.joined_id is not None else gettext("并进来的 %(n)s 件") % {"n": len(related)}
    )
    return {
        "label": label,
        "rows": [
            {
                "title": one.title,
                "number": one.number,
                "url": url.replace(PLACEHOLDER, one.number),
                "stage": gettext(procedure_get(one.procedure).stage(one.stage).label),
            }
            for one in related
        ],
    }


# --- who has what -----------------------------------------------------------------------------------------

PART_LABELS = {
    "lead": gettext_noop("主办"),
    "joint": gettext_noop("会办"),
    "follow_up": gettext_noop("督办代表"),
    "deliberate": gettext_noop("来议"),
}


def board(assigned: Sequence[Assignment], *, today: date, calendar: WorkingCalendar) -> list[Given]:
    """Who has, or had, what part of a matter: since when, until when, what came of it; what runs comes first."""
    ordered = sorted(
        assigned, key=lambda one: (one.ended_at is not None, list(PART_LABELS).index(one.kind), one.pk)
    )
    return [_part(one, today, calendar) for one in ordered]


def _part(one: Assignment, today: date, calendar: WorkingCalendar) -> Given:
    waits = one.ended_at is None and one.replied_at is None and one.kind in ("lead", "joint")
    left = days_left(one.due_on, today, calendar) if waits and one.due_on is not None else 0
    return {
        "part": gettext(PART_LABELS[one.kind]),
        "name": str(one.deputy if one.deputy is not None else one.body),
        "group": one.group.name if one.group is not None else "",
        "task": one.task,
        "since": one.assigned_at,
        "due": one.due_on if one.ended_at is None else None,
        "late": ngettext("超 %(n)s 个工作日", "超 %(n)s 个工作日", -left) % {"n": -left} if left < 0 else "",
        "came": _came_of(one),
        "when": one.replied_at or one.ended_at,
        "words": one.words,
        "ended": one.ended_at is not None,
    }


def _came_of(one: Assignment) -> str:
    if one.rating:
        return gettext(RATINGS[one.rating])
    if one.replied_at is not None:
        return gettext("意见已交")
    if one.ended_at is not None:
        return gettext("已结束")
    return gettext("意见还没交") if one.task else ""


def asked(case: Case) -> str:
    """The request for more time that waits for a decision, in words; empty when there is none."""
    if not case.more_time:
        return ""
    lead = case.lead.name if case.lead is not None else gettext("承办单位")
    told = {"lead": lead, "n": case.more_time["amount"], "why": case.more_time["why"]}
    return gettext("%(lead)s申请延期 %(n)s 天，等协调人决定：%(why)s") % told


def with_still_out(
    forms: list[Given], actions: Sequence[Action], assigned: Sequence[Assignment]
) -> list[Given]:
    """The forms, of which one that answers says whose opinion is still out."""
    out = [one for one in assigned if one.kind == "joint" and one.task and one.replied_at is None]
    names = gettext("、").join(str(one.body) for one in out)
    for form, action in zip(forms, actions, strict=True):
        form["note"] = (
            gettext("会办意见还没交：%(names)s") % {"names": names} if out and action.answers else ""
        )
    return forms
