"""Asking for a long run of sheets, and making it piece by piece."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pypdfium2
from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import actor_for
from tingchao.instruments.paper.compiler import PaperFault, pdf_made
from tingchao.instruments.paper.models import Printing
from tingchao.instruments.paper.selectors import KEPT, file_of
from tingchao.instruments.paper.sheets import sheet_get

MOST = 5000
"""Sheets in one run."""

MOST_OPEN = 5
"""Runs of one account that are not finished."""

NOTHING = gettext_noop("没有可以打印的，请换个范围。")
TOO_LARGE = gettext_noop("一次最多打 5000 份，请把范围选小一些。")
TOO_MANY = gettext_noop("您已经有 5 份在做，等做好一份再来。")
BROKEN = gettext_noop("排版时出了错，没有做成，请告诉系统管理员。")

_OPEN = (Printing.State.WAITING, Printing.State.RUNNING)


@transaction.atomic
def printing_ask(*, sheet: str, keys: Sequence[int], title: str, actor: Actor, now: datetime) -> Printing:
    """Ask for one sheet for each key. The worker makes it; whoever asked fetches it within a week."""
    sheet_get(sheet)
    if actor.kind != "account" or actor.id is None or not actor.holds:
        raise Refusal("forbidden", gettext_noop("登录以后才能打印。"))
    if not keys:
        raise Refusal("input", NOTHING)
    if len(keys) > MOST:
        raise Refusal("input", TOO_LARGE)
    if Printing.objects.filter(asked_by_id=actor.id, state__in=_OPEN).count() >= MOST_OPEN:
        raise Refusal("input", TOO_MANY)
    return Printing.objects.create(
        sheet=sheet, keys=list(keys), title=title[:120], asked_by_id=actor.id, asked_at=now
    )


def printing_continue(*, now: datetime) -> bool:
    """Make the next piece of the oldest run that waits; False when none does.

    A piece is one transaction: a worker that is killed leaves the run where it was.
    """
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        waiting = Printing.objects.select_for_update(skip_locked=True, of=("self",)).filter(state__in=_OPEN)
        run = waiting.select_related("asked_by").order_by("id").first()
        if run is None:
            return False
        try:
            with transaction.atomic():
                _piece(run, now)
        except Refusal as refusal:
            _fail(run, refusal.message, now)
        except PaperFault:
            _fail(run, BROKEN, now)
        run.save(update_fields=["done", "pages", "state", "fault", "ended_at"])
    return True


def _piece(run: Printing, now: datetime) -> None:
    sheet = sheet_get(run.sheet)
    keys = run.keys[run.done : run.done + sheet.batch]
    rows = sheet.rows(keys, actor_for(run.asked_by, now), now)
    if rows:
        folder = _folder(run)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{run.done:06}.pdf").write_bytes(pdf_made(sheet.template, {"rows": rows}))
    run.done += len(keys)
    run.state = Printing.State.RUNNING
    if run.done >= run.total:
        _finish(run, now)


def _finish(run: Printing, now: datetime) -> None:
    """Put the pieces together."""
    parts = sorted(_folder(run).glob("*.pdf"))
    if not parts:
        raise Refusal("input", NOTHING)
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        with pypdfium2.PdfDocument(part) as piece:
            whole.import_pages(piece)
    draft = file_of(run).with_suffix(".draft")
    whole.save(draft)
    run.pages = len(whole)
    whole.close()
    draft.rename(file_of(run))
    shutil.rmtree(_folder(run))
    run.state, run.ended_at = Printing.State.DONE, now


def _fail(run: Printing, fault: str, now: datetime) -> None:
    run.state, run.fault, run.ended_at = Printing.State.FAILED, fault[:200], now
    shutil.rmtree(_folder(run), ignore_errors=True)


def _folder(run: Printing) -> Path:
    return Path(settings.PRINTS_DIR) / f"{run.pk}.parts"


def printings_forget(*, now: datetime) -> int:
    """Delete prints a week after they were asked for, with their files. Returns how many."""
    old = list(Printing.objects.filter(asked_at__lte=now - KEPT))
    for run in old:
        file_of(run).unlink(missing_ok=True)
        shutil.rmtree(_folder(run), ignore_errors=True)
    Printing.objects.filter(pk__in=[run.pk for run in old]).delete()
    return len(old)
