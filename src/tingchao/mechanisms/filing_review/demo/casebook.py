"""The casebook of the demonstration city: six corrections written up, four of them taken into the province's book,
which holds thirteen more of other places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib import resources

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.models import Account
from tingchao.engine.timing import ZONE, local_day
from tingchao.mechanisms.filing_review.models import Filing
from tingchao.mechanisms.filing_review.selectors.casebook import example_draft
from tingchao.mechanisms.filing_review.services.casebook import (
    Written,
    example_check,
    example_known,
    example_offer,
    example_publish,
    example_select,
    example_write,
)

SELECTED = 4
WRITTEN = 6
PRINTED = timedelta(days=32)
"""How long ago the province's book came out."""

LESSON = (
    "乡镇街道管的都是群众身边的小事，越是小事越要看有没有依据：不罚款、不收费、不设门槛，办法总比禁令多。"
)


def casebook_build(now: datetime, city: str) -> None:
    """Write up the corrections that were put right longest ago, and enter the others."""
    writer, checker = _clerk("beishen-330102", city), city_clerk(city)
    printed = local_day(now) - PRINTED
    book = f"浙江省备案审查案例选编（{printed.year}）"
    for number, filing in enumerate(_put_right(city)):
        begun = _morning(printed - timedelta(days=40 - number))
        _written(filing, number, begun, book, printed, writer, checker)
    for origin, written in _elsewhere():
        example_known(
            origin=origin,
            written=written,
            book=book,
            day=printed,
            actor=checker,
            now=_morning(printed + timedelta(1)),
        )


def _put_right(city: str) -> list[Filing]:
    rows = Filing.objects.select_related("case", "document__maker").filter(
        case__region__code__startswith=city,
        case__outcome__in=["corrected", "annulled"],
        case__closed_at__isnull=False,
    )
    return list(rows.order_by("-case__outcome", "case__closed_at")[:WRITTEN])


def _written(
    filing: Filing, number: int, begun: datetime, book: str, printed: date, writer: Actor, checker: Actor
) -> None:
    """The last one still waits to be checked, the one before for the province's word."""
    draft = example_draft(filing)
    example = example_write(
        case_id=filing.pk, written=Written(**{**draft, "lesson": LESSON}), actor=writer, now=begun
    )
    if number == WRITTEN - 1:
        return
    key = example.pk
    example_check(example_id=key, actor=checker, now=begun + timedelta(days=2))
    example_publish(example_id=key, actor=checker, now=begun + timedelta(days=3))
    example_offer(example_id=key, actor=checker, now=begun + timedelta(days=5))
    if number < SELECTED:
        day = printed + timedelta(days=1)
        example_select(example_id=key, book=book, day=printed, actor=checker, now=_morning(day))


def _elsewhere() -> Iterator[tuple[str, Written]]:
    path = resources.files("tingchao.mechanisms.filing_review") / "data" / "casebook_elsewhere.txt"
    for line in path.read_text("utf-8").strip().splitlines():
        origin, title, problem, ground, handling = line.split("｜")
        yield origin, Written(title, problem, ground, handling)


def _clerk(username: str, scope: str) -> Actor:
    account = Account.objects.get(username=username)
    return Actor("account", account.pk, account.name, (Hold(Role.CLERK, scope),))


def city_clerk(city: str) -> Actor:
    """Who reviews for the city."""
    return _clerk("renda", city)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), ZONE)
