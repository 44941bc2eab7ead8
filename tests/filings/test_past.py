"""Filings dealt with elsewhere are taken over with what services would have left; the demonstration is made of them."""

from __future__ import annotations

import io
import json
import random
import zipfile
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW

from tests.filings.test_filings import DAY, KNOWN, MENDED, REVIEW, STEP, TEXT, TOLD, written
from tests.filings.test_review_steps import browser
from tingchao.core.ledger import GENESIS
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.demo.geography import divisions
from tingchao.demo.justice import justice_bodies
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give, installation_set, regions_load
from tingchao.engine.models import Assignment, Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.instruments.documents.models import Document, Finding, Version
from tingchao.instruments.documents.past import Judged, Rewritten
from tingchao.instruments.documents.services import finding_decide, versions_screen
from tingchao.instruments.figures.selectors import figures_read
from tingchao.mechanisms.filing_review.models import Consultation, Filing, Receipt, Sending
from tingchao.mechanisms.filing_review.rules import JUSTICE
from tingchao.mechanisms.filing_review.services import filing_file, filings_settle, text_refile
from tingchao.mechanisms.filing_review.services.packing import faults_in
from tingchao.mechanisms.filing_review.services.past import Done, Past, SentOn, filings_take_over

WHY = "转述上位法的规定"


def at(days: int) -> datetime:
    return NOW + timedelta(days=days)


def steps(town: SimpleNamespace) -> list[Done]:
    raw: list[tuple[str, Any, dict[str, Any], int]] = [
        ("suspend", town.clerk, {"missing": "缺起草说明，请补上。"}, 1),
        ("supplement", town.handler, {"note": "补了起草说明"}, 2),
        ("register", town.clerk, {"note": ""}, 3),
        ("assign", town.clerk, {**REVIEW, "committees": [str(town.bodies.jiaojing.pk)]}, 4),
        ("inquire", town.clerk, STEP, 6),
        ("correct", town.handler, {"done": "第三条改为劝导"}, 9),
        ("effect", town.clerk, {"effect": "corrected", **TOLD}, 10),
        ("confirm", town.handler, {}, 11),
        ("make_known", town.clerk, KNOWN, 12),
    ]
    return [Done(action, values, actor, at(days)) for action, actor, values, days in raw]


def past(town: SimpleNamespace, **changed: Any) -> Past:
    moves = [
        Judged(accept=True, reason=WHY, possible=WHY, actor=town.clerk, at=at(5)),
        Rewritten(MENDED, "第三条改为劝导", town.handler, at(9)),
    ]
    given = {
        "written": written(town), "submission": "elsewhere-1", "actor": town.handler, "at": NOW,
        "steps": steps(town), "moves": moves, **changed,
    }  # fmt: skip
    return Past(**given)


def through_the_services(town: SimpleNamespace) -> None:
    case = filing_file(written=written(town), submission="elsewhere-1", actor=town.handler, now=NOW)
    versions_screen(actor=SYSTEM, now=NOW)
    document = Document.objects.get(filing__case=case)
    for done in steps(town):
        if done.action == "inquire":
            for one in Finding.objects.filter(version__document=document).order_by("id"):
                accept = one.confidence != "possible"
                reason = "" if accept else WHY
                finding_decide(finding_id=one.pk, accept=accept, reason=reason, actor=town.clerk, now=at(5))
        if done.action == "correct":
            text_refile(case_id=case.pk, text=MENDED, note="第三条改为劝导", actor=done.actor, now=done.at)
            versions_screen(actor=SYSTEM, now=done.at)
        else:
            case_act(
                case_id=case.pk, action=done.action, raw=done.raw, actor=done.actor, now=done.at, apart=True
            )
    filings_settle(now=at(12))


LEFT_OUT = {
    "id",
    "pk",
    "head",
    "digest",
    "previous",
    "case_id",
    "event_id",
    "document_id",
    "version_id",
    "_state",
}


def bare(row: Any) -> dict[str, Any]:
    """A row without ids and digests, which differ from one database to the next."""
    return {key: value for key, value in vars(row).items() if key not in LEFT_OUT}


def step_of(event: Event) -> dict[str, Any]:
    """An event without what names ids."""
    told = bare(event) | {"stream": event.stream.partition(":")[0]}
    told["data"] = {key: value for key, value in event.data.items() if key != "finding"}
    return told


