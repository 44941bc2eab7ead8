"""Where people and bodies want notices: adding, changing, trying, removing, ending by link. Each leaves an event."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from tingchao.core.ledger import JSON
from tingchao.core.quiet import MORNING, Rhythm
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account, Body
from tingchao.directory.personal import decrypt, encrypt
from tingchao.engine import record
from tingchao.engine.addresses import address_of
from tingchao.engine.messages import WANTS, unsubscribe_code, unwanted_but
from tingchao.engine.models import Delivery, NoticeTarget
from tingchao.engine.sender import Fault, Message, send

PURPOSE = "notice.target"
STREAM = "targets"
MOST = 10
"""Targets of one account, body or group."""

TEST_EVERY = timedelta(seconds=10)
RESENT_WITHIN = timedelta(days=3)
"""What a stopped target missed is sent again when it is switched on, as far back as this."""

LINK = Actor("link", None, "退订链接")
"""Whoever opened the unsubscribe link of a message."""

GONE = gettext_noop("没有这个收信处，可能刚被删掉了，请刷新页面看看。")
FORBIDDEN = gettext_noop("单位的收信处由本单位经办人或系统管理员管，联络站的由联络员管。")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose target it is: an account's, a body's, or that of everybody who holds `role` within `scope`."""

    account_id: int | None = None
    body_id: int | None = None
    body_region: str = ""
    role: str = ""
    scope: str = ""


def owner_of(target: NoticeTarget) -> Owner:
    region = target.body.region_id if target.body is not None else ""
    return Owner(target.account_id, target.body_id, region, target.role, target.scope)


def may_keep(actor: Actor, owner: Owner) -> bool:
    """Whether the actor may change the targets of `owner`. What is not allowed here is denied."""
    if owner.account_id is not None:
        return actor.kind == "account" and actor.id == owner.account_id
    if owner.body_id is not None:
        handles = any(hold.role is Role.HANDLER and hold.body_id == owner.body_id for hold in actor.holds)
        return handles or _covers(actor, (Role.ADMINISTRATOR,), owner.body_region)
    return bool(owner.role) and _covers(actor, (Role.ADMINISTRATOR, Role.LIAISON), owner.scope)


def _covers(actor: Actor, roles: tuple[Role, ...], region: str) -> bool:
    return any(hold.role in roles and region.startswith(hold.scope) for hold in actor.holds)


def _require(actor: Actor, owner: Owner) -> str:
    if not may_keep(actor, owner):
        raise Refusal("forbidden", FORBIDDEN)
    return str(actor.holds[0].role) if actor.holds else ""


# --- what is typed ----------------------------------------------------------------------------------------


def _wishes(typed: Mapping[str, object]) -> dict[str, JSON | time]:
    """When and what somebody wants to hear, cleaned. Raises Refusal "input"."""
    faults: dict[str, str] = {}
    times = {key: _time(typed, key, faults) for key in ("quiet_from", "quiet_to", "collect_at")}
    if (times["quiet_from"] is None) is not (times["quiet_to"] is None):
        faults["quiet_to"] = gettext_noop("免打扰要填从几点到几点，两个都填或都不填。")
    elif times["quiet_from"] is not None and times["quiet_from"] == times["quiet_to"]:
        faults["quiet_to"] = gettext_noop("从几点到几点不能一样。")
    rhythm = str(typed.get("rhythm") or Rhythm.AT_ONCE)
    weekday = str(typed.get("weekday") or "0")
    if rhythm not in list(Rhythm) or weekday not in list("0123456"):
        faults["rhythm"] = gettext_noop("请从列出的里面选一个。")
    label = clean_text(str(typed.get("label") or "")).replace("\n", " ").strip()
    if len(label) > 40:
        faults["label"] = gettext_noop("最多 40 个字。")
    if faults:
        raise refused_inputs(faults)
    wanted = typed.get("wanted")
    listed = set(wanted) if isinstance(wanted, list | tuple | set) else set(WANTS)
    return {
        "label": label,
        "rhythm": rhythm,
        "weekday": int(weekday),
        "days_off_quiet": bool(typed.get("days_off_quiet")),
        "urgent_at_once": bool(typed.get("urgent_at_once", True)),
        "unwanted": [*unwanted_but(listed)],
        "quiet_from": times["quiet_from"],
        "quiet_to": times["quiet_to"],
        "collect_at": times["collect_at"] or MORNING,
    }


