"""Whom to ask to follow a matter up: by place, by what they know, by what they have to do already.

A proposal and no more: people choose. Sums up points that anybody can follow: the matter's own station 3, its own
township 2 (or else 1 in the same district), an expertise that the matter speaks of 3, and one less for each matter
that somebody follows now. Equal points go by fewer matters, then by the order in the directory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WORDS: dict[str, tuple[str, ...]] = {
    "城建": (
        "路灯",
        "道路",
        "路面",
        "井盖",
        "下水",
        "违建",
        "工地",
        "电梯",
        "漏水",
        "管道",
        "人行道",
        "绿化",
    ),
    "交通": ("停车", "公交", "红绿灯", "斑马线", "路口", "堵", "电动车", "车位", "车"),
    "民生": ("老人", "食堂", "养老", "菜场", "低保", "居家", "物业", "饭"),
    "环保": ("垃圾", "油烟", "噪音", "臭", "河", "污水", "扬尘", "排放"),
    "教育": ("学校", "上学", "孩子", "幼儿园", "托管", "接送", "培训"),
    "卫生": ("医院", "看病", "药", "卫生", "体检", "蚊", "鼠"),
    "法律": ("合同", "纠纷", "维权", "欠薪", "诈骗", "调解"),
    "企业": ("企业", "厂", "用工", "营业执照", "补贴", "园区", "店"),
}
"""Expertise → words by which a matter speaks of it."""

OWN_STATION, OWN_TOWNSHIP, OWN_DISTRICT, KNOWS = 3, 2, 1, 3
PROPOSED = 3
"""So many of the first are proposed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may follow a matter up; `load` is how many they follow now."""

    id: int
    region_code: str
    station_id: int | None
    expertise: str
    load: int


def speaks_of(text: str) -> frozenset[str]:
    """The kinds of expertise that a text speaks of."""
    return frozenset(
        key for key, words in WORDS.items() if key in text or any(word in text for word in words)
    )


def points(one: Candidate, *, region_code: str, station_id: int | None, topics: frozenset[str]) -> int:
    """How well somebody fits a matter; see above."""
    near = OWN_STATION if station_id is not None and one.station_id == station_id else 0
    if one.region_code[:9] == region_code[:9]:
        near += OWN_TOWNSHIP
    elif one.region_code[:6] == region_code[:6]:
        near += OWN_DISTRICT
    return near + (KNOWS if one.expertise in topics else 0) - one.load


def ranked(
    candidates: Iterable[Candidate], *, region_code: str, station_id: int | None, text: str
) -> list[Candidate]:
    """Everybody, whoever fits best first."""
    topics = speaks_of(text)
    return sorted(
        candidates,
        key=lambda one: (
            -points(one, region_code=region_code, station_id=station_id, topics=topics),
            one.load,
            one.id,
        ),
    )
