"""Corrections become cases without names: drafted from records, checked by a second person, counted when taken in."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, staff
from django.test import Client

from tests.filings.test_filings import KNOWN, MENDED, STEP, TOLD, filed, to_review, walk
from tests.filings.test_filings import clerk_at_work as clerk_at_work  # the fixture
from tingchao.core.privacy.replacing import Replacer, stem_of
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.sealing import audit
from tingchao.instruments.documents.models import Finding
from tingchao.instruments.documents.services import finding_decide, versions_screen
from tingchao.mechanisms.filing_review.models import Example, Filing
from tingchao.mechanisms.filing_review.selectors.casebook import (
    example_draft,
    example_get,
    published_get,
    published_page,
    writable,
)
from tingchao.mechanisms.filing_review.services import text_refile
from tingchao.mechanisms.filing_review.services.casebook import (
    Written,
    example_check,
    example_known,
    example_offer,
    example_publish,
    example_rewrite,
    example_select,
    example_withdraw,
    example_write,
)

BOOK = "浙江省备案审查案例选编（2026）"
GOOD = Written(
    "街道停车办法设定罚款案",
    "甲街道办事处的停车办法规定，乱停车由街道处以五百元罚款。",
    "《中华人民共和国行政处罚法》第十六条",
    "函询以后，制定机关改为劝导和移送公安机关。",
)


@pytest.fixture
def other_clerk() -> Any:
    return staff(Role.CLERK, "3301")


@pytest.fixture
def mended(town: SimpleNamespace) -> Case:
    """A document with a fine, found, taken up, put right and closed."""
    case = to_review(town, filed(town))
    versions_screen(actor=SYSTEM, now=NOW)
    for one in Finding.objects.exclude(confidence="possible"):
        finding_decide(finding_id=one.pk, accept=True, reason="", actor=town.clerk, now=NOW)
    case = walk(case, ("inquire", town.clerk, STEP))
    text_refile(case_id=case.pk, text=MENDED, note="改了第三条", actor=town.handler, now=NOW)
    return walk(
        case,
        ("effect", town.clerk, {"effect": "corrected", **TOLD}),
        ("confirm", town.handler, {}),
        ("make_known", town.clerk, KNOWN),
    )


def wrote(town: SimpleNamespace, case: Case, **changed: Any) -> Example:
    given = {"case_id": case.pk, "written": GOOD, "actor": town.clerk, "now": NOW, **changed}
    return example_write(**given)


# --- other names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("清波街道办事处印发的《清波街道停车办法》", "甲街道办事处印发的《甲街道停车办法》"),
        ("清波街办〔2026〕12号", "甲街办〔××〕×号"),
        ("上城区人大常委会同清波街道沟通", "甲区人大常委会同乙街道沟通"),
        ("由杭州惠民市场服务有限公司独家经营", "由甲公司独家经营"),
        ("不得使用其他机构，统一委托杭州汇账会计服务有限公司", "不得使用其他机构，统一委托甲公司"),
        ("联系人王秀英，电话13805718888", "联系人王某，电话138****8888"),
        ("《杭州市养犬管理规定》第三条", "《杭州市养犬管理规定》第三条"),
        ("没有名字的一句话。", "没有名字的一句话。"),
    ],
)
def test_names_are_replaced(text: str, replaced: str) -> None:
    assert Replacer(["清波街道", "上城区"]).replaced(text) in (replaced, replaced.translate(SWAPPED))


SWAPPED = str.maketrans("甲乙", "乙甲")


def test_the_same_name_is_always_the_same_other_name() -> None:
    other = Replacer(["清波街道", "上城区"])
    first = other.replaced("清波街道委托杭州惠民市场服务有限公司，联系人王秀英。")
    again = other.replaced("杭州惠民市场服务有限公司在清波；另有杭州越声文化传播有限公司。联系人王建国。")
    assert first == "甲街道委托甲公司，联系人王某。"
    assert again == "甲公司在甲；另有乙公司。联系人王某乙。"
    assert other.left_in(first + again) == []
    assert other.left_in("清波街道〔2026〕3号") == ["清波街道", "清波", "〔2026〕3号"]


@pytest.mark.parametrize(
    ("place", "stem"),
    [("清波街道", "清波"), ("塘栖镇", "塘栖"), ("桐庐县", "桐庐"), ("大区", "大区"), ("江南", "江南")],
)
def test_a_place_without_its_word(place: str, stem: str) -> None:
    assert stem_of(place) == stem


# --- writing up -------------------------------------------------------------------------------------------


def test_the_draft_is_what_the_records_say_without_names(town: SimpleNamespace, mended: Case) -> None:
    filing = Filing.objects.select_related("case", "document__maker").get(pk=mended.pk)
    draft = example_draft(filing)
    assert "处以五百元罚款" in draft["problem"]
    assert "行政处罚" in draft["title"] or "罚款" in draft["title"]
    assert "行政处罚法" in draft["ground"]
    assert "发出函询" in draft["handling"] and "改了第三条" in draft["handling"]
    assert not any(name in text for name in ("新安江", "建德") for text in draft.values())
    assert [one.pk for one in writable(town.clerk)] == [mended.pk]
    example = wrote(town, mended, written=Written(**draft))
    assert writable(town.clerk) == []
    assert example.state == "written"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "案"}, "title"),
        ({"problem": "短"}, "problem"),
        ({"ground": ""}, "ground"),
        ({"handling": ""}, "handling"),
        ({"lesson": "长" * 1001}, "lesson"),
        ({"problem": "新安江街道的停车办法规定，乱停车由街道罚款。"}, "problem"),
        ({"title": "建德市停车办法设定罚款案"}, "title"),
        ({"handling": "发函给新街办〔2026〕12号的起草人以后改了。"}, "handling"),
        ({"handling": "打电话 13805718888 问了起草人，后来改了。"}, "handling"),
    ],
)
def test_what_may_not_stand_in_a_case(
    town: SimpleNamespace, mended: Case, changed: dict[str, str], field: str
) -> None:
    parts = {key: getattr(GOOD, key) for key in ("title", "problem", "ground", "handling", "lesson")}
    with pytest.raises(Refusal) as refused:
        wrote(town, mended, written=Written(**(parts | changed)))
    assert refused.value.code == "input"
    assert field in refused.value.fields
    assert not Example.objects.exists()


def test_only_what_was_put_right_and_once(town: SimpleNamespace, mended: Case) -> None:
    clean = walk(to_review(town, filed(town, number="新街办〔2026〕9号")), ("no_problem", town.clerk, TOLD))
    with pytest.raises(Refusal, match="纠正到位"):
        wrote(town, clean)
    wrote(town, mended)
    with pytest.raises(Refusal, match="已经写过"):
        wrote(town, mended)


@pytest.mark.parametrize("who", ["handler", "liaison", "expert", "leader", "auditor", "stranger"])
def test_only_those_who_review_here_write(town: SimpleNamespace, mended: Case, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        wrote(town, mended, actor=getattr(town, who))
    assert refused.value.code == "forbidden"


def test_a_second_person_checks_before_anybody_reads_it(
    town: SimpleNamespace, mended: Case, other_clerk: Any
) -> None:
    key = wrote(town, mended).pk
    with pytest.raises(Refusal) as own:
        example_check(example_id=key, actor=town.clerk, now=NOW)
    assert own.value.code == "second_person"
    for service in (example_publish, example_offer):
        with pytest.raises(Refusal) as early:
            service(example_id=key, actor=town.clerk, now=NOW)
        assert early.value.code == "moved_on"
    assert published_get(key) is None
    example_check(example_id=key, actor=other_clerk, now=NOW)
    example_publish(example_id=key, actor=town.clerk, now=NOW)
    assert [one.pk for one in published_page()[0]] == [key]
    with pytest.raises(Refusal):
        example_check(example_id=key, actor=other_clerk, now=NOW)
    said = Event.objects.get(stream=f"example:{key}", action="example.published")
    assert said.data["words"]["title"] == GOOD.title
    assert audit().broken is None


def test_who_changes_it_is_its_writer_and_it_waits_again(
    town: SimpleNamespace, mended: Case, other_clerk: Any
) -> None:
    key = wrote(town, mended).pk
    example_check(example_id=key, actor=other_clerk, now=NOW)
    example_rewrite(example_id=key, written=GOOD, actor=other_clerk, now=NOW)
    with pytest.raises(Refusal) as own:
        example_check(example_id=key, actor=other_clerk, now=NOW)
    assert own.value.code == "second_person"
    assert example_check(example_id=key, actor=town.clerk, now=NOW).state == "checked"


def test_what_the_province_took_in_counts_once(town: SimpleNamespace, mended: Case, other_clerk: Any) -> None:
    key = wrote(town, mended).pk
    example_check(example_id=key, actor=other_clerk, now=NOW)
    given: dict[str, Any] = {"example_id": key, "actor": town.clerk, "now": NOW}
    with pytest.raises(Refusal, match="先报省里"):
        example_select(**given, book=BOOK, day=NOW.date())
    for _ in range(2):
        example_offer(**given)
    for book, day, field in (("", NOW.date(), "book"), (BOOK, NOW.date() + timedelta(days=1), "day")):
        with pytest.raises(Refusal) as refused:
            example_select(**given, book=book, day=day)
        assert field in refused.value.fields
    for _ in range(2):
        example_select(**given, book=BOOK, day=NOW.date())
    fact = Fact.objects.get(kind="filing.casebook")
    assert (fact.region_id, fact.detail, fact.subject) == (town.region, "own", f"example:{key}")
    assert Event.objects.filter(stream=f"example:{key}", action="example.offered").count() == 1


def test_cases_of_elsewhere_count_for_the_province_alone(town: SimpleNamespace) -> None:
    given: dict[str, Any] = {
        "written": GOOD,
        "book": BOOK,
        "day": date(2026, 10, 1),
        "actor": town.clerk,
        "now": NOW,
    }
    one = example_known(origin="宁波市", **given)
    assert example_known(origin="宁波市", **given).pk == one.pk
    fact = Fact.objects.get(kind="filing.casebook")
    assert (fact.region_id, fact.detail, fact.day) == ("330000000000", "elsewhere", date(2026, 10, 1))
    with pytest.raises(Refusal) as refused:
        example_known(origin=" ", **given)
    assert "origin" in refused.value.fields
    with pytest.raises(Refusal) as county:
        example_known(origin="温州市", **(given | {"actor": staff(Role.CLERK, "330182")}))
    assert county.value.code == "forbidden"


def test_withdrawn_it_is_read_by_nobody_and_another_may_be_written(
    town: SimpleNamespace, mended: Case, other_clerk: Any
) -> None:
    key = wrote(town, mended).pk
    example_check(example_id=key, actor=other_clerk, now=NOW)
    example_publish(example_id=key, actor=town.clerk, now=NOW)
    with pytest.raises(Refusal) as short:
        example_withdraw(example_id=key, reason="错", actor=town.clerk, now=NOW)
    assert "reason" in short.value.fields
    example_withdraw(example_id=key, reason="有一处还认得出是谁", actor=town.clerk, now=NOW)
    assert published_get(key) is None
    assert wrote(town, mended).pk != key
    with pytest.raises(Refusal) as gone:
        example_publish(example_id=10**18, actor=town.clerk, now=NOW)
    assert gone.value.code == "gone"


def test_another_county_does_not_see_it(town: SimpleNamespace, mended: Case) -> None:
    key = wrote(town, mended).pk
    assert example_get(key, staff(Role.CLERK, "330106")) is None
    assert example_get(key, staff(Role.LEADER, "330182")) is not None
    assert example_get(key, town.handler) is None


# --- pages ------------------------------------------------------------------------------------------------


def test_from_the_draft_to_the_public_page(
    town: SimpleNamespace, mended: Case, clerk_at_work: Client, other_clerk: Any
) -> None:
    document = Filing.objects.get(pk=mended.pk).document_id
    page = clerk_at_work.get(f"/desk/filings/{document}/case/").content.decode()
    assert "处以五百元罚款" in page and "新安江街道办事处印发" not in page
    bad = {
        "title": "案",
        "problem": "新安江街道规定罚款五百元。",
        "ground": "第十六条规定",
        "handling": GOOD.handling,
    }
    answer = clerk_at_work.post(f"/desk/filings/{document}/case/", bad)
    assert answer.status_code == 422
    assert "新安江街道规定罚款五百元" in answer.content.decode()  # what was typed is kept
    good = {key: getattr(GOOD, key) for key in ("title", "problem", "ground", "handling")}
    assert clerk_at_work.post(f"/desk/filings/{document}/case/", good).status_code == 302
    key = Example.objects.get().pk
    there = f"/desk/filings/casebook/{key}/"
    assert "请另一位同事来核" in clerk_at_work.get(there).content.decode()
    assert clerk_at_work.post(f"{there}do/", {"do": "check"}).status_code == 422
    example_check(example_id=key, actor=other_clerk, now=NOW)
    for do in ("publish", "offer"):
        assert clerk_at_work.post(f"{there}do/", {"do": do}).status_code == 302
    assert clerk_at_work.post(f"{there}do/", {"do": "select", "book": BOOK}).status_code == 422
    done = {"do": "select", "book": BOOK, "day": "2026-11-01"}
    assert clerk_at_work.post(f"{there}do/", done).status_code == 302
    public = Client().get(f"/documents/cases/{key}/").content.decode()
    assert GOOD.title in public and BOOK in public
    assert town.clerk.name not in public
    assert GOOD.title in Client().get("/documents/cases/").content.decode()
    assert clerk_at_work.post(f"{there}do/", {"do": "nothing"}).status_code == 302
    withdrawn = {"do": "withdraw", "reason": "有一处还认得出是谁"}
    assert clerk_at_work.post(f"{there}do/", withdrawn).status_code == 302
    assert Client().get(f"/documents/cases/{key}/").status_code == 404


def test_a_case_of_elsewhere_is_entered(town: SimpleNamespace, clerk_at_work: Client) -> None:
    typed = {key: getattr(GOOD, key) for key in ("title", "problem", "ground", "handling")}
    typed |= {"origin": "宁波市", "book": BOOK}
    answer = clerk_at_work.post("/desk/filings/casebook/known/", typed)
    assert answer.status_code == 422
    assert "请写上选入的日期" in answer.content.decode()
    assert (
        clerk_at_work.post("/desk/filings/casebook/known/", typed | {"day": "2026-10-01"}).status_code == 302
    )
    assert "宁波市" in clerk_at_work.get("/desk/filings/casebook/").content.decode()


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("/desk/filings/casebook/", 6),  # session, account, grants, counts; cases, what might be written up
        ("/desk/filings/casebook/?view=selected", 6),
        ("/desk/filings/annual/records/?key=others.selected", 5),
        ("/documents/cases/", 3),
    ],
)
def test_lists_of_cases_cost_the_same_however_long(
    town: SimpleNamespace, clerk_at_work: Client, page: str, most: int, django_assert_max_num_queries: Any
) -> None:
    given: dict[str, Any] = {
        "written": GOOD,
        "book": BOOK,
        "day": date(2026, 10, 1),
        "actor": town.clerk,
        "now": NOW,
    }
    for place in ("宁波市", "温州市", "台州市"):
        example_known(origin=place, **given)
    clerk_at_work.get(page)
    with django_assert_max_num_queries(most):
        assert clerk_at_work.get(page).status_code == 200
