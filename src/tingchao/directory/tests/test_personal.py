"""Telephone numbers as people write them, and personal data at rest (个人信息保护法 51; GB/T 32907-2016)."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from tingchao.directory.personal import decrypt, encrypt, phone_masked, phone_plain

MOBILE = "13800001234"
PURPOSE = "voice.phone"


@pytest.mark.parametrize(
    ("typed", "digits", "how"),
    [
        ("13800001234", MOBILE, "手机，连写"),
        ("138 0000 1234", MOBILE, "手机，三四四分开"),
        ("138-0000-1234", MOBILE, "手机，用横线"),
        (" 13800001234\t", MOBILE, "前后有空白"),
        ("+86 138 0000 1234", MOBILE, "国际写法"),
        ("+8613800001234", MOBILE, "国际写法，连写"),
        ("0086-13800001234", MOBILE, "00 开头的国际写法"),
        ("86 13800001234", MOBILE, "漏了加号"),
        ("１３８００００１２３４", MOBILE, "全角数字"),
        ("＋８６１３８００００１２３４", MOBILE, "全角加号和数字"),
        ("138－0000－1234", MOBILE, "全角横线"),
        ("138—0000—1234", MOBILE, "破折号"),
        ("19900001234", "19900001234", "199 号段"),
        ("0571-64731234", "057164731234", "座机，区号四位"),
        ("(0571) 6473 1234", "057164731234", "座机，半角括号"),
        ("（0571）64731234", "057164731234", "座机，全角括号"),
        ("010-65251234", "01065251234", "座机，区号三位"),
        ("0571-6473123", "05716473123", "座机，七位号"),
        ("64731234", "64731234", "本地座机，八位"),
        ("6473123", "6473123", "本地座机，七位"),
    ],
)
def test_a_number_as_people_write_it(typed, digits, how):
    assert phone_plain(typed) == digits, how


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "空"),
        ("   ", "只有空格"),
        ("不方便留", "没有号码"),
        ("1380000123", "手机少一位"),
        ("138000012345", "手机多一位"),
        ("12800001234", "没有 128 号段"),
        ("110", "报警电话不是反映人的号码"),
        ("12345", "热线不是反映人的号码"),
        ("164731234", "本地座机不以 1 开头"),
        ("0571-64731234-801", "带分机"),
        ("13800001234 13900005678", "两个号码"),
        ("+1 202 555 0100", "境外号码"),
        ("138o0001234", "字母 o 当零"),
        ("١٣٨٠٠٠٠١٢٣٤", "阿拉伯文数字"),
        ("1380000123४", "末位是天城文数字"),
        ("13800001234\x00", "带 NUL"),
        ("1" * 10_000, "一万位"),
    ],
)
def test_what_is_no_number(typed, why):
    with pytest.raises(ValueError, match="not a telephone number"):
        phone_plain(typed)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(typed):
    try:
        digits = phone_plain(typed)
    except ValueError:
        return
    assert digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        (MOBILE, "138****1234"),
        ("057164731234", "057****1234"),
        ("64731234", "6****34"),
        ("6473123", "6****23"),
    ],
)
def test_a_number_is_shown_masked(digits, shown):
    assert phone_masked(digits) == shown


def test_what_was_encrypted_comes_back():
    assert decrypt(encrypt(MOBILE, purpose=PURPOSE), purpose=PURPOSE) == MOBILE
    assert decrypt(encrypt("", purpose=PURPOSE), purpose=PURPOSE) == ""
    assert decrypt(encrypt("建德新安江😀", purpose=PURPOSE), purpose=PURPOSE) == "建德新安江😀"


def test_two_encryptions_of_one_number_differ_and_neither_shows_it():
    kept = {encrypt(MOBILE, purpose=PURPOSE) for _ in range(50)}
    assert len(kept) == 50
    assert not any(MOBILE.encode() in one or MOBILE[3:].encode() in one for one in kept)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda kept: bytes([kept[0] ^ 1]) + kept[1:], "随机数改一位"),
        (lambda kept: kept[:12] + bytes([kept[12] ^ 1]) + kept[13:], "密文改一位"),
        (lambda kept: kept[:-1] + bytes([kept[-1] ^ 0x80]), "校验码改一位"),
        (lambda kept: kept[:-1], "截去一字节"),
        (lambda kept: kept + b"\0", "多出一字节"),
        (lambda kept: kept[:20], "只剩一半"),
        (lambda kept: kept[:3], "只剩三字节"),
        (lambda kept: b"", "什么都不剩"),
    ],
)
def test_what_was_tampered_with_is_not_read(change, what):
    with pytest.raises(InvalidTag):
        decrypt(change(encrypt(MOBILE, purpose=PURPOSE)), purpose=PURPOSE)


def test_what_was_kept_for_one_purpose_is_not_read_for_another():
    with pytest.raises(InvalidTag):
        decrypt(encrypt(MOBILE, purpose=PURPOSE), purpose="visit.phone")


def test_what_another_installation_kept_is_not_read(settings):
    kept = encrypt(MOBILE, purpose=PURPOSE)
    settings.PERSONAL_DATA_KEY = "another installation's key"
    with pytest.raises(InvalidTag):
        decrypt(kept, purpose=PURPOSE)
