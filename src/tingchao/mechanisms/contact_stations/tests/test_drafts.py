"""Drafts that are put to the public: taken apart, spoken about by article, answered one by one, summed up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.forms.models import model_to_dict
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.directory.models import Region
from tingchao.engine.lived import cases_live
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.timing import local_day
from tingchao.mechanisms.contact_stations.models import Draft
from tingchao.mechanisms.contact_stations.rules import articles_of
from tingchao.mechanisms.contact_stations.selectors import drafts_shown, tallies_of
from tingchao.mechanisms.contact_stations.services.drafts import (
    draft_open,
    draft_reply,
    opinion_file,
    opinion_life,
)

TEXT = """杭州市居家养老服务条例（草案）

第一章 总则
第一条 为了规范居家养老服务，制定本条例。
第二条 本市行政区域内的居家养老服务，适用本条例。
（一）助餐；
（二）助浴。
第二章 附则
第三条 本条例自2027年1月1日起施行。
"""
UNTIL = date(2026, 12, 21)


def test_a_text_is_taken_apart_into_articles_with_their_chapters():
    title, articles = articles_of(TEXT)
    assert title == "杭州市居家养老服务条例（草案）"
    assert [(one.key, one.label, one.chapter) for one in articles] == [
        ("1", "第一条", "第一章 总则"),
        ("2", "第二条", "第一章 总则"),
        ("3", "第三条", "第二章 附则"),
    ]
    assert "（二）助浴" in articles[1].text and not articles[0].text.startswith("第")


def test_a_text_without_articles_is_taken_apart_into_paragraphs():
    _, articles = articles_of("停车够不够用。\n\n夜里安全谁来管。")
    assert [one.text for one in articles][-1] == "夜里安全谁来管。"


@given(st.text(max_size=400))
def test_no_text_breaks_the_taking_apart_and_keys_are_given_once(text):
    _, articles = articles_of(text)
    assert [one.key for one in articles] == [str(n) for n in range(1, len(articles) + 1)]


def opened(town, now, **given) -> Draft:
    return draft_open(
        **{
            "title": "",
            "kind": "legislation",
            "issuer": "法工委",
            "text": TEXT,
            "region": Region.objects.get(pk="330182000000"),
            "until": UNTIL,
            "submission": "d-1",
            "actor": town.clerk,
            "now": now,
            **given,
        }
    )


@pytest.fixture
def draft(town, now) -> Draft:
    return opened(town, now)


def said(draft, now, *, number=1, **given) -> Case:
    return opinion_file(
        **{
            "draft": draft,
            "article": "2",
            "text": "助浴要写明价格由谁定。",
            "station": None,
            "channel": "web",
            "submission": f"o-{number}",
            "actor": reporter(0),
            "now": now,
            **given,
        }
    )


def test_a_draft_is_opened_once_and_noted(town, draft, now):
    assert opened(town, now).pk == draft.pk
    assert draft.title == "杭州市居家养老服务条例（草案）" and len(draft.articles) == 3
    event = Event.objects.get(stream="contact_stations")
    assert event.action == "draft.opened" and len(event.data["text"]) == 64
    assert audit().broken is None


WRONG = [
    ({"title": "短"}, "title"),
    ({"text": "太短"}, "text"),
    ({"text": "长" * 200_001}, "text"),
    ({"until": None}, "until"),
    ({"until": date(2026, 11, 20)}, "until"),
    ({"until": date(2030, 1, 1)}, "until"),
    ({"kind": "nonsense"}, "kind"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_what_is_no_draft(wrong, field, town, now):
    with pytest.raises(Refusal) as refusal:
        opened(town, now, **wrong)
    assert field in refusal.value.fields and not Draft.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "coordinator", "leader", "administrator", "deputy", "handler"])
def test_who_does_not_put_drafts_to_the_public(who, town, now):
    with pytest.raises(Refusal) as refusal:
        opened(town, now, actor=getattr(town, who))
    assert refusal.value.code == "forbidden"


def test_an_opinion_is_a_matter_due_four_weeks_after_the_draft_closes(town, draft, now):
    case = said(draft, now, station=town.station)
    assert (case.stage, case.duty, case.region_id, case.station_id) == (
        "weighing",
        "clerk",
        town.region,
        town.station.pk,
    )
    assert case.due_on == date(2027, 1, 18)
    assert case.title.startswith("第二条：") and case.raised_by == "匿名"
    assert said(draft, now).pk == case.pk, "sent twice it is one"
    assert Fact.objects.filter(kind="opinion.heard").count() == 1


def test_a_station_of_another_place_hears_for_the_place_that_asks(town, draft, now):
    Draft.objects.filter(pk=draft.pk).update(region_id="330106000000")
    draft.refresh_from_db()
    assert said(draft, now, station=town.station).region_id == "330106000000"


NOT_HEARD = [
    ({"text": "好"}, "input"),
    ({"text": "长" * 2001}, "input"),
    ({"article": "99"}, "input"),
    ({"article": "第二条"}, "input"),
    ({"now": "later"}, "over"),
]


@pytest.mark.parametrize(("wrong", "code"), NOT_HEARD)
def test_what_is_not_heard(wrong, code, town, draft, now):
    given = {key: value for key, value in wrong.items() if key != "now"}
    moment = now + timedelta(days=32) if "now" in wrong else now
    with pytest.raises(Refusal) as refusal:
        said(draft, moment, **given)
    assert refusal.value.code == code and not Case.objects.exists()


def test_the_last_day_counts_in_full(town, draft, now):
    assert said(draft, now + timedelta(days=31)).pk


def test_each_opinion_is_answered_and_rated_and_the_sum_is_told(town, draft, now):
    first, second = (
        said(draft, now),
        said(draft, now, number=2, article="", text="整篇写得太绕，老人看不懂。"),
    )
    after = now + timedelta(days=35)
    with pytest.raises(Refusal, match="input"):
        draft_reply(
            draft_id=draft.pk, summary="收到两条意见，都答复了，采纳一条。", actor=town.clerk, now=now
        )
    with pytest.raises(Refusal) as refusal:
        draft_reply(
            draft_id=draft.pk, summary="收到两条意见，都答复了，采纳一条。", actor=town.clerk, now=after
        )
    assert refusal.value.params == {"n": "2"}
    for case, outcome in ((first, "adopted"), (second, "not_adopted")):
        raw = {"adopted": outcome, "answer": "谢谢您的意见，原因写在这里。"}
        case_act(case_id=case.pk, action="reply", raw=raw, actor=town.clerk, now=after)
    case_act(
        case_id=second.pk,
        action="not_content",
        raw={"reason": "还是看不懂"},
        actor=reporter(second.pk),
        now=after,
    )
    with pytest.raises(Refusal):
        draft_reply(
            draft_id=draft.pk, summary="收到两条意见，都答复了，采纳一条。", actor=town.clerk, now=after
        )
    raw = {"adopted": "adopted_partly", "answer": "另出一份大白话的说明，附在草案后面。"}
    case_act(case_id=second.pk, action="reply", raw=raw, actor=town.clerk, now=after)
    tallies = tallies_of([draft.pk])[draft.pk]
    assert (tallies["2"].adopted, tallies[""].adopted, tallies[""].waiting) == (1, 1, 0)
    done = draft_reply(
        draft_id=draft.pk,
        summary="收到两条意见，采纳一条，部分采纳一条，都写进了下一稿。",
        actor=town.clerk,
        now=after,
    )
    assert done.replied_at == after
    with pytest.raises(Refusal):
        said(done, after)
    assert audit().broken is None


@pytest.mark.parametrize("summary", ["短", "张三（电话 13858217731）说的第二条采纳了，其余没有采纳。"])
def test_a_summary_with_personal_data_or_without_substance_is_refused(summary, town, draft, now):
    with pytest.raises(Refusal) as refusal:
        draft_reply(draft_id=draft.pk, summary=summary, actor=town.clerk, now=now + timedelta(days=40))
    assert "summary" in refusal.value.fields


def test_open_drafts_come_first(town, draft, now):
    later = opened(town, now, submission="d-2", title="已经截止的草案")
    Draft.objects.filter(pk=later.pk).update(until=date(2026, 11, 1), since=date(2026, 10, 1))
    assert [row.pk for row in drafts_shown(local_day(now))] == [draft.pk, later.pk]


def test_an_opinion_in_bulk_is_an_opinion_that_was_filed(draft, town, now):
    told = {
        "draft": draft, "article": "2", "text": "助浴要写明价格由谁定。", "station": town.station, "channel": "web",
        "actor": reporter(0), "now": now,
    }  # fmt: skip
    filed = opinion_file(**told, submission="one")
    (lived,) = cases_live(
        lives=[opinion_life(**told, submission="two", deeds=lambda case: iter(()))], until=now
    )
    rows = [
        model_to_dict(Case.objects.get(pk=case.pk), exclude=["id", "head", "submission"])
        for case in (filed, lived)
    ]
    assert rows[0] == rows[1]
    assert lived.draft_opinion.article == filed.draft_opinion.article == "2"
    late = told | {"now": now + timedelta(days=60)}
    with pytest.raises(Refusal) as refusal:
        opinion_life(**late, submission="three", deeds=lambda case: iter(()))
    assert refusal.value.code == "over"
