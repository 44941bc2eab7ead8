"""Delivery of notices: taken from the outbox, handed on to whom they concern, marked; at least once, stable key.

Handed on means: a file in the folder, where that is wanted, and a row for each target that people and bodies have set
up (engine.deliveries sends those). The order is hand on, then mark. A worker killed in between does it again under the
same key, and whoever knows the key keeps one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tingchao.engine.deliveries import deliveries_make
from tingchao.engine.models import Notice, NoticeTarget
from tingchao.engine.notices import TO_REPORTER
from tingchao.engine.words import notice_words

BATCH = 100
MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
"""Doubled after every failure."""

NOBODY = "nobody"
"""The error of a notice to staff that no target and no folder takes."""

Target = Callable[[Notice], None]


def notices_deliver(*, now: datetime, target: Target | None = None) -> int:
    """Hand on every notice whose time has come. Returns how many were. `target` takes the folder's place."""
    delivered = 0
    while True:
        taken, good = _deliver_batch(now, target)
        delivered += good
        if not taken:
            return delivered


@transaction.atomic
def _deliver_batch(now: datetime, target: Target | None) -> tuple[int, int]:
    rows = list(
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .filter(try_at__isnull=False, try_at__lte=now)
        .order_by("try_at")[:BATCH]
    )
    if not rows:
        return 0, 0
    targets = NoticeTarget.objects.exists()
    deliver = target or (to_folder if wants_folder(targets) else None)
    reached = deliveries_make(rows, now) if targets or settings.REPORTER_TARGET else set()
    for row in rows:
        _deliver(row, deliver or _nowhere(reached), now)
    Notice.objects.bulk_update(rows, ["tries", "try_at", "delivered_at", "error"])
    return len(rows), sum(row.delivered_at is not None for row in rows)


def wants_folder(targets: bool) -> bool:
    """Whether notices go to the folder: as the setting says, else as long as nobody has set up a target."""
    return {"1": True, "0": False}.get(settings.NOTICES_FOLDER, not targets)


class Nobody(Exception):
    """A notice to staff that nobody takes."""


def _nowhere(reached: set[int]) -> Target:
    def check(row: Notice) -> None:
        # whoever raised the matter reads it on their page
        if row.pk not in reached and row.recipient != TO_REPORTER:
            raise Nobody

    return check


def _deliver(row: Notice, deliver: Target, now: datetime) -> None:
    row.tries += 1
    try:
        deliver(row)
    except Nobody:
        row.try_at, row.error = None, NOBODY
        return
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