def _time(typed: Mapping[str, object], key: str, faults: dict[str, str]) -> time | None:
    given = typed.get(key)
    if isinstance(given, time):
        return given
    text = str(given or "").strip()
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        faults[key] = gettext_noop("时间写成 22:00 这样。")
        return None


# --- services ---------------------------------------------------------------------------------------------


@transaction.atomic
def target_add(
    *, owner: Owner, kind: str, typed: Mapping[str, object], actor: Actor, now: datetime
) -> NoticeTarget:
    """Add a target. Raises Refusal "forbidden", "input" with faults by field, "many"."""
    role = _require(actor, owner)
    if kind not in NoticeTarget.Kind.values:
        raise refused_inputs({"kind": gettext_noop("请选一种收信方式。")})
    address = address_of(kind, {key: str(value) for key, value in typed.items()})
    wishes = _wishes(typed)
    kept = {
        "account_id": owner.account_id,
        "body_id": owner.body_id,
        "role": owner.role,
        "scope": owner.scope,
    }
    _lock_owner(owner)
    if NoticeTarget.objects.filter(**kept).count() >= MOST:
        raise Refusal("many", gettext_noop("最多设 10 个收信处，请先删掉不用的。"))
    target = NoticeTarget(
        **kept, kind=kind, shown=address.shown, address=encrypt(address.url, purpose=PURPOSE), created_at=now
    )
    for key, value in wishes.items():
        setattr(target, key, value)
    target.save()
    _note(target, "target.add", actor, role, now)
    return target


def _lock_owner(owner: Owner) -> None:
    """One at a time adds for an owner, so that MOST holds."""
    if owner.account_id is not None:
        Account.objects.select_for_update(no_key=True).filter(pk=owner.account_id).first()
    elif owner.body_id is not None:
        Body.objects.select_for_update(no_key=True).filter(pk=owner.body_id).first()


@transaction.atomic
def target_change(
    *, target_id: int, typed: Mapping[str, object], actor: Actor, now: datetime
) -> NoticeTarget:
    """Change when and what a target hears. Its address stays: another one is another target.

    Raises Refusal "gone", "forbidden", "input".
    """
    target, role = _locked(target_id, actor)
    for key, value in _wishes(typed).items():
        setattr(target, key, value)
    target.save()
    _note(target, "target.change", actor, role, now)
    return target


@transaction.atomic
def target_switch(*, target_id: int, active: bool, actor: Actor, now: datetime) -> NoticeTarget:
    """Switch a target off or on. Switched on it starts afresh, and what it missed in the last days is sent.

    Raises Refusal "gone", "forbidden".
    """
    target, role = _locked(target_id, actor)
    if active and not target.active:
        _wake(target, now)
    elif target.active and not active:
        target_stop(target, NoticeTarget.Off.BY_HAND)
    target.save()
    _note(target, "target.change", actor, role, now)
    return target


def _wake(target: NoticeTarget, now: datetime) -> None:
    target.active, target.off, target.failures, target.resting_until = True, "", 0, None
    Delivery.objects.filter(
        target=target,
        try_at__isnull=True,
        delivered_at__isnull=True,
        settled=False,
        created_at__gt=now - RESENT_WITHIN,
    ).update(try_at=now, tries=0, error="")


def target_stop(target: NoticeTarget, why: str) -> None:
    """Switch a target off and give up what waits for it; the caller has locked it and saves it."""
    target.active, target.off = False, why
    Delivery.objects.filter(target=target, try_at__isnull=False).update(try_at=None, error="off")


@transaction.atomic
def target_remove(*, target_id: int, actor: Actor, now: datetime) -> None:
    """Remove a target with its list of deliveries; the record keeps that it was there. Raises "gone", "forbidden"."""
    target, role = _locked(target_id, actor)
    _note(target, "target.remove", actor, role, now)
    target.delete()


