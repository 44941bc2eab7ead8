"""How fast documents are screened, beside a plain loop of the same expressions: `python -m bench.screening`.

The text is written here, in the manner of regulations: harmless sentences among which a rule looks for its words. A
second text has one clause in ten from the table of tests, most of which are at fault. What hostile texts cost is
measured at one length and at four times that length.

`python -m bench.screening FOLDER` measures documents of one's own.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tingchao.core.screening.findings import Issuer
from tingchao.core.screening.many import files_of, screen_files
from tingchao.core.screening.rules import RULES
from tingchao.core.screening.rules.words import spelled
from tingchao.core.screening.scanning import ENDS
from tingchao.core.screening.screen import Settings, screen
from tingchao.core.screening.tests import hostile
from tingchao.core.screening.tests.hostile import TEXTS

CHARACTERS = 1_000_000
FOR_THE_LOOP = 40_000
HOSTILE = 100_000
CLAUSES = Path(hostile.__file__).with_name("clauses.tsv")
TAB = "\t"

SENTENCES = (
    "第{n}条 市、县（市、区）人民政府应当加强对公园管理工作的领导，将公园建设和管理经费纳入财政预算。",
    "园林主管部门负责本行政区域内公园的监督管理工作，发展改革、财政、规划和自然资源等部门按照各自职责做好有关工作。",
    "公园应当每日向公众开放，因特殊情况需要闭园的，应当提前三日告知公众，并说明理由。",
    "任何单位和个人都有保护公园设施的义务，对损坏公园设施的行为有权劝阻和举报。",
    "公园管理单位应当建立健全安全管理制度，定期对游乐设施进行检查和维护，保证其正常使用。",
    "游客应当爱护花草树木，遵守公共秩序，文明游园，不得擅自攀折花木、损毁设施。",
    "新建、改建、扩建公园，其设计方案应当符合公园详细规划，并广泛征求社会公众的意见。",
    "违反本条例规定，法律、行政法规已有处罚规定的，从其规定。",
    "鼓励社会资本依法参与公园的建设和管理，支持志愿者参加公园服务。",
    "公园内的餐饮、零售等服务项目，由公园管理单位通过公开招标的方式确定经营者。",
)


def text(characters: int) -> str:
    """So many characters of regulations."""
    many = "".join(one.format(n=n) + "\n" for n in range(1, 40) for one in SENTENCES)
    return (many * (characters // len(many) + 1))[:characters]


@cache
def expressions() -> tuple[re.Pattern[str], ...]:
    """The expressions of all rules, compiled before anything is timed."""
    rules = (rule for rule in RULES if Issuer.NORMATIVE in rule.issuers)
    return tuple(re.compile(spelled(pattern)) for rule in rules for pattern in rule.patterns)


def faulty(characters: int) -> str:
    """As `text`, with one sentence in ten that a rule was written for."""
    rows = CLAUSES.read_text(encoding="utf-8").splitlines()[1:]
    many = "".join(
        "".join(f"{one.format(n=n)}\n" for one in SENTENCES[1:]) + f"{row.partition(TAB)[0]}。\n"
        for n, row in enumerate(rows, 1)
    )
    return (many * (characters // len(many) + 1))[:characters]


def growth(made: Callable[[int], str]) -> float:
    """How many times as long a text takes that is four times as long."""
    short, long = made(HOSTILE), made(4 * HOSTILE)
    return 4 * fastest(screen, short, 2) / fastest(screen, long, 2)


def loop(given: str) -> int:
    """What a program without a prefilter does: every expression over every sentence."""
    sentences = re.findall(f"[^{ENDS}]+", given)
    return sum(1 for one in sentences for expression in expressions() if expression.search(one))


def fastest(work: Callable[[str], object], given: str, times: int) -> float:
    """Characters a second of CPU, the best of several runs."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work(given)
        best = min(best, time.process_time() - began)
    return len(given) / best


def figures() -> dict[str, float | dict[str, float]]:
    """Characters a second and core, how many times as fast as the plain loop, and what hostile texts cost."""
    screen(faulty(FOR_THE_LOOP))  # makes the scanner, once a process
    expressions()
    ours = fastest(screen, text(CHARACTERS), 3)
    plain = fastest(loop, text(FOR_THE_LOOP), 1)
    return {
        "characters_per_second": ours,
        "characters_per_second_faulty": fastest(screen, faulty(CHARACTERS), 3),
        "times_plain_loop": ours / plain,
        "four_times_the_text": {name: growth(made) for name, made in (("ordinary", text), *TEXTS.items())},
    }


def of_folder(folder: Path) -> dict[str, float]:
    """The same for documents of one's own: all files of a folder that can be read."""
    texts = [one.text for one in screen_files(files_of([folder]), Settings(), processes=1) if one.text]
    together = "\n".join(texts)
    ours = fastest(lambda _: [screen(one) for one in texts], together, 5)
    middle = together[len(together) // 2 :][:FOR_THE_LOOP]
    expressions()
    return {
        "characters": len(together),
        "characters_per_second": ours,
        "times_plain_loop": ours / fastest(loop, middle, 1),
    }


if __name__ == "__main__":
    print(json.dumps(of_folder(Path(sys.argv[1])) if sys.argv[1:] else figures(), indent=1))
