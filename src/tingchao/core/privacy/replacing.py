"""Makers, places, companies and persons of a text under other names: the same one always under the same other name.

What is written up for others to learn from says what was wrong, not whose it was. Nothing here is certain to find
every name: a person reads the text before anybody else does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tingchao.core.privacy import find_personal, masked
from tingchao.core.privacy.finding import Kind

STEMS = "甲乙丙丁戊己庚辛壬癸"
PLACE_ENDS = ("街道", "社区", "镇", "乡", "区", "县", "市", "省", "村")

_COMPANY = re.compile(
    r"[\u4e00-\u9fff（）()]{2,30}?(?:有限责任公司|股份有限公司|有限公司|公司|合作社|商行|经营部)"
)
_BEFORE_COMPANY = re.compile(
    ".*(?:委托|交由|交给|指定|购买|采购|使用|选择|选用|通过|统一|提供|由|向|与|和|及|给|为|到|在|对|让|的|(?:有|是|叫)(?!限))"
)
_NUMBER = re.compile(r"〔\d{4}〕\s*\d+\s*号")


def stem_of(place: str) -> str:
    """A place without the word for what it is: 清波街道 → 清波. The whole name where nothing would be left of it."""
    for end in PLACE_ENDS:
        stem = place.removesuffix(end)
        if stem != place:
            return stem if len(stem) > 1 else place
    return place


def _ordinal(number: int) -> str:
    turn, place = divmod(number, len(STEMS))
    return STEMS[place] + ("" if not turn else str(turn + 1))


@dataclass
class Replacer:
    """Replaces in one text after the other. `places` are the names of regions, the smaller ones first."""

    places: Iterable[str]
    known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stems = list(dict.fromkeys(stem_of(place) for place in self.places))

    def replaced(self, text: str) -> str:
        """The text with every name that is known or looks like one under its other name."""
        text = _COMPANY.sub(self._company, text)
        for place in self.places:
            if place in text:
                text = text.replace(place, self._other(stem_of(place)) + place.removeprefix(stem_of(place)))
        for stem in self._stems:
            text = text.replace(stem, self._other(stem)) if stem in text else text
        text = _NUMBER.sub("〔××〕×号", text)
        return masked(self._persons(text))

    def left_in(self, text: str) -> list[str]:
        """Names that still stand in a text and must not, each once."""
        found = [name for name in (*self.places, *self._stems) if name in text]
        found += [one[0] for one in _NUMBER.finditer(text)]
        found += [one.quote for one in find_personal(text)]
        return list(dict.fromkeys(found))

    def _company(self, found: re.Match[str]) -> str:
        whole = found[0]
        kept = _BEFORE_COMPANY.match(whole)
        head = kept[0] if kept and len(kept[0]) < len(whole) - 2 else ""
        name = whole[len(head) :]
        end = next(one for one in ("公司", "合作社", "商行", "经营部") if name.endswith(one))
        return head + self._known(name, lambda: f"{self._next(end)}{end}")

    def _persons(self, text: str) -> str:
        for one in reversed(find_personal(text)):
            if one.kind is Kind.NAME and "某" not in one.quote:
                other = self._known(one.quote, lambda quote=one.quote: self._person(quote))  # type: ignore[misc]
                text = text[: one.start] + other + text[one.end :]
        return text

    def _person(self, name: str) -> str:
        alike = sum(other.startswith(f"{name[0]}某") for other in self.known.values())
        return f"{name[0]}某" + (_ordinal(alike) if alike else "")

    def _other(self, stem: str) -> str:
        return self._known(stem, lambda: self._next(""))

    def _next(self, end: str) -> str:
        alike = {other for other in self.known.values() if other.endswith(end) and (end or len(other) < 3)}
        return _ordinal(len(alike))

    def _known(self, name: str, make: Callable[[], str]) -> str:
        if name not in self.known:
            self.known[name] = make()
        return self.known[name]
