"""Sending filings on to the province's system: asked for, packed and carried by the worker, received, or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.selectors import site
from tingchao.engine import notices, record
from tingchao.engine.files import file_path, original_keep
from tingchao.engine.models import Case, Fact
from tingchao.engine.services import locked_case, roles_of
from tingchao.mechanisms.filing_review.models import Filing, Sending
from tingchao.mechanisms.filing_review.selectors.sending import ready_to_send
from tingchao.mechanisms.filing_review.services.carrying import Carrier, CarryFault, Receipt, carrier_named
from tingchao.mechanisms.filing_review.services.contents import about_of, parts_of
from tingchao.mechanisms.filing_review.services.packing import Package, packed

CLERKS_ONLY = gettext_noop("报送省里由这里的人大工作人员来办。")
NOT_REVIEWED = gettext_noop("审查有了结果才能报送省里。")
NOT_CHANGED = gettext_noop("这件已经报送过，此后没有变化，不用再报。")
ON_ITS_WAY = gettext_noop("这件正在报送，请等结果。")
GONE = gettext_noop("没有找到这次报送，请回到列表看看。")
NOT_AGAIN = gettext_noop("这次报送没有停下来，不用再送。")

LEASE = timedelta(minutes=10)
"""How long one try may take before another worker takes it for dead."""

FIRST_WAIT = timedelta(minutes=1)
"""Before the second try; doubled after each failure."""

MOST_TRIES = 9
"""Tries by itself, over four hours; then somebody has to look."""

LOOK_AGAIN = timedelta(minutes=15)
RECEIPT_WITHIN = timedelta(days=3)
"""How long a receipt is waited for before somebody has to ask."""

ZIP = "application/zip"


def sending_draft(case: Case, *, edition: int, actor: Actor, now: datetime) -> Sending:
    """An edition of a filing's package, asked for and not yet in the database. Its key is its name for good."""
    return Sending(
        filing_id=case.pk,
        edition=edition,
        key=f"{site().region_code[:6]}-{case.number}-{edition}",
        asked_at=now,
        asked_by=actor.key,
        asked_name=actor.name[:40],
        try_at=now,
    )


def received_entry(case: Case, sending: Sending, now: datetime) -> record.Entry:
    """The step that the province has the package, with the number on its receipt."""
    return record.Entry(
        action="sent_on",
        actor=SYSTEM,
        role=str(Role.SYSTEM),
        now=now,
        case=case,
        before=case.stage,
        data={
            "key": sending.key,
            "edition": sending.edition,
            "sha256": sending.digest,
            "channel": sending.channel,
            "receipt": sending.receipt,
        },
        facts=[Fact(kind="filing.sent_on", region_id=case.region_id)],
    )


@transaction.atomic
def sending_ask(*, case_id: int, actor: Actor, now: datetime) -> Sending:
    """Ask that a reviewed filing be sent on. After a new text or another result a further edition may be asked for."""
    case = locked_case(case_id)
    if not roles_of(actor, case) & {Role.CLERK, Role.SYSTEM}:
        raise Refusal("forbidden", CLERKS_ONLY)
    if not case.outcome or case.outcome == "returned" or not Filing.objects.filter(pk=case.pk).exists():
        raise Refusal("not_here", NOT_REVIEWED)
    last = Sending.objects.filter(filing=case.pk).order_by("-edition").first()
    if last is not None and last.state != Sending.State.RECEIVED:
        raise Refusal("not_here", ON_ITS_WAY)
    if last is not None and not _changed_since(case, last):
        raise Refusal("not_here", NOT_CHANGED)
    sending = sending_draft(case, edition=1 if last is None else last.edition + 1, actor=actor, now=now)
    sending.save()
    _note(case, "send_on", sending, actor, now)
    return sending


def _changed_since(case: Case, last: Sending) -> bool:
    """Whether the review has come to a result again since a package was asked for."""
    return Fact.objects.filter(case=case, kind="filing.reviewed", event__at__gt=last.asked_at).exists()


def sendings_ask(*, actor: Actor, now: datetime, most: int = 500) -> int:
    """Ask for every filing in the actor's scope that was reviewed and never sent on; how many there were."""
    if not any(hold.role in (Role.CLERK, Role.SYSTEM) for hold in actor.holds):
        raise Refusal("forbidden", CLERKS_ONLY)
    asked = 0
    for case_id in list(ready_to_send(actor).order_by("pk").values_list("pk", flat=True)[:most]):
        try:
            sending_ask(case_id=case_id, actor=actor, now=now)
        except Refusal:
            continue  # somebody else asked in between
        asked += 1
    return asked


@transaction.atomic
def sending_again(*, sending_id: int, actor: Actor, now: datetime) -> Sending:
    """Try once more, from the beginning of the tries. The same package under the same key: it cannot arrive twice."""
    found = Sending.objects.filter(pk=sending_id).first() if sending_id < 2**63 else None
    if found is None:
        raise Refusal("gone", GONE)
    case = locked_case(found.filing_id)
    if not roles_of(actor, case) & {Role.CLERK, Role.SYSTEM}:
        raise Refusal("forbidden", CLERKS_ONLY)
    sending = Sending.objects.select_for_update().get(pk=sending_id)
    if sending.state == Sending.State.RECEIVED or (
        sending.state != Sending.State.FAILED and not sending.fault
    ):
        raise Refusal("not_here", NOT_AGAIN)
    sending.state, sending.tries, sending.try_at, sending.fault = Sending.State.WAITING, 0, now, ""
    sending.save(update_fields=["state", "tries", "try_at", "fault"])
    _note(case, "send_again", sending, actor, now)
    return sending


