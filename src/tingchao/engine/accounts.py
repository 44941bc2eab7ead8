"""What administrators change of accounts and of what each may do; each change is an event.

Separated administrators (等保 2.0, GB/T 22239-2019 8.1.4.1, 8.1.5): nobody gives rights to themselves, whoever
administers or audits plays no other part, and the last administrator cannot be switched off.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from tingchao.core.roles import BODY_ROLES, Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.lockouts import unlock
from tingchao.directory.models import Account, Body, Deputy, Grant, Region
from tingchao.directory.policy import require_directory, scopes_kept, within
from tingchao.engine.changes import change_append, row_locked, row_save
from tingchao.engine.links import ALPHABET
from tingchao.engine.tallies import Allowance, tally_key, tally_read, tally_take
from tingchao.engine.timing import local_day

APART = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles whose holder plays no other part at the same time."""

ONCE_USERNAME = ("username", gettext_noop("已经有这个用户名，请换一个。"))
NEVER = ("role", gettext_noop("已经有一样的授权。"))
MOST_NAMED = 3


def password_make() -> str:
    """A new password, 60 bits, that can be read out over the telephone: K7FQ-2MZ8-A4TX."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


@transaction.atomic
def account_open(
    *,
    username: str,
    name: str,
    role: Role,
    scope: str,
    since: date,
    actor: Actor,
    now: datetime,
    deputy_id: int | None = None,
    body_id: int | None = None,
    until: date | None = None,
) -> tuple[Account, str]:
    """Make an account with its first grant. Returns it with its password, which is kept nowhere else."""
    require_directory(actor, scope)
    row = Account(created_at=now)
    password = password_make()
    row.set_password(password)
    row.password_given = True
    values = {"username": username, "name": name, "deputy": _deputy(deputy_id, None)}
    row_save(row, values, kind="account", region_code=scope, actor=actor, now=now, twice=ONCE_USERNAME)
    grant_give(
        account_id=row.pk,
        role=role,
        scope=scope,
        body_id=body_id,
        since=since,
        until=until,
        actor=actor,
        now=now,
    )
    return row, password


@transaction.atomic
def account_change(
    *, account_id: int, username: str, name: str, actor: Actor, now: datetime, deputy_id: int | None = None
) -> Account:
    """Change how an account is called and which deputy it stands for."""
    row = _kept(account_id, actor)
    values = {"username": username, "name": name, "deputy": _deputy(deputy_id, row.pk)}
    row_save(
        row, values, kind="account", region_code=place_of(row), actor=actor, now=now, twice=ONCE_USERNAME
    )
    return row


@transaction.atomic
def account_switch(*, account_id: int, on: bool, actor: Actor, now: datetime) -> Account:
    """Switch an account off, which ends its sessions at once, or on again. Nobody switches off themselves."""
    row = _kept(account_id, actor)
    if row.is_active is on:
        return row
    if not on:
        _require_other(row, actor, now, gettext_noop("不能停用自己的账号，请别的系统管理员来办：%(who)s。"))
        _require_administrator_left(row, now)
    row.is_active = on
    row.save(update_fields=["is_active"])
    change_append(
        action="account.reopen" if on else "account.close",
        row=row,
        changes={"is_active": [not on, on]},
        region_code=place_of(row),
        actor=actor,
        now=now,
    )
    return row


@transaction.atomic
def password_reset(*, account_id: int, actor: Actor, now: datetime) -> str:
    """Give an account a new password, which ends its sessions. Returned once; the history says that, not what."""
    row = _kept(account_id, actor)
    password = password_make()
    row.set_password(password)
    row.password_given = True
    row.save(update_fields=["password", "password_given"])
    unlock(row.username)
    change_append(
        action="account.password", row=row, changes={}, region_code=place_of(row), actor=actor, now=now
    )
    return password


WRONG_PASSWORDS = Allowance(5, 300)
"""Wrong passwords of somebody who is logged in, before they have to wait (GB/T 22239-2019, 8.1.4.1)."""


def password_change(
    *, account_id: int, old: str, new: str, again: str, actor: Actor, now: datetime
) -> Account:
    """Choose one's own password; the history says that, not what. Other sessions of the account end.

    Raises Refusal "forbidden" for somebody else's account, "wait" after too many wrong passwords, "input" naming
    `old`, `new` or `again`. Wrong ones are counted whatever follows.
    """
    if actor.kind != "account" or actor.id != account_id:
        raise Refusal("forbidden", gettext_noop("密码只能由本人修改。"))
    _require_patience(account_id, now)
    with transaction.atomic():
        row = row_locked(Account, account_id)
        if faults := _faults_of(row, old, new, again):
            wrong = "old" in faults
        else:
            wrong = False
            row.set_password(new)
            row.password_given = False
            row.save(update_fields=["password", "password_given"])
            change_append(
                action="account.own_password",
                row=row,
                changes={},
                region_code=place_of(row),
                actor=actor,
                now=now,
            )
    if wrong:
        tally_take(key=tally_key("password", str(account_id), now), allowance=WRONG_PASSWORDS, now=now)
    if faults:
        raise refused_inputs(faults)
    return row


def _require_patience(account_id: int, now: datetime) -> None:
    counted = tally_read(tally_key("password", str(account_id), now), WRONG_PASSWORDS, now)
    if counted is not None and counted.count >= WRONG_PASSWORDS.most:
        raise Refusal("wait", gettext_noop("原来的密码输错太多次了，请 5 分钟后再试。"))


def _faults_of(row: Account, old: str, new: str, again: str) -> dict[str, str]:
    if not row.check_password(old):
        return {"old": gettext_noop("原来的密码不对，请再输一次。")}
    if new != again:
        return {"again": gettext_noop("两次输的新密码不一样，请再输一次。")}
    if new == old:
        return {"new": gettext_noop("新密码要和原来的不一样。")}
    try:
        validate_password(new, row)
    except ValidationError as weak:
        return {"new": " ".join(weak.messages)}
    return {}


@transaction.atomic
def account_unlock(*, account_id: int, actor: Actor, now: datetime) -> None:
    """Let somebody who was locked out after failed logins try again at once."""
    row = _kept(account_id, actor)
    unlock(row.username)
    change_append(
        action="account.unlock", row=row, changes={}, region_code=place_of(row), actor=actor, now=now
    )


@transaction.atomic
def grant_give(
    *,
    account_id: int,
    role: Role,
    scope: str,
    since: date,
    actor: Actor,
    now: datetime,
    body_id: int | None = None,
    until: date | None = None,
) -> Grant:
    """Let an account play a role within a scope, for a body or for none, from a day until before another."""
    require_directory(actor, scope)
    account = row_locked(Account, account_id)
    _require_other(account, actor, now, gettext_noop("不能给自己授权，请别的系统管理员来办：%(who)s。"))
    body = _body(role, body_id, actor)
    faults = _grant_faults(account, role, scope, since, until)
    if faults:
        raise refused_inputs(faults)
    row = Grant.objects.filter(account=account, role=role.value, scope=scope, body=body).first()
    row_save(
        row or Grant(account=account, role=role.value, scope=scope, body=body),
        {"since": since, "until": until},
        kind="grant",
        region_code=scope,
        actor=actor,
        now=now,
        twice=NEVER,
        about=account.name,
    )
    return Grant.objects.get(account=account, role=role.value, scope=scope, body=body)


@transaction.atomic
def grant_end(*, grant_id: int, actor: Actor, now: datetime) -> Grant:
    """End a grant as of today; one that has not begun never does. The last administrator's is refused."""
    row = row_locked(Grant, grant_id)
    require_directory(actor, row.scope)
    if row.role == Role.ADMINISTRATOR:
        _require_administrator_left(row.account, now)
    today = local_day(now)
    if row.until is None or row.until > today:
        row_save(
            row,
            {"until": max(today, row.since)},
            kind="grant",
            region_code=row.scope,
            actor=actor,
            now=now,
            twice=NEVER,
            about=row.account.name,
        )
    return row


