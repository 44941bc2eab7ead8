"""The sweep and the lists read by index and not by a scan, however many matters there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tingchao.core.roles import Role
from tingchao.engine.models import Case
from tingchao.engine.selectors import worklist
from tingchao.engine.sweep import cases_sweep
from tingchao.engine.tests.loop import TEXT, brought, procedure
from tingchao.engine.tests.test_sweep import FRIDAY, moment


@pytest.fixture
def many(town):
    """2,000 open matters of both districts in every duty, 5 of them to be looked at."""
    duties = (Role.LIAISON, Role.HANDLER, Role.COORDINATOR, Role.REPORTER)
    stages = {Role.LIAISON: "sorting", Role.HANDLER: "acting", Role.COORDINATOR: "coordinating"}
    regions = ("330182001000", "330182001001", "330182002000", "330106001000")
    bodies = (town.bodies.chengguan.pk, town.bodies.jiaojing.pk, town.bodies.zhujian.pk, town.bodies.xihu.pk)
    due = moment("12-01 00:00")
    Case.objects.bulk_create(
        Case(
            procedure=procedure().key,
            year=2026,
            title=f"第 {number} 件",
            text=TEXT,
            region_id=regions[number % 4],
            lead_id=bodies[number // 4 % 4],
            channel="web",
            raised_by="匿名",
            stage=stages.get(duties[number // 16 % 4], "rating"),
            stage_since=FRIDAY,
            duty=duties[number // 16 % 4],
            clock={"start": "2026-11-20", "limit": {"amount": 5, "unit": "working_day", "source": "测试"}}
            | {"pauses": [], "extended": 0},
            due_on=(due + timedelta(hours=number)).date(),
            due_at=due + timedelta(hours=number),
            wake_at=moment("11-20 08:30") if number % 400 == 0 else due + timedelta(hours=number),
            opened_at=FRIDAY,
        )
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE engine_case")
        cursor.execute("ANALYZE engine_assignment")


def plans(queries: CaptureQueriesContext) -> list[str]:
    """How the database goes about each captured query on cases."""
    found = []
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            sql = query["sql"]
            if "engine_case" in sql and sql.lstrip().upper().startswith(("SELECT", "(SELECT")):
                cursor.execute(f"EXPLAIN {sql}")
                found.append("\n".join(line for (line,) in cursor.fetchall()))
    return found


def test_the_sweep_reads_the_index_of_what_is_due(many):
    with CaptureQueriesContext(connection) as queries:
        assert cases_sweep(now=FRIDAY) == 5
    first = plans(queries)[0]
    assert "case_wake" in first, first
    assert "Seq Scan" not in first, first


LISTS = [
    ("liaison", "mine", "case_duty_town"),
    ("liaison", "overdue", "case_duty_town"),
    ("liaison", "waiting", "case_duty_town"),
    ("coordinator", "mine", "case_duty_town"),
    ("stranger", "mine", "case_duty_county"),
    ("leader", "mine", "case_duty_county"),
    ("clerk", "mine", "case_duty_city"),
    ("handler", "mine", "case_lead"),
    ("handler", "overdue", "case_lead"),
]


def test_a_worklist_reads_the_index_of_its_scope(town, many):
    for who, view, index in LISTS:
        with CaptureQueriesContext(connection) as queries:
            page = worklist(getattr(town, who), view=view, now=moment("12-05 09:00"))
        assert page.rows or who in ("leader", "clerk")
        (plan,) = plans(queries)
        assert index in plan, f"{who} {view}: {plan}"


def test_a_deputys_worklist_reads_the_index_of_what_they_follow(town, handed, many):
    case = brought(town, handed, FRIDAY, "acting")
    with CaptureQueriesContext(connection) as queries:
        page = worklist(town.deputy, view="mine", now=FRIDAY)
    assert [row.pk for row in page.rows] == [case.pk]
    (plan,) = plans(queries)
    assert "engine_case_pkey" in plan, plan
