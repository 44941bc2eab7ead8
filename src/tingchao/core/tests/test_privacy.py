"""What in a text is somebody's personal data, and what only looks like it: tables that a clerk could read."""

from __future__ import annotations

import string
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingchao.core.privacy import CERTAIN, DOUBTFUL, KIND_LABELS, Kind, find_personal, masked, public_fault
from tingchao.core.privacy.numbers import card_holds, identity_holds

FULL_WIDTH = "１１０１０５１９４９１２３１００２Ｘ"

PERSONAL = [
    # kind, what stands in the text, the text, what is left of it when masked
    ("mobile", "13800001234", "请打我电话13800001234，晚上都在", "138****1234"),
    ("mobile", "138 0000 1234", "电话138 0000 1234", "138****1234"),
    ("mobile", "138-0000-1234", "电话：138-0000-1234。", "138****1234"),
    ("mobile", "1380 000 1234", "1380 000 1234", "138****1234"),
    ("mobile", "1 3 8 0 0 0 0 1 2 3 4", "号码是1 3 8 0 0 0 0 1 2 3 4", "138****1234"),
    ("mobile", "１３８００００１２３４", "手机１３８００００１２３４", "１３８****１２３４"),
    ("mobile", "86 138 0000 1234", "+86 138 0000 1234", "138****1234"),
    ("mobile", "8613800001234", "8613800001234", "138****1234"),
    ("mobile", "一三八零零零零一二三四", "打一三八零零零零一二三四一直没人接", "一三八****一二三四"),
    ("mobile", "幺三八零零零零幺二三四", "幺三八零零零零幺二三四", "幺三八****幺二三四"),
    ("mobile", "138零零零零1234", "138零零零零1234", "138****1234"),
    ("mobile", "13800001234", "tel13800001234", "138****1234"),
    ("mobile", "13800001234", "13800001234vx同号", "138****1234"),
    ("landline", "0571-64731234", "电话0571-64731234转801", "0571******34"),
    ("landline", "（0571）64731234", "（0571）64731234", "0571******34"),
    ("landline", "010 6525 1234", "北京010 6525 1234", "0106*****34"),
    ("landline", "64731234", "家里电话64731234", "6473****34"),
    ("identity", "11010519491231002X", "身份证11010519491231002X", "110*************2X"),
    ("identity", "11010519491231002x", "身份证：11010519491231002x，", "110*************2x"),
    ("identity", "110105 19491231 002X", "110105 19491231 002X", "110*************2X"),
    ("identity", FULL_WIDTH, FULL_WIDTH, "１１０*************２Ｘ"),
    ("identity", "330182490101001", "老证330182490101001", "330**********01"),
    ("card", "6222020202020202026", "卡号6222020202020202026", "***************2026"),
    ("card", "4111 1111 1111 1111", "4111 1111 1111 1111", "************1111"),
    ("passport", "E12345678", "护照号码：E12345678", "E******78"),
    ("passport", "C12345678", "通行证C12345678", "C******78"),
    ("plate", "浙A12345", "浙A12345违停", "浙A****5"),
    ("plate", "浙A·D1234F", "车牌浙A·D1234F", "浙A*****F"),
    ("plate", "浙AD12345", "绿牌浙AD12345", "浙A*****5"),
    ("plate", "浙Ａ１２３４５", "浙Ａ１２３４５", "浙Ａ****５"),
    ("plate", "浙A1234学", "教练车浙A1234学", "浙A****学"),
    ("email", "zhang.san+1@example.com", "写到zhang.san+1@example.com吧", "z****@example.com"),
    ("email", "ａ@qq.com", "ａ@qq.com", "ａ****@qq.com"),
    ("account", "zhang_san88", "微信号：zhang_san88", "z********8"),
    ("account", "zhangsan88", "加vx zhangsan88", "z********8"),
    ("account", "12345678", "QQ：12345678", "1******8"),
    ("household", "12幢3单元501室", "住12幢3单元501室的老人", "**幢*单元***室"),
    ("household", "3单元501", "3单元501漏水", "*单元***"),
    ("household", "一栋三单元706", "山水嘉园一栋三单元706房", "*栋*单元***"),
    ("household", "12幢501室", "12幢501室楼道堆物", "**幢***室"),
    ("household", "12-3-501室", "桂花苑12-3-501室", "**-*-***室"),
    ("household", "２号楼３０１室", "２号楼３０１室", "*号楼***室"),
    ("name", "张三丰", "姓名：张三丰", "张**"),
    ("name", "王建国", "联系人王建国，", "王**"),
    ("name", "李四", "我叫李四，今年", "李*"),
    ("name", "欧阳明", "投诉人：欧阳明", "欧**"),
    ("name", "王建国", "请王建国先生来一趟", "王**"),
    ("name", "李明", "向李明女士反映", "李*"),
]  # fmt: skip

