"""How good the rules are on clauses whose answer is known: precision, recall and F1, and every miss."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from tingchao.core.screening.findings import Finding, Issuer
from tingchao.core.screening.screen import Settings, screen_clause

LABELS = ("violating", "benign", "issuer_dependent")


class TableRefused(Exception):
    """The table is not one of clauses and labels; the message names the line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A clause with its answer; ``issuer_dependent`` is unlawful in a document, lawful in a local regulation."""

    clause: str
    label: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was wanted and what was found for one clause from one issuer."""

    labelled: Labelled
    issuer: Issuer
    wanted: bool
    found: bool
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Score:
    """Counts of right and wrong answers."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    quiet: int = 0

    def add(self, answer: Answer) -> None:
        """Count one answer."""
        if answer.wanted:
            self.hits += answer.found
            self.missed += not answer.found
        else:
            self.false += answer.found
            self.quiet += not answer.found

    @property
    def precision(self) -> float:
        """Of the clauses called violating, the share that is; 1 when none is called so."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of the violating clauses, the share that is found; 1 when there is none."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Evaluation:
    """All scores and all misses."""

    overall: Score = field(default_factory=Score)
    groups: dict[tuple[str, str], Score] = field(default_factory=dict)
    misses: list[Answer] = field(default_factory=list)


def labelled(table: TextIO) -> Iterator[Labelled]:
    """The rows of a table with tabs between the columns clause, label and perhaps category."""
    reader = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_MINIMAL)
    if not {"clause", "label"} <= set(reader.fieldnames or ()):
        raise TableRefused("The first line must name the columns clause and label, with a tab between them.")
    for row in reader:
        label = (row["label"] or "").strip()
        if label not in LABELS:
            raise TableRefused(
                f"Line {reader.line_num}: the label is one of {', '.join(LABELS)}, not {label!r}."
            )
        yield Labelled(row["clause"] or "", label, (row.get("category") or "").strip())


def answers(row: Labelled) -> Iterator[Answer]:
    """A clause is asked as a document's; one that depends on the issuer as a local regulation's too."""
    asked = [(Issuer.NORMATIVE, row.label != "benign")]
    if row.label == "issuer_dependent":
        asked.append((Issuer.LOCAL_REGULATION, False))
    for issuer, wanted in asked:
        found, findings = screen_clause(row.clause, Settings(issuer))
        yield Answer(row, issuer, wanted, found, tuple(findings))


def evaluate(rows: Iterable[Labelled]) -> Evaluation:
    """Screen every clause and count."""
    told = Evaluation()
    for row in rows:
        for answer in answers(row):
            told.overall.add(answer)
            told.groups.setdefault((row.label, row.category), Score()).add(answer)
            if answer.wanted != answer.found:
                told.misses.append(answer)
    return told
