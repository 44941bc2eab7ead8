"""The record of a matter to take away, and checking it without the installation."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.urls import reverse

from tingchao.config.cli import main
from tingchao.engine.sealing import days_seal, seal_last
from tingchao.engine.services import case_act


@pytest.fixture
def handed_over(case, town, handed, now):
    return case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=now)


@pytest.fixture
def file(browse, handed_over, now, tmp_path):
    days_seal(now=now + timedelta(days=1))
    answer = browse("liaison here").get(reverse("desk:record", args=[handed_over.number]))
    path = tmp_path / "record.json"
    path.write_bytes(answer.content)
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_the_record_holds_and_stands_under_the_published_root(file):
    seal = seal_last()
    done = run(file, "--root", f"{seal.day.isoformat()}={seal.root}")
    assert (done.exit_code, done.output) == (0, "2 events, 2 of them under a seal.\nThe record holds.\n")


def test_a_changed_record_and_another_root_are_named(file):
    record = json.loads(file.read_text())
    record["events"][1]["fields"]["note"] = "别的话"
    file.write_text(json.dumps(record))
    assert "Event 2: digest" in run(file).output and run(file).exit_code == 1
    seal = seal_last()
    assert "Event 1: root" in run(file, "--root", f"{seal.day.isoformat()}={'0' * 64}").output


def test_what_is_no_record_is_said_to_be_none(tmp_path):
    path = tmp_path / "x.json"
    for content in ("", "[]", "{}", "[" * 5000):
        path.write_text(content)
        assert run(path).exit_code == 1
