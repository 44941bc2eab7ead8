"""What is kept masked, as screens show it: why one looks, who looked, and texts for those not dealing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from django.utils.translation import gettext

from tingchao.core.privacy import CERTAIN, KIND_LABELS, find_personal, masked
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.engine.disclosure import DEALING, MAY_ASK, PHONE, REASONS, Looked
from tingchao.engine.models import Event

Given = dict[str, Any]


def reasons(chosen: str = "") -> list[Given]:
    """The reasons to choose from."""
    return [{"key": key, "label": gettext(label), "on": key == chosen} for key, label in REASONS.items()]


def said_of_looks(events: Sequence[Event]) -> list[Given]:
    """Who looked at the number of a matter, for its owner: the part they play, when, and why; no names."""
    return [
        {"who": gettext(ROLE_LABELS[Role(event.role)]), "when": event.at, "why": why_words(event.data)}
        for event in reversed(events)
        if event.action == PHONE
    ]


def why_words(data: Mapping[str, Any]) -> str:
    """The reason of a look in words."""
    reason = str(data.get("reason", ""))
    return gettext(REASONS[reason]) if reason in REASONS else ""


def look_rows(looks: Sequence[Looked], url: str) -> list[Given]:
    """Looks as the auditor reads them; `url` is the address of a matter with NUMBER for its number."""
    return [
        {
            "when": one.at,
            "who": one.who,
            "role": gettext(ROLE_LABELS[Role(one.role)]),
            "what": gettext("电话") if one.what == PHONE else gettext("全文"),
            "why": gettext("：").join(filter(None, (why_words({"reason": one.reason}), one.note))),
            "number": one.number,
            "region": one.region,
            "url": url.replace("NUMBER", one.number),
        }
        for one in looks
    ]


def kinds_in(text: str) -> str:
    """What personal data a text certainly holds, in words; empty when it holds none."""
    found = dict.fromkeys(one.kind for one in find_personal(text) if one.kind in CERTAIN)
    return gettext("、").join(gettext(KIND_LABELS[kind]) for kind in found)


def reads_whole(roles: Set[Role]) -> bool:
    """Whether somebody playing `roles` on a matter deals with it, and so reads its text as it was said."""
    return bool(roles & DEALING)


def masked_page(context: Given, roles_ever: Set[Role]) -> Given:
    """The page of a matter for somebody who does not deal with it: personal data in its texts masked.

    `case.hidden` says whether anything is; `case.may_ask` whether they may see the whole text with a reason.
    """
    case = dict(context["case"])
    for key in ("text", "place"):
        case[key] = masked(case[key])
    timeline = [
        {**one, "note": masked(one["note"]), "said": masked(one["said"])} for one in context["timeline"]
    ]
    case["hidden"] = case["text"] != context["case"]["text"] or timeline != context["timeline"]
    case["may_ask"] = case["hidden"] and bool(roles_ever & MAY_ASK)
    return {**context, "case": case, "timeline": timeline, "reasons": reasons()}
