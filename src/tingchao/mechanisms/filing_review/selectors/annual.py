"""The year's report on filing and review, wholly from records: each of its numbers is how many records it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tingchao.core.text import gettext_noop
from tingchao.directory.models import Body
from tingchao.engine.models import Fact
from tingchao.instruments.documents.models import Finding
from tingchao.instruments.meetings.models import Meeting
from tingchao.mechanisms.filing_review.manifest import GUIDANCE
from tingchao.mechanisms.filing_review.models import Consultation, Example, Filing, ReviewRequest, Sending
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.selectors.lists import office_of_government

PAGE = 25

GROUPS = {
    "penalty": gettext_noop("行政处罚"),
    "licence": gettext_noop("行政许可、变相审批"),
    "coercion": gettext_noop("行政强制"),
    "fee": gettext_noop("收费、保证金"),
    "proof": gettext_noop("无谓证明"),
    "kin": gettext_noop("株连他人"),
    "rights": gettext_noop("减损权利、增加义务"),
    "access": gettext_noop("市场准入和退出"),
    "movement": gettext_noop("商品要素流动"),
    "procurement": gettext_noop("招标采购"),
    "costs": gettext_noop("要素、收费和标准差别"),
    "subsidies": gettext_noop("奖励补贴"),
    "conduct": gettext_noop("干预经营行为"),
    "limit": gettext_noop("超过上位法幅度"),
    "authority": gettext_noop("制定权限"),
    "citation": gettext_noop("援引依据"),
    "time": gettext_noop("施行和有效期"),
    "form": gettext_noop("文件形式"),
}
"""Group of rules, the word before the dot → what kind of problem it is."""

TOWNSHIP = Q(document__region__code__endswith="000") & ~Q(document__region__code__endswith="000000")


def _kind(kind: str) -> Q:
    return Q(document__maker__kind=kind)


GOVERNMENT = _kind(Body.Kind.GOVERNMENT)
OFFICE = office_of_government("document__maker__")
STREET = Q(document__maker__name__endswith="街道办事处")

MAKERS = (
    ("makers.town", gettext_noop("乡镇人民政府"), TOWNSHIP & GOVERNMENT & ~STREET),
    ("makers.street", gettext_noop("街道办事处"), TOWNSHIP & GOVERNMENT & STREET),
    ("makers.government", gettext_noop("县级以上人民政府"), ~TOWNSHIP & GOVERNMENT),
    ("makers.office", gettext_noop("政府办公室"), OFFICE),
    ("makers.department", gettext_noop("政府部门、派出机构"), _kind(Body.Kind.DEPARTMENT) & ~OFFICE),
    ("makers.supervision", gettext_noop("监察委员会"), _kind(Body.Kind.SUPERVISION)),
    ("makers.court", gettext_noop("人民法院"), _kind(Body.Kind.COURT)),
    ("makers.procuracy", gettext_noop("人民检察院"), _kind(Body.Kind.PROCURACY)),
    ("makers.congress", gettext_noop("人大"), _kind(Body.Kind.CONGRESS)),
)

STEPS = (
    ("filing.suspended", gettext_noop("暂缓登记、补充材料的")),
    ("filing.talk", gettext_noop("先沟通的")),
    ("filing.inquire", gettext_noop("发函询的")),
    ("filing.opine", gettext_noop("提书面审查意见的")),
    ("filing.move", gettext_noop("提请撤销的")),
    ("filing.interrupted", gettext_noop("按计划修改、中止审查的")),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which place and year a report is."""

    code: str
    year: int

    @property
    def since(self) -> date:
        return date(self.year, 1, 1)

    @property
    def until(self) -> date:
        """Exclusive."""
        return date(self.year + 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One number of the report: its key, what it counts, how many."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Took:
    """How many days something took: the middle one, nine of ten within, the longest, of how many."""

    middle: float
    most: float
    longest: float
    of: int


@dataclass(frozen=True, slots=True)
class Report:
    """The report's parts, each a list of lines in the order to print them."""

    scope: Scope
    filed: list[Line]
    makers: list[Line]
    steps: list[Line]
    outcomes: list[Line]
    problems: list[Line]
    others: list[Line]
    registered: Took
    reviewed: Took


def report(scope: Scope) -> Report:
    """A year's report. Nine SQL statements, however much was filed."""
    sifted = _sieves(scope)
    rows = Filing.objects.filter(_inside(scope))
    counts = rows.aggregate(**{f"n{at}": Count("pk", filter=q) for at, (_, _, q) in enumerate(sifted)})
    lines = [Line(key, label, counts[f"n{at}"]) for at, (key, label, _) in enumerate(sifted)]

    def part(name: str) -> list[Line]:
        return [
            line for line in lines if line.key.partition(".")[0] == name and (line.count or name == "filed")
        ]

    return Report(
        scope=scope,
        filed=part("filed"),
        makers=part("makers"),
        steps=part("steps"),
        outcomes=part("outcomes"),
        problems=_problems(scope),
        others=[Line(key, label, query(scope).count()) for key, (label, query) in OTHERS.items()],
        registered=_took(scope, "filing.registered"),
        reviewed=_took(scope, "filing.reviewed"),
    )


def _inside(scope: Scope) -> Q:
    return Q(case__region__code__startswith=scope.code)


def _left(scope: Scope, *kinds: str) -> Exists:
    """Whether a filing left a fact of a kind within the year."""
    facts = Fact.objects.filter(
        case=OuterRef("pk"), kind__in=kinds, day__gte=scope.since, day__lt=scope.until
    )
    return Exists(facts)


def _sieves(scope: Scope) -> list[tuple[str, str, Q]]:
    """(key, label, condition) of every number that counts filings."""
    came = Q(case__opened_at__date__gte=scope.since, case__opened_at__date__lt=scope.until)
    reviewed = Q(_left(scope, "filing.reviewed"))
    return [
        ("filed.all", gettext_noop("收到报备"), came),
        ("filed.registered", gettext_noop("登记"), Q(_left(scope, "filing.registered"))),
        ("filed.returned", gettext_noop("不属备案范围，退回"), Q(_left(scope, "filing.returned"))),
        ("filed.late", gettext_noop("迟报"), came & Q(late_by__gt=0)),
        ("filed.reviewed", gettext_noop("审查完毕"), reviewed),
        ("filed.put_right", gettext_noop("有错的纠正到位"), Q(_left(scope, "filing.put_right"))),
        *((key, label, came & which) for key, label, which in MAKERS),
        *((f"steps.{kind}", label, Q(_left(scope, kind))) for kind, label in STEPS),
        *(
            (f"outcomes.{option.key}", option.label, reviewed & Q(case__outcome=option.key))
            for option in FILING.outcomes
            if option.key != "returned"
        ),
    ]


def _found(scope: Scope) -> QuerySet[Finding]:
    """What the reviewers took up within the year."""
    return Finding.objects.filter(
        state=Finding.State.ACCEPTED,
        version__document__region__code__startswith=scope.code,
        version__document__filing__isnull=False,
        decided_at__date__gte=scope.since,
        decided_at__date__lt=scope.until,
    )


def _problems(scope: Scope) -> list[Line]:
    rows = _found(scope).order_by().values_list("rule", "version__document_id").distinct()
    groups: dict[str, set[int]] = {}
    for rule, document in rows:
        groups.setdefault(rule.partition(".")[0], set()).add(document)
    lines = [Line(f"problems.{key}", GROUPS.get(key, key), len(found)) for key, found in groups.items()]
    return sorted(lines, key=lambda line: (-line.count, line.key))


def _requests(*kinds: str) -> Callable[[Scope], QuerySet[Any]]:
    def query(scope: Scope) -> QuerySet[Any]:
        rows = ReviewRequest.objects.filter(_inside(scope), _left(scope, *kinds))
        return rows.select_related("case", "document").defer("document__plain", "document__words")

    return query


def _consulted(scope: Scope) -> QuerySet[Any]:
    rows = Consultation.objects.filter(
        case__region__code__startswith=scope.code,
        asked_at__date__gte=scope.since,
        asked_at__date__lt=scope.until,
    )
    return rows.select_related("case", "version__document")


def _sent(scope: Scope) -> QuerySet[Any]:
    rows = Sending.objects.filter(
        filing__case__region__code__startswith=scope.code,
        state=Sending.State.RECEIVED,
        received_at__date__gte=scope.since,
        received_at__date__lt=scope.until,
    )
    return rows.select_related("filing__case", "filing__document")


def _selected(scope: Scope) -> QuerySet[Any]:
    rows = Example.objects.filter(filing__isnull=False, region__code__startswith=scope.code)
    return rows.filter(selected_on__gte=scope.since, selected_on__lt=scope.until)


def _guided(scope: Scope) -> QuerySet[Any]:
    """Trainings, joint reviews and exchanges that were held."""
    rows = Meeting.objects.filter(kind__in=list(GUIDANCE), state=Meeting.State.HELD)
    return rows.filter(
        region__code__startswith=scope.code,
        starts_at__date__gte=scope.since,
        starts_at__date__lt=scope.until,
    )


OTHERS: dict[str, tuple[str, Callable[[Scope], QuerySet[Any]]]] = {
    "others.asked": (gettext_noop("收到审查建议、要求"), _requests("review_request.heard")),
    "others.answered": (gettext_noop("答复审查建议、要求"), _requests("review_request.answered")),
    "others.consulted": (gettext_noop("征求专家和有关单位意见"), _consulted),
    "others.sent": (gettext_noop("报送省里、省里已收"), _sent),
    "others.guided": (gettext_noop("培训、联合审查和交流"), _guided),
    "others.selected": (gettext_noop("选入省级案例选编"), _selected),
}


def records(scope: Scope, key: str, *, after: int = 0) -> tuple[str, list[Any], int] | None:
    """(label, a page of the records behind a number, the cursor of the next page); None when there is no such number.

    Every record is a row that has a `case` or is one of the casebook. Two SQL statements at most.
    """
    found = _behind(scope, key)
    if found is None:
        return None
    label, rows = found
    page = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    return label, page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else 0


def _behind(scope: Scope, key: str) -> tuple[str, QuerySet[Any]] | None:
    if key in OTHERS:
        label, query = OTHERS[key]
        return label, query(scope)
    rows = Filing.objects.filter(_inside(scope)).select_related("case", "document__maker")
    rows = rows.defer("document__plain", "document__words", "case__text")
    group = key.removeprefix("problems.")
    if group in GROUPS and group != key:
        found = _found(scope).filter(rule__startswith=f"{group}.").values("version__document")
        return GROUPS[group], rows.filter(document__in=found)
    sieve = next(((label, q) for one, label, q in _sieves(scope) if one == key), None)
    return None if sieve is None else (sieve[0], rows.filter(sieve[1]))


_TOOK = """
SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY d), 0),
       coalesce(percentile_cont(0.9) WITHIN GROUP (ORDER BY d), 0), coalesce(max(d), 0), count(*)
FROM (
  SELECT DISTINCT ON (f.case_id) f.day - (c.opened_at AT TIME ZONE %(zone)s)::date AS d
  FROM engine_fact f JOIN engine_case c ON c.id = f.case_id
  WHERE f.kind = %(kind)s AND f.day >= %(since)s AND f.day < %(until)s AND c.procedure = %(procedure)s
    AND f.region_id LIKE %(scope)s
  ORDER BY f.case_id, f.id
) AS days
"""


def _took(scope: Scope, kind: str) -> Took:
    """How many calendar days passed from the filing to the first fact of a kind."""
    from tingchao.engine.timing import ZONE

    bound: dict[str, Any] = {
        "zone": str(ZONE), "kind": kind, "since": scope.since, "until": scope.until,
        "procedure": FILING.key, "scope": f"{scope.code}%",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TOOK, bound)
        middle, most, longest, of = cursor.fetchone()
    return Took(round(float(middle), 1), round(float(most), 1), float(longest), of)


def every_line(told: Report) -> Iterator[Line]:
    """All lines of a report."""
    for part in (told.filed, told.makers, told.steps, told.outcomes, told.problems, told.others):
        yield from part
