"""Makes the scale of wordings from the tables of the tests: python -m tingchao.core.screening.weighing

Tables have the columns clause, label and perhaps category, as for `tingchao screen-eval`. What is violating weighs for
its rule, what is benign against it: a logistic regression over the phrases of `scale`, by stochastic gradient descent
in a fixed order. The same tables make the same scale; their digest stands in its first line.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

from tingchao.core.screening.evaluating import labelled
from tingchao.core.screening.findings import Confidence
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.scale import phrases
from tingchao.core.screening.scanning import clause_findings

ROUNDS = 14
"""How often every example is looked at."""

STEP = 4.0
"""How far the first look at an example may move its weights; later ones move them less."""

FADE = 0.985
"""What remains of every weight after a round; keeps rare phrases light."""

KEPT = 30_000
"""Phrases that remain: the heaviest."""

SIDE = 5000
"""What all examples of one side count together, so that the sides are even."""

DEFAULT_RULE = "rights.squeeze"
"""For clauses in which no expression finds anything; few, and of many kinds."""

HERE = Path(__file__).parent
TABLES = ("clauses*.tsv", "lawyer.tsv")
OUTPUT = HERE / "data" / "wordings.tsv"


@dataclass(frozen=True, slots=True)
class Example:
    """The phrases of a clause, what it is, and the rule it breaks."""

    phrases: tuple[str, ...]
    wrong: bool
    rule: str = ""


def rule_of(clause: str, category: str) -> str:
    """The rule that an expression says is broken; else the category, where it is the id of a rule."""
    hard = [one.rule for one in clause_findings(clause) if one.confidence is not Confidence.POSSIBLE]
    known = {rule.id for rule in RULES}
    return hard[0] if hard else category if category in known else DEFAULT_RULE


def examples(tables: Iterable[Path]) -> list[Example]:
    """All rows, in their order."""
    found: list[Example] = []
    for path in tables:
        with path.open(encoding="utf-8", newline="") as table:
            for row in labelled(table):
                wrong = row.label != "benign"
                rule = rule_of(row.clause, row.category) if wrong else ""
                found.append(Example(tuple(sorted(phrases(row.clause))), wrong, rule))
    return found


def learned(given: Sequence[Example], vocabulary: set[str]) -> tuple[float, dict[str, float]]:
    """The level and the weights."""
    weights: dict[str, float] = dict.fromkeys(vocabulary, 0.0)
    level, order = 0.0, random.Random(5)  # noqa: S311 an order, no secret
    many = Counter(one.wrong for one in given)
    rows = [
        (known, one.wrong, SIDE / many[one.wrong])
        for one in given
        if (known := [p for p in one.phrases if p in vocabulary])
    ]
    for turn in range(ROUNDS):
        order.shuffle(rows)
        for known, wrong, counts in rows:
            share = 1 / sqrt(len(known))
            score = level + share * sum([weights[p] for p in known])
            move = STEP / (1 + turn) * (_chance(score) - wrong) * counts
            level -= 0.1 * move
            for p in known:
                weights[p] -= move * share
        for p in weights:
            weights[p] *= FADE
    return level, weights


def _chance(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def speaking(given: Iterable[Example]) -> dict[str, str]:
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


def scale_table(given: Sequence[Example], digest: str = "") -> str:
    """The table: learn, leave out the light phrases, learn again."""
    often = Counter(phrase for one in given for phrase in one.phrases)
    _, first = learned(given, {phrase for phrase, times in often.items() if times > 1})
    kept = sorted(first, key=lambda phrase: (-abs(first[phrase]), phrase))[:KEPT]
    level, weights = learned(given, set(kept))
    rules = speaking(given)
    rows = [f"phrase\tweight\trule {digest}\n\t{round(level * 100)}\t\n"]
    for phrase in sorted(weights):
        if weight := round(weights[phrase] * 100):
            rows.append(f"{phrase}\t{weight}\t{rules.get(phrase, '') if weight > 0 else ''}\n")
    return "".join(rows)


def tables_of(folder: Path) -> list[Path]:
    """The tables that the scale is made from, in a fixed order."""
    return sorted(path for pattern in TABLES for path in folder.glob(pattern))


def digest_of(tables: Iterable[Path]) -> str:
    """Changes when a row of a table does."""
    return hashlib.sha256(b"\n".join(path.read_bytes() for path in tables)).hexdigest()[:16]


def main() -> None:
    """Read, weigh, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("tables", nargs="*", type=Path, help="other tables than those of the tests")
    asked.add_argument("-o", "--output", type=Path, default=OUTPUT)
    args = asked.parse_args()
    tables = args.tables or tables_of(HERE / "tests")
    args.output.write_text(scale_table(examples(tables), digest_of(tables)), encoding="utf-8")


if __name__ == "__main__":
    main()
