"""`tingchao screen` and `tingchao screen-eval`: no Django, no database, no network."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from tingchao.core.screening.evaluating import Evaluation, Score
    from tingchao.core.screening.findings import Finding
    from tingchao.core.screening.many import Screened
    from tingchao.core.screening.screen import Settings

ISSUERS = (
    "法律",
    "行政法规",
    "地方性法规",
    "部门规章",
    "地方政府规章",
    "司法规范性文件",
    "监察规范性文件",
    "规范性文件",
)
GRADES = {"certain": "确定", "likely": "很可能", "possible": "可能"}
COLOURS = {"certain": "bold red", "likely": "yellow", "possible": "dim"}


@click.command()
@click.argument("files", nargs=-1, metavar="FILE…", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--issuer", type=click.Choice(ISSUERS), default="规范性文件", show_default=True, help="Who made it."
)
@click.option("--issued", type=click.DateTime(["%Y-%m-%d"]), help="The day it was made, e.g. 2023-05-01.")
@click.option("--json", "as_json", is_flag=True, help="A list of files with their findings.")
@click.option("--clauses", is_flag=True, help="Take one clause a line; answer one JSON object a line.")
@click.option("--cluster", metavar="ADDRESS", help="Use a Dask cluster, e.g. tcp://10.0.0.1:8786.")
@click.option("--processes", type=click.IntRange(1), help="Processes to use; as many as cores when left out.")
def screen(
    files: tuple[Path, ...],
    issuer: str,
    issued: datetime | None,
    as_json: bool,
    clauses: bool,
    cluster: str | None,
    processes: int | None,
) -> None:
    """Screen documents (.txt .md .docx .pdf, folders, - for standard input) for what a reviewer ought to look at.

    A file that cannot be read is named, the others are done, and the exit code is 1. Without a FILE what is piped in
    is read.
    """
    from tingchao.config.lawbook import imported_table
    from tingchao.core.screening.findings import Issuer
    from tingchao.core.screening.screen import Settings

    settings = Settings(Issuer(issuer), issued.date() if issued else None, imported_table())
    files = files or _piped()
    if clauses:
        sys.exit(_clauses(files, settings))
    results = _results(files, settings, cluster, processes)
    sys.exit(_as_json(results) if as_json else _as_text(results))


def _results(
    files: tuple[Path, ...], settings: Settings, cluster: str | None, processes: int | None
) -> Iterator[Screened]:
    from tingchao.core.screening import many

    with tempfile.TemporaryDirectory() as folder:
        paths = [_kept(Path(folder)) if str(path) == "-" else path for path in files]
        found = many.files_of(paths)
        try:
            if cluster:
                results = many.screen_files_on(cluster, found, settings)
            else:
                results = many.screen_files(found, settings, processes=processes)
            for one in results:
                yield _named(one, folder)
        except many.ClusterFailed as failed:
            raise click.ClickException(str(failed)) from None


def _kept(folder: Path) -> Path:
    """Standard input as a file, so that every reader may look at its bytes."""
    path = folder / "stdin"
    path.write_bytes(sys.stdin.buffer.read())
    return path


def _named(one: Screened, folder: str) -> Screened:
    from dataclasses import replace

    return replace(one, name="-") if one.name.startswith(folder) else one


def _refused(one: Screened) -> None:
    click.echo(f"{one.name}: {one.refused}", err=True)


def _as_json(results: Iterable[Screened]) -> int:
    from tingchao.core.screening.exporting import Places, finding_data

    told, refused = [], 0
    for one in results:
        if one.refused:
            refused = 1
            _refused(one)
            continue
        places = Places(one.text)
        findings = [{**finding_data(found), "where": places.where(found.start)} for found in one.findings]
        told.append({"file": one.name, "findings": findings})
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    return refused


def _as_text(results: Iterable[Screened]) -> int:
    from rich.console import Console
    from rich.markup import escape

    from tingchao.core.screening.exporting import Places

    console = Console(highlight=False, soft_wrap=True)
    refused = 0
    for one in results:
        if one.refused:
            refused = 1
            _refused(one)
            continue
        console.print(f"[bold]{escape(one.name)}[/bold]  {len(one.findings)} 处")
        places = Places(one.text)
        for found in one.findings:
            _tell_finding(console, places.where(found.start), found)
    return refused


def _tell_finding(console: Console, where: str, found: Finding) -> None:
    from rich.markup import escape

    from tingchao.core.screening.exporting import NAMES

    grade = found.confidence.value
    quote = escape(" ".join(found.quote.split()))
    name = escape(f"{NAMES.get(found.rule, '')}（{found.rule}）")
    console.print(f"  [{COLOURS[grade]}]{GRADES[grade]}[/]  {where}  [bold]{quote}[/bold]")
    console.print(f"        {name}  {escape(found.article)}")
    console.print(f"        {escape(found.explanation)}")
    if found.question:
        console.print(f"        问：{escape(found.question)}")


def _clauses(files: tuple[Path, ...], settings: Settings) -> int:
    from tingchao.core.screening.exporting import finding_data
    from tingchao.core.screening.screen import screen_clause

    refused = 0
    for path in files:
        try:
            lines = _lines(path)
        except (OSError, UnicodeDecodeError) as fault:
            refused = 1
            click.echo(f"{path}: {fault}", err=True)
            continue
        for line in lines:
            violating, found = screen_clause(line, settings)
            told = {"violating": violating, "findings": [finding_data(one) for one in found]}
            click.echo(json.dumps(told, ensure_ascii=False))
    return refused


def _lines(path: Path) -> list[str]:
    """The lines of a UTF-8 text; a last line without its end counts, an end without a line does not."""
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


@click.command("screen-eval")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def screen_eval(table: Path) -> None:
    """Print precision, recall and F1 on a TSV with the columns clause, label, category, and every miss.

    Labels: violating, benign, issuer_dependent (asked as a document, where it is to be found, and as a local
    regulation, where it is not).
    """
    from tingchao.core.screening.evaluating import TableRefused, evaluate, labelled

    try:
        with table.open(encoding="utf-8-sig", newline="") as opened:
            told = evaluate(labelled(opened))
    except (TableRefused, UnicodeDecodeError) as refused:
        raise click.ClickException(f"{table}: {refused}") from None
    _tell(told)


def _tell(told: Evaluation) -> None:
    click.echo(f"overall\t{_figures(told.overall)}")
    for label in dict.fromkeys(label for label, _ in told.groups):
        scores = [score for (one, _), score in told.groups.items() if one == label]
        click.echo(f"label {label}\t{_summed(scores)}")
    for (label, category), score in told.groups.items():
        click.echo(f"  {category or '-'} ({label})\t{_summed([score])}")
    for miss in told.misses:
        kind = "missed" if miss.wanted else "false"
        found = "; ".join(f"{one.rule} {one.confidence.value} 「{one.quote}」" for one in miss.findings)
        click.echo(f"{kind}\t{miss.issuer.value}\t{miss.labelled.category}\t{miss.labelled.clause}\t{found}")


def _figures(score: Score) -> str:
    return (
        f"precision {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}  "
        f"(right {score.hits}, false {score.false}, missed {score.missed}, rightly quiet {score.quiet})"
    )


def _summed(scores: list[Score]) -> str:
    from tingchao.core.screening.evaluating import Score

    return _figures(
        Score(
            sum(one.hits for one in scores),
            sum(one.false for one in scores),
            sum(one.missed for one in scores),
            sum(one.quiet for one in scores),
        )
    )


def _piped() -> tuple[Path, ...]:
    """Standard input, when something other than a keyboard is at its other end."""
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("Name a file or a folder, or - for standard input.")
    return (Path("-"),)
