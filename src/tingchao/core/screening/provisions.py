"""Supplementary provisions: when a document takes effect, how long it holds, what it repeals, who interprets it.

They are found by their words (施行, 有效期, 废止, 解释) wherever they stand, without parsing the whole text.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from tingchao.core.screening.numerals import DAY, DAY_PATTERN, NUMBER, day, number
from tingchao.core.screening.shapes import Provision, Span

_REACH = 120
_LONGEST_BODY = 80
_VALID = ("有效期", "行至", "施至")
_TAKES_EFFECT = re.compile(rf"日(?:起|后)(?:满{NUMBER}日后)?[，,]?(?:开始|正式)*(?:施行|实施|执行|生效|试行)")
_STOPS = "。；;\n\r"
_EFFECTIVE = re.compile(
    rf"自(?:(?P<day>{DAY})|(?P<publication>(?:公布|发布|印发|颁布|下发|发文|签发)之日))(?:起)?"
    rf"(?P<later>(?:满)?(?P<wait>{NUMBER})日后)?(?:开始)?(?:正式)?[，,]?(?:施行|实施|执行|生效|试行)"
)
_YEARS = re.compile(
    rf"有效期(?:限)?(?:为|是|：|:|至|暂定|暂定为|不超过)?(?P<years>{NUMBER}|半)(?P<unit>个?月|年)(?!{NUMBER}月)"
)
_UNTIL = re.compile(
    rf"(?:有效期(?:限)?(?:自[^。；\n]{{0,40}}?)?(?:至|到|截至|截止到|止于)|施行至|执行至|实施至)(?P<day>{DAY})"
)
_FROM_TO = re.compile(rf"有效期[^。；\n]{{0,10}}(?:自|从)?{DAY}起?(?:至|到)(?P<day>{DAY})")
_REPEALED = re.compile(r"《(?P<name>[^》《\n]{2,80})》[^。；\n]{0,60}?(?:同时|即行|自行|予以)?废止")
_INTERPRETER = re.compile(
    r"由(?P<body>[^，。；：:\n《》]{2,40}?)(?:会同[^，。；\n]{2,40}?|商[^，。；\n]{2,30}?)?(?:负责|进行|承担|具体负责|予以)(?:具体)?(?:应用)?(?:的)?(?:具体)?解释"
)
_RIGHT = re.compile(
    r"解释权(?:归|属于|属|由)(?P<body>[^，。；：:\n《》]{2,40}?)(?:所有|负责|行使)?(?=[，。；\n]|$)"
)
_MONTHS = 12.0


def sentence(text: str, place: int) -> tuple[int, int]:
    """The sentence around a place, at most 120 characters to either side."""
    left, right = max(0, place - _REACH), min(len(text), place + _REACH)
    start = max(text.rfind(stop, left, place) for stop in _STOPS) + 1
    ends = [found for stop in _STOPS if (found := text.find(stop, place, right)) >= 0]
    return max(start, left), min(ends, default=right)


def hits(text: str, word: str) -> Iterator[int]:
    """Each place where a word stands."""
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def provisions(text: str) -> tuple[Provision, ...]:
    """All supplementary provisions, in the order of the text."""
    found = [*_effective(text), *_validity(text), *_repeals(text), *_interpreters(text)]
    return tuple(sorted(found, key=lambda one: one.span.start))


def interpretations(text: str) -> Iterator[int]:
    """Where it is said by whom something is interpreted: 由…解释, 解释权."""
    for place in hits(text, "解释"):
        if text.startswith("权", place + 2) or text.find("由", max(0, place - _LONGEST_BODY), place) >= 0:
            yield place


def _windows(text: str, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The sentences around some places, each once."""
    seen = -1
    for place in places:
        if place < seen:
            continue
        start, end = sentence(text, place)
        if end > seen:
            yield max(start, seen), end
            seen = end


def _effective(text: str) -> Iterator[Provision]:
    for start, end in _windows(text, (found.start() for found in _TAKES_EFFECT.finditer(text))):
        for found in _EFFECTIVE.finditer(text, start, end):
            wait = number(found["wait"] or "") or 0
            yield Provision(
                "effective",
                Span(*found.span()),
                value=_day(found["day"]),
                years=wait / 365,
                from_publication=found["publication"] is not None,
            )


def _validity(text: str) -> Iterator[Provision]:
    for start, end in _windows(text, sorted(place for word in _VALID for place in hits(text, word))):
        if found := _UNTIL.search(text, start, end) or _FROM_TO.search(text, start, end):
            yield Provision("validity", Span(*found.span()), value=_day(found["day"]))
        elif found := _YEARS.search(text, start, end):
            yield Provision("validity", Span(*found.span()), years=_years(found))


def _years(found: re.Match[str]) -> float:
    amount = 0.5 if found["years"] == "半" else float(number(found["years"]) or 0)
    return amount if found["unit"] == "年" else amount / _MONTHS


def _repeals(text: str) -> Iterator[Provision]:
    for start, end in _windows(text, hits(text, "废止")):
        for found in _REPEALED.finditer(text, start, min(end + 2, len(text))):
            yield Provision("repeal", Span(*found.span()), object=Span(*found.span("name")))


def _interpreters(text: str) -> Iterator[Provision]:
    for start, end in _windows(text, interpretations(text)):
        for pattern in (_INTERPRETER, _RIGHT):
            if found := pattern.search(text, start, min(end + 2, len(text))):
                yield Provision("interpreter", Span(*found.span()), object=Span(*found.span("body")))


def _day(words: str | None) -> date | None:
    found = DAY_PATTERN.match(words or "")
    return day(found) if found else None
