"""What may be typed with a step, and what is kept of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tingchao.core.ledger import canonical
from tingchao.core.procedure import Action, Audience, Input, InputKind, Option, Procedure
from tingchao.core.roles import Role
from tingchao.core.steps import (
    BIDI_CONTROLS,
    Fault,
    Refusal,
    Standing,
    clean_input,
    clean_text,
    decide,
    ids_of,
)
from tingchao.core.tests.small import ANSWERED, HANDED, add

LIAISON = Role.LIAISON

FILL_IN = "这一项要填。"
PICK_ONE = "请从给出的选项里选一个。"
TOO_SHORT = "写得太短了，请再说具体些。"
TOO_LONG = "写得太长了，请缩短一些。"
TOO_FEW = "选得不够，请再选。"
TOO_MANY = "选得太多，请减少。"
NO_DATE = "日期要写成 2026-11-27 这样。"
WRONG_FORM = "这一项的格式不对，请重新填写。"

TEXT = Input("text", "说明", least=2, most=5)
ANY_TEXT = replace(TEXT, required=False)
LINE = Input("line", "标题", kind=InputKind.LINE, least=2, most=5)
CHOICE = Input("choice", "选择", kind=InputKind.CHOICE, options=(Option("a", "甲"), Option("b", "乙")))
BODY = Input("body", "单位", kind=InputKind.BODY)
BODIES = Input("bodies", "会办", kind=InputKind.BODIES, required=False, most=2)
DEPUTIES = Input("deputies", "代表", kind=InputKind.DEPUTIES, least=2, most=3)
DATE = Input("date", "哪天", kind=InputKind.DATE)
FILES = Input("files", "照片", kind=InputKind.FILES, required=False, most=2)


@pytest.mark.parametrize(
    ("item", "raw", "kept"),
    [
        (TEXT, "修好了", "修好了"),
        (TEXT, "  修好了\n", "修好了"),
        (TEXT, "\u3000修好了\u3000", "修好了"),
        (TEXT, "一\r\n二\r三", "一\n二\n三"),
        (TEXT, "修\x00好\x07了\x85", "修好了"),
        (TEXT, "好的👍🏽", "好的👍🏽"),
        (TEXT, "👨‍👩‍👧", "👨‍👩‍👧"),  # one picture of five code points
        (TEXT, "修\ud83d好了", "修好了"),
        (TEXT, "\u202e修好\u2066了\u200f", "修好了"),
        (TEXT, 12345, "12345"),
        (TEXT, "12345", "12345"),
        (ANY_TEXT, None, ""),
        (ANY_TEXT, "", ""),
        (ANY_TEXT, " \u00a0\u3000\u200b", ""),
        (LINE, "路灯\n修好", "路灯 修好"),
        (LINE, " 路\t 灯 ", "路 灯"),
        (CHOICE, "a", "a"),
        (CHOICE, " b ", "b"),
        (replace(CHOICE, required=False), "", ""),
        (BODY, "7", 7),
        (BODY, 7, 7),
        (BODY, " 007 ", 7),
        (BODY, "9" * 18, 999_999_999_999_999_999),
        (replace(BODY, required=False), "", None),
        (replace(BODY, required=False), None, None),
        (BODIES, None, []),
        (BODIES, [], []),
        (BODIES, "", []),
        (BODIES, "7", [7]),
        (BODIES, ["7", ""], [7]),
        (BODIES, ("7", 8), [7, 8]),
        (BODIES, ["7", "07", 7], [7]),
        (DEPUTIES, ["1", "2"], [1, 2]),
        (DEPUTIES, ["1", "2", "3"], [1, 2, 3]),
        (DEPUTIES, ["1", "2", "2", "3", "1"], [1, 2, 3]),
        (DATE, "2026-11-27", "2026-11-27"),
        (DATE, "2028-02-29", "2028-02-29"),
        (replace(DATE, required=False), "", ""),
        (FILES, None, []),
        (FILES, ["ab", "cd", "ab"], ["ab", "cd"]),
    ],
)
def test_what_was_typed_is_kept_plain(item: Input, raw: object, kept: object) -> None:
    assert clean_input(item, raw) == kept


@pytest.mark.parametrize(
    ("item", "raw", "fault"),
    [
        (TEXT, None, FILL_IN),
        (TEXT, "", FILL_IN),
        (TEXT, " \r\n\t\u3000", FILL_IN),
        (TEXT, "\u00a0" * 4, FILL_IN),
        (TEXT, "\u200b\ufeff\u2060\u200d", FILL_IN),
        (TEXT, "\u3164\u2800\ufe0f", FILL_IN),  # letters and signs that show nothing
        (TEXT, "\x00\x01\x02", FILL_IN),
        (TEXT, "\ud83d\ud83d", FILL_IN),
        (TEXT, "好", TOO_SHORT),
        (TEXT, "\u202e好\u202c", TOO_SHORT),
        (ANY_TEXT, "好", TOO_SHORT),
        (TEXT, "一二三四五六", TOO_LONG),
        (TEXT, 10**5, TOO_LONG),
        (TEXT, ["修好了"], WRONG_FORM),
        (TEXT, {"zh": "修好了"}, WRONG_FORM),
        (TEXT, True, WRONG_FORM),
        (TEXT, 1.5, WRONG_FORM),
        (TEXT, b"abc", WRONG_FORM),
        (ANY_TEXT, ["修好了"], WRONG_FORM),
        (ANY_TEXT, {}, WRONG_FORM),
        (ANY_TEXT, False, WRONG_FORM),
        (LINE, "灯\n", TOO_SHORT),
        (CHOICE, "c", PICK_ONE),
        (CHOICE, "A", PICK_ONE),
        (CHOICE, "甲", PICK_ONE),
        (CHOICE, "a,b", PICK_ONE),
        (CHOICE, ["a"], WRONG_FORM),
        (CHOICE, "", FILL_IN),
        (BODY, "", FILL_IN),
        (BODY, None, FILL_IN),
        (BODY, "城管", PICK_ONE),
        (BODY, "0", PICK_ONE),
        (BODY, "000", PICK_ONE),
        (BODY, 0, PICK_ONE),
        (BODY, "-1", PICK_ONE),
        (BODY, -1, PICK_ONE),
        (BODY, "+1", PICK_ONE),
        (BODY, "1.0", PICK_ONE),
        (BODY, "1_0", PICK_ONE),
        (BODY, "1 0", PICK_ONE),
        (BODY, "0x1", PICK_ONE),
        (BODY, "１２", PICK_ONE),  # full-width
        (BODY, "一", PICK_ONE),
        (BODY, "²", PICK_ONE),
        (BODY, "1" * 19, PICK_ONE),
        (BODY, "9" * 30, PICK_ONE),
        (BODY, 10**30, PICK_ONE),
        (BODY, ["7"], WRONG_FORM),
        (BODY, True, WRONG_FORM),
        (BODIES, ["7", "x"], PICK_ONE),
        (BODIES, ["7", "8", "9"], TOO_MANY),
        (BODIES, [["7"]], WRONG_FORM),
        (BODIES, {"7": "8"}, WRONG_FORM),
        (DEPUTIES, None, FILL_IN),
        (DEPUTIES, [], FILL_IN),
        (DEPUTIES, ["", None], FILL_IN),
        (DEPUTIES, "1", TOO_FEW),
        (DEPUTIES, ["1"], TOO_FEW),
        (DEPUTIES, ["1", "1"], TOO_FEW),
        (DEPUTIES, ["1", "01"], TOO_FEW),
        (DEPUTIES, ["1", "2", "3", "4"], TOO_MANY),
        (replace(DEPUTIES, required=False), ["1"], TOO_FEW),
        (DATE, "", FILL_IN),
        (DATE, "2026-02-29", NO_DATE),
        (DATE, "2026-13-01", NO_DATE),
        (DATE, "2026-1-1", NO_DATE),
        (DATE, "2026/11/27", NO_DATE),
        (DATE, "11-27", NO_DATE),
        (DATE, "0000-01-01", NO_DATE),
        (DATE, "２０２６-１１-２７", NO_DATE),
        (DATE, "2026-11-27T10:00", NO_DATE),
        (DATE, "明天", NO_DATE),
        (DATE, 0, NO_DATE),
        (DATE, ["2026-11-27"], WRONG_FORM),
        (FILES, ["a", "b", "c"], TOO_MANY),
        (FILES, [{"name": "a"}], WRONG_FORM),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(item: Input, raw: object, fault: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(fault)}$"):
        clean_input(item, raw)


def test_a_number_too_long_to_write_down_is_no_text() -> None:
    with pytest.raises(ValueError, match=FILL_IN):
        clean_input(TEXT, 10**5000)


def test_every_field_at_fault_is_named_at_once_and_nothing_else() -> None:
    action = Action(
        "fill", "填写", ("asked",), "asked", (LIAISON,), inputs=(TEXT, CHOICE, BODY, DEPUTIES, DATE)
    )
    raw = {"text": "好", "choice": "c", "body": "7", "deputies": ["1"], "date": "", "extra": "不看"}
    with pytest.raises(Refusal) as refused:
        decide(add(ANSWERED, action), Standing("asked"), "fill", raw, {LIAISON})
    assert refused.value.code == "input"
    assert refused.value.fields == {
        "text": TOO_SHORT,
        "choice": PICK_ONE,
        "deputies": TOO_FEW,
        "date": FILL_IN,
    }


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        ("路灯", "路灯"),
        (7, "7"),
        (1.5, "1.5"),
        (Decimal("1.50"), "1.50"),
        (date(2026, 11, 27), "2026-11-27"),
        (datetime(2026, 11, 27, 9, tzinfo=UTC), "2026-11-27 09:00:00+00:00"),
        (time(9, 30), "09:30:00"),
        (["路灯"], ""),
        ({"a": 1}, ""),
        (b"abc", ""),
        (object(), ""),
    ],
)
def test_what_a_cell_of_a_list_holds_reads_as_text(raw: object, text: str) -> None:
    assert clean_text(raw) == text


def test_ids_are_read_from_ids_only() -> None:
    assert [ids_of(value) for value in (7, [7, 8], "7", ["ab"], None, [])] == [[7], [7, 8], [], [], [], []]


# --- whatever is typed ------------------------------------------------------------------------------------

ANY_CHARACTER = st.characters() | st.sampled_from(
    "\x00\r\n\t\u200b\u202e\u2066\u3000\ufeff\ud83d\udc4d\u00a0\u2060"
)
WILD_TEXT = st.text(ANY_CHARACTER, max_size=30)
WILD = st.recursive(
    WILD_TEXT | st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WILD_TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(WILD)
@example("\r\x00\n")
@example("\u200b \u200b")
@example("\ud83d\ude00")
@example(10**5000)
def test_text_is_always_fit_to_be_kept(raw: object) -> None:
    text = clean_text(raw)
    assert clean_text(text) == text == text.strip()
    assert not set(text) & ({"\x00", "\r"} | BIDI_CONTROLS)
    assert not any("\ud800" <= char <= "\udfff" for char in text)
    assert text.encode("utf-8").decode("utf-8") == text


EVERY_KIND = (TEXT, ANY_TEXT, LINE, CHOICE, BODY, BODIES, DEPUTIES, DATE, FILES)
FORM = Action(
    "form",
    "什么都问",
    ("asked",),
    "asked",
    (LIAISON,),
    inputs=tuple(replace(item, key=f"{number}") for number, item in enumerate(EVERY_KIND)),
)
LIKELY: dict[str, Any] = {"0": "修好了", "2": "标题", "3": "a", "4": "7", "6": ["1", "2"], "7": "2026-11-27"}


@given(
    procedure=st.sampled_from([add(ANSWERED, FORM), add(HANDED, FORM)]),
    stage=st.sampled_from(["asked", "acting", "rating", "done", "", "nowhere"]),
    action=st.sampled_from(["form", "assign", "answer", "back", "good", "lapse", "reopen", "no_such"]),
    roles=st.frozensets(st.sampled_from(Role)),
    returns=st.integers(-1, 5),
    typed=st.dictionaries(st.sampled_from([*LIKELY, "1", "5", "8"]) | WILD_TEXT, WILD, max_size=4),
)
@example(add(ANSWERED, FORM), "asked", "form", frozenset({LIAISON}), 0, {})
def test_nothing_typed_does_more_than_be_refused(
    procedure: Procedure,
    stage: str,
    action: str,
    roles: frozenset[Role],
    returns: int,
    typed: dict[str, object],
) -> None:
    standing = Standing(stage, returns=returns)
    try:
        step = decide(procedure, standing, action, {**LIKELY, "words": "答复您", "lead": "7", **typed}, roles)
    except Refusal as refused:
        assert refused.code in ("unknown", "not_here", "forbidden", "input")
        assert bool(refused.fields) is (refused.code == "input")
        return
    assert stage in step.action.leaves
    assert step.stage.key in step.action.targets()
    assert canonical({"values": dict(step.values)}), "what was typed can be recorded"
    assert set(step.values) == {item.key for item in step.action.inputs}


PUBLIC = Input("known", "公开的内容", most=200, audience=Audience.PUBLIC)


@pytest.mark.parametrize(
    ("item", "typed", "quote"),
    [
        # who reads it, what was typed, what of it may not be made public (个人信息保护法 art. 25)
        (PUBLIC, "联系电话13800001234，路灯已修好。", "13800001234"),
        (PUBLIC, "身份证11010519491231002X的居民", "11010519491231002X"),
        (PUBLIC, "12幢3单元501室门口的路灯", "12幢3单元501室"),
        (PUBLIC, "浙A12345占道", "浙A12345"),
        (replace(PUBLIC, kind=InputKind.LINE), "a@b.com 说路灯坏了", "a@b.com"),
        (PUBLIC, "王建国女士反映的路灯已修好，咨询0571-64731234。", ""),
        (replace(PUBLIC, audience=Audience.REPORTER), "联系电话13800001234", ""),
        (replace(PUBLIC, audience=Audience.STAFF), "联系电话13800001234", ""),
    ],
)
def test_what_everybody_reads_holds_no_personal_data(item, typed, quote):
    if not quote:
        assert clean_input(item, typed) == typed
        return
    with pytest.raises(ValueError, match="公开前请把") as refused:
        clean_input(item, typed)
    fault = refused.value.args[0]
    assert isinstance(fault, Fault)
    assert f"“{quote}”" in fault
    assert fault.template % fault.params == fault
