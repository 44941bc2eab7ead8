"""A matter's record as a file that anybody can check without the database that it came from.

The file holds every event with its digest and, for days that are sealed, the path from the event to the day's root.
Whoever has the published root needs nothing else to see that an event was there on that day and is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tingchao.core.ledger import GENESIS, JSON, Link, link_fault, proof_holds

FORMAT = "tingchao-record-1"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a record was found to be: its events, those under a root, and every fault as (sequence, reason).

    Reasons are those of `ledger.link_fault`, "head" when the last event is not the one that the file names,
    "proof" when an event does not lead to its day's root, and "root" when that root is not the published one.
    """

    events: int
    sealed: int
    faults: tuple[tuple[int, str], ...]


def record_file(
    number: str, links: Sequence[Link], proofs: Mapping[int, Mapping[str, JSON]]
) -> dict[str, JSON]:
    """The record of matter `number` as JSON. `proofs` maps a sequence to its {"day", "root", "path"}."""
    return {
        "format": FORMAT,
        "number": number,
        "head": links[-1].digest if links else GENESIS,
        "events": [
            {
                "sequence": one.sequence,
                "previous": one.previous,
                "digest": one.digest,
                "fields": one.fields,
                "seal": proofs.get(one.sequence),
            }
            for one in links
        ],
    }


def record_check(record: object, roots: Mapping[str, str] | None = None) -> Checked:
    """Check a record file. `roots` maps a day (ISO) to its published root; days that are not in it count as given.

    Raises ValueError for what is no record file.
    """
    if (
        not isinstance(record, dict)
        or record.get("format") != FORMAT
        or not isinstance(record.get("events"), list)
    ):
        raise ValueError("not a record file")
    events = [_event(one) for one in record["events"]]
    faults = list(_chain_faults(events, str(record.get("head"))))
    sealed = 0
    for link, seal in events:
        if seal is None:
            continue
        sealed += 1
        faults += [(link.sequence, reason) for reason in _seal_faults(link, seal, roots or {})]
    return Checked(len(events), sealed, tuple(faults))


Seal = Mapping[str, object]


def _event(given: object) -> tuple[Link, Seal | None]:
    try:
        assert isinstance(given, dict)
        seal = given["seal"]
        assert seal is None or isinstance(seal, dict)
        fields = given["fields"]
        assert isinstance(fields, dict)
        return Link(int(given["sequence"]), str(given["previous"]), str(given["digest"]), fields), seal
    except (AssertionError, KeyError, TypeError, ValueError):
        raise ValueError("not a record file") from None


def _chain_faults(events: Sequence[tuple[Link, Seal | None]], head: str) -> Iterator[tuple[int, str]]:
    previous = GENESIS
    for expected, (link, _) in enumerate(events, start=1):
        if reason := link_fault(expected, previous, link):
            yield link.sequence, reason
        previous = link.digest
    if previous != head:
        yield len(events), "head"


def _seal_faults(link: Link, seal: Seal, roots: Mapping[str, str]) -> Iterator[str]:
    day, root, path = str(seal.get("day")), str(seal.get("root")), seal.get("path")
    steps = (
        [(str(step[0]), str(step[1])) for step in path if _is_step(step)] if isinstance(path, list) else []
    )
    if (
        link.fields.get("day") != day
        or not isinstance(path, list)
        or not proof_holds(link.digest, steps, root)
    ):
        yield "proof"
    if roots.get(day, root) != root:
        yield "root"


def _is_step(step: object) -> bool:
    return isinstance(step, list | tuple) and len(step) == 2
