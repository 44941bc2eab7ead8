"""Letters: numbering, who writes and reads and answers, what is refused, who is told, the chain, the paper."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from conftest import staff
from django.core.exceptions import ObjectDoesNotExist

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.directory.actors import NOBODY, Actor, reporter
from tingchao.engine.models import Event, Notice
from tingchao.engine.sealing import stream_verify
from tingchao.engine.services import roles_of
from tingchao.engine.tests.loop import brought, code_of
from tingchao.instruments.letters.models import Letter
from tingchao.instruments.letters.policy import may_read
from tingchao.instruments.letters.selectors import history_of, letters_for, letters_of
from tingchao.instruments.letters.services import (
    Drafted,
    letter_answer,
    letter_issue,
    letter_withdraw,
    letters_remind,
    series_of,
    signature_of,
)
from tingchao.instruments.letters.sheets import TEMPLATE, letter_data
from tingchao.instruments.paper.compiler import pdf_made

DAY = timedelta(days=1)


@pytest.fixture
def case(town, handed, now) -> Any:
    return brought(town, handed, now, "acting")


@pytest.fixture
def drafted(town) -> SimpleNamespace:
    return SimpleNamespace(
        kind="ask",
        body=str(town.bodies.chengguan.pk),
        title="府前路路灯修复进度",
        text="府前路三盏路灯报修已有两周。\n请说明原因和修复的日子。",
        reply_by="2026-11-27",
    )


def write(case: Any, drafted: Any, actor: Actor, now: Any, **changed: str) -> Letter:
    return letter_issue(
        case_id=case.pk, drafted=Drafted(**{**vars(drafted), **changed}), actor=actor, now=now
    )


@pytest.fixture
def letter(town, case, drafted, now) -> Letter:
    return write(case, drafted, town.clerk, now)


def told(template: str) -> list[str]:
    return list(Notice.objects.filter(template=template).order_by("id").values_list("recipient", flat=True))


PLACES = [
    ("杭州市", "杭州人大函", "杭州市人民代表大会常务委员会办公室"),
    ("建德市", "建德人大函", "建德市人民代表大会常务委员会办公室"),
    ("余杭区", "余杭人大函", "余杭区人民代表大会常务委员会办公室"),
    ("新安江街道", "新安江人大函", "人大新安江街道工作委员会"),
    ("乾潭镇", "乾潭人大函", "乾潭镇人民代表大会主席团"),
    ("莘乡", "莘乡人大函", "莘乡人民代表大会主席团"),
]


@pytest.mark.parametrize(("place", "series", "signed"), PLACES)
def test_in_whose_name_a_letter_is_written(place, series, signed):
    assert (series_of(place), signature_of(place)) == (series, signed)


def test_letters_are_numbered_one_by_one_in_their_year(town, case, drafted, now):
    numbers = [write(case, drafted, town.clerk, now).number for _ in range(3)]
    following = write(case, drafted, town.clerk, now + 45 * DAY, reply_by="2027-01-20").number
    assert [one.split("〕")[1] for one in numbers] == ["1号", "2号", "3号"]
    assert following.endswith("〔2027〕1号") and "〔2026〕" in numbers[0]


WRITERS = {"clerk", "coordinator", "leader"}


@pytest.mark.parametrize(
    "face",
    ["clerk", "coordinator", "leader", "liaison", "handler", "deputy", "expert", "auditor", "administrator"],
)
def test_who_may_write(face, town, case, drafted, now):
    if face in WRITERS:
        assert write(case, drafted, getattr(town, face), now).pk
        return
    with pytest.raises(Refusal) as refused:
        write(case, drafted, getattr(town, face), now)
    assert refused.value.code == "forbidden" and not Letter.objects.exists()


@pytest.mark.parametrize("who", ["reporter", "nobody", "elsewhere"])
def test_who_else_may_not_write(who, case, drafted, now):
    actor = {"reporter": reporter(case.pk), "nobody": NOBODY, "elsewhere": staff(Role.CLERK, "330106")}[who]
    with pytest.raises(Refusal) as refused:
        write(case, drafted, actor, now)
    assert refused.value.code == "forbidden"


BAD = [
    ("kind", ""),
    ("kind", "没有的"),
    ("body", ""),
    ("body", "0"),
    ("body", "99999999999999999999"),
    ("body", "-1"),
    ("body", "１"),
    ("title", "灯"),
    ("title", "灯" * 61),
    ("title", "   "),
    ("text", "请说明"),
    ("text", "灯" * 10_001),
    ("reply_by", ""),
    ("reply_by", "2026-11-20"),
    ("reply_by", "2026-02-30"),
    ("reply_by", "2027-12-01"),
    ("reply_by", "明天"),
]


@pytest.mark.parametrize(("field", "value"), BAD)
def test_what_is_refused(field, value, town, case, drafted, now):
    with pytest.raises(Refusal) as refused:
        write(case, drafted, town.clerk, now, **{field: value})
    assert refused.value.code == "input" and set(refused.value.fields) == {field}
    assert not Letter.objects.exists() and not Notice.objects.filter(template="letter_issued").exists()


def test_a_body_of_another_place_is_not_written_to(town, case, drafted, now):
    from tingchao.directory.models import Body

    town.bodies.zhujian.region_id = "330106000000"
    Body.objects.filter(pk=town.bodies.zhujian.pk).update(region_id="330106000000")
    with pytest.raises(Refusal) as refused:
        write(case, drafted, town.clerk, now, body=str(town.bodies.zhujian.pk))
    assert set(refused.value.fields) == {"body"}


def test_a_letter_that_only_tells_asks_for_no_day(town, case, drafted, now):
    letter = write(case, drafted, town.leader, now, kind="tell", reply_by="")
    assert letter.reply_by is None and not letter.waits()
    assert letters_remind(now=now + 400 * DAY) == 0


def test_the_body_answers_once_and_the_writer_hears_of_it(town, letter, now):
    assert told("letter_issued") == [f"body:{town.bodies.chengguan.pk}"]
    answered = letter_answer(
        letter_id=letter.pk, text="灯具已到货，25 日修好。", actor=town.handler, now=now + DAY
    )
    assert answered.reply == "灯具已到货，25 日修好。" and not answered.waits()
    assert told("letter_answered") == [town.clerk.key]
    again = {"letter_id": letter.pk, "actor": town.handler, "now": now + 2 * DAY}
    assert code_of(letter_answer, text="再补一句话。", **again) == "not_here"
    assert (
        code_of(letter_withdraw, letter_id=letter.pk, reason="不用了谢谢", actor=town.clerk, now=now)
        == "not_here"
    )
    assert letters_remind(now=now + 30 * DAY) == 0


@pytest.mark.parametrize("face", ["other_handler", "clerk", "liaison", "deputy", "leader"])
def test_only_the_body_it_was_sent_to_answers(face, town, letter, now):
    call = {"letter_id": letter.pk, "text": "我们来答复。", "actor": getattr(town, face), "now": now}
    assert code_of(letter_answer, **call) == "forbidden"


@pytest.mark.parametrize("text", ["", "好的", " \n ", "灯" * 10_001])
def test_an_answer_that_says_nothing_is_refused(text, town, letter, now):
    assert code_of(letter_answer, letter_id=letter.pk, text=text, actor=town.handler, now=now) == "input"
    assert Letter.objects.get().waits()


def test_a_withdrawn_letter_waits_for_nobody(town, letter, now):
    assert code_of(letter_withdraw, letter_id=letter.pk, reason="错", actor=town.clerk, now=now) == "input"
    letter_withdraw(letter_id=letter.pk, reason="发错了单位", actor=town.leader, now=now)
    assert told("letter_withdrawn") == [f"body:{town.bodies.chengguan.pk}"]
    assert (
        code_of(letter_answer, letter_id=letter.pk, text="已经在办。", actor=town.handler, now=now)
        == "not_here"
    )
    assert letters_remind(now=now + 30 * DAY) == 0


def test_a_day_that_passed_is_told_once_to_both(town, letter, now):
    assert letters_remind(now=now + 7 * DAY) == 0  # the 27th itself
    assert letters_remind(now=now + 8 * DAY) == 1
    assert told("letter_late") == [f"body:{town.bodies.chengguan.pk}", town.clerk.key]
    assert letters_remind(now=now + 9 * DAY) == 0


SEES = {"clerk", "leader", "coordinator", "liaison", "auditor", "deputy", "handler"}


@pytest.mark.parametrize(
    "face",
    ["clerk", "leader", "coordinator", "liaison", "auditor", "deputy", "handler", "other_handler", "expert"],
)
def test_who_reads_a_letter(face, town, letter):
    actor = getattr(town, face)
    assert may_read(actor, letter, roles_of(actor, letter.case)) is (face in SEES)


def test_lists_hold_what_is_theirs(town, case, letter, drafted, now):
    telling = write(case, drafted, town.clerk, now + DAY, kind="tell", reply_by="")
    assert letters_for(town.clerk).rows == [telling, letter] == letters_of(case)
    assert letters_for(town.handler, waiting=True).rows == [letter]
    assert letters_for(town.other_handler).rows == [] == letters_for(NOBODY).rows
    assert letters_for(staff(Role.CLERK, "330106")).rows == []


def test_a_long_list_is_read_page_by_page(town, case, drafted, now):
    made = [write(case, drafted, town.clerk, now + timedelta(minutes=n)) for n in range(30)]
    first = letters_for(town.clerk)
    rest = letters_for(town.clerk, after=first.after)
    assert [*first.rows, *rest.rows] == made[::-1] and rest.after == ""


def test_every_step_stands_in_the_chain(town, letter, now):
    letter_answer(letter_id=letter.pk, text="灯具已到货。", actor=town.handler, now=now + DAY)
    assert [one.action for one in history_of(letter)] == ["letter.issued", "letter.answered"]
    assert stream_verify(letter.stream, history_of(letter)) is None
    event = Event.objects.get(stream=letter.stream, sequence=1)
    event.data = {**event.data, "number": "建德人大函〔2026〕9号"}
    assert stream_verify(letter.stream, [event, *history_of(letter)[1:]]) is not None


def test_the_paper_says_what_the_letter_says(letter):
    data = letter_data(letter)
    assert data["title"] == "关于府前路路灯修复进度的询问函" and data["number"] == letter.number
    with pypdfium2.PdfDocument(BytesIO(pdf_made(TEMPLATE, data))) as paper:
        assert len(paper) == 1 and [round(side) for side in paper[0].get_size()] == [595, 842]
        words = paper[0].get_textpage().get_text_range().replace("\r\n", "").replace(" ", "")
    for part in (
        data["title"],
        letter.number,
        "府前路三盏路灯报修已有两周。",
        "2026年11月27日前",
        data["day"],
    ):
        assert part in words


def test_a_long_letter_numbers_its_further_pages(town, case, drafted, now):
    letter = write(case, drafted, town.clerk, now, text="路灯要尽快修好。\n" * 120)
    with pypdfium2.PdfDocument(BytesIO(pdf_made(TEMPLATE, letter_data(letter)))) as paper:
        texts = [page.get_textpage().get_text_range() for page in paper]
    assert len(texts) > 2 and "— 1 —" not in texts[0] and "— 2 —" in texts[1]


def test_a_letter_that_is_not_there(town, now):
    gone = {"letter_id": 7, "actor": town.handler, "now": now}
    assert code_of(letter_answer, text="已经在办。", **gone) == "gone"
    with pytest.raises(ObjectDoesNotExist):
        Letter.objects.get(pk=7)
