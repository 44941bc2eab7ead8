"""Facts about laws that documents cite: when each version took effect, its last article, when it was repealed.

The facts ship with the package: ``data/laws.tsv`` lists what texts of laws say, ``data/known.tsv`` what is known of the
laws cited most (days of effect, earlier and later versions, repeals, successors) and was entered by hand. An
installation may add texts of its own (``tingchao laws import``).
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from importlib.resources import files

AS_OF = date(2025, 12, 31)
_LONGEST_WAIT = timedelta(days=400)  # 增值税法 waited 371 days, longer than any other law in the index
_EDITION = re.compile(r"[（(]((?:19|20)\d\d)年?[^（()）]{0,8}(?:修订|修正|修改|版)[^（()）]{0,4}[)）]$")
_COLUMNS = ("name", "level", "decided", "effective", "last_article", "repealed", "successors")
_BRACKETS = str.maketrans({"(": "（", ")": "）", "〈": "", "〉": "", "<": "", ">": "", "《": "", "》": ""})


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a law. ``effective`` is None where only the day of decision is known.

    ``sure`` says that the facts were entered by hand; only then may a finding that rests on them be certain. Last
    articles were compared with published lists where these have the version; days of repeal and effect were not.
    """

    decided: date | None = None
    effective: date | None = None
    last_article: int = 0
    sure: bool = False

    def surely_holds(self, day: date) -> bool:
        """Whether it had taken effect by a day, even if the day of effect is not known."""
        if self.effective:
            return self.effective <= day
        return self.decided is not None and self.decided + _LONGEST_WAIT <= day

    def may_hold(self, day: date) -> bool:
        """Whether it may have taken effect by a day."""
        begins = self.effective or self.decided
        return begins is None or begins <= day


@dataclass(frozen=True, slots=True)
class Law:
    """A law with the versions that the index knows, the oldest first."""

    name: str
    level: str
    versions: tuple[Version, ...] = ()
    repealed: date | None = None
    successors: tuple[str, ...] = ()

    @property
    def most_articles(self) -> int:
        """The last article of the version that has most; 0 when none is known."""
        return max((version.last_article for version in self.versions), default=0)

    def on(self, day: date) -> Version | None:
        """The version in force on a day; None when the index cannot tell, since it knows none or two might be it."""
        holding = [version for version in self.versions if version.surely_holds(day)]
        if not holding or any(one.may_hold(day) for one in self.versions if one not in holding):
            return None
        return holding[-1]

    def newer_than(self, year: int, day: date) -> Version | None:
        """The version in force on a day, where it was decided after the year that a citation names."""
        version = self.on(day)
        return version if version and version.decided and version.decided.year > year else None


@dataclass(frozen=True)
class LawIndex:
    """Laws by name."""

    laws: dict[str, Law] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> Law | None:
        """A law by its name as cited: with or without 中华人民共和国, with a year of revision or not."""
        key = normal(name)
        return self.laws.get(key) or self.laws.get(self.short.get(key, ""))

    def ends_with_law(self, words: str) -> str | None:
        """The longest name of a law (or its short name) at the end of some words: 依照民法典 → 民法典."""
        for start in range(len(words)):
            piece = words[start:]
            if piece in self._names:
                return piece
        return None

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.laws) | frozenset(self.short)

    def with_laws(self, more: Iterable[Law]) -> "LawIndex":
        """This index with the versions of others added; what is repealed stays so."""
        laws = dict(self.laws)
        for law in more:
            laws[law.name] = _merged(laws[law.name], law) if law.name in laws else law
        return LawIndex(laws, self.short)


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """The name under which the index keeps a law."""
    bare = "".join(name.split()).translate(_BRACKETS).removeprefix("中华人民共和国")
    return _EDITION.sub("", bare)


_TEXT_NAME = re.compile(r"^(?P<name>.+)\((?P<day>\d{4}-\d{2}-\d{2})\)\.txt$")


def text_name(name: str, day: date) -> str:
    """What the file with the text of a version is called: 某市某条例(2024-09-27).txt."""
    return f"{name}({day.isoformat()}).txt"


def text_named(file: str) -> tuple[str, date] | None:
    """The law and the day of decision that a file's name says; None for a file of something else."""
    found = _TEXT_NAME.match(file)
    try:
        return (found["name"], date.fromisoformat(found["day"])) if found else None
    except ValueError:
        return None


def edition(name: str) -> int | None:
    """The year in a citation such as 《某条例（2015修订）》."""
    found = _EDITION.search("".join(name.split()))
    return int(found[1]) if found else None


def laws_from_table(table: str, *, sure: bool = False) -> dict[str, Law]:
    """Laws from rows of tab-separated text with a heading; one row is one version. Columns may be missing."""
    laws: dict[str, Law] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        law = _law(row, sure)
        laws[law.name] = _merged(laws[law.name], law) if law.name in laws else law
    return laws


def laws_to_table(laws: Iterable[Law]) -> str:
    """The rows that ``laws_from_table`` takes."""
    lines = ["\t".join(_COLUMNS)]
    for law in laws:
        for version in law.versions or (Version(),):
            days = [_iso(version.decided), _iso(version.effective)]
            last = str(version.last_article or "")
            lines.append(
                "\t".join([law.name, law.level, *days, last, _iso(law.repealed), ",".join(law.successors)])
            )
    return "\n".join(lines) + "\n"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _law(row: dict[str, str], sure: bool) -> Law:
    decided, effective = _date(row.get("decided")), _date(row.get("effective"))
    last = row.get("last_article") or ""
    version = Version(decided, effective, int(last) if last.isdecimal() else 0, sure)
    known = decided or effective or version.last_article
    successors = tuple(one for one in (row.get("successors") or "").split(",") if one)
    name = normal(row.get("name") or "")
    return Law(
        name, row.get("level") or "", (version,) if known else (), _date(row.get("repealed")), successors
    )


def _date(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None


def _merged(one: Law, other: Law) -> Law:
    by_day = {version.decided: version for version in one.versions}
    for version in other.versions:
        by_day[version.decided] = (
            _same_version(by_day[version.decided], version) if version.decided in by_day else version
        )
    if len(by_day) > 1 and None in by_day:
        del by_day[None]
    versions = tuple(sorted(by_day.values(), key=lambda version: version.decided or date.min))
    return replace(
        one,
        versions=versions,
        repealed=other.repealed or one.repealed,
        successors=other.successors or one.successors,
    )


def _same_version(one: Version, other: Version) -> Version:
    return Version(
        one.decided,
        other.effective or one.effective,
        other.last_article or one.last_article,
        one.sure or other.sure,
    )


@lru_cache(maxsize=4)
def with_table(table: str) -> LawIndex:
    """The index that ships, with the laws of a table as ``laws_to_table`` writes it; empty for none."""
    return shipped().with_laws(laws_from_table(table).values()) if table else shipped()


@lru_cache(maxsize=1)
def shipped() -> LawIndex:
    """The index that ships with the package."""
    folder = files("tingchao.core.screening") / "data"
    tables = {name: (folder / name).read_text(encoding="utf-8") for name in ("laws.tsv", "known.tsv")}
    rows = csv.DictReader(
        io.StringIO((folder / "short_names.tsv").read_text(encoding="utf-8")), delimiter="\t"
    )
    index = LawIndex(laws_from_table(tables["laws.tsv"]), {row["short"]: row["name"] for row in rows})
    return index.with_laws(laws_from_table(tables["known.tsv"], sure=True).values())
