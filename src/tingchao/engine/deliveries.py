"""From a notice to its targets: one row for each, sent at its time, several for one target in one message.

A message is leased before it is sent and marked after: a worker killed in between leaves it to be sent again, under the
same key, when the lease is over. A target that failed rests, the longer the oftener, so that it holds up no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from time import monotonic

from django.db import connection, transaction

from tingchao.core.quiet import next_time
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.selectors import working_calendar
from tingchao.engine import record
from tingchao.engine.messages import URGENT, body_of, moved_on, title_of, unsubscribe_url
from tingchao.engine.models import Delivery, Notice, NoticeTarget
from tingchao.engine.notices import notice, to_role
from tingchao.engine.recipients import targets_for
from tingchao.engine.sender import Fault, Message, send
from tingchao.engine.targets import STREAM, message_to, target_stop, whose
from tingchao.engine.timing import ZONE
from tingchao.engine.to_reporters import reporters_make, reporters_send
from tingchao.engine.waits import LEASE, MOST_FAILURES, MOST_REFUSALS, message_key, wait_after

TARGETS, BUNDLE = 20, 500
"""Targets in one round; notices in one message."""

SECONDS = 20.0
"""How long one run goes on before other jobs have their turn."""

MAIL_REFUSED = frozenset({"550", "551", "552", "553", "554"})
"""Answers of a mail server about the mailbox; every other fault of mail is the server's or the way's."""


# --- a notice becomes deliveries --------------------------------------------------------------------------


def deliveries_make(rows: Sequence[Notice], now: datetime) -> set[int]:
    """Put down for each notice the targets it goes to, and when. Returns the ids of notices that reach somebody.

    Three SQL statements however many notices there are; made twice, it is there once.
    """
    calendar = working_calendar()
    made: list[Delivery] = []
    by_id = {row.pk: row for row in rows}
    for pk, targets in targets_for(rows, now).items():
        row = by_id[pk]
        for target in {one.pk: one for one in targets if row.template not in one.unwanted}.values():
            at_once = row.template in URGENT and target.urgent_at_once
            at = now if at_once else next_time(target.plan, now.astimezone(ZONE), calendar)
            key = f"{row.key}>{target.pk}"
            made.append(Delivery(key=key, notice=row, target=target, created_at=now, try_at=at))
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    reporters_make(rows, now, calendar)
    return {one.notice_id for one in made}


# --- deliveries become messages ---------------------------------------------------------------------------


def deliveries_send(*, now: datetime, seconds: float = SECONDS) -> int:
    """Send what is due, round after round, for so many seconds. Returns how many notices have arrived."""
    arrived, until = reporters_send(now=now, seconds=seconds / 2), monotonic() + seconds
    while True:
        bundles = _claim(now)
        arrived += _send(bundles, now)
        if not bundles or monotonic() > until:
            return arrived


Bundle = list[Delivery]

_DUE_TARGETS = """
SELECT t.id FROM engine_noticetarget t WHERE (t.resting_until IS NULL OR t.resting_until <= %s) AND t.id IN (
    SELECT d.target_id FROM engine_delivery d WHERE d.try_at <= %s
) ORDER BY t.id LIMIT %s FOR UPDATE SKIP LOCKED
"""
# Of each target one message: the one that was begun first, whole; else what is due now.
_DUE = """
SELECT d.id FROM unnest(%s::bigint[]) t(id) CROSS JOIN LATERAL (
    SELECT d.id FROM engine_delivery d WHERE d.target_id = t.id AND d.try_at <= %s AND d.message = (
        SELECT f.message FROM engine_delivery f WHERE f.target_id = t.id AND f.try_at <= %s
        ORDER BY f.message = '', f.id LIMIT 1
    ) ORDER BY d.id LIMIT %s
) d
"""


@transaction.atomic
def _claim(now: datetime) -> list[Bundle]:
    """Lease one message of each of some targets. Five SQL statements."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_TARGETS, [now, now, TARGETS])
        targets = [row[0] for row in cursor.fetchall()]
        if not targets:
            return []
        cursor.execute(_DUE, [targets, now, now, BUNDLE])
        ids = [row[0] for row in cursor.fetchall()]
    rows = Delivery.objects.select_related("notice__case", "target__account", "target__body")
    bundles: dict[int, Bundle] = defaultdict(list)
    for row in rows.filter(pk__in=ids).order_by("id"):
        bundles[row.target_id or 0].append(row)
    for bundle in bundles.values():
        message = message_key(bundle[0])
        for row in bundle:
            row.message, row.tries, row.try_at = message, row.tries + 1, now + LEASE
    _lease(bundles.values())
    return list(bundles.values())