def whole() -> dict[str, Any]:
    """Everything that one filing left, in a form that two databases may be compared by."""
    events = Event.objects.exclude(stream__startswith="directory").order_by("stream", "sequence")
    return {
        "case": bare(Case.objects.get()),
        "given": [bare(row) for row in Assignment.objects.order_by("kind")],
        "filing": [Filing.objects.get().late_by, Filing.objects.get().settled],
        "document": bare(Document.objects.get()),
        "texts": [bare(row) for row in Version.objects.order_by("place")],
        "findings": [bare(row) for row in Finding.objects.order_by("version", "start", "rule")],
        "events": [step_of(event) for event in events if not event.stream.startswith("codes")],
        "facts": [
            bare(row) for row in Fact.objects.filter(kind__startswith="filing").order_by("day", "kind")
        ],
    }


def test_taken_over_it_is_what_the_services_would_have_left(town: SimpleNamespace) -> None:
    from django.db import transaction

    with transaction.atomic():
        through_the_services(town)
        lived = whole()
        transaction.set_rollback(True)
    assert filings_take_over(pasts=[past(town)]) == 1
    taken = whole()
    for part, value in lived.items():
        assert taken[part] == value, part
    assert not Notice.objects.filter(case=Case.objects.get()).exists()  # nobody is told of what is over
    assert audit().broken is None
    assert Case.objects.get().head != GENESIS


def test_taken_over_it_has_its_receipts(town: SimpleNamespace) -> None:
    filings_take_over(pasts=[past(town)])
    given = [(one.number, one.made_at) for one in Receipt.objects.order_by("made_at")]
    assert given == [("备收〔2026〕1号", NOW), ("备登〔2026〕1号", at(3))]


def test_taken_over_twice_it_is_once(town: SimpleNamespace) -> None:
    assert filings_take_over(pasts=[past(town), past(town)]) == 1
    assert filings_take_over(pasts=[past(town)]) == 0
    assert Document.objects.count() == 1


def test_that_it_was_sent_on_stands_where_it_happened(town: SimpleNamespace) -> None:
    sent = SentOn("浙备收2026000001", town.clerk, at(10) + timedelta(hours=1))
    filings_take_over(pasts=[past(town, sent=sent)])
    case, sending = Case.objects.get(), Sending.objects.get()
    order = list(Event.objects.filter(case=case).order_by("sequence").values_list("action", flat=True))
    assert order.index("effect") < order.index("sent_on") < order.index("confirm")
    assert (sending.state, sending.receipt, sending.edition) == ("received", "浙备收2026000001", 1)
    assert sending.key == f"330100-{case.number}-1"
    assert Fact.objects.filter(kind="filing.sent_on", case=case).count() == 1
    assert audit().broken is None


def test_its_package_is_made_anew_from_what_was_recorded_before_it_was_sent(town: SimpleNamespace) -> None:
    sent = SentOn("浙备收2026000001", town.clerk, at(8))  # before the corrected text
    filings_take_over(pasts=[past(town, sent=sent)])
    sending, client = Sending.objects.get(), browser("shen", Role.CLERK)
    here = f"/desk/filings/sendings/{sending.pk}/"
    assert "按记录补做的包" in client.get(here).content.decode()
    given = client.get(f"{here}package/")
    assert (given.status_code, given["Content-Type"]) == (200, "application/zip")
    assert client.get(f"{here}package/").content == given.content  # the same records, the same bytes
    assert faults_in(given.content) == []
    with zipfile.ZipFile(io.BytesIO(given.content)) as box:
        held = {name: box.read(name).decode() for name in box.namelist()}
    assert json.loads(held["manifest.json"])["rebuilt"] is True
    assert "documents/1.txt" in held and "documents/2.txt" not in held
    steps_told = [one["step"] for one in json.loads(held["opinions/review.json"])]
    assert steps_told == ["suspend", "supplement", "register", "assign", "inquire"]
    assert json.loads(held["opinions/findings.json"]) != []
    assert Sending.objects.get().digest == ""  # nothing is kept of it
    assert browser("far", Role.CLERK, "330106").get(f"{here}package/").status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda town: {"actor": town.other_handler}, "forbidden"),
        (lambda town: {"written": written(town, text="短")}, "input"),
        (lambda town: {"steps": [Done("no_problem", TOLD, town.clerk, at(1))]}, "not_here"),
        (lambda town: {"steps": [Done("register", {}, town.handler, at(1))]}, "forbidden"),
        (lambda town: {"steps": [Done("register", {}, town.stranger, at(1))]}, "forbidden"),
        (lambda town: {"steps": [Done("suspend", {"missing": ""}, town.clerk, at(1))]}, "input"),
    ],
    ids=["not theirs", "no text", "not yet", "the maker registers", "another place", "nothing written"],
)
def test_a_story_that_could_not_have_been_is_refused_whole(
    town: SimpleNamespace, change: Any, code: str
) -> None:
    good = past(town, submission="elsewhere-0", written=written(town, number="新街办〔2026〕1号"))
    with pytest.raises(Refusal) as refused:
        filings_take_over(pasts=[good, past(town, **change(town))])
    assert refused.value.code == code
    assert not Case.objects.exists()
    assert not Document.objects.exists()


