"""Delivery of notices: taken from the outbox, handed to a target, marked as delivered; at least once, stable key.

The order is deliver, then mark. A worker killed in between delivers again under the same key, and a target that
knows the key keeps one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tingchao.engine.models import Notice
from tingchao.engine.words import notice_words

BATCH = 100
MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
"""Doubled after every failure."""

Target = Callable[[Notice], None]


def notices_deliver(*, now: datetime, target: Target | None = None) -> int:
    """Deliver every notice whose time has come. Returns how many were delivered."""
    deliver = target or to_folder
    delivered = 0
    while True:
        taken, good = _deliver_batch(now, deliver)
        delivered += good
        if not taken:
            return delivered


@transaction.atomic
def _deliver_batch(now: datetime, deliver: Target) -> tuple[int, int]:
    rows = list(
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .filter(try_at__isnull=False, try_at__lte=now)
        .order_by("try_at")[:BATCH]
    )
    for row in rows:
        _deliver(row, deliver, now)
    Notice.objects.bulk_update(rows, ["tries", "try_at", "delivered_at", "error"])
    return len(rows), sum(row.delivered_at is not None for row in rows)


def _deliver(row: Notice, deliver: Target, now: datetime) -> None:
    row.tries += 1
    try:
        deliver(row)
    except Exception as fault:  # whatever a target does wrong must not hold up the other notices
        row.error = f"{type(fault).__name__}: {fault}".replace("\0", "")[:200]
        row.try_at = None if row.tries >= MOST_TRIES else now + FIRST_WAIT * 2 ** (row.tries - 1)
        return
    row.delivered_at, row.try_at, row.error = now, None, ""


def to_folder(row: Notice) -> None:
    """The local target: one JSON file a notice, named by its key, put in place whole."""
    folder = Path(settings.NOTICES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{row.key.replace(':', '_')}.json"
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    message = {
        "key": row.key,
        "to": row.recipient,
        "template": row.template,
        "text": notice_words(row),
        "case": row.case_id,
        "data": row.data,
        "created_at": row.created_at.isoformat(),
    }
    with draft.open("w", encoding="utf-8") as out:
        json.dump(message, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(path)
