"""Two at the same moment: two filings get two numbers, a document is registered once, a thing is asked for once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from conftest import NOW, build_town
from django.db import IntegrityError, connection

from tests.filings.test_filings import filed
from tingchao.core.steps import Refusal
from tingchao.engine.models import Event
from tingchao.engine.sealing import audit
from tingchao.mechanisms.filing_review.models import Chase, Receipt
from tingchao.mechanisms.filing_review.services import filing_register, items_chase, list_keep


@pytest.fixture
def town(transactional_db: None) -> SimpleNamespace:
    return build_town()


def both(*work: Callable[[], object]) -> list[str]:
    """What became of each, begun at the same moment: "done", or why not."""
    gate, came = threading.Barrier(len(work)), ["" for _ in work]

    def run(place: int) -> None:
        try:
            gate.wait(10)
            work[place]()
            came[place] = "done"
        except Refusal as refusal:
            came[place] = refusal.code
        except IntegrityError:
            came[place] = "known"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(work))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return sorted(came)


def test_two_filings_get_two_numbers(town: SimpleNamespace) -> None:
    numbers = ("新街办〔2026〕31号", "新街办〔2026〕32号", "新街办〔2026〕33号")
    told = both(*(lambda number=number: filed(town, number=number) for number in numbers))  # type: ignore[misc]
    assert told == ["done"] * 3
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == [1, 2, 3]


def test_a_document_is_registered_once(town: SimpleNamespace) -> None:
    case = filed(town)
    work = lambda: filing_register(case_id=case.pk, note="", actor=town.clerk, now=NOW)  # noqa: E731
    assert both(work, work) == ["done", "not_here"]
    assert Receipt.objects.filter(case=case, kind="registered").count() == 1
    assert Event.objects.filter(case=case, action="register").count() == 1
    assert audit().broken is None


def test_a_thing_is_asked_for_once(town: SimpleNamespace) -> None:
    maker, key = town.bodies.chengguan, "item:养犬管理规定"
    list_keep(
        maker=maker, year=2026, text="养犬管理规定 2026-11-12", nothing=False, actor=town.handler, now=NOW
    )
    work = lambda: items_chase(maker=maker, year=2026, picked=[key], actor=town.clerk, now=NOW)  # noqa: E731
    told = both(work, work)
    assert told.count("done") == 1
    assert Chase.objects.count() == 1
    assert audit().broken is None
