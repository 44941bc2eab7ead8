"""Names and callings of the made-up people of the demonstration."""

from __future__ import annotations

import random
from collections.abc import Iterator

EXPERTISE = ("城建", "交通", "民生", "环保", "教育", "卫生", "法律", "企业")

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程"
GIVEN = (
    "建平", "秀英", "志强", "丽华", "国庆", "桂芳", "晓东", "玉兰", "海燕", "文斌", "春梅", "永康", "雪琴", "立军",
    "红霞", "德明", "小燕", "光辉", "惠珍", "新民", "爱华", "伟良", "素珍", "江涛", "云飞", "月娥", "宝根", "晨曦",
)  # fmt: skip

CALLINGS = (
    "城建", "交通", "民生", "环保", "教育", "卫生", "法律", "企业", "农业、茶叶", "水利", "养老", "文旅", "物业治理",
    "数字经济", "食品安全", "残疾人事务", "体育", "电力", "金融", "社区工作", "医药", "安全生产", "非遗", "就业",
)  # fmt: skip
"""What the people on a wall know about."""


def people(seed: str) -> Iterator[str]:
    """Names in an order that is always the same for a seed, none of them twice."""
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    random.Random(seed).shuffle(names)  # noqa: S311 - a demonstration
    return iter(names)
