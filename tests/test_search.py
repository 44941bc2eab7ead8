"""Search finds by any part of a text, newest first, what the actor may see and nothing else."""

from __future__ import annotations

import random
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tingchao.core.finding import Mark, mark, plain_fields, terms
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor, Hold, reporter
from tingchao.engine import policy, search
from tingchao.engine.models import Assignment, Case, CaseWords
from tingchao.engine.search import found, sights_of
from tingchao.engine.selectors import assignments
from tingchao.engine.services import case_act, roles_of
from tingchao.engine.tests.loop import brought
from tingchao.mechanisms.public_voices.services import voice_file

VOICES = [
    # text, place, region
    ("三盏路灯不亮，晚上看不清台阶。", "府前路58号", "330182001000"),
    ("菜场东门的灯太暗，老人走路不放心。", "菜场东门", "330182001000"),
    ("村口的路塌了一块，下雨天积水。", "白沙社区", "330182001001"),
    ("Ｂ座 12 楼电梯坏了三天，没人来修。", "", "330182002000"),
    ("湖边路灯不亮，游客看不清。", "北山街", "330106001000"),
]


@pytest.fixture
def heard(town, now):
    return [
        voice_file(text=text, place=place, region_code=region, channel="web", actor=reporter(0), now=now)
        for text, place, region in VOICES
    ]


AUDITOR = Actor("account", 1, "审计", (Hold(Role.AUDITOR, ""),))

FOUND = [
    # what is searched for, which voices are found, newest first
    ("路灯", [4, 0]),
    ("灯", [4, 1, 0]),
    ("路灯不亮", [4, 0]),
    ("路灯，不亮！", [4, 0]),
    ("三盏路灯不亮晚上看不清台阶", [0]),
    ("亮灯路", []),
    ("府前路58号", [0]),
    ("路灯 府前路", [0]),
    ("灯 路 看不清", [4, 0]),
    ("b座12楼", [3]),
    ("B座 １２楼", [3]),
    ("东门的", [1]),
    ("号三盏", []),  # end of the place and beginning of the text
    ("%", []),
    ("' OR 1=1 --", []),
    ("", []),
    ("电" * 60, []),
    ("\x00灯", [4, 1, 0]),
    ("😀", []),
]


@pytest.mark.parametrize(("query", "expected"), FOUND)
def test_what_a_search_finds(query, expected, heard):
    rows = found(AUDITOR, query=query).rows
    assert [row.pk for row in rows] == [heard[place].pk for place in expected]


WHO = [
    ("liaison", [0, 1, 2]),
    ("coordinator", [0, 1, 2]),
    ("leader", [0, 1, 2, 3]),
    ("clerk", [0, 1, 2, 3, 4]),
    ("auditor", [0, 1, 2, 3, 4]),
    ("stranger", [4]),
    ("handler", [0]),
    ("other_handler", []),
    ("deputy", [0]),
    ("expert", []),
    ("administrator", []),
]


@pytest.mark.parametrize(("who", "expected"), WHO)
def test_who_finds_what(who, expected, heard, town, handed, now):
    case_act(case_id=heard[0].pk, action="assign", raw=handed, actor=town.liaison, now=now)
    for word in ("路", "灯", "楼"):
        rows = found(getattr(town, who), query=word).rows
        assert {row.pk for row in rows} <= {heard[place].pk for place in expected}
    seen = {row.pk for word in ("路", "灯", "楼") for row in found(getattr(town, who), query=word).rows}
    assert seen == {heard[place].pk for place in expected}


def test_whoever_is_nobody_finds_nothing_and_asks_nothing(heard):
    with CaptureQueriesContext(connection) as queries:
        for actor in (Actor("nobody", None, ""), reporter(heard[0].pk)):
            assert found(actor, query="灯").rows == []
    assert len(queries) == 0


def test_search_sees_exactly_what_the_policy_lets_see(heard, town, handed, now):
    """Every hold there is, against `policy.may_see` with everybody who ever had the matter."""
    brought(town, handed, now, "rating")
    cases = list(Case.objects.all())
    bodies = (None, town.bodies.chengguan.pk, town.bodies.jiaojing.pk)
    for role in Role:
        for scope in ("", "33", "3301", "330182", "330182001", "330182001001", "330106"):
            for body in bodies:
                for deputy in (None, town.deputies[0].pk, town.deputies[3].pk):
                    actor = Actor("account", 1, "某", (Hold(role, scope, body),), deputy)
                    allowed = {
                        case.pk for case in cases if policy.may_see(roles_of(actor, case, assignments(case)))
                    }
                    seen = {row.pk for word in ("路", "灯", "楼") for row in found(actor, query=word).rows}
                    assert seen == allowed, (role, scope, body, deputy)