# --- what is asked first ----------------------------------------------------------------------------------


def place_of(account: Account) -> str:
    """The scope that holds all that an account may do: the beginning that its grants have in common."""
    scopes = sorted(account.grants.values_list("scope", flat=True))
    if not scopes:
        return ""
    first, last = scopes[0], scopes[-1]
    alike = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(alike, min(len(first), len(last)))]


def may_keep_account(actor: Actor, scopes: Iterable[str]) -> bool:
    """Whether an administrator keeps an account with grants in these scopes; one without grants only for all."""
    kept, given = scopes_kept(actor), list(scopes)
    return within("", kept) if not given else all(within(scope, kept) for scope in given)


def _kept(account_id: int, actor: Actor) -> Account:
    row = row_locked(Account, account_id)
    if not may_keep_account(actor, row.grants.values_list("scope", flat=True)):
        raise Refusal(
            "forbidden", gettext_noop("这个账号在您管的范围以外还有授权，请范围更大的系统管理员来改。")
        )
    return row


def _deputy(deputy_id: int | None, account_id: int | None) -> Deputy | None:
    """The deputy whom an account stands for; nobody else's account may."""
    if deputy_id is None:
        return None
    deputy = Deputy.objects.filter(pk=deputy_id).first()
    if deputy is None:
        raise refused_inputs({"deputy": gettext_noop("没有找到这位代表。")})
    others = Account.objects.filter(deputy=deputy)
    if (others if account_id is None else others.exclude(pk=account_id)).exists():
        raise refused_inputs({"deputy": gettext_noop("这位代表已经有账号了。")})
    return deputy


