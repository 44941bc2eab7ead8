"""Texts of made-up township documents: put together from the clauses in data/township, never twice the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources

DIGITS = "零一二三四五六七八九"
OFFICES = {"镇": "镇人民政府", "乡": "乡人民政府", "街道": "街道办事处"}

_WORD = re.compile(r"\{(镇|本|府|村)\}")
_NUMBER = re.compile(r"\{n:(\d+)-(\d+)\}")


@dataclass(slots=True)
class Subject:
    """What a township may make rules about, and the clauses that such a document is made of."""

    key: str
    review: str
    names: list[str] = field(default_factory=list)
    called: str = ""
    aim: str = ""
    bases: list[str] = field(default_factory=list)
    always: list[str] = field(default_factory=list)
    some: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    lawful: list[tuple[str, str]] = field(default_factory=list)

    def take(self, mark: str, words: str) -> None:
        """Add one line of the file."""
        pair = tuple(part.strip() for part in words.split("=>"))
        plain = {"名": self.names, "据": self.bases, "+": self.always, "-": self.some}
        if mark in plain:
            plain[mark].append(words)
        elif mark == "事":
            self.called = words
        elif mark == "因":
            self.aim = words
        else:
            (self.problems if mark == "!" else self.lawful).append((pair[0], pair[1]))


@dataclass(frozen=True, slots=True)
class Place:
    """Who issues: the township and the kind of place that it is."""

    name: str

    @property
    def kind(self) -> str:
        return "街道" if self.name.endswith("街道") else self.name[-1]

    @property
    def maker(self) -> str:
        """The body that issues, e.g. 清波街道办事处."""
        return self.name.removesuffix(self.kind) + OFFICES[self.kind]

    def filled(self, words: str, dice: random.Random) -> str:
        """A clause in the words of this place, with its numbers drawn."""
        said = {
            "镇": self.kind,
            "本": f"本{self.kind}",
            "府": OFFICES[self.kind],
            "村": "社区" if self.kind == "街道" else "村（社区）",
        }
        words = _WORD.sub(lambda found: said[found[1]], words)
        return _NUMBER.sub(lambda found: spelled(dice.randint(int(found[1]), int(found[2]))), words)


@dataclass(frozen=True, slots=True)
class Made:
    """A document: its text, the text once it was put right (the same when it was in order), and what was at issue."""

    subject: Subject
    title: str
    number: str
    text: str
    mended: str
    problem: str = ""  # the clause at issue, as it stands in `text`
    instead: str = ""  # what took its place
    why: str = ""  # why it holds after all
    article: str = ""


def spelled(number: int) -> str:
    """A number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def day_said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@cache
def subjects() -> tuple[Subject, ...]:
    """Every subject, in the order of their names."""
    folder = resources.files("tingchao.mechanisms.filing_review") / "data" / "township"
    paths = sorted(folder.iterdir(), key=lambda path: path.name)
    return tuple(_subject(path.name, path.read_text("utf-8")) for path in paths if path.name != "README.txt")


def _subject(name: str, text: str) -> Subject:
    first, *lines = text.strip().splitlines()
    made = Subject(name.removesuffix(".txt"), first.strip())
    for line in lines:
        made.take(line[0], line[1:].strip())
    return made


def document_made(
    *,
    place: Place,
    subject: Subject,
    flaw: str,
    serial: int,
    published: date,
    valid_years: int,
    dice: random.Random,
) -> Made:
    """A document about a subject; `flaw` is "" for one in order, "problem" for one with a planted problem, "lawful"
    for one with words that look like a problem."""
    clauses = [place.filled(one, dice) for one in (*subject.always, *_some(subject.some, dice))]
    wrong, right, why = _at_issue(place, subject, flaw, dice)
    at = dice.randint(len(subject.always), len(clauses))
    with_it = [*clauses[:at], wrong, *clauses[at:]] if wrong else clauses
    after = [*clauses[:at], right, *clauses[at:]] if wrong else clauses
    frame = _Frame(
        place, subject, dice.choice(subject.names), serial, published, valid_years, dice.random() < 0.3
    )
    basis = dice.sample(subject.bases, len(subject.bases))
    return Made(
        subject=subject,
        title=frame.title,
        number=frame.number,
        text=frame.text(basis, with_it),
        mended=frame.text(basis, after),
        problem=frame.said(wrong),
        instead=frame.said(right),
        why=why,
        article=frame.place_of(at),
    )