@pytest.fixture
def hangzhou(db: None) -> None:
    """The 191 townships, the courts, and people whom the demonstration city has."""
    rows = divisions()
    counties = dict.fromkeys((row[0], row[1]) for row in rows)
    whole = [("330000000000", "浙江省", None), ("330100000000", "杭州市", "330000000000")]
    whole += [(code, name, "330100000000") for code, name in counties]
    regions_load(rows=[*whole, *((row[2], row[3], row[0]) for row in rows)], actor=SYSTEM)
    installation_set(name="听潮", region_code="330100000000", demonstration=True, actor=SYSTEM)
    justice_bodies([("330100000000", "杭州市"), *counties])
    for username in ("renda", "jingban", "fayuan", "jianchayuan", "jianwei", "zhuanjia"):
        account = account_create(username=username, name=username, password=None, actor=SYSTEM, now=NOW)
    grant_give(account=account, role=Role.EXPERT, scope="3301", since=date(2022, 1, 1), actor=SYSTEM)


def test_the_figures_of_the_demonstration_city(hangzhou: None) -> None:
    from tingchao.mechanisms.filing_review import demo

    demo.build(now=NOW, dice=random.Random("test"), progress=lambda done, of: None)
    demo.build(now=NOW, dice=random.Random("again"), progress=lambda done, of: None)
    read = {one.figure.key: one for one in figures_read(today=NOW.date()) if one.figure.family == "filing"}
    assert {key: (one.value, one.place) for key, one in read.items()} == {
        "filing.townships_covered": (191, "杭州市"),
        "filing.documents_reviewed": (259, "杭州市"),
        "filing.provincial_casebook": (17, "浙江省"),
        "filing.provincial_casebook_from_city": (4, "杭州市"),
    }
    for one in read.values():
        listed = one.figure.source.records(one.window, after=0, most=1000)
        assert len(listed) == one.measured.records >= one.value
    stages = set(Case.objects.filter(closed_at__isnull=True).values_list("stage", flat=True))
    assert {"checking", "supplementing", "assigning", "reviewing", "talking", "lettered", "opinion", "planned",
            "verifying", "motion"} <= stages  # fmt: skip
    assert Version.objects.filter(place=2).count() >= 44
    assert set(Sending.objects.values_list("state", flat=True)) == {"received", "failed"}
    assert Consultation.objects.filter(replied_at__isnull=False).count() == 3
    assert set(Case.objects.filter(procedure="review_requests").values_list("stage", flat=True)) == {
        "deciding", "studying", "asking",
    }  # fmt: skip
    organs = Filing.objects.filter(document__maker__kind__in=JUSTICE).order_by("document__maker__key", "pk")
    assert list(organs.values_list("document__maker__kind", "case__stage", "case__outcome", "late_by")) == [
        ("court", "made_known", "clean", 0), ("court", "lettered", "", 0),
        ("procuracy", "made_known", "corrected", 4), ("procuracy", "made_known", "clean", 0),
        ("supervision", "checking", "", 0),
    ]  # fmt: skip
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert audit().broken is None


def test_day_and_text_of_the_fixture_agree() -> None:
    assert f"{DAY.year}年{DAY.month}月{DAY.day}日" in TEXT
