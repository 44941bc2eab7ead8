"""Notices to whoever raised a matter, by a gateway that the operator names, to a number left with consent.

There is none by default: a reporter reads on their page. The number is asked of the mechanism when the message is sent,
and is written down nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from time import monotonic
from typing import cast
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.quiet import Plan, next_time
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Delivery, Notice
from tingchao.engine.notices import TO_REPORTER
from tingchao.engine.registry import room_of
from tingchao.engine.sender import Fault, Message, send
from tingchao.engine.timing import ZONE
from tingchao.engine.waits import LEASE, MOST_FAILURES, MOST_REFUSALS, message_key, wait_after
from tingchao.engine.words import notice_words

PLAN = Plan(quiet_from=time(21), quiet_to=time(8))
"""Nobody is woken up, whatever moves in the night."""

TOGETHER = 20
"""Messages in one round."""

Phones = Callable[[Iterable[int]], dict[int, str]]


def phones_of(rows: Iterable[Notice]) -> dict[int, str]:
    """Case id → the telephone number of whoever raised it and agreed to be called. One SQL statement a procedure.

    A mechanism that keeps numbers says so by `reporter_phones(case_ids)` in its selectors.
    """
    cases: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.case is not None:
            cases[row.case.procedure].add(row.case.pk)
    phones: dict[int, str] = {}
    for procedure, ids in cases.items():
        ask = cast("Phones | None", getattr(room_of(procedure, "selectors"), "reporter_phones", None))
        phones |= ask(ids) if ask is not None else {}
    return phones


def reporters_make(rows: Sequence[Notice], now: datetime, calendar: WorkingCalendar) -> None:
    """Put down what goes to whoever raised the matters of some notices. Made twice, it is there once."""
    told = [row for row in rows if row.recipient == TO_REPORTER]
    if not settings.REPORTER_TARGET or not told:
        return
    phones, at = phones_of(told), next_time(PLAN, now.astimezone(ZONE), calendar)
    Delivery.objects.bulk_create(
        [
            Delivery(key=f"{row.key}>{TO_REPORTER}", notice=row, created_at=now, try_at=at)
            for row in told
            if row.case_id in phones
        ],
        ignore_conflicts=True,
    )


def reporters_send(*, now: datetime, seconds: float) -> int:
    """Send what is due to reporters, for so many seconds at most. Returns how many arrived."""
    arrived, until = 0, monotonic() + seconds
    while settings.REPORTER_TARGET and (rows := _claim(now)):
        good = _send(rows, now)
        arrived += good
        if not good or monotonic() > until:  # a gateway that takes nothing is left alone for now
            break
    return arrived


@transaction.atomic
def _claim(now: datetime) -> list[Delivery]:
    """Lease some messages, one a notice. Two SQL statements."""
    due = Delivery.objects.filter(target__isnull=True, try_at__lte=now).select_related("notice__case")
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("try_at")[:TOGETHER])
    for row in rows:
        row.message, row.tries, row.try_at = message_key(row), row.tries + 1, now + LEASE
    Delivery.objects.bulk_update(rows, ["message", "tries", "try_at"])
    return rows


def _send(rows: list[Delivery], now: datetime) -> int:
    phones, arrived = phones_of(row.notice for row in rows), 0
    for row in rows:
        if row.notice.case_id not in phones:  # taken back since, or erased
            _mark(row, try_at=None, error="off")
    ready = [row for row in rows if row.notice.case_id in phones]
    messages = [_message(row, phones[row.notice.case_id or 0]) for row in ready]
    for place, fault in send(messages):
        if fault is None:
            _mark(ready[place], try_at=None, delivered_at=now, error="")
            arrived += 1
        else:
            _failed(ready[place], fault, now)
    return arrived


def _message(row: Delivery, phone: str) -> Message:
    case = row.notice.case
    assert case is not None
    link = settings.PUBLIC_ADDRESS + reverse("public:follow", args=[case.number, passcode_for(case)])
    return Message(
        key=row.message,
        url=settings.REPORTER_TARGET.replace("{phone}", quote(phone, safe="")),
        title="",
        body=gettext("%(words)s%(link)s") % {"words": notice_words(row.notice), "link": link},
        headers={"X-Tingchao-Key": row.message},
        inside_allowed=True,
        trusted=True,
    )


def _failed(row: Delivery, fault: Fault, now: datetime) -> None:
    most = MOST_REFUSALS if fault.definite else MOST_FAILURES
    _mark(row, try_at=None if row.tries >= most else now + wait_after(row.tries), error=str(fault))


def _mark(row: Delivery, **values: object) -> None:
    Delivery.objects.filter(pk=row.pk).update(**values)