def _note(case: Case, action: str, sending: Sending, actor: Actor, now: datetime) -> None:
    entry = record.Entry(
        action, actor, str(Role.CLERK), now, case, before=case.stage,
        data={"key": sending.key, "edition": sending.edition},
    )  # fmt: skip
    record.append(entry)


# --- the worker's part ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a try came to: a receipt, a fault, or neither while the receipt is waited for."""

    receipt: Receipt | None = None
    fault: CarryFault | None = None


def sendings_carry(*, now: datetime, most: int = 50, carrier: Callable[[], Carrier] = carrier_named) -> int:
    """Take up what is due: pack it, carry it, look for its receipt. How many tries there were.

    Nothing is locked while a package is on its way, so that a slow receiver holds nobody up. A worker that is killed
    leaves its lease to end; the next one carries the same package again under the same key.
    """
    done = 0
    while done < most and (sending := _lease(now)) is not None:
        done += 1
        outcome = _tried(sending, carrier)
        _settle(sending, outcome, now)
    return done


@transaction.atomic
def _lease(now: datetime) -> Sending | None:
    rows = Sending.objects.select_for_update(skip_locked=True).filter(try_at__lte=now)
    sending = rows.order_by("try_at", "id").first()
    if sending is not None:
        sending.tries += 1
        sending.try_at = now + LEASE
        sending.save(update_fields=["tries", "try_at"])
    return sending


def _tried(sending: Sending, carrier: Callable[[], Carrier]) -> _Outcome:
    try:
        way, package = carrier(), package_of(sending)
        sending.channel = way.channel
        if sending.state == Sending.State.SENT:
            return _Outcome(way.look(package))
        return _Outcome(way.carry(package))
    except CarryFault as fault:
        return _Outcome(fault=fault)
    except Exception as fault:  # whatever a receiver does wrong must not hold up the other filings
        return _Outcome(fault=CarryFault("unknown", f"{type(fault).__name__}: {fault}"))


def package_of(sending: Sending) -> Package:
    """The package of a sending: packed once, then kept, so that every try sends the same bytes."""
    if sending.digest:
        return Package(sending.key, file_path(sending.digest).read_bytes())
    filing = Filing.objects.select_related("case", "document__maker", "document__region").get(
        pk=sending.filing_id
    )
    package = packed(sending.key, about_of(filing, sending), parts_of(filing))
    kept = original_keep(package.content, kind=ZIP, name=package.name)
    sending.digest, sending.size = kept.digest, kept.size
    Sending.objects.filter(pk=sending.pk).update(digest=kept.digest, size=kept.size)
    return package


def package_rebuilt(sending: Sending) -> Package:
    """The package of a sending that was taken over: what was recorded by the time it was sent. Nothing is kept."""
    rows = Filing.objects.select_related("case", "document__maker", "document__region")
    filing = rows.get(pk=sending.filing_id)
    parts = parts_of(filing, before=sending.sent_at or sending.asked_at)
    return packed(sending.key, {**about_of(filing, sending), "rebuilt": True}, parts)


@transaction.atomic
def _settle(sending: Sending, outcome: _Outcome, now: datetime) -> None:
    case = locked_case(sending.filing_id)
    row = Sending.objects.select_for_update().get(pk=sending.pk)
    if row.state in (Sending.State.RECEIVED, Sending.State.FAILED):
        return  # another worker was quicker
    row.digest, row.size, row.channel = sending.digest, sending.size, sending.channel
    if outcome.receipt is not None:
        _received(row, case, outcome.receipt, now)
    elif outcome.fault is not None:
        _failed(row, case, outcome.fault, now)
    else:
        _waiting(row, case, now)


def _received(row: Sending, case: Case, receipt: Receipt, now: datetime) -> None:
    row.state, row.try_at, row.fault = Sending.State.RECEIVED, None, ""
    row.receipt, row.received_at, row.sent_at = receipt.number, now, row.sent_at or now
    row.save()
    record.append(received_entry(case, row, now))


def _waiting(row: Sending, case: Case, now: datetime) -> None:
    row.sent_at = row.sent_at or now
    if now - row.sent_at >= RECEIPT_WITHIN:
        _give_up(row, case, CarryFault("no_receipt"), now)
        return
    row.state, row.try_at, row.fault = Sending.State.SENT, now + LOOK_AGAIN, ""
    row.save()


def _failed(row: Sending, case: Case, fault: CarryFault, now: datetime) -> None:
    if not fault.again or row.tries >= MOST_TRIES:
        _give_up(row, case, fault, now)
        return
    row.fault, row.try_at = f"{fault.code}:{fault.detail}", now + FIRST_WAIT * 2 ** (row.tries - 1)
    row.save()


def _give_up(row: Sending, case: Case, fault: CarryFault, now: datetime) -> None:
    """Stop trying, and tell those who review here."""
    row.state, row.try_at, row.fault = Sending.State.FAILED, None, f"{fault.code}:{fault.detail}"
    row.save()
    told = notices.notice(notices.to_role(Role.CLERK, case.region_id), "sending_failed")
    entry = record.Entry(
        "send_failed", SYSTEM, str(Role.SYSTEM), now, case, before=case.stage,
        data={"key": row.key, "edition": row.edition, "fault": fault.code, "detail": fault.detail, "tries": row.tries},
        notices=[told],
    )  # fmt: skip
    record.append(entry)