def target_test(*, target_id: int, actor: Actor, now: datetime) -> Fault | None:
    """Send a line to a target and say what became of it. Raises Refusal "gone", "forbidden", "soon"."""
    with transaction.atomic():
        target, _ = _locked(target_id, actor)
        if target.tested_at is not None and now - target.tested_at < TEST_EVERY:
            raise Refusal("soon", gettext_noop("刚试过，过十秒再试。"))
        target.tested_at = now
        target.save(update_fields=["tested_at"])
    fault = _try(target, now)
    with transaction.atomic():
        target, _ = _locked(target_id, actor)
        if fault is None:
            target.failures, target.resting_until, target.last_success_at = 0, None, now
        else:
            target.last_error, target.last_error_at = str(fault), now
        target.save(
            update_fields=["failures", "resting_until", "last_success_at", "last_error", "last_error_at"]
        )
    return fault


def _try(target: NoticeTarget, now: datetime) -> Fault | None:
    message = message_to(
        target,
        key=f"test-{target.pk}-{int(now.timestamp())}",
        title=gettext("试一条通知"),
        body=gettext("收到这一条，就说明通知能送到这里。"),
    )
    if message is None:
        return Fault("mail")
    return next((fault for _, fault in send([message])), Fault("broken"))


@transaction.atomic
def target_unsubscribe(*, target_id: int, code: str, now: datetime) -> bool:
    """End the notices to a target by the link in a message. False for a wrong code, which tells nothing else."""
    if not 0 < target_id < 2**63:
        return False
    target = NoticeTarget.objects.select_for_update().filter(pk=target_id).first()
    if target is None or not unsubscribe_holds(target, code):
        return False
    if target.active:
        target_stop(target, NoticeTarget.Off.UNSUBSCRIBED)
        target.save(update_fields=["active", "off"])
        _note(target, "target.unsubscribe", LINK, "", now)
    return True


def unsubscribe_holds(target: NoticeTarget, code: str) -> bool:
    """Whether `code` is the one in the target's unsubscribe link."""
    return hmac.compare_digest(unsubscribe_code(target).encode(), code.encode())


def _locked(target_id: int, actor: Actor) -> tuple[NoticeTarget, str]:
    rows = NoticeTarget.objects.select_for_update(of=("self",)).select_related("body")
    target = rows.filter(pk=target_id).first()
    if target is None:
        raise Refusal("gone", GONE)
    return target, _require(actor, owner_of(target))


def _note(target: NoticeTarget, action: str, actor: Actor, role: str, now: datetime) -> None:
    data: dict[str, JSON] = {
        "target": target.pk,
        "kind": target.kind,
        "of": target.account_id or target.body_id or f"{target.role}@{target.scope}",
        "active": target.active,
    }
    record.append_to_stream(
        record.Entry(action=action, actor=actor, role=role, now=now, data=data), stream=STREAM
    )


# --- what goes out ----------------------------------------------------------------------------------------


def message_to(target: NoticeTarget, *, key: str, title: str, body: str) -> Message | None:
    """A message to a target; None when it is a mail and no mail server is set."""
    address = decrypt(bytes(target.address), purpose=PURPOSE)
    headers = {"X-Tingchao-Key": key}
    inside = settings.NOTICE_PRIVATE_HOSTS
    if target.kind == NoticeTarget.Kind.MAIL:
        if not settings.NOTICE_MAIL:
            return None
        url, to, base, inside = settings.NOTICE_MAIL, address, "", True  # the operator's own server
        headers["Auto-Submitted"] = "auto-generated"
    else:
        own = {"dingtalk": settings.DINGTALK_ADDRESS, "wecombot": settings.WECOM_ADDRESS}
        url, to, base = address, "", own.get(address.partition(":")[0], "")
        inside = inside or base not in ("", *settings.ROBOT_ADDRESSES)
    return Message(
        key=key, url=url, title=title, body=body, to=to, base=base, headers=headers, inside_allowed=inside
    )


def whose(target: NoticeTarget) -> str:
    """Whose target it is, in words."""
    if target.body is not None:
        return target.body.name
    if target.account is not None:
        return target.account.name
    return gettext(ROLE_LABELS[Role(target.role)])
