"""What a document consists of. Every ``start`` and ``end`` is an offset in characters into the text as given."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tingchao.core.screening.numerals import chinese


class Kind(StrEnum):
    """Kinds of units. 章 to 目 are those of 立法法 65; the others are the numbering of opinions and notices."""

    PART = "编"
    CHAPTER = "章"
    SECTION = "节"
    ARTICLE = "条"
    PARAGRAPH = "款"
    ITEM = "项"
    POINT = "目"
    FIRST = "一、"
    SECOND = "（一）"
    THIRD = "1."
    FOURTH = "（1）"
    FIFTH = "①"
    TEXT = "段"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Number:
    """A document number, 杭政办函〔2023〕12号: ``organ`` is 杭政办函, ``year`` 0 where there is none (第5号)."""

    span: Span
    organ: str
    year: int
    serial: int

    def __str__(self) -> str:
        return (
            f"{self.organ}〔{self.year}〕{self.serial}号" if self.year else f"{self.organ}第{self.serial}号"
        )


@dataclass(frozen=True, slots=True)
class Dated:
    """A day with the place where it stands."""

    span: Span
    day: date


@dataclass(frozen=True, slots=True)
class Unit:
    """A numbered (or plain) piece of the body; ``label`` is its number as written, empty for 款 and 段.

    ``number`` counts from 1; ``suffix`` is the second number of 第十二条之一, otherwise 0. ``end`` is where the last
    of its children ends.
    """

    kind: Kind
    number: int
    suffix: int
    label: Span
    start: int
    end: int
    children: tuple["Unit", ...] = ()

    def walk(self) -> Iterator["Unit"]:
        """This unit and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def name(self) -> str:
        """How one cites it: 第三条, 第二款, 第（一）项, 一、, 第2段."""
        value = chinese(self.number)
        tail = f"之{chinese(self.suffix)}" if self.suffix else ""
        return _NAMES[self.kind].format(value=value, number=self.number) + tail


_NAMES = {kind: f"第{{value}}{kind.value}" for kind in Kind} | {
    Kind.ITEM: "第（{value}）项",
    Kind.POINT: "第{number}目",
    Kind.FIRST: "{value}、",
    Kind.SECOND: "（{value}）",
    Kind.THIRD: "{number}.",
    Kind.FOURTH: "（{number}）",
    Kind.FIFTH: "第{number}点",
    Kind.TEXT: "第{number}段",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the body. ``notes`` are the lines below the title that tell who passed it and when."""

    end: int
    title: Span | None = None
    issuer: Span | None = None
    number: Number | None = None
    addressees: Span | None = None
    notes: tuple[Span, ...] = ()
    dates: tuple[Dated, ...] = ()
    effective: Dated | None = None
    contents: Span | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed and when, as it stands below the body."""

    span: Span
    organs: tuple[Span, ...]
    dated: Dated | None


@dataclass(frozen=True, slots=True)
class Provision:
    """A supplementary provision. ``value`` is its day where it names one; ``years`` a term of validity.

    ``what`` is effective, validity, repeal or interpreter; ``object`` is the document that is repealed or the body
    that interprets; ``from_publication`` is set for 自公布之日起.
    """

    what: str
    span: Span
    value: date | None = None
    years: float = 0.0
    object: Span | None = None
    from_publication: bool = False


@dataclass(frozen=True, slots=True)
class Annex:
    """Something attached, with its own title and units; ``label`` (附件1) is empty when it simply follows."""

    label: Span
    title: Span | None
    start: int
    end: int
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document taken apart; see ``structure.parse``."""

    head: Head
    body: Span
    units: tuple[Unit, ...]
    provisions: tuple[Provision, ...]
    signature: Signature | None
    annexes: tuple[Annex, ...]

    @property
    def issued(self) -> date | None:
        """The day it was made: of the signature, else the last one below the title."""
        if self.signature and self.signature.dated:
            return self.signature.dated.day
        return self.head.dates[-1].day if self.head.dates else None

    def walk(self) -> Iterator[Unit]:
        """All units of the body and of the annexes, in the order of the text."""
        for top in (*self.units, *(unit for annex in self.annexes for unit in annex.units)):
            yield from top.walk()

    def path(self, offset: int) -> tuple[Unit, ...]:
        """The units around a place of the text, from the outermost to the innermost; empty outside all units."""
        found: list[Unit] = []
        level = (*self.units, *(unit for annex in self.annexes for unit in annex.units))
        while inner := next((unit for unit in level if unit.start <= offset < unit.end), None):
            found.append(inner)
            level = inner.children
        return tuple(found)

    def place(self, offset: int) -> str:
        """How one names a place: 第三条第二款第（一）项, or 一、（二）; empty outside all units.

        Chapters are left out, since articles are counted through; so are paragraphs that are the only one.
        """
        path = self.path(offset)
        named = [unit for unit in path if unit.kind not in (Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.TEXT)]
        only = {id(unit.children[0]) for unit in path if len(unit.children) == 1}
        return "".join(unit.name for unit in named if not (unit.kind is Kind.PARAGRAPH and id(unit) in only))