def _some(clauses: list[str], dice: random.Random) -> list[str]:
    kept = set(dice.sample(range(len(clauses)), dice.randint(4, len(clauses) - 1)))
    return [clause for number, clause in enumerate(clauses) if number in kept]


def _at_issue(place: Place, subject: Subject, flaw: str, dice: random.Random) -> tuple[str, str, str]:
    """(the clause at issue, what replaces it, why it holds)."""
    if flaw == "problem":
        wrong, right = dice.choice(subject.problems)
        return place.filled(wrong, dice), place.filled(right, dice), ""
    if flaw == "lawful":
        said, why = dice.choice(subject.lawful)
        words = place.filled(said, dice)
        return words, words, place.filled(why, dice)
    return "", "", ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The form of a document round its clauses: rules by articles, or a notice by headings."""

    place: Place
    subject: Subject
    name: str
    serial: int
    published: date
    valid_years: int
    notice: bool

    @property
    def title(self) -> str:
        if self.notice:
            return f"{self.place.maker}关于进一步做好{self.subject.called}工作的通知"
        return f"{self.place.maker}关于印发《{self.place.name}{self.name}》的通知"

    @property
    def number(self) -> str:
        town = self.place.name.removesuffix(self.place.kind)
        mark = f"{town}街办" if self.place.kind == "街道" else f"{town}政"
        return f"{mark}〔{self.published.year}〕{self.serial}号"

    def place_of(self, at: int) -> str:
        """Where in the text the clause of that place stands."""
        return f"第{spelled(at + 1)}项" if self.notice else f"第{spelled(at + 2)}条"

    def text(self, bases: list[str], clauses: list[str]) -> str:
        return "\n".join(self._lines(bases, clauses)) + "\n"

    def _lines(self, bases: list[str], clauses: list[str]) -> Iterator[str]:
        whom = "各社区" if self.place.kind == "街道" else "各村（社区）"
        yield from (self.title, "", self.number, "", f"{whom}，各办公室、中心：")
        aim = f"{self.subject.aim}，根据{''.join(bases)}，结合本{self.place.kind}实际"
        ends = f"{day_said(self._starts)}起施行，有效期至{day_said(self._ends)}。"
        if self.notice:
            yield f"{aim}，现将有关事项通知如下："
            yield from (f"{spelled(number)}、{self.said(clause)}" for number, clause in enumerate(clauses, 1))
            yield f"本通知自{ends}"
            yield from ("", self.place.maker, day_said(self.published))
            return
        yield f"《{self.place.name}{self.name}》已经本{self.place.kind}集体讨论同意，现印发给你们，请认真执行。"
        yield from ("", self.place.maker, day_said(self.published), "", f"{self.place.name}{self.name}", "")
        yield f"第一条 {aim}，制定本办法。"
        yield from (f"第{spelled(number)}条 {clause}" for number, clause in enumerate(clauses, 2))
        yield f"第{spelled(len(clauses) + 2)}条 本办法自{ends}"

    def said(self, clause: str) -> str:
        """A clause as it stands in this kind of document."""
        return clause.replace("本办法", "本通知") if self.notice else clause

    @property
    def _starts(self) -> date:
        """The first day of the month after next, more than 30 days from publication."""
        month = self.published.month + 2
        return date(self.published.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)

    @property
    def _ends(self) -> date:
        return date(self._starts.year + self.valid_years, self._starts.month, 1) - timedelta(days=1)
