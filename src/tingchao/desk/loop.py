"""What the case page shows of the loop beside the record: the public account, who else must act."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from django.utils.translation import gettext

from tingchao.core.procedure import Procedure, Publicity
from tingchao.core.roles import Role
from tingchao.core.steps import Standing, kept_for_another, who_else
from tingchao.desk.forms import retry_after
from tingchao.desk.present import PLACEHOLDER
from tingchao.engine.models import Attachment, Case
from tingchao.engine.registry import procedure_get

Given = dict[str, Any]


def waits_for_another(procedure: Procedure, standing: Standing, roles: Set[Role], actor: str) -> str:
    """Why somebody is not offered what their role may do: they brought the matter here; empty when nothing is kept."""
    kept = kept_for_another(procedure, standing, roles, actor)
    return retry_after(who_else(kept[0]), "", {}).error if kept else ""


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
