"""Views 视图 that an account keeps: a list narrowed in a certain way, under a name of its own.

They lie with the account, which every page of the desk reads, so that the menu costs no statement of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account

MOST_VIEWS = 20
LONGEST_NAME = 20
LONGEST_QUERY = 400


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view: its name in the menu and what the address of the list bears, e.g. "view=open&tier=urgent"."""

    name: str
    query: str


def views_of(account: Account) -> list[SavedView]:
    """The views that an account keeps, in the order in which they were made."""
    return [SavedView(str(one["name"]), str(one["query"])) for one in account.views]


@transaction.atomic
def view_save(*, name: str, query: str, actor: Actor) -> SavedView:
    """Keep a view under a name, which no other view of the account has.

    Raises Refusal "forbidden" for whoever is no account, "input" for a name that cannot be kept, "many" when there
    are MOST_VIEWS already.
    """
    account = _locked(actor)
    view = SavedView(" ".join(clean_text(name).split()), clean_text(query))
    if fault := _fault(view, account.views):
        raise refused_inputs({"name": fault})
    if len(account.views) >= MOST_VIEWS:
        raise Refusal("many", gettext_noop("已经存了 20 个视图，先删掉一个不用的。"))
    account.views = [*account.views, {"name": view.name, "query": view.query}]
    account.save(update_fields=["views"])
    return view


@transaction.atomic
def view_delete(*, name: str, actor: Actor) -> None:
    """Keep the view of that name no longer; nothing happens when there is none."""
    account = _locked(actor)
    account.views = [one for one in account.views if one["name"] != name]
    account.save(update_fields=["views"])


def _locked(actor: Actor) -> Account:
    account = None
    if actor.kind == "account" and actor.id is not None:
        account = Account.objects.select_for_update().filter(pk=actor.id, is_active=True).first()
    if account is None:
        raise Refusal("forbidden", gettext_noop("请先登录，再存视图。"))
    return account


def _fault(view: SavedView, kept: Sequence[dict[str, Any]]) -> str:
    if not view.name:
        return gettext_noop("给这个视图起个名字，比如“我的急事”。")
    if len(view.name) > LONGEST_NAME:
        return gettext_noop("名字太长了，请不超过 20 个字。")
    if len(view.query) > LONGEST_QUERY:
        return gettext_noop("条件太多，存不下，请去掉几个。")
    if any(one["name"] == view.name for one in kept):
        return gettext_noop("您已经有一个叫这个名字的视图，请换个名字。")
    return ""
