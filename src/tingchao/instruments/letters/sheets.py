"""A letter on paper: what the template shows. The layout is in `typst/letter.typ`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext

from tingchao.directory.selectors import site
from tingchao.engine.timing import local_day
from tingchao.instruments.letters.kinds import letter_kind
from tingchao.instruments.letters.models import Letter

TEMPLATE = "instruments/letters/typst/letter.typ"


def letter_data(letter: Letter) -> dict[str, Any]:
    """What is printed of a letter. 《党政机关公文格式》GB/T 9704-2012 第10.1条, letter form 信函格式."""
    kind = letter_kind(letter.kind)
    return {
        "mark": letter.signed,
        "demo": gettext("演示数据") if site().demo else "",
        "number": letter.number,
        "title": f"关于{letter.title}的{kind.label if kind else '函'}",
        "to": f"{letter.body.name}：",
        "paragraphs": [line.strip() for line in letter.text.splitlines() if line.strip()],
        "ask": ""
        if letter.reply_by is None
        else f"请于{day_plain(letter.reply_by)}前书面答复。来函所涉事项编号：{letter.case.number}。",
        "signed": letter.signed,
        "day": day_plain(local_day(letter.issued_at)),
    }


def day_plain(day: date) -> str:
    """2026年11月29日: Arabic figures, no leading zero (GB/T 9704-2012 第7.3.5.3条)."""
    return f"{day.year}年{day.month}月{day.day}日"
