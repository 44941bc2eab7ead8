"""The numbers that Word makes: a paragraph only names a list and a level; 第二条 is nowhere in the file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

from tingchao.core.screening.numerals import chinese

_VAL = qn("w:val")
_LEVELS = 9
_MOST_STYLES = 20


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 10)


def _roman(value: int) -> str:
    words = ""
    for worth, sign in zip(
        (100, 90, 50, 40, 10, 9, 5, 4, 1), ("c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"), strict=True
    ):
        while value >= worth and len(words) < 20:
            words, value = words + sign, value - worth
    return words


def _circled(value: int) -> str:
    return chr(0x245F + value) if 1 <= value <= 20 else str(value)


_WAYS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": lambda value: str(value).translate({ord("0") + i: ord("０") + i for i in range(10)}),
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "bullet": lambda value: "",
    "none": lambda value: "",
}
_WAYS |= dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled)
_WAYS |= dict.fromkeys(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
        "japaneseDigitalTenThousand",
    ),
    lambda value: chinese(value) if value else "〇",
)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    way: str
    words: str
    gap: str
    restarts: int
    """After a number of so many levels or fewer the count begins again; 0 for never."""


class Counting:
    """Counts the paragraphs of one document as they come."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._kinds: dict[str, str] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._styles: dict[str, Any] = {
            style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))
        }
        root = _numbering(document)
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        kinds = {kind.get(qn("w:abstractNumId")): _levels(kind) for kind in root.findall(qn("w:abstractNum"))}
        for num in root.findall(qn("w:num")):
            key, kind = num.get(qn("w:numId"), ""), num.find(qn("w:abstractNumId"))
            if kind is None:
                continue
            overrides = _overrides(num, kinds.get(kind.get(_VAL), {}))
            self._levels[key] = kinds.get(kind.get(_VAL), {}) | overrides
            self._kinds[key] = f"{kind.get(_VAL)}/{key}" if overrides else str(kind.get(_VAL))

    def label(self, paragraph: Any) -> str:
        """The number in front of a paragraph as Word shows it, or nothing."""
        key, depth = self._list_of(paragraph)
        levels = self._levels.get(key, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(self._kinds[key], [None] * _LEVELS)
        before = counts[depth]
        counts[depth] = levels[depth].start if before is None else before + 1
        for deeper in range(depth + 1, _LEVELS):
            if deeper not in levels or levels[deeper].restarts > depth:
                counts[deeper] = None
        label = _filled(levels, counts, depth)
        return label + levels[depth].gap if label[-1:].isalnum() else label

    def _list_of(self, paragraph: Any) -> tuple[str, int]:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        element, tried = paragraph, 0
        key, depth = None, None
        name = style.get(_VAL) if style is not None else None
        while element is not None and tried < _MOST_STYLES:
            found = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if found is not None:
                key = key or _value(found, "w:numId")
                depth = depth or _value(found, "w:ilvl")
            element = self._styles.get(name or "")
            based = element.find(qn("w:basedOn")) if element is not None else None
            name = based.get(_VAL) if based is not None else None
            tried += 1
        return key or "", min(int(depth), _LEVELS - 1) if depth and depth.isdecimal() else 0


def _numbering(document: Any) -> Any:
    try:
        return document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return None


def _value(element: Any, name: str) -> str | None:
    found = element.find(qn(name))
    return None if found is None else found.get(_VAL)


def _levels(kind: Any) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for level in kind.findall(qn("w:lvl")):
        start, depth = _value(level, "w:start") or "1", level.get(qn("w:ilvl"), "")
        if depth.isdecimal() and int(depth) < _LEVELS and start.isdecimal():
            way = _value(level, "w:numFmt") or "decimal"
            words = "" if way == "bullet" else _value(level, "w:lvlText") or ""
            gap = "" if _value(level, "w:suff") == "nothing" else " "
            restarts = _value(level, "w:lvlRestart") or depth
            found[int(depth)] = _Level(
                int(start), way, words, gap, int(restarts) if restarts.isdecimal() else 0
            )
    return found


def _overrides(num: Any, levels: dict[int, _Level]) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for one in num.findall(qn("w:lvlOverride")):
        start, depth = _value(one, "w:startOverride") or "", one.get(qn("w:ilvl"), "")
        if start.isdecimal() and depth.isdecimal() and int(depth) in levels:
            found[int(depth)] = replace(levels[int(depth)], start=int(start))
    return found


def _filled(levels: dict[int, _Level], counts: list[int | None], depth: int) -> str:
    words = levels[depth].words
    for place in range(depth + 1):
        if place in levels and f"%{place + 1}" in words:
            level = levels[place]
            value = counts[place] if counts[place] is not None else level.start
            words = words.replace(f"%{place + 1}", _WAYS.get(level.way, str)(value or 0))
    return words