NOT_PERSONAL = [
    ("case number", "2026-0417-352-2"),
    ("case number beside a date", "2026-0417-352-2（2026-11-20）"),
    ("date and time", "2026年11月20日10:30"),
    ("dates", "2026-11-20、2026.11.27、20261120"),
    ("a span of years", "2025-2026 2026-2027 2027-2028"),
    ("document number", "浙政发〔2026〕12号"),
    ("an amount", "合计13800001234元"),
    ("an amount in ten thousands", "13800001234 万"),
    ("a decimal", "13800001234.56"),
    ("a share", "0.13800001234"),
    ("hotlines", "110、119、120、12345、12348、96345、95598"),
    ("a service number", "400-123-4567，400 1234 567"),
    ("an area code and a hotline", "0571-12345"),
    ("a street number", "府前路58号"),
    ("a building", "12幢楼下的垃圾桶"),
    ("a staircase", "3单元门口，3单元20户"),
    ("a year of works", "1单元2026年加装电梯"),
    ("an office", "3楼305室，社区服务中心201办公室"),
    ("an identity number with a wrong check digit", "110105194912310021"),
    ("an identity number of no province", "99010519491231002X"),
    ("an identity number of no day", "110105194913310021"),
    ("a card number that Luhn refuses", "6222020202020202027"),
    ("an order", "订单号6222020202020202026"),
    ("a social credit code", "913301001234567890"),
    ("a parcel", "快递SF13800001234"),
    ("a model", "型号A13800001234B"),
    ("twelve digits", "138000012345"),
    ("ten digits", "1380000123"),
    ("a region's code", "330182001000"),
    ("an official account", "微信公众号hangzhou_renda，微信小程序zhelibang"),
    ("a group", "QQ群12345678"),
    ("the service itself", "微信WeChat"),
    ("a surname alone", "王先生、李女士、张师傅"),
    ("somebody's office", "联系人方式，联系人王主任，姓名不用写"),
    ("a place", "我叫停了施工，户主是白天不在"),
    ("an address without a name", "@所有人 @"),
    ("numbers of a table", "1 350 200 5000 12"),
    ("lamps", "一三五号路灯不亮，二四六亮"),
    ("words", "一二三四五六七八九十"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "quote", "text", "left"), PERSONAL)
def test_personal_data_is_found_where_it_stands(kind, quote, text, left):
    (found,) = find_personal(text)
    assert (str(found.kind), found.quote) == (kind, quote)
    assert text[found.start : found.end] == quote
    assert masked(text) == text[: found.start] + left + text[found.end :]


@pytest.mark.parametrize(("what", "text"), NOT_PERSONAL)
def test_what_only_looks_like_it_is_left_alone(what, text):
    assert find_personal(text) == ()
    assert masked(text) == text


def test_several_in_one_text():
    text = "王建国女士13800001234、13900001234，浙A12345，12幢3单元501室，a@b.com"
    assert [str(one.kind) for one in find_personal(text)] == [
        "name", "mobile", "mobile", "plate", "household", "email",
    ]  # fmt: skip
    assert masked(text) == "王**女士138****1234、139****1234，浙A****5，**幢*单元***室，a****@b.com"


def test_only_the_kinds_asked_for_are_masked():
    assert masked("联系人王建国13800001234", CERTAIN) == "联系人王建国138****1234"


@pytest.mark.parametrize(
    ("digits", "holds"),
    [
        ("11010519491231002X", True),
        ("110105194912310028", False),
        ("440524188001010014", True),
        ("330182490231001", False),  # no 31st of February
    ],
)
def test_the_check_digit_of_an_identity_number(digits, holds):
    assert identity_holds(digits) is holds


@pytest.mark.parametrize(
    ("digits", "holds"),
    [("4111111111111111", True), ("4111111111111112", False), ("9111111111111111", False)],
)
def test_the_check_digit_of_a_card(digits, holds):
    assert card_holds(digits) is holds


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("居民反映的三盏路灯已全部更换。", []),
        ("居民王建国女士反映，咨询0571-64731234。", []),  # for a second person to judge
        ("家住12幢3单元501室，电话13800001234", ["12幢3单元501室", "13800001234"]),
        ("13800001234、13800001234", ["13800001234"]),
    ],
)
def test_what_may_not_be_made_public(text, quotes):
    fault = public_fault(text)
    assert (fault is None) is (quotes == [])
    if fault is not None:
        words = fault[0] % fault[1]
        assert [quote for quote in quotes if f"“{quote}”" in words] == quotes
        assert words.count("“13800001234”") <= 1


def test_every_kind_is_named_and_either_certain_or_doubtful():
    assert set(KIND_LABELS) == set(Kind) == CERTAIN | DOUBTFUL
    assert not CERTAIN & DOUBTFUL


PIECES = st.one_of(
    st.sampled_from([text for _, _, text, _ in PERSONAL] + [text for _, text in NOT_PERSONAL]),
    st.text(alphabet=string.digits + "一三八零xX@.-(（）) 　浙A幢单元室号微信姓名王先生", max_size=12),
    st.text(max_size=6),
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_findings_are_exact_in_order_and_apart(text):
    end = 0
    for one in find_personal(text):
        assert end <= one.start < one.end
        assert text[one.start : one.end] == one.quote
        end = one.end


@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_quote_survives_masking(text):
    hidden = masked(text)
    for one in find_personal(text):
        assert len(one.quote) < 4 or hidden.count(one.quote) < text.count(one.quote)


LONG = [
    "1", "1 ", "1-", "138 0000 1234 ", "11010519491231002X", "6222 ", "@", "a@b.", "a", "一", "一三八", "1幢", "单元12",
    "王", "姓名", "联系人王", "王建先", "微信", "qqqq", "浙A", "浙A1", "护照E", "电话6", "(", "（0571）", "\n", "0571-",
]  # fmt: skip


@pytest.mark.parametrize("text", [*((piece * 50_000)[:50_000] for piece in LONG), "".join(LONG) * 12_000])
def test_any_text_takes_time_linear_in_its_length(text):
    """A search that goes over the text once more for each of its characters would take hours for the longest."""
    began = process_time()
    find_personal(text)
    assert process_time() - began < max(1.0, 20 * len(text) / 1_000_000)
