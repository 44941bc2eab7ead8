"""What is done to an entry by itself, apart from its form: each deed by its key, with the fields that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.administration.kinds import GRANT, MEMBER, Field
from tingchao.desk.administration.saving import grant_values
from tingchao.engine import accounts, administration
from tingchao.instruments.codes.services import code_issue, code_revoke

Doing = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed: what it does, what is said when it is done, what it asks for. Of `secret` the result is shown once."""

    does: Doing
    done: str
    fields: tuple[Field, ...] = ()
    secret: bool = False


def _one(post: Mapping[str, Any]) -> int:
    """The id of the row that a button belongs to."""
    text = str(post.get("row", ""))
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refusal("gone", gettext_noop("没有找到这一条，可能刚被别人改过，请回到名单看看。"))
    return int(text)


DEEDS: dict[tuple[str, str], Deed] = {
    ("stations", "issue"): Deed(
        lambda row, values, post, **who: code_issue(station=row, **who), gettext_noop("站码已经发放。")
    ),
    ("stations", "revoke"): Deed(
        lambda row, values, post, **who: code_revoke(station=row, **who),
        gettext_noop("旧码已经作废，新码已经发放，请重新打印海报。"),
    ),
    ("stations", "reopen"): Deed(
        lambda row, values, post, **who: administration.station_reopen(station_id=row.pk, **who),
        gettext_noop("站点已经恢复使用。"),
    ),
    ("bodies", "reopen"): Deed(
        lambda row, values, post, **who: administration.body_reopen(body_id=row.pk, **who),
        gettext_noop("单位已经恢复使用。"),
    ),
    ("groups", "add_member"): Deed(
        lambda row, values, post, **who: administration.membership_add(
            group_id=row.pk,
            deputy_id=values["deputy"],
            part=values["part"],
            since=values["since"],
            until=values["until"],
            **who,
        ),
        gettext_noop("已经加进来。"),
        fields=MEMBER,
    ),
    ("groups", "end_member"): Deed(
        lambda row, values, post, **who: administration.membership_end(membership_id=_one(post), **who),
        gettext_noop("已经退出，在组里的时间还留着。"),
    ),
    ("accounts", "give"): Deed(
        lambda row, values, post, **who: accounts.grant_give(
            account_id=row.pk, **grant_values(values), **who
        ),
        gettext_noop("已经授权。"),
        fields=GRANT,
    ),
    ("accounts", "end_grant"): Deed(
        lambda row, values, post, **who: accounts.grant_end(grant_id=_one(post), **who),
        gettext_noop("已经收回。"),
    ),
    ("accounts", "password"): Deed(
        lambda row, values, post, **who: accounts.password_reset(account_id=row.pk, **who),
        gettext_noop("密码已经重设。"),
        secret=True,
    ),
    ("accounts", "unlock"): Deed(
        lambda row, values, post, **who: accounts.account_unlock(account_id=row.pk, **who),
        gettext_noop("已经解除锁定，现在就能登录。"),
    ),
    ("accounts", "switch_off"): Deed(
        lambda row, values, post, **who: accounts.account_switch(account_id=row.pk, on=False, **who),
        gettext_noop("账号已经停用。"),
    ),
    ("accounts", "switch_on"): Deed(
        lambda row, values, post, **who: accounts.account_switch(account_id=row.pk, on=True, **who),
        gettext_noop("账号已经恢复。"),
    ),
}
