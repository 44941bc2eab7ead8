"""Yearly lists of the demonstration city: nearly every maker gave last year's; what is missing is asked for."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from tingchao.directory.actors import Actor
from tingchao.directory.models import Body
from tingchao.instruments.documents.models import Document
from tingchao.mechanisms.filing_review.rules import JUSTICE
from tingchao.mechanisms.filing_review.selectors import makers_without
from tingchao.mechanisms.filing_review.services.lists import items_chase, list_keep, lists_chase, missing_of

SILENT, FORGOT = 23, 29
"""One maker in so many gave no list; one in so many named a document that was never filed."""

NOT_FILED = "乡府〔{year}〕{serial}号 关于做好冬季取暖安全工作的通知 {year}-12-{day:02d}"
NOT_FILED_BY_JUSTICE = "法发〔{year}〕{serial}号 关于规范来访接待工作的规定 {year}-12-{day:02d}"


def lists_build(clerk: Actor, now: datetime) -> None:
    """Hand in last year's lists during January, then send the notices that the clerks would send."""
    year = now.year - 1
    filed: dict[int, list[str]] = defaultdict(list)
    for one in Document.objects.filter(published_on__year=year).order_by("published_on", "id"):
        filed[one.maker_id].append(f"{one.number} {one.title} {one.published_on}")
    makers = makers_without(clerk, year)
    for number, maker in enumerate(makers, start=1):
        if number % SILENT:
            _hand_in(maker, number, filed[maker.pk], clerk, now)
    chased = now - timedelta(days=4)
    for number, maker in enumerate(makers, start=1):
        if number % FORGOT == 0 and number % SILENT:
            keys = [key for _, key, _ in missing_of(maker, year, chased.date())]
            items_chase(maker=maker, year=year, picked=keys, actor=clerk, now=chased)
    silent = [maker for number, maker in enumerate(makers, start=1) if number % SILENT == 0]
    lists_chase(makers=silent[:-2], year=year, actor=clerk, now=chased)


def _hand_in(maker: Body, number: int, lines: list[str], clerk: Actor, now: datetime) -> None:
    told = list(lines)
    if number % FORGOT == 0:
        forgotten = NOT_FILED_BY_JUSTICE if maker.kind in JUSTICE else NOT_FILED
        told.append(forgotten.format(year=now.year - 1, serial=60 + number % 30, day=1 + number % 28))
    day = datetime(now.year, 1, 5 + number % 24, 2, 30, tzinfo=UTC)
    at = min(day, now - timedelta(days=8))
    list_keep(maker=maker, year=now.year - 1, text="\n".join(told), nothing=not told, actor=clerk, now=at)
