"""The command line: `tingchao COMMAND`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from tingchao.config.lawbook import laws
from tingchao.config.screening import screen, screen_eval

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingchao.config.settings")


def _set_up() -> None:
    import django

    from tingchao.core.closure import ProcedureRefused

    try:
        django.setup()
    except ProcedureRefused as refused:
        raise click.ClickException(str(refused)) from None


def with_house(command: Callable[..., Any]) -> Callable[..., Any]:
    """For commands that need the mechanisms but no database."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        _set_up()
        return command(*args, **kwargs)

    return run


def with_database(command: Callable[..., Any]) -> Callable[..., Any]:
    """For commands that need the database: the one that is named, or the embedded one, brought up to date."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from tingchao.config import embedded

        embedded.ensure_database()
        _set_up()
        _migrate()
        return command(*args, **kwargs)

    return run


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Tingchao 听潮: one engine for every closed loop that a local People's Congress runs."""


main.add_command(screen)
main.add_command(screen_eval)
main.add_command(laws)


@main.command()
@click.option("--no-serve", is_flag=True, help="Build without serving.")
@click.option("--port", default=8000, show_default=True)
def demo(no_serve: bool, port: int) -> None:
    """Build the demonstration city, start a worker and serve it."""
    from tingchao.config import running

    running.demo(serve=not no_serve, port=port)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@with_database
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages."""
    from tingchao.config import running

    sys.exit(running.run_children([running.server_command(host=host, port=port, workers=workers)]))


@main.command()
@with_database
def work() -> None:
    """Run the worker: alarms, notices, seals, sums. Any number may run."""
    from procrastinate.contrib.django import app

    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker:
        worker.run_worker(install_signal_handlers=True, delete_jobs="successful")


@main.command()
@with_database
def migrate() -> None:
    """Bring the database up to date."""
    click.echo("The database is up to date.")


@main.command()
@click.option("--check", "checking", is_flag=True, help="Print stages, actions and laws; exit 1 on a breach.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.option("--mermaid", metavar="KEY", help="Draw one procedure as a Mermaid state diagram.")
@with_house
def procedures(checking: bool, as_json: bool, mermaid: str | None) -> None:
    """Print each procedure with its stages, actions and closure laws."""
    from tingchao.config import procedures as report
    from tingchao.engine import registry

    if mermaid:
        try:
            click.echo(report.mermaid(registry.procedure_get(mermaid)))
        except KeyError:
            known = ", ".join(procedure.key for procedure in registry.procedures())
            raise click.ClickException(f"There is no procedure {mermaid}. There are: {known}") from None
        return
    found = [report.report(procedure) for procedure in registry.procedures()]
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else report.text(found))
    if any(law["breaches"] for one in found for law in one["laws"]):
        sys.exit(1)


@main.command()
@click.option("--json", "as_json", is_flag=True)
@with_database
def audit(as_json: bool) -> None:
    """Verify every chain and seal; name the first broken event and exit 1."""
    from tingchao.engine.sealing import audit as run

    report = run()
    broken = report.broken
    if as_json:
        where = None if broken is None else {"where": broken.where, "event": broken.event, "why": broken.why}
        counts = {"events": report.events, "chains": report.chains, "seals": report.seals}
        click.echo(json.dumps({**counts, "broken": where}, ensure_ascii=False))
    elif broken is None:
        click.echo(f"{report.events} events in {report.chains} chains and {report.seals} seals: all hold.")
    else:
        click.echo(f"Broken: {broken.where}, event {broken.event}: {broken.why}", err=True)
    if broken is not None:
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", "roots", multiple=True, metavar="DAY=ROOT", help="The published root of a day.")
def verify(file: Path, roots: tuple[str, ...]) -> None:
    """Check the record of a matter that was downloaded; needs neither database nor installation. Exit 1 on a fault."""
    from tingchao.core.evidence import record_check

    try:
        checked = record_check(
            json.loads(file.read_text(encoding="utf-8")), dict(one.split("=", 1) for one in roots)
        )
    except (ValueError, RecursionError) as fault:
        raise click.ClickException(f"{file.name}: {fault}") from None
    click.echo(f"{checked.events} events, {checked.sealed} of them under a seal.")
    for sequence, reason in checked.faults:
        click.echo(f"Event {sequence}: {reason}", err=True)
    if checked.faults:
        sys.exit(1)
    click.echo("The record holds.")


@main.command()
@with_database
def seal() -> None:
    """Seal every finished day that has no seal yet; print the last seal, which may be published."""
    from django.utils.timezone import now

    from tingchao.engine.sealing import days_seal, seal_last

    click.echo(f"{days_seal(now=now())} days sealed.")
    if last := seal_last():
        click.echo(f"{last.day.isoformat()}  {last.events} events  {last.root}")


@main.command()
@with_database
def sweep() -> None:
    """Give the alarms that are due and deliver the notices that wait, once, now."""
    from django.utils.timezone import now

    from tingchao.engine.outbox import notices_deliver
    from tingchao.engine.sweep import cases_sweep

    click.echo(f"{cases_sweep(now=now())} alarms given, {notices_deliver(now=now())} notices delivered.")


@main.group("import")
def import_() -> None:
    """Take in lists from files."""


@import_.command("voices")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--station", metavar="NAME", help="The station that the messages came to.")
@click.option(
    "--region", metavar="CODE", help="The 12-digit code of the region; the installation's when left out."
)
@with_database
def import_voices(file: Path, station: str | None, region: str | None) -> None:
    """Take in messages from a .jsonl, .csv or .xlsx file (columns: text, and if there are: id, title, place, time).

    A row that was taken before adds nothing, so a broken run is simply started again. Rows that cannot be taken are
    listed with their number and the reason; the rest is taken.
    """
    from tingchao.config import importing

    sys.exit(importing.voices(file, station_name=station, region_code=region))


@import_.command("upper")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--template", type=click.Path(dir_okay=False, path_type=Path), help="Write the workbook to fill in."
)
@click.option(
    "--region", help="The place whose deputies joined, by its 12-digit code; the installation by default."
)
@click.option("--dry-run", is_flag=True, help="Say row by row what would be taken, and take nothing.")
@with_database
def import_upper(file: Path | None, template: Path | None, region: str | None, dry_run: bool) -> None:
    """Take over activities of upper levels that deputies joined on line, from a workbook."""
    from tingchao.config import importing

    if (file is None) == (template is None):
        raise click.UsageError("Name a workbook, or --template with the file to write.")
    if template is not None:
        sys.exit(importing.upper_template(template))
    assert file is not None
    sys.exit(importing.upper(file, region_code=region, dry_run=dry_run))


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--template", is_flag=True, help="Write an empty workbook with one example row a sheet to FILE."
)
@click.option("--region", metavar="CODE", help="The 12-digit code of the region whose installation this is.")
@click.option("--name", default="听潮", show_default=True, help="What the pages are headed with.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken and keep nothing.")
def setup(file: Path, template: bool, region: str | None, name: str, dry_run: bool) -> None:
    """Set an installation up from an .xlsx workbook: regions, bodies, stations, deputies, accounts.

    One row at fault, and nothing is taken. The same workbook may be loaded again. The passwords of new accounts are
    shown once.
    """
    from tingchao.config import running

    if template:
        running.setup_template(file)
    elif region is None:
        raise click.UsageError("--region says whose installation this is.")
    else:
        sys.exit(with_database(running.setup)(file, region_code=region, name=name, dry_run=dry_run))


@main.group()
def calendar() -> None:
    """The working calendar."""


@calendar.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="The State Council's notice, e.g. 国办发明电〔2026〕9号.")
@with_database
def calendar_load(file: Path, source: str) -> None:
    """Load a year from a .csv file with the columns date and kind (off or on); due times follow."""
    from tingchao.config import importing

    sys.exit(importing.calendar(file, source=source))


@main.group()
def limits() -> None:
    """The limits in force: what ships with the procedures, and what was set for this place instead."""


@limits.command("show")
@click.option("--json", "as_json", is_flag=True, help="Only what was set here, as `limits load` takes it.")
@with_database
def limits_show(as_json: bool) -> None:
    """Print every limit with its source; those that differ from what ships are marked with *."""
    from tingchao.engine import limits as kept

    if as_json:
        click.echo(json.dumps(kept.profile_now(), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(kept.rules_words(kept.limit_lines())))


@limits.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database
def limits_load(file: Path) -> None:
    """Let the limits of a profile (.json) hold here in place of all that were set before."""
    from django.utils.timezone import now
    from django.utils.translation import gettext

    from tingchao.core.steps import Refusal
    from tingchao.directory.actors import SYSTEM
    from tingchao.engine.limits import profile_load

    try:
        changed = profile_load(
            profile=json.loads(file.read_text(encoding="utf-8-sig")), actor=SYSTEM, now=now()
        )
    except Refusal as refusal:
        raise click.ClickException(gettext(refusal.message) % refusal.params) from None
    except (ValueError, RecursionError):
        raise click.ClickException("This file is not JSON.") from None
    click.echo(f"{changed} limits changed. Running clocks keep theirs; the next stages take the new ones.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of a table.")
@click.option(
    "--place", metavar="CODE", help="Of this region (12 digits) instead of the places that were named."
)
@click.option("--year", type=click.IntRange(2000, 2999), help="A calendar year instead of the last 365 days.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last of the 365 days: today, and in the demonstration the day on which it was built.",
)
@click.option("--records", "key", metavar="KEY", help="List the records behind one figure instead.")
@with_database
def figures(as_json: bool, place: str | None, year: int | None, on: datetime | None, key: str | None) -> None:
    """Print each figure with the number of records it is read from."""
    from tingchao.config import figures as printing

    if year is not None and on is not None:
        raise click.UsageError("Name a year or a last day, not both.")
    asked = printing.Asked(place, year, on.date() if on is not None else None)
    sys.exit(printing.records(key, asked) if key else printing.figures(asked, as_json=as_json))


@main.command()
@with_house
def check() -> None:
    """Check that migrations and translations are complete and that every template compiles."""
    from tingchao.config import checks

    faults = checks.all_faults()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo("Migrations, translations and templates are complete.")


@main.command()
@click.option("--update", is_flag=True, help="Put new texts into the catalogues.")
@click.option("--compile", "compile_", is_flag=True, help="Compile the catalogues.")
def messages(update: bool, compile_: bool) -> None:
    """Keep the catalogues of texts."""
    from tingchao.config import texts

    if update:
        texts.update()
    if compile_:
        texts.compile_all()


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_database
def manage(arguments: tuple[str, ...]) -> None:
    """Run a command of Django's own, e.g. `tingchao manage shell`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tingchao manage", *arguments])


if __name__ == "__main__":
    main()
