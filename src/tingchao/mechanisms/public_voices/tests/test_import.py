"""A list of messages as voices: each row taken or refused with the reason, once, and like any other voice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.engine.models import Attachment, Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.engine.tests.loop import WAYS, at_once, doer, typed
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.rules import imported
from tingchao.mechanisms.public_voices.services import voice_file, voices_import

TEXT = "府前路三盏路灯不亮，晚上看不清台阶。"

IN_A_CELL = datetime(2019, 10, 18, 23, 52, 58)  # noqa: DTZ001 - a spreadsheet knows no time zone


def taken(town, now, rows, **other):
    numbered = list(enumerate(rows, start=1))
    given = {"station": town.station, "region_code": town.region, "actor": SYSTEM, "now": now}
    return voices_import(rows=numbered, **(given | other))


# --- a row ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "kept", "what"),
    [
        ({"text": TEXT}, {"text": TEXT, "title": "府前路三盏路灯不亮，晚上看不清台阶"}, "只有内容：标题取第一句"),
        ({"内容": TEXT, "编号": "甲1", "地点": "府前路"}, {"origin": "甲1", "place": "府前路"}, "中文列名"),
        ({"意见": TEXT}, {"text": TEXT}, "另一种列名"),
        ({"text": "", "内容": TEXT}, {"text": TEXT}, "两列都有，一列空着"),
        ({"text": TEXT, "title": "A" * 200}, {"title": "A" * 120}, "标题太长：截短"),
        ({"text": f"  {TEXT}\r\n\r\n"}, {"text": TEXT}, "首尾空白"),
        ({"text": "第一行\r\n第二行\r第三行"}, {"text": "第一行\n第二行\n第三行"}, "换行的几种写法"),
        ({"text": "路灯😀不亮👨‍👩‍👧"}, {"text": "路灯😀不亮👨‍👩‍👧"}, "表情留着"),
        ({"text": "路灯\u202e不亮\u2066啊\u200f"}, {"text": "路灯不亮啊"}, "方向记号去掉"),
        ({"text": "路灯\0不亮\x07啊"}, {"text": "路灯不亮啊"}, "NUL 和控制字符去掉"),
        ({"text": "路灯\ud83d不亮啊"}, {"text": "路灯不亮啊"}, "半个代理字符去掉"),
        ({"text": "طریق تاریک است"}, {"text": "طریق تاریک است"}, "从右往左的文字本身留着"),
        ({"text": "长" * 20_000}, {"text": "长" * 20_000}, "两万字的信"),
        ({"text": TEXT, "id": 3742}, {"origin": "3742"}, "编号是数"),
        ({"text": TEXT, "id": 3742.0}, {"origin": "3742"}, "表格里的编号是小数"),
        ({"text": TEXT, "id": 0}, {"origin": "0"}, "编号是零"),
        ({"text": TEXT, "id": 1.5}, {"origin": "1.5"}, "真是小数"),
        ({"text": TEXT, "id": "x" * 80}, {"origin": "x" * 80}, "八十个字的编号"),
        ({"text": 12345678}, {"text": "12345678"}, "内容是个数"),
        ({"text": TEXT, "time": "2019-10-18 23:52:58"}, {"said_at": "2019-10-18 23:52:58"}, "什么时候说的"),
        ({"text": TEXT, "time": IN_A_CELL}, {"said_at": "2019-10-18 23:52:58"}, "表格里的时间"),
        ({"text": TEXT, "time": date(2019, 10, 18)}, {"said_at": "2019-10-18"}, "表格里的日期"),
        ({"text": TEXT, "别的列": "不管", "": "没有列名"}, {"text": TEXT}, "多出来的列"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_row_that_is_taken(row, kept, what):
    voice = imported(row)
    assert {name: getattr(voice, name) for name in kept} == kept, what


@pytest.mark.parametrize(
    ("row", "reason", "what"),
    [
        ({}, "没有“text”", "空行"),
        ({"message": TEXT}, "没有“text”", "没有内容这一列"),
        ({"text": None}, "请写下", "内容是空值"),
        ({"text": ""}, "请写下", "内容是空的"),
        ({"text": " \u3000\n\t"}, "请写下", "只有空白"),
        ({"text": "\0\0\0\0\0"}, "请写下", "只有 NUL"),
        ({"text": "路灯"}, "太短", "两个字"),
        ({"text": "。。。。。！"}, "请用文字", "只有标点"),
        ({"text": "😀😀😀😀😀"}, "请用文字", "只有表情"),
        ({"text": "长" * 20_001}, "太长", "两万零一个字"),
        ({"text": ["路灯", "不亮", "三盏"]}, "要写成文字", "内容是数组"),
        ({"text": {"内容": TEXT}}, "要写成文字", "内容是对象"),
        ({"text": True}, "要写成文字", "内容是真假值"),
        ({"text": TEXT, "id": {"$oid": "1"}}, "要写成文字", "编号是对象"),
        ({"text": TEXT, "title": ["标题"]}, "要写成文字", "标题是数组"),
        ({"text": TEXT, "id": "x" * 81}, "编号太长", "八十一个字的编号"),
        ({"text": TEXT, "place": "路" * 201}, "地点太长", "二百零一个字的地点"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_row_that_is_not_taken(row, reason, what):
    with pytest.raises(ValueError, match=reason):
        imported(row)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2),
)


@given(st.dictionaries(st.sampled_from(["text", "id", "title", "place", "time", "内容"]), ANYTHING))
def test_any_row_is_taken_or_refused_with_a_reason(row):
    try:
        voice = imported(row)
    except ValueError as fault:
        assert str(fault).endswith("。")
        return
    assert 4 <= len(voice.text) <= 20_000 and 1 <= len(voice.title) <= 120
    assert len(voice.origin) <= 80 and len(voice.place) <= 200 and "\0" not in voice.text


# --- a list -----------------------------------------------------------------------------------------------


def test_each_row_is_taken_or_named_with_its_reason(town, now):
    report = taken(
        town,
        now,
        [
            {"id": 1, "text": TEXT},
            {"text": "短"},
            "这一行不是 JSON。",
            {"id": 2, "text": TEXT},
            {"id": 1, "text": TEXT},
        ],
    )
    assert (report.added, report.known) == (2, 1)
    assert report.faults == [(2, "写得太短了，请说说在哪里、怎么了。"), (3, "这一行不是 JSON。")]
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("again", "added", "why"),
    [
        ({"id": 1, "text": TEXT, "title": "路灯"}, 0, "同一行"),
        ({"id": 1.0, "text": f"{TEXT}\r\n", "title": " 路灯 "}, 0, "同一行，从表格来"),
        ({"编号": "1", "内容": TEXT, "标题": "路灯"}, 0, "同一行，换了列名"),
        (
            {"id": 1, "text": TEXT, "title": "路灯", "time": "2026-01-01", "place": "府前路"},
            0,
            "同一行，多了时间地点",
        ),
        ({"id": 2, "text": TEXT, "title": "路灯"}, 1, "编号不同，是另一件"),
        ({"id": 1, "text": f"{TEXT}又", "title": "路灯"}, 1, "内容不同，是另一件"),
        ({"id": 1, "text": TEXT, "title": "灯"}, 1, "标题不同，是另一件"),
    ],
)
def test_a_row_is_taken_once_whichever_list_it_comes_in(town, now, again, added, why):
    assert taken(town, now, [{"id": 1, "text": TEXT, "title": "路灯"}]).added == 1
    report = taken(town, now, [again])
    assert (report.added, report.known) == (added, 1 - added), why


def test_the_parts_of_a_key_do_not_run_into_one_another(town, now):
    rows = [{"id": "ab", "title": "c", "text": TEXT}, {"id": "a", "title": "bc", "text": TEXT}]
    assert taken(town, now, rows).added == 2


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        ("2019-10-18 23:52:58", datetime(2019, 10, 18, 15, 52, 58, tzinfo=UTC)),
        ("2019-10-18", datetime(2019, 10, 17, 16, 0, tzinfo=UTC)),
        ("2019-10-18T23:52:58Z", datetime(2019, 10, 18, 23, 52, 58, tzinfo=UTC)),
        ("去年秋天", None),
        ("2019-13-45", None),
        ("0001-01-01", None),
        ("9999-12-31 23:59:59-23:59", None),
        ("", None),
    ],
)
def test_when_it_was_said(town, now, time, kept):
    assert taken(town, now, [{"text": TEXT, "time": time}]).added == 1
    assert Voice.objects.get().said_at == kept


def test_nothing_to_take_is_no_fault(town, now):
    report = taken(town, now, [])
    assert (report.added, report.known, report.faults) == (0, 0, [])


def test_who_may_take_in_a_list(town, now):
    for actor in (town.expert, town.auditor, town.administrator, town.handler, town.stranger):
        with pytest.raises(Refusal) as refusal:
            taken(town, now, [{"text": TEXT}], actor=actor)
        assert refusal.value.code == "forbidden"
    assert not Case.objects.exists()
    assert taken(town, now, [{"text": TEXT}], actor=town.liaison).added == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_list_at_once_add_each_row_once(town, now):
    rows = [{"id": number, "text": TEXT} for number in range(50)]
    given = at_once(*[lambda: taken(town, now, rows)] * 3)
    assert sorted(report.added for report in given) == [0, 0, 50]
    assert sorted(report.known for report in given) == [0, 50, 50]
    assert Case.objects.count() == Voice.objects.count() == 50
    assert audit().broken is None


# --- like any other voice ---------------------------------------------------------------------------------

OF_ITS_OWN = {
    Case: {"id", "head", "submission"},
    Event: {"id", "stream", "case_id", "previous", "digest"},
    Fact: {"id", "event_id", "case_id"},
    Notice: {"id", "key", "event_id", "case_id"},
    Voice: {"case_id", "origin", "said_at"},
    Attachment: {"id", "case_id", "event_id"},
}
"""Table → the columns in which two voices differ."""


def left_behind(case: Case) -> dict[str, list[dict[str, object]]]:
    """Every row that a voice left, but for what is its own."""
    rows = {model: model.objects.filter(case=case).values() for model in OF_ITS_OWN if model is not Case}
    rows[Case] = Case.objects.filter(pk=case.pk).values()
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in OF_ITS_OWN[model]} for row in found
        ]
        for model, found in rows.items()
    }


@pytest.mark.parametrize("with_station", [True, False])
def test_a_row_leaves_what_a_voice_filed_alone_leaves(town, now, with_station):
    station = town.station if with_station else None
    filed = voice_file(
        text=TEXT,
        title="路灯不亮",
        place="府前路58号",
        region_code=town.region,
        station_id=None if station is None else station.pk,
        channel="import",
        actor=SYSTEM,
        now=now,
        submission="form:1",
    )
    row = {"id": 1, "text": TEXT, "title": "路灯不亮", "place": "府前路58号", "time": "2019-10-18"}
    assert taken(town, now, [row], station=station).added == 1
    listed = Case.objects.exclude(pk=filed.pk).get()
    one, other = left_behind(filed), left_behind(listed)
    assert one == other
    assert {name: len(rows) for name, rows in other.items()} == {
        "Case": 1,
        "Event": 1,
        "Fact": 1,
        "Notice": 1,
        "Voice": 1,
        "Attachment": 0,
    }
    (event,) = Event.objects.filter(case=listed)
    (notice,) = Notice.objects.filter(case=listed)
    assert (listed.head, listed.events) == (event.digest, 1)
    assert notice.key == f"{event.pk}:0:arrived"
    assert audit().broken is None


def test_a_row_goes_on_round_the_loop_like_any_other(town, now, handed):

    taken(town, now, [{"text": TEXT}])
    case = Case.objects.get()
    for action in WAYS["known"]:
        case = case_act(
            case_id=case.pk, action=action, raw=typed(action, handed), actor=doer(action, case, town), now=now
        )
    assert (case.stage, case.visibility) == ("known", "public")

    assert audit().broken is None