def test_whoever_handed_a_matter_back_still_finds_it(town, handed, now):
    case = brought(town, handed, now, "coordinating")
    assert [row.pk for row in found(town.handler, query="台阶").rows] == [case.pk]


def test_a_closed_matter_is_found(town, handed, now):
    case = brought(town, handed, now, "known")
    (row,) = found(town.liaison, query="台阶").rows
    assert (row.pk, row.closed_at is not None) == (case.pk, True)


@pytest.mark.parametrize("window", [1, 3, 400])
@pytest.mark.parametrize("bits", [0, 1, 14])
def test_all_reaches_together_find_what_reading_every_text_finds(window, bits, monkeypatch, town, now):
    """Pages in order, nothing twice, nothing missed, however the ids fall into the three reaches."""
    monkeypatch.setattr(search, "WINDOW", window)
    monkeypatch.setattr(search, "AGE_BITS", bits)
    monkeypatch.setattr(search, "ERA_BITS", bits + 2)
    chance = random.Random(window * 31 + bits)
    cases = [
        voice_file(
            text="".join(chance.choices("路灯亮台阶水", k=8)) + "。请来看看。",
            region_code=chance.choice(("330182001000", "330182001001", "330182002000")),
            channel="web",
            actor=reporter(0),
            now=now,
        )
        for _ in range(40)
    ]
    for query in ("路", "路灯", "灯 水", "亮台", "路灯亮"):
        for actor, scope in ((town.liaison, "330182001"), (town.leader, "330182")):
            expected = [
                case.pk
                for case in reversed(cases)
                if case.region_id.startswith(scope)
                and all(word in plain_fields(case.title, case.place, case.text) for word in terms(query))
            ]
            got: list[int] = []
            after = ""
            while True:
                page = found(actor, query=query, after=after, most=3)
                got += [row.pk for row in page.rows]
                after = page.after
                if not after:
                    break
            assert got == expected, (query, scope)


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "²", "0"])
def test_a_cursor_that_is_none_is_the_start(after, heard):
    rows = found(AUDITOR, query="灯", after=after).rows
    assert len(rows) == (0 if after == "0" else 3)


def test_a_list_taken_in_bulk_is_found_too(town, now):
    from tingchao.mechanisms.public_voices.services import voices_import

    voices_import(
        rows=[(1, {"id": "1", "title": "下水管", "text": "3 号楼下水管堵了。"})],
        station=None,
        region_code=town.region,
        actor=SYSTEM,
        now=now,
    )
    assert [row.title for row in found(town.liaison, query="水管堵").rows] == ["下水管"]


def test_an_assignment_is_marked_by_whichever_path_it_is_made(heard, town, now):
    """Two actors' sights need the mark; the row is written once a statement."""
    body, deputy = town.bodies.jiaojing.pk, town.deputies[2].pk
    Assignment.objects.bulk_create(
        [
            Assignment(case=heard[1], kind="joint", body_id=body, assigned_at=now),
            Assignment(case=heard[1], kind="follow_up", deputy_id=deputy, assigned_at=now),
        ]
    )
    before = CaseWords.objects.get(case=heard[1]).words
    (sight,) = sights_of(town.other_handler)
    assert set(sight.marks) <= set(before)
    Assignment.objects.create(case=heard[1], kind="lead", body_id=body, assigned_at=now)
    assert CaseWords.objects.get(case=heard[1]).words == before
    assert [row.pk for row in found(town.other_handler, query="菜场").rows] == [heard[1].pk]


def test_it_is_one_statement(heard, town):
    with CaptureQueriesContext(connection) as queries:
        found(town.liaison, query="路灯")
    assert len(queries) == 1


def test_matters_that_were_there_before_eras_are_marked_as_new_ones_are(heard):
    """What the migration writes is what `words_of` says, whatever came before it."""
    eras = range(mark(Mark.ERA, 0), mark(Mark.ERA, 0) + 2**25)
    for words in CaseWords.objects.all():
        words.words = [word for word in words.words if word not in eras]
        words.save()
    with connection.cursor() as cursor:
        cursor.execute(import_module("tingchao.engine.migrations.0018_eras").MARK)
    for words in CaseWords.objects.select_related("case"):
        assert sorted(words.words) == sorted(search.words_of(words.case).words)
