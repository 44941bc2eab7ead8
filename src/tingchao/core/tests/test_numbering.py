"""Case numbers as people write, dictate and mistype them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tingchao.core.numbering import CaseNumber, NumberError, format_number, parse_number, sounds_like

NUMBER = CaseNumber(2026, 417352)

NUMBERS = st.builds(CaseNumber, st.integers(2000, 2099), st.integers(1, 10**9))


@pytest.mark.parametrize(
    ("year", "serial", "written"),
    [
        (2026, 417352, "2026-0417-352-2"),
        (2026, 9_999_999, "2026-9999-999-1"),
        (2026, 10_000_000, "2026-10000-000-2"),
        (2026, 999_999_999_999, "2026-999999999-999-5"),
    ],
)
def test_the_written_form(year: int, serial: int, written: str) -> None:
    assert format_number(year, serial) == written
    assert str(CaseNumber(year, serial)) == written
    assert parse_number(written) == CaseNumber(year, serial)


@pytest.mark.parametrize(("year", "serial"), [(999, 1), (10_000, 1), (2026, 0), (2026, -1), (2026, 10**12)])
def test_numbers_that_are_never_given_out(year: int, serial: int) -> None:
    with pytest.raises(ValueError, match="must"):
        format_number(year, serial)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2026-0417-352-2", "照回执输入"),
        ("202604173522", "不加横线"),
        (" 2026 0417 352 2 ", "空格"),
        ("2026—0417—352—2", "中文破折号"),
        ("2026–0417‑352−2", "连接号、不换行连字符、减号"),
        ("2026.0417.352.2", "点"),
        ("2026/0417/352/2", "斜线"),
        ("2026·0417·352·2", "间隔号"),
        ("2026，0417，352，2", "逗号"),
        ("２０２６－０４１７－３５２－２", "全角"),
        ("〔2026〕0417-352-2", "六角括号"),
        ("2026年0417-352-2号", "年、号"),
        ("第2026-0417-352-2号", "第、号"),
        ("编号：2026-0417-352-2", "编号"),
        ("事项编号是 2026-0417-352-2。", "事项编号，句号"),
        ("No. 2026-0417-352-2", "No."),
        ("№2026-0417-352-2", "№"),
        ("case number: 2026-0417-352-2", "英文"),
        ("二〇二六〇四一七三五二二", "汉字"),
        ("二零二六，零四幺七，三五两，两", "电话里念出来的"),
        ("2026-0417-352-二", "混写"),
        ("2026\u200b-0417\u3000352\t2\n", "粘贴带来的看不见的字符"),
    ],
)
def test_what_is_understood(text: str, how: str) -> None:
    assert parse_number(text) == NUMBER, how
    assert sounds_like(text), how


@pytest.mark.parametrize(
    ("text", "reason", "advice"),
    [
        ("", "empty", "请输入事项编号，例如 2026-0417-352-2"),
        ("  \n", "empty", "请输入"),
        ("编号：", "empty", "请输入"),
        ("---", "empty", "请输入"),
        ("2026-0417-352", "length", "一般为 12 位数字，您输入了 11 位"),
        ("13800000000", "length", "11 位"),
        ("1" * 18, "length", "18 位"),
        ("9" * 10_000, "length", "10000 位"),
        ("2026-0417-352-3", "check", "逐位核对"),
        ("2026-0471-352-2", "check", "逐位核对"),
        ("2026-0417-532-2", "check", "逐位核对"),
        ("0000-0000-000-0", "check", "逐位核对"),
        ("2026-00000417352-2", "check", "逐位核对"),
        ("路灯不亮", "characters", "请去掉“路”"),
        ("2026-0417-352-x", "characters", "请去掉“x”"),
        ("2026-0417-352-2 急", "characters", "请去掉“急”"),
        ("２０２６－０４１７－３５２－٢", "characters", "请去掉“٢”"),
        ("2026-0417-352-2\ue000", "characters", "特殊符号"),
    ],
)
def test_what_is_refused_and_the_advice_given(text: str, reason: str, advice: str) -> None:
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    assert refused.value.reason == reason
    assert advice in str(refused.value)


@pytest.mark.parametrize(
    ("text", "looks", "why"),
    [
        ("2026-0417-352-3", True, "校验不符也按编号查，好告诉人写错了"),
        ("2026-0417-352", False, "少一位"),
        ("13800000000", False, "手机号"),
        ("330106199001011234", False, "身份证号"),
        ("330106001000", False, "区划代码"),
        ("0571-8765-4321", False, "固定电话"),
        ("路灯不亮", False, "文字"),
        ("2026年预算", False, "文字带年份"),
        ("", False, "空"),
        ("2026-0417-352-2" + " " * 100, False, "太长"),
    ],
)
def test_sounds_like(text: str, looks: bool, why: str) -> None:
    assert sounds_like(text) is looks, why


@given(NUMBERS)
def test_a_number_reads_back_as_it_was_written(number: CaseNumber) -> None:
    assert parse_number(str(number)) == number
    assert sounds_like(str(number))


def reason_of(digits: str) -> str:
    with pytest.raises(NumberError) as refused:
        parse_number(digits)
    return refused.value.reason


@given(NUMBERS, st.data())
def test_every_single_wrong_digit_is_found(number: CaseNumber, data: st.DataObject) -> None:
    digits = str(number).replace("-", "")
    at = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from("0123456789"))
    assume(wrong != digits[at])
    assert reason_of(digits[:at] + wrong + digits[at + 1 :]) == "check"


@given(NUMBERS, st.data())
def test_every_swap_of_neighbours_is_found(number: CaseNumber, data: st.DataObject) -> None:
    digits = str(number).replace("-", "")
    at = data.draw(st.integers(0, len(digits) - 2))
    first, second = digits[at : at + 2]
    assume(first != second)
    assert reason_of(digits[:at] + second + first + digits[at + 2 :]) == "check"


@given(st.text() | st.text("0123456789０９〇一二两幺-—. /年号nNoO.", max_size=30))
def test_no_text_whatever_does_anything_but_parse_or_be_refused(text: str) -> None:
    sounds_like(text)
    try:
        number = parse_number(text)
    except NumberError as refused:
        assert refused.reason in {"empty", "length", "check", "characters"}
        assert str(refused)
    else:
        assert parse_number(str(number)) == number
