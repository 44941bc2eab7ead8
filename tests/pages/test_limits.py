"""Limits of a place, the working calendar the name: changed with a source, recorded, taken by the next stage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import NOW
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.pages.conftest import heard
from tests.pages.test_statements import taken
from tingchao.config import cli
from tingchao.core.closure import check
from tingchao.core.limits import Limit, Unit
from tingchao.core.procedure import with_limits
from tingchao.core.steps import Refusal
from tingchao.directory.actors import SYSTEM
from tingchao.directory.models import Installation, LimitRule, WorkingYear
from tingchao.engine.limits import limit_lines, limit_reset, limit_set, profile_load, profile_now
from tingchao.engine.models import Event
from tingchao.engine.registry import procedure_get, procedures
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act

EXAMPLE = json.loads((Path(__file__).parents[1] / "data" / "limits_example.json").read_text(encoding="utf-8"))
SORTING, ACTING = ("public_voices", "sorting", ""), ("public_voices", "acting", "")
RULE = "《示例县办法》第五条"


def rule(place=SORTING, amount=5, unit="working_day", source=RULE, actor=SYSTEM):
    return limit_set(place=place, amount=amount, unit=unit, source=source, actor=actor, now=NOW)


def test_the_next_stage_takes_the_new_limit_and_a_running_clock_keeps_its_own(town, handed):
    before = heard(town, 1)
    rule()
    after = heard(town, 2)
    assert before.running_clock().limit.source != RULE
    assert after.running_clock().limit == Limit(5, Unit.WORKING_DAY, RULE)
    before.refresh_from_db()
    assert before.running_clock().limit.amount != 5
    rule(ACTING, 9, "day")
    case = case_act(case_id=before.pk, action="assign", raw=handed, actor=town.liaison, now=NOW)
    assert case.running_clock().limit == Limit(9, Unit.DAY, RULE)
    assert {one.due_on for one in case.assignments.all()} == {case.due_on}
    assert audit().broken is None


def test_a_limit_of_a_tier_holds_for_that_tier_alone(town, handed):
    rule(("public_voices", "acting", "hard"), 2, "month")
    for tier, unit in (("hard", Unit.MONTH), ("ordinary", Unit.WORKING_DAY)):
        case = heard(town, 1)
        raw = {**handed, "tier": tier}
        case = case_act(case_id=case.pk, action="assign", raw=raw, actor=town.liaison, now=NOW)
        assert case.running_clock().limit.unit is unit


def test_the_change_says_from_what_to_what_and_is_put_back(town):
    shipped = procedure_get("public_voices").stage("sorting").limit
    rule(actor=town.administrator)
    event = Event.objects.get()
    assert event.action == "limits.change" and RULE in event.data["changes"]["limit"][1]
    assert [line.place for line in limit_lines() if line.changed] == [SORTING]
    rule(actor=town.administrator)
    assert Event.objects.count() == 1, "the same again is no change"
    assert limit_reset(place=SORTING, actor=town.administrator, now=NOW) == shipped
    assert not LimitRule.objects.exists() and Event.objects.latest("sequence").action == "limits.reset"
    rule()
    rule(amount=shipped.amount, unit=str(shipped.unit), source=shipped.source)
    assert not LimitRule.objects.exists()


REFUSED = [
    ({"amount": 0}, "amount"), ({"amount": -1}, "amount"), ({"amount": "9.5"}, "amount"), ({"amount": "x"}, "amount"),
    ({"amount": 251}, "amount"), ({"amount": 25, "unit": "month"}, "amount"), ({"amount": "９"}, "amount"),
    ({"amount": True}, "amount"), ({"amount": None}, "amount"), ({"amount": 10**30}, "amount"),
    ({"unit": "hour"}, "unit"), ({"unit": None}, "unit"),
    ({"source": ""}, "source"), ({"source": "  \u200b "}, "source"), ({"source": "办法"}, "source"),
    ({"source": "法" * 201}, "source"), ({"source": None}, "source"),
    ({"place": ("public_voices", "known", "")}, "stage"), ({"place": ("public_voices", "sorting", "hard")}, "stage"),
    ({"place": ("none", "sorting", "")}, "stage"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "at"), REFUSED, ids=str)
def test_what_is_no_limit_is_refused(wrong, at, town):
    with pytest.raises(Refusal) as refused:
        rule(**wrong)
    assert at in refused.value.fields and not LimitRule.objects.exists()


def test_only_who_administers_everything_changes_limits(town):
    for actor in (town.liaison, town.auditor, town.clerk, town.coordinator):
        with pytest.raises(Refusal):
            rule(actor=actor)
        with pytest.raises(Refusal):
            profile_load(profile=EXAMPLE, actor=actor, now=NOW)


def test_a_profile_is_taken_whole_given_back_and_replaced(town):
    assert profile_load(profile=EXAMPLE, actor=SYSTEM, now=NOW) == 3
    assert profile_now() == EXAMPLE | {
        "limits": sorted(EXAMPLE["limits"], key=lambda line: (line["stage"], line["tier"]))
    }
    assert profile_load(profile=profile_now(), actor=SYSTEM, now=NOW) == 0
    assert profile_load(profile={"profile": "", "limits": []}, actor=SYSTEM, now=NOW) == 3
    assert not LimitRule.objects.exists()
    assert [event.action for event in Event.objects.all()] == ["limits.load"] * 2
    assert audit().broken is None


LINE = EXAMPLE["limits"][0]
NO_PROFILES = [
    None, [], "x", 5, {}, {"limits": 5}, {"limits": [5]}, {"limits": [LINE, LINE]},
    {"limits": [LINE, {**LINE, "stage": "nowhere"}]}, {"limits": [{**LINE, "amount": 0}]},
    {"limits": [{**LINE, "source": ""}]}, {"limits": [{**LINE, "unit": ["day"]}]}, {"limits": [{**LINE, "tier": None}]},
]  # fmt: skip


@pytest.mark.parametrize("profile", NO_PROFILES, ids=str)
def test_what_is_no_profile_leaves_everything_as_it_was(profile, town):
    rule()
    with pytest.raises(Refusal):
        profile_load(profile=profile, actor=SYSTEM, now=NOW)
    assert LimitRule.objects.count() == 1 and Event.objects.count() == 1


def test_the_laws_hold_under_any_limits():
    for procedure in procedures():
        changed = {(stage.key, ""): Limit(1, Unit.DAY, RULE) for stage in procedure.stages if stage.limit}
        assert check(with_limits(procedure, changed)) == ()
        for wrong in (("nowhere", ""), (procedure.stages[-1].key, ""), (procedure.first.key, "no such tier")):
            with pytest.raises(ValueError, match="no limit"):
                with_limits(procedure, {wrong: Limit(1, Unit.DAY, RULE)})


# --- the screens ------------------------------------------------------------------------------------------


def test_the_screen_changes_a_limit_with_its_source_and_puts_it_back(browse, town):
    client, path = (
        browse("administrator"),
        reverse("desk:admin_limit", args=["public_voices", "acting"]) + "?tier=hard",
    )
    shown = {field["key"]: field["value"] for field in client.get(path).context["fields"]}
    refused = client.post(path, {**shown, "amount": "20", "source": ""})
    assert refused.status_code == 422 and 'value="20"' in refused.content.decode()
    assert client.post(path, {"amount": "20", "unit": "day", "source": RULE}).status_code == 302
    page = client.get(reverse("desk:admin_limits")).content.decode()
    assert "改过" in page and RULE in page and "20 天内" in page
    assert client.post(path, {"reset": "1"}).status_code == 302
    assert not LimitRule.objects.exists()
    assert (
        browse("auditor").get(path).status_code == 200
        and browse("auditor").post(path, {"reset": "1"}).status_code == 403
    )


def test_a_profile_goes_out_as_a_file_and_comes_in_from_one(browse, town):
    client, load = browse("administrator"), reverse("desk:admin_profile_take")
    upload = SimpleUploadedFile("a.json", json.dumps(EXAMPLE).encode())
    assert client.post(load, {"file": upload}).status_code == 302
    assert json.loads(client.get(reverse("desk:admin_profile")).content) == profile_now()
    for content in (b"", b"{", b"[" * 100_000, b"\xff\xfe", json.dumps({"limits": [LINE, LINE]}).encode()):
        refused = client.post(load, {"file": SimpleUploadedFile("a.json", content)})
        assert refused.status_code == 422, content[:20]
    assert LimitRule.objects.count() == 3


def test_the_pages_take_few_statements(browse, town):
    profile_load(profile=EXAMPLE, actor=SYSTEM, now=NOW)
    for who in ("administrator", "auditor"):
        for name in ("desk:admin_limits", "desk:admin_calendar", "desk:admin_installation"):
            used = taken(browse(who), "get", reverse(name))
            assert len(used) <= 6, "\n".join(used)


def test_a_year_is_loaded_and_due_times_follow(browse, town):
    client, load = browse("administrator"), reverse("desk:admin_calendar_take")
    content = "日期,类型\n2027-01-01,放假\n2027-01-03,上班\n".encode()
    source = "国办发明电〔2026〕9号"
    answer = client.post(load, {"file": SimpleUploadedFile("2027.csv", content), "source": source})
    assert answer.status_code == 302
    assert WorkingYear.objects.get().year == 2027 and Event.objects.filter(stream="calendar").exists()
    page = client.get(reverse("desk:admin_calendar")).content.decode()
    assert "2027" in page and source in page and "本系统导入" in page
    for name, bad in (
        ("a.csv", b""), ("a.csv", "日期,类型\n昨天,放假\n".encode()), ("a.csv", "日期,类型\n2027-01-01,睡\n".encode()),
        ("a.xlsx", b"x"), ("a.exe", content), ("a.csv", b"\0" * 2_000_000),
    ):  # fmt: skip
        refused = client.post(load, {"file": SimpleUploadedFile(name, bad), "source": source})
        assert refused.status_code == 422, (name, bad[:20])
    assert client.post(load, {"source": source}).status_code == 422
    assert client.post(load, {"file": SimpleUploadedFile("2027.csv", content)}).status_code == 422


def test_the_installation_takes_another_name(browse, town):
    path = reverse("desk:admin_installation_rename")
    assert browse("administrator").post(path, {"name": "听潮·建德"}).status_code == 302
    assert Installation.objects.get().name == "听潮·建德"
    assert "听潮·建德" in browse("administrator").get("/desk/admin/").content.decode()
    assert Event.objects.get().action == "installation.change"
    assert browse("administrator").post(path, {"name": " "}).status_code == 422


# --- the command line -------------------------------------------------------------------------------------


def test_the_command_line_loads_and_shows(tmp_path, town, monkeypatch):
    monkeypatch.setattr("tingchao.config.embedded.ensure_database", lambda: None)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(EXAMPLE), encoding="utf-8")
    run = CliRunner().invoke
    assert "3 limits changed" in run(cli.main, ["limits", "load", str(path)]).output
    assert (
        "* public_voices/sorting  1 个工作日（《示例县群众意见办理办法》第五条）"
        in run(cli.main, ["limits", "show"]).output
    )
    assert json.loads(run(cli.main, ["limits", "show", "--json"]).output) == profile_now()
    path.write_text("{", encoding="utf-8")
    assert run(cli.main, ["limits", "load", str(path)]).exit_code == 1