def _lease(bundles: Iterable[Bundle]) -> None:
    rows = [row for bundle in bundles for row in bundle]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE engine_delivery d SET try_at = v.try_at, tries = v.tries, message = v.message"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::text[]) AS v(id, try_at, tries, message)"
            " WHERE d.id = v.id",
            [
                [row.pk for row in rows],
                [row.try_at for row in rows],
                [row.tries for row in rows],
                [row.message for row in rows],
            ],
        )


def _send(bundles: list[Bundle], now: datetime) -> int:
    arrived, outgoing = 0, []
    for bundle in bundles:
        target = _target(bundle)
        if not target.active or (target.account is not None and not target.account.is_active):
            _give_up(bundle)
            continue
        wanted = _still_wanted(bundle, now)
        if wanted:
            outgoing.append((bundle, wanted, _message(wanted, target, left_out=len(bundle) - len(wanted))))
    for bundle, _, message in outgoing:
        if message is None:
            _failed(bundle, Fault("mail"), now)
    ready = [(bundle, wanted, message) for bundle, wanted, message in outgoing if message is not None]
    for place, fault in send([message for _, _, message in ready]):
        bundle, wanted, _ = ready[place]
        if fault is None:
            _arrived(bundle, wanted, now)
            arrived += len(wanted)
        else:
            _failed(bundle, fault, now)
    return arrived


def _target(bundle: Bundle) -> NoticeTarget:
    target = bundle[0].target
    assert target is not None
    return target


def _message(wanted: Bundle, target: NoticeTarget, *, left_out: int) -> Message | None:
    rows = sorted((one.notice for one in wanted), key=lambda row: (row.template not in URGENT, row.pk))
    message = message_to(
        target,
        key=wanted[0].message,
        title=title_of(rows),
        body=body_of(rows, target, left_out=left_out),
    )
    if message is not None and target.kind == NoticeTarget.Kind.MAIL:
        message.headers["List-Unsubscribe"] = f"<{unsubscribe_url(target)}>"
        message.headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    return message


def _still_wanted(bundle: Bundle, now: datetime) -> Bundle:
    """The bundle without calls to do what has been done meanwhile; those are marked as left out."""
    wanted = [one for one in bundle if not moved_on(one.notice)]
    if not wanted:
        _mark(bundle, try_at=None, settled=True)
    return wanted


def _arrived(bundle: Bundle, wanted: Bundle, now: datetime) -> None:
    target, sent = _target(bundle), {one.pk for one in wanted}
    with transaction.atomic():
        _mark(wanted, try_at=None, delivered_at=now, error="")
        if len(sent) < len(bundle):
            _mark([one for one in bundle if one.pk not in sent], try_at=None, settled=True, error="")
        NoticeTarget.objects.filter(pk=target.pk).update(failures=0, resting_until=None, last_success_at=now)


def _give_up(bundle: Bundle) -> None:
    _mark(bundle, try_at=None, error="off")


def _mark(bundle: Bundle, **values: object) -> None:
    Delivery.objects.filter(pk__in=[one.pk for one in bundle]).update(**values)


# --- what goes wrong --------------------------------------------------------------------------------------


def of_our_own(target: NoticeTarget, fault: Fault) -> bool:
    """Whether a fault is not the target's but that of our mail server or of this machine."""
    if fault.code in ("mail", "broken"):
        return True
    if target.kind != NoticeTarget.Kind.MAIL:
        return False
    return not (fault.code == "smtp" and fault.detail in MAIL_REFUSED)


@transaction.atomic
def _failed(bundle: Bundle, fault: Fault, now: datetime) -> None:
    rows = NoticeTarget.objects.select_for_update(of=("self",)).select_related("body", "account")
    target = rows.filter(pk=_target(bundle).pk).first()
    if target is None:  # removed meanwhile, and its deliveries with it
        return
    own = of_our_own(target, fault)
    target.failures += 0 if own else 1
    tries = bundle[0].tries
    wait = wait_after(max(tries, target.failures))
    target.resting_until, target.last_error, target.last_error_at = now + wait, str(fault), now
    most = MOST_REFUSALS if fault.definite and not own else MOST_FAILURES
    given_up = tries >= most
    _mark(bundle, try_at=None if given_up else now + wait, error=str(fault))
    if target.active and target.failures >= most:
        _switch_off(target, now)
    target.save()


def _switch_off(target: NoticeTarget, now: datetime) -> None:
    """Stop sending to a target that keeps failing, and tell the administrator."""
    target_stop(target, NoticeTarget.Off.FAILED)
    region = target.body.region_id if target.body is not None else target.scope
    data = {"label": target.label or target.shown, "whose": whose(target)}
    record.append_to_stream(
        record.Entry(
            action="target.off",
            actor=SYSTEM,
            role=str(Role.SYSTEM),
            now=now,
            data={"target": target.pk, "error": target.last_error},
            notices=[notice(to_role(Role.ADMINISTRATOR, region), "target_off", **data)],
        ),
        stream=STREAM,
    )