def _body(role: Role, body_id: int | None, actor: Actor) -> Body | None:
    if role not in BODY_ROLES:
        return None
    body = None if body_id is None else Body.objects.filter(pk=body_id, active=True).first()
    if body is None:
        raise refused_inputs({"body": gettext_noop("经办人要写明是哪个单位的。")})
    if not within(body.region_id, scopes_kept(actor)):
        raise refused_inputs({"body": gettext_noop("这个单位不在您管的范围里。")})
    return body


def _grant_faults(
    account: Account, role: Role, scope: str, since: date, until: date | None
) -> dict[str, str]:
    faults: dict[str, str] = {}
    if role in (Role.REPORTER, Role.SYSTEM):
        faults["role"] = gettext_noop("这个角色不能给账号。")
    if not Region.objects.filter(code__startswith=scope).exists():
        faults["scope"] = gettext_noop("没有这个范围的地区。")
    if role is Role.DEPUTY and account.deputy_id is None:
        faults["deputy"] = gettext_noop("要先写明这个账号是哪位代表的。")
    if until is not None and until <= since:
        faults["until"] = gettext_noop("结束的日子要在开始之后。")
    elif why := roles_apart(role, [Role(one.role) for one in _overlapping(account, since, until)]):
        faults["role"] = why
    return faults


def roles_apart(role: Role, others: Iterable[Role]) -> str:
    """Why a role cannot be held together with others; empty when it can."""
    for other in others:
        if other is not role and (role in APART or other in APART):
            return gettext_noop("系统管理员、审计员要和别的角色分开，同一个账号不能兼任。请另开一个账号。")
    return ""


def _overlapping(account: Account, since: date, until: date | None) -> list[Grant]:
    running = Q(until__isnull=True) | Q(until__gt=since)
    rows = account.grants.filter(running)
    return list(rows if until is None else rows.filter(since__lt=until))


def _require_other(account: Account, actor: Actor, now: datetime, why: str) -> None:
    if actor.kind != "account" or actor.id != account.pk:
        return
    names = [row.name for row in administrators(local_day(now)).exclude(pk=account.pk)[:MOST_NAMED]]
    who = "、".join(names) or "tingchao setup"
    raise Refusal("forbidden", why, {"who": who})


def administrators(today: date, scope: str = "") -> QuerySet[Account]:
    """The accounts in use that administer all of `scope` today and have a password to log in with."""
    running = Q(grants__until__isnull=True) | Q(grants__until__gt=today)
    above = [scope[:length] for length in range(len(scope) + 1)]
    return (
        Account.objects.filter(
            running,
            is_active=True,
            grants__role=Role.ADMINISTRATOR.value,
            grants__since__lte=today,
            grants__scope__in=above,
        )
        .exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .distinct()
        .order_by("pk")
    )


def _require_administrator_left(account: Account, now: datetime) -> None:
    """Raise Refusal "last" when what this account administers would be administered by nobody."""
    today = local_day(now)
    held = [
        grant.scope
        for grant in account.grants.select_for_update().filter(role=Role.ADMINISTRATOR.value)
        if grant.since <= today and (grant.until is None or grant.until > today)
    ]
    list(Grant.objects.select_for_update().filter(role=Role.ADMINISTRATOR.value))  # two at once take turns
    for scope in held:
        if not administrators(today, scope).exclude(pk=account.pk).exists():
            raise Refusal(
                "last", gettext_noop("这是这里最后一个系统管理员，停用以后就没人能管了。请先给别人授权。")
            )
