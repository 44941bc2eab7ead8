"""Pure decisions of filing and review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tingchao.core.text import gettext_noop

FILED_WITHIN_DAYS = 15
"""Days after publication within which a township files (湖州市乡镇（街道）规范性文件备案审查时限，2025)."""

EXPERT_DAYS = 15
"""Days that an expert has, where the clerk names none."""

REFILED_BY = {
    "supplementing": "supplement", "talking": "correct", "lettered": "correct", "opinion": "correct",
    "planned": "correct",
}  # fmt: skip
"""Stage → the action that a new text from the maker takes."""

SHORTEST, LONGEST = 10, 3000
"""Characters of a suggestion."""


def late_by(published: date, filed: date, within: int = FILED_WITHIN_DAYS) -> int:
    """Days by which a document was filed too late; 0 when in time. The day of publication does not count."""
    return max(0, (filed - published - timedelta(days=within)).days)


def suggestion_fault(text: str) -> str:
    """What is wrong with the text of a suggestion; empty when nothing is."""
    if len(text) < SHORTEST:
        return gettext_noop("请写清是哪一条、为什么不合法，10 个字以上。")
    return gettext_noop("写得太长了，请缩短到 3000 字以内。") if len(text) > LONGEST else ""


PUT_RIGHT = ("corrected", "repealed", "annulled")
"""Outcomes of a review by which an error was put right."""

EXAMPLE_FIELDS = ("title", "problem", "ground", "handling", "lesson")
"""The parts of a case of the casebook."""

_EXAMPLE_SIZES = {
    "title": (4, 60),
    "problem": (10, 2000),
    "ground": (5, 2000),
    "handling": (10, 2000),
    "lesson": (0, 1000),
}
_MISSING = {
    "title": gettext_noop("请写上标题，4 到 60 个字，不写是哪里的。"),
    "problem": gettext_noop("请写清文件哪里有问题，10 个字以上。"),
    "ground": gettext_noop("请写明违反哪一条法律、法规。"),
    "handling": gettext_noop("请写清怎样审查、怎样纠正，10 个字以上。"),
    "lesson": gettext_noop("写得太长了，请缩短到 1000 字以内。"),
}


def example_faults(texts: Mapping[str, str]) -> dict[str, str]:
    """What is missing or too long in a case of the casebook, by its part."""
    return {
        key: _MISSING[key]
        for key, (least, most) in _EXAMPLE_SIZES.items()
        if not least <= len(texts[key]) <= most
    }
