"""Which links may be shown, which questions may be put, which say the same."""

from __future__ import annotations

import pytest

from tingchao.core.finding import plain
from tingchao.instruments.live.rules import StreamRefused, asked_of, same_as, stream_of, token_kept

PLATFORM = ("live.example.cn",)

LINKS = [
    # address, allowed hosts, what it is shown as
    ("", (), None),
    ("https://live.example.cn/room/7", (), ("link", "live.example.cn")),
    (
        "https://live.example.cn/a.mp4",
        (),
        ("link", "live.example.cn"),
    ),  # nobody allowed it to play in our page
    ("https://live.example.cn/room/7", PLATFORM, ("link", "live.example.cn")),
    ("https://live.example.cn/hall/index.m3u8", PLATFORM, ("video", "live.example.cn")),
    ("https://LIVE.example.cn:443/a.MP4?t=1", PLATFORM, ("video", "live.example.cn")),
]


@pytest.mark.parametrize(("url", "allowed", "shown"), LINKS)
def test_how_a_stream_is_shown(url, allowed, shown):
    found = stream_of(url, allowed)
    assert (None if found is None else (found.kind, found.host)) == shown


REFUSED = [
    ("http://live.example.cn/room", ()),
    ("javascript:alert(1)", ()),
    ("https://", ()),
    ("//live.example.cn/room", ()),
    ("https://user:pass@live.example.cn/", ()),
    ("https://live.example.cn:8443/", ()),
    ("https://live.example.cn:x/", ()),
    ("https://localhost/", ()),
    ("https://live.example.cn/<script>", ()),
    ("https://live.example.cn/ room", ()),
    ("https://[::1/", ()),
    ("https://live.example.cn/" + "a" * 500, ()),
    ("https://evil.example/room", PLATFORM),
    ("https://live.example.cn.evil.example/", PLATFORM),
    ("https://evil.example/?live.example.cn", PLATFORM),
    ("https://live.example.cn\\@evil.example/", PLATFORM),
]


@pytest.mark.parametrize(("url", "allowed"), REFUSED)
def test_what_is_no_stream(url, allowed):
    with pytest.raises(StreamRefused):
        stream_of(url, allowed)


QUESTIONS = [
    ("小区停车位什么时候划？", "小区停车位什么时候划？", False),
    ("  两行\n合成  一行 ", "两行 合成 一行", False),
    ("打13858000000找我，井盖坏了", "138", True),
]


@pytest.mark.parametrize(("typed", "kept", "hidden"), QUESTIONS)
def test_a_question_as_it_is_kept(typed, kept, hidden):
    found = asked_of(typed)
    assert kept in found.text and found.hidden is hidden and "13858000000" not in found.text + found.plain


@pytest.mark.parametrize("typed", ["", "停车", " \u200b ", "问" * 121])
def test_what_is_no_question(typed):
    with pytest.raises(ValueError, match="字"):
        asked_of(typed)


ALIKE = [
    # said, what was said before, whether it is the same question
    ("白沙社区充电桩什么时候加装", "白沙社区的充电桩什么时候能加装好", True),
    ("白沙社区充电桩什么时候加装？", "白沙社区充电桩，什么时候加装", True),
    ("食堂几点开门", "食堂几点开门？", True),
    ("白沙社区充电桩什么时候加装", "洋溪菜场早市怎么管", False),
    ("白沙社区充电桩什么时候加装", "白沙社区电梯什么时候修好", False),
    ("路灯", "路灯坏了没人修", False),
]


@pytest.mark.parametrize(("said", "before", "same"), ALIKE)
def test_which_questions_say_the_same(said, before, same):
    assert (same_as(said, [(7, plain(before))]) == 7) is same


def test_the_most_alike_of_several():
    others = [(1, plain("充电桩收费贵不贵")), (2, plain("白沙社区充电桩什么时候能装"))]
    assert same_as("白沙社区充电桩什么时候装", others) == 2


def test_a_token_says_nothing_of_another_event():
    token = "a" * 22
    assert token_kept(1, token) != token_kept(2, token) and token not in token_kept(1, token)
    for wrong in ("", "short", "a" * 65, "有汉字的标记有汉字的标记有汉字的标记"):
        with pytest.raises(ValueError, match="token"):
            token_kept(1, wrong)
