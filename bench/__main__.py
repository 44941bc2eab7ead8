"""`make bench`: measures what the issues name, prints a table and the machine, writes build/bench.json."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from rich.console import Console
from rich.table import Table

from tingchao.config import places
from tingchao.config.embedded import start

OUT = places.ROOT / "build" / "bench.json"
SMALL, LARGE, OPEN = 10_000, 1_000_000, 1_000_000


PAIRED = (
    ("pages_small", "small", "pages"),
    ("pages_large", "large", "pages"),
    ("duty_small", "small", "duty"),
    ("duty_large", "large", "duty"),
)
ROUNDS = 3
"""What is compared is measured by turns, and the least counts: a lent machine is not equally quick each minute."""


def least(one: Any, other: Any) -> Any:
    """The smaller of two measurements, figure by figure; what is no figure stays as it was."""
    if isinstance(one, dict):
        return {key: least(value, other[key]) for key, value in one.items()}
    both = isinstance(one, int | float) and isinstance(other, int | float)
    return min(one, other) if both else one


def main() -> int:
    """Measure on databases made for it; 1 when a figure misses its reach."""
    console = Console()
    os.environ["TINGCHAO_VAR"] = str(places.ROOT / "build" / "bench" / "var")
    folder = places.database_dir()[0]
    address = start(folder)
    os.environ["BENCH_POSTMASTER"] = (folder / "postmaster.pid").read_text().split()[0]
    found: dict[str, Any] = {}
    for name, count in (("empty", 0), ("small", SMALL), ("large", LARGE)):
        console.print(f"making {count:,} matters, and as many facts of gatherings …", highlight=False)
        database(address, name)
        run(address, name, "fill", BENCH_CASES=str(count), BENCH_FACTS=str(count))
    for key, name, measure in (
        ("machine", "empty", "where"),
        ("file_voice", "small", "file_voice"),
        *PAIRED * ROUNDS,
        ("file_voice_large", "large", "file_voice"),
        ("sweep", "large", "sweep"),
        ("import", "empty", "import_messages"),
        ("screening", "empty", "screening"),
        ("live", "small", "live"),
    ):
        console.print(f"measuring {key} …", highlight=False)
        told = run(address, name, measure)
        found[key] = least(found[key], told) if key in found else told
    rows = judged(found)
    show(console, found["machine"], rows)
    OUT.write_text(
        json.dumps({"figures": rows, "raw": found}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return 0 if all(row["holds"] for row in rows) else 1


def database(address: str, name: str) -> None:
    """An empty database bench_NAME."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS bench_{name} WITH (FORCE)")
        connection.execute(
            f"CREATE DATABASE bench_{name} TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        )


def run(address: str, name: str, measure: str, **environment: str) -> dict[str, Any]:
    """One measurement in a process of its own."""
    with psycopg.connect(address) as connection:
        user, host = connection.info.user, connection.info.host
    url = f"postgresql://{user}@/bench_{name}?host={quote(host)}"
    unguarded = {"TINGCHAO_FILINGS_BEFORE_PROOF": "1000000"}  # all voices come from one address here
    done = subprocess.run(
        [sys.executable, "-m", "bench.measures", measure],
        env={**os.environ, **unguarded, **environment, places.DATABASE_URL: url},
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    return json.loads(done.stdout)


def judged(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Each figure with what it is to reach."""
    small, large, voice = found["pages_small"], found["pages_large"], found["file_voice"]
    figures = [
        ("file a voice over HTTP: SQL statements", voice["statements"], "≤", 8),
        ("file a voice over HTTP: CPU of app and database, ms", voice["cpu_ms"], "≤", 6),
        ("worklist rows: SQL statements", small["statements_rows"], "≤", 4),
        ("worklist page of 25: CPU of app and database, ms", small["worklist_ms"], "≤", 10),
        (
            "worklist page, 1,000,000 cases against 10,000, times",
            large["worklist_ms"] / small["worklist_ms"],
            "≤",
            1.5,
        ),
        ("case page, 1,000,000 cases against 10,000, times", large["case_ms"] / small["case_ms"], "≤", 1.5),
        (
            "search, 1,000,000 against 10,000, the worst of seven words, times",
            worst(large, small, "found_ms"),
            "≤",
            2,
        ),
        (
            "search, 1,000,000 against 10,000, as many rows shown, the worst of seven words, times",
            worst_search(large, small),
            "≤",
            2,
        ),
        (
            "narrowed lists, 1,000,000 against 10,000, the worst of twelve, times",
            worst(large, small, "narrowed_ms"),
            "≤",
            1.5,
        ),
        (
            "a record, participation, lists of gatherings, 1,000,000 facts against 10,000, the worst, times",
            worst(found["duty_large"], found["duty_small"], "pages_ms"),
            "≤",
            1.5,
        ),
        (
            "a record that itself grew from 6 gatherings to 630, times",
            worst(found["duty_large"], found["duty_small"], "grown_ms"),
            "≤",
            2,
        ),
        ("sweep over 100,000 open cases, 1,000 due, s", found["sweep"]["seconds"], "<", 1),
        (
            "screening, all rules, characters a second and core",
            found["screening"]["characters_per_second"],
            "≥",
            3_000_000,
        ),
        (
            "screening, one sentence of ten at fault, characters a second and core",
            found["screening"]["characters_per_second_faulty"],
            "≥",
            3_000_000,
        ),
        ("screening, times a plain loop", found["screening"]["times_plain_loop"], "≥", 20),
        (
            "screening, four times the text, the worst of ordinary and hostile texts, times",
            max(found["screening"]["four_times_the_text"].values()),
            "≤",
            6,
        ),
        ("poll of a live event: SQL statements", found["live"]["statements"], "≤", 0),
        (
            "polls of a live event, unchanged, a second of the server's CPU",
            found["live"]["unchanged"],
            "≥",
            500,
        ),
        ("bulk import of 100,000, messages a second", found["import"]["per_second"], "≥", 1000),
    ]
    holds = {"≤": float.__le__, "<": float.__lt__, "≥": float.__ge__}
    return [
        {
            "figure": name,
            "value": round(value, 2),
            "reach": f"{sign} {reach}",
            "holds": holds[sign](float(value), float(reach)),
        }
        for name, value, sign, reach in figures
    ]


def worst(large: dict[str, Any], small: dict[str, Any], key: str) -> float:
    """How many times as much the worst of several pages costs on the large database."""
    return max(large[key][one] / small[key][one] for one in small[key])


def worst_search(large: dict[str, Any], small: dict[str, Any]) -> float:
    """How many times as much the worst search costs on the large database as one that shows as many rows on the small.

    A word of which the small database has next to nothing is held against the first word there, whose page is full:
    to draw 25 rows costs more than to find them, on either.
    """
    full = next(iter(small["found_ms"]))
    return max(
        cost / small["found_ms"][word if small["found_rows"][word] >= large["found_rows"][word] else full]
        for word, cost in large["found_ms"].items()
    )


def show(console: Console, machine: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    table = Table(
        title="Tingchao, measured", caption=", ".join(f"{key} {value}" for key, value in machine.items())
    )
    for column in ("figure", "value", "reach", ""):
        table.add_column(column)
    for row in rows:
        table.add_row(row["figure"], str(row["value"]), row["reach"], "holds" if row["holds"] else "MISSED")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
