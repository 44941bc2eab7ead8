"""The command line: what it prints and with which code it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils.timezone import localdate
from django.utils.timezone import now as clock

from tingchao.config.cli import main
from tingchao.core.closure import LAWS
from tingchao.core.procedure import Procedure
from tingchao.engine import registry
from tingchao.engine.models import Case, Event, Notice, Seal
from tingchao.engine.tests.loop import brought, opened, procedure
from tingchao.engine.timing import ZONE
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


# --- procedures -------------------------------------------------------------------------------------------


def test_procedures_are_printed_with_stages_actions_and_laws():
    result = run("procedures", "--check")
    assert result.exit_code == 0, result.output
    for stage in FIVE_STEPS.stages:
        assert f"{stage.key} " in result.output and stage.label in result.output
    for action in FIVE_STEPS.actions:
        assert f"{action.key} " in result.output
    for law, says in LAWS.items():
        assert f"holds  {law}" in result.output and says in result.output
    assert "BROKEN" not in result.output
    assert "liaison, 2 working_day, then coordinator, leader" in result.output


def test_procedures_as_data():
    result = run("procedures", "--json")
    assert result.exit_code == 0
    found = {one["key"]: one for one in json.loads(result.output)}
    one = found["public_voices"]
    assert [stage["key"] for stage in one["stages"]] == [stage.key for stage in FIVE_STEPS.stages]
    assert [action["key"] for action in one["actions"]] == [action.key for action in FIVE_STEPS.actions]
    assert {law["law"]: law["breaches"] for law in one["laws"]} == {law: [] for law in LAWS}
    answer = next(action for action in one["actions"] if action["key"] == "hand_back")
    assert answer["reaches"] == ["sorting", "coordinating"] and answer["roles"] == ["handler"]


def without(*actions: str) -> Procedure:
    return replace(FIVE_STEPS, actions=tuple(one for one in FIVE_STEPS.actions if one.key not in actions))


@pytest.mark.parametrize(
    ("broken", "law", "at"),
    [
        (without("deliberate"), "reach", "deliberating"),
        (without("draft", "keep"), "end", "publishing"),
        (without("rate_poor"), "rating", "rating"),
        (without("decide"), "return", "coordinating"),
        (replace(FIVE_STEPS, max_returns=None), "return", "hand_back"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--check",), ("--json",)])
def test_a_breach_ends_with_one_and_names_law_and_place(monkeypatch, broken, law, at, options):
    monkeypatch.setattr(registry, "procedures", lambda: (broken,))
    result = run("procedures", *options)
    assert result.exit_code == 1
    if options == ("--json",):
        (one,) = json.loads(result.output)
        assert at in [
            breach["at"] for entry in one["laws"] if entry["law"] == law for breach in entry["breaches"]
        ]
    else:
        after = result.output.split(f"BROKEN {law} ")[1]
        assert f"at {at}:" in after


def test_a_procedure_is_drawn():
    result = run("procedures", "--mermaid", "public_voices")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert "    [*] --> sorting" in lines
    assert "    acting --> coordinating: 退回，不归本单位" in lines
    assert {"    known --> [*]", "    kept --> [*]"} <= set(lines)
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("key", ["nothing", "--json", "公共"])
def test_a_procedure_that_there_is_not_is_said_so(key):
    result = run("procedures", "--mermaid", key)
    assert result.exit_code == 1
    assert "There is no procedure" in result.output and "public_voices" in result.output
    assert "Traceback" not in result.output


# --- what may be asked ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_says_what_it_does(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert main.commands[command].help, "a sentence of its own"
    assert "Usage:" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "No such command"),
        (["import", "voices"], "Missing argument"),
        (["import", "voices", "/there/is/none.csv"], "does not exist"),
        (["import", "voices", "/tmp"], "is a directory"),
        (["calendar", "load", __file__], "Missing option '--source'"),
        (["procedures", "--mermaid"], "requires an argument"),
    ],
)
def test_a_command_that_was_mistyped(arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output and "Traceback" not in result.output


# --- audit, seal, sweep -----------------------------------------------------------------------------------


def noon(days: int) -> datetime:
    """Noon in Hangzhou, so many days ago by the clock on the wall, which these commands go by."""
    return datetime.combine(localdate() - timedelta(days=days), time(12), ZONE)


def test_an_audit_of_records_that_hold(town, handed):
    case = brought(town, handed, noon(3), "known")
    assert run("seal").output.startswith("1 days sealed.\n")
    result = run("audit")
    assert (result.exit_code, result.output) == (
        0,
        f"{case.events} events in 1 chains and 1 seals: all hold.\n",
    )
    data = json.loads(run("audit", "--json").output)
    assert data == {"events": case.events, "chains": 1, "seals": 1, "broken": None}


def test_an_audit_names_the_first_event_that_was_changed_and_ends_with_one(town, handed, now):
    case = brought(town, handed, now, "acting")
    event = Event.objects.get(case=case, action="assign")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as whoever owns the database could
        cursor.execute("UPDATE engine_event SET actor_name = '别人' WHERE id = %s", [event.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    result = run("audit")
    assert result.exit_code == 1
    assert f"case:{case.pk}" in result.output and str(event.pk) in result.output
    result = run("audit", "--json")
    assert result.exit_code == 1
    broken = json.loads(result.output)["broken"]
    assert broken["where"] == f"case:{case.pk}" and str(event.pk) in broken["event"]


def test_each_finished_day_is_sealed_once(town):
    for days in (9, 3, 3, 0):
        opened(town, noon(days))
    first, again = run("seal").output.splitlines(), run("seal").output.splitlines()
    assert (first[0], again[0]) == ("2 days sealed.", "0 days sealed.")
    last = Seal.objects.latest("day")  # what may be published stands under it
    assert first[1] == again[1] == f"{last.day.isoformat()}  2 events  {last.root}"


def test_one_sweep_now(town, settings, tmp_path):
    settings.NOTICES_DIR = tmp_path
    fresh, old = opened(town, clock()), opened(town, noon(60))
    result = run("sweep")
    assert result.exit_code == 0
    notices = Notice.objects.count()
    assert (
        result.output
        == f"{Event.objects.filter(case=old).count() - 1} alarms given, {notices} notices delivered.\n"
    )
    assert len(list(tmp_path.glob("*.json"))) == notices > 2
    assert Event.objects.filter(case=fresh).count() <= 2
    assert run("sweep").output == "0 alarms given, 0 notices delivered.\n"


# --- lists ------------------------------------------------------------------------------------------------


def test_a_list_of_voices_is_taken_in(town, tmp_path):
    path = tmp_path / "voices.jsonl"
    path.write_text('{"text": "府前路三盏路灯不亮。"}\n{"text": ""}\n', encoding="utf-8")
    result = run("import", "voices", str(path), "--station", "新安江街道中心站")
    assert result.exit_code == 1
    assert Case.objects.get().station == town.station
    path.write_text('{"text": "府前路三盏路灯不亮。"}\n', encoding="utf-8")
    assert run("import", "voices", str(path), "--region", town.region).exit_code == 0
    assert Case.objects.count() == 1


def test_a_year_is_loaded(town, tmp_path):
    path = tmp_path / "2031.csv"
    path.write_text("date,kind\n2031-01-01,off\n", encoding="utf-8")
    assert run("calendar", "load", str(path), "--source", "国办发明电〔2030〕1号（测试用）").exit_code == 0
    assert Event.objects.get(stream="calendar").data["year"] == 2031
    path.write_text("date,kind\n明天,off\n", encoding="utf-8")
    assert run("calendar", "load", str(path), "--source", "测试").exit_code == 2


def test_the_loop_of_these_tests_is_the_one_that_is_installed():
    assert procedure() is FIVE_STEPS
