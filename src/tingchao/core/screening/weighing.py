"""Makes the scale of wordings: python -m tingchao.core.screening.weighing TABLE… --lawful PLACE… -o wordings.tsv

Tables have the columns clause, label and category, as for `tingchao screen-eval`. What is violating weighs for its
rule, what is benign against it; so does every sentence of the lawful texts (.md, .txt; files or folders) in which the
rules find nothing. A logistic regression over phrases of two and three characters, by stochastic gradient descent in a
fixed order: the same input makes the same table.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

from tingchao.core.screening.evaluating import labelled
from tingchao.core.screening.findings import Confidence
from tingchao.core.screening.scale import LONGEST, SHORTEST, phrases
from tingchao.core.screening.scanning import clause_findings

ROUNDS = 14
"""How often every example is looked at."""

STEP = 4.0
"""How far the first look at an example may move its weights; later ones move them less."""

FADE = 0.985
"""What remains of every weight after a round; keeps rare phrases light."""

LOOKALIKE = 5
"""A look-alike counts as so many sentences of lawful text: it is much nearer to what is unlawful."""

KEPT = 14_000
"""Phrases that remain: the heaviest."""

SIDE = 5000
"""What all examples of one side count together, so that the sides are even."""

DEFAULT_RULE = "rights.squeeze"
"""For clauses in which no expression finds anything; few, and of many kinds."""


@dataclass(frozen=True, slots=True)
class Example:
    """The phrases of a sentence, what it is, how much it counts, and the rule it breaks."""

    phrases: tuple[str, ...]
    wrong: bool
    counts: float
    rule: str = ""


def sentences(paths: Iterable[Path]) -> Iterator[str]:
    """Every sentence of the lawful texts that is neither too short nor too long."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in {".md", ".txt"}:
                text = file.read_text(encoding="utf-8")
                yield from (one.strip() for one in re.split("[。；;\n]", text))


def rule_of(clause: str) -> str | None:
    """The rule that an expression says is broken; None where none is."""
    hard = [one.rule for one in clause_findings(clause) if one.confidence is not Confidence.POSSIBLE]
    return hard[0] if hard else None


def examples(tables: Iterable[Path], lawful: Iterable[Path]) -> list[Example]:
    """All examples, the two sides of equal weight."""
    wrong: list[Example] = []
    right: list[Example] = []
    for path in tables:
        with path.open(encoding="utf-8", newline="") as table:
            for row in labelled(table):
                known = tuple(sorted(phrases(row.clause)))
                if row.label == "benign":
                    right.append(Example(known, False, LOOKALIKE))
                else:
                    wrong.append(Example(known, True, 1.0, rule_of(row.clause) or DEFAULT_RULE))
    for one in sentences(lawful):
        if SHORTEST <= len(one) < LONGEST and rule_of(one) is None:
            right.append(Example(tuple(sorted(phrases(one))), False, 1.0))
    return [*_balanced(wrong), *_balanced(right)]


def _balanced(side: list[Example]) -> list[Example]:
    whole = sum(one.counts for one in side)
    return [Example(one.phrases, one.wrong, one.counts * SIDE / whole, one.rule) for one in side]


def learned(given: list[Example], vocabulary: set[str]) -> tuple[float, dict[str, float]]:
    """The level and the weights."""
    weights: dict[str, float] = dict.fromkeys(vocabulary, 0.0)
    level, order = 0.0, random.Random(5)  # noqa: S311 an order, no secret
    rows = [(one, known) for one in given if (known := [p for p in one.phrases if p in vocabulary])]
    for turn in range(ROUNDS):
        order.shuffle(rows)
        for one, known in rows:
            share = 1 / sqrt(len(known))
            score = level + share * sum(weights[p] for p in known)
            move = STEP / (1 + turn) * (_chance(score) - one.wrong) * one.counts
            level -= 0.1 * move
            for p in known:
                weights[p] -= move * share
        for p in weights:
            weights[p] *= FADE
    return level, weights


def _chance(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def speaking(given: list[Example]) -> dict[str, str]:
    """The rule for which each phrase speaks most."""
    of_rule: dict[str, Counter[str]] = defaultdict(Counter)
    for one in given:
        if one.wrong:
            of_rule[one.rule].update(one.phrases)
    size = {rule: sum(counted.values()) for rule, counted in of_rule.items()}
    best: dict[str, tuple[float, str]] = {}
    for rule, counted in of_rule.items():
        for phrase, times in counted.items():
            lean = times / sqrt(size[rule] + 500)
            best[phrase] = max(best.get(phrase, (0.0, "")), (lean, rule))
    return {phrase: rule for phrase, (_, rule) in best.items()}


def scale_table(given: list[Example]) -> str:
    """The table: learn, leave out the light phrases, learn again."""
    often = Counter(phrase for one in given for phrase in one.phrases)
    _, first = learned(given, {phrase for phrase, times in often.items() if times > 1})
    kept = sorted(first, key=lambda phrase: (-abs(first[phrase]), phrase))[:KEPT]
    level, weights = learned(given, set(kept))
    rules = speaking(given)
    rows = [f"phrase\tweight\trule\n\t{round(level * 100)}\t\n"]
    for phrase in sorted(weights):
        if weight := round(weights[phrase] * 100):
            rows.append(f"{phrase}\t{weight}\t{rules.get(phrase, '') if weight > 0 else ''}\n")
    return "".join(rows)


def main() -> None:
    """Read, weigh, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("tables", nargs="+", type=Path)
    asked.add_argument("--lawful", nargs="*", type=Path, default=[])
    asked.add_argument("-o", "--output", type=Path, required=True)
    args = asked.parse_args()
    args.output.write_text(scale_table(examples(args.tables, args.lawful)), encoding="utf-8")


if __name__ == "__main__":
    main()
