"""`tingchao laws`: the index of laws of this installation, that is what ships and what was imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from tingchao.config import places
from tingchao.core.screening.lawindex import (
    Law,
    LawIndex,
    Version,
    laws_from_table,
    laws_to_table,
    normal,
    shipped,
    text_name,
    with_table,
)
from tingchao.core.screening.readers import SUFFIXES, Unreadable, read
from tingchao.core.screening.structure import Document, Kind, parse

_NAMED = re.compile(r"^(?P<name>.+?)(?:[(（](?P<day>\d{4}-\d{2}-\d{2})[)）])?$")
_LEVELS = (
    (re.compile(r"^(?:最高人民法院|最高人民检察院)"), "司法解释"),
    (re.compile(r"法$"), "法律"),
    (re.compile(r"^.{2,12}?(?:省|市|自治区|自治州|自治县|特区)"), "地方性法规"),
)


def imported_table() -> str:
    """What was imported, as screening takes it; empty when nothing was."""
    path = places.laws_file()
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def index() -> LawIndex:
    """The index that documents of this installation are held against."""
    return with_table(imported_table())


def law_of(path: Path, text: str) -> Law:
    """What the text of a file says of itself: name, day of decision, day of effect, last article."""
    document = parse(text)
    named = _NAMED.match(path.stem)
    title = document.head.title.of(text) if document.head.title else ""
    name = normal(named["name"] if named else title)
    decided = _day(named["day"] if named else None) or document.issued
    effective = document.head.effective.day if document.head.effective else _effect(document)
    day = Version(
        decided=decided,
        effective=None if effective and decided and effective < decided else effective,
        last_article=max((unit.number for unit in document.walk() if unit.kind is Kind.ARTICLE), default=0),
    )
    level = next((level for pattern, level in _LEVELS if pattern.search(name)), "行政法规")
    known = shipped().find(name)
    return Law(name, known.level if known else level, (day,))


@click.group()
def laws() -> None:
    """The index of laws that citations are held against."""


@laws.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def import_(folder: Path) -> None:
    """Add the laws whose texts lie in FOLDER, named like 某市某条例(2024-09-27).md.

    The day in the name is that of the decision; day of effect and last article are read from the text. Texts that
    cannot be read are named, the rest is taken, and the exit code is 1. The same folder may be imported again.
    """
    found, faults = LawIndex(laws_from_table(imported_table())), 0
    taken = 0
    for path, text in _texts(folder):
        if isinstance(text, Unreadable):
            click.echo(f"{path.name}：{text}", err=True)
            faults += 1
        else:
            law = law_of(path, text)
            found, taken = found.with_laws([law]), taken + 1
            _keep_text(law, text)
    _write(places.laws_file(), laws_to_table(found.laws.values()))
    click.echo(f"收了 {taken} 部，{faults} 个文件读不了；现在共有 {len(index().laws)} 部。")
    if faults:
        raise SystemExit(1)


@laws.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print what the index knows of the law NAME: versions with their days and last articles, repeal, successors."""
    law = index().find(name)
    if law is None:
        close = [other for other in index().laws if normal(name) in other][:10]
        hint = f"名字相近的有：{'、'.join(close)}" if close else "可用 tingchao laws import 导入它的文本。"
        raise click.ClickException(f"索引里没有《{name}》。{hint}")
    click.echo("\n".join(_lines(law)))


def _texts(folder: Path) -> Iterator[tuple[Path, str | Unreadable]]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            try:
                yield path, read(path)
            except Unreadable as fault:
                yield path, fault


def _keep_text(law: Law, text: str) -> None:
    """Keep the text of a version, so that two of them can be laid side by side in the desk."""
    day = law.versions[0].decided
    if day is not None and law.name and "/" not in law.name:
        places.laws_dir().mkdir(exist_ok=True)
        _write(places.laws_dir() / text_name(law.name, day), text)


def _write(path: Path, words: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(words, encoding="utf-8")
    beside.replace(path)


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None


def _effect(document: Document) -> date | None:
    """The day in the text itself; an amended law keeps that of its first version, which is not taken."""
    told = [one.value for one in document.provisions if one.what == "effective" and one.value]
    return told[-1] if told else None


def _lines(law: Law) -> Iterator[str]:
    yield f"《{law.name}》 {law.level}"
    for version in law.versions:
        decided = version.decided.isoformat() if version.decided else "日期不明"
        effective = f"{version.effective.isoformat()} 起施行" if version.effective else "施行日期不明"
        last = f"共 {version.last_article} 条" if version.last_article else "条数不明"
        yield f"  {decided}  {effective}  {last}{'' if version.sure else '  （未核对）'}"
    if law.repealed:
        instead = f"，由{'、'.join(law.successors)}取代" if law.successors else ""
        yield f"  {law.repealed.isoformat()} 废止{instead}"
