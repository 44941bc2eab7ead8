"""The documentation says what the code does: settings, terms, diagrams, links, the worked example."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tingchao.config import places
from tingchao.config.procedures import mermaid
from tingchao.core.closure import LAWS
from tingchao.core.procedure import Procedure
from tingchao.core.roles import Role
from tingchao.engine.care import TOOLS
from tingchao.engine.registry import manifests

ROOT = places.ROOT
DOCS = ROOT / "docs"
MECHANISMS = ROOT / "src" / "tingchao" / "mechanisms"
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
PAGES = (
    *READMES,
    ROOT / "CHANGELOG.md",
    *sorted(DOCS.rglob("*.md")),
    *sorted(MECHANISMS.glob("*/README.md")),
)

SETTING = re.compile(r"TINGCHAO_[A-Z][A-Z_]*")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
CODE_BLOCK = re.compile(
    r"^`window_notes/([\w./]+)`\n\n```(?:python|html)\n(.*?)^```", re.MULTILINE | re.DOTALL
)

SHIPPED = [manifest for manifest in manifests() if (MECHANISMS / manifest.key).is_dir()]
PROCEDURES = [(manifest.key, one) for manifest in SHIPPED for one in manifest.procedures]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# --- settings ---------------------------------------------------------------------------------------------


def settings_read(*folders: str) -> set[str]:
    files = [
        path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".sh")
    ]
    return {name for path in files if not in_package_tests(path) for name in SETTING.findall(read(path))}


def in_package_tests(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts[1:] and path.is_relative_to(ROOT / "src")


def test_every_setting_that_is_read_is_documented():
    assert settings_read("src") - set(SETTING.findall(read(DOCS / "settings.md"))) == set()


def test_every_setting_that_is_documented_is_read():
    assert (
        set(SETTING.findall(read(DOCS / "settings.md"))) - settings_read("src", "tests", "scripts") == set()
    )


# --- terms ------------------------------------------------------------------------------------------------


def terms(heading: str) -> set[str]:
    """The code names in the table below a heading of the glossary."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", read(DOCS / "glossary.md"), re.M | re.S)
    assert found, f"docs/glossary.md has no section {heading}"
    rows = [line.split("|") for line in found[1].splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row[3])}


def test_every_role_stands_in_the_glossary():
    assert {str(role) for role in Role} - terms("Roles") == set()


def test_every_closure_law_stands_in_the_glossary():
    assert set(LAWS) == terms("Closure laws")


def test_every_tool_stands_in_the_glossary():
    assert set(TOOLS) - terms("What else may be done to a matter") == set()


@pytest.mark.parametrize(("mechanism", "procedure"), PROCEDURES)
def test_every_stage_and_action_stands_in_the_glossary(mechanism: str, procedure: Procedure):
    assert {stage.key for stage in procedure.stages} - terms(f"Stages of {procedure.key}") == set()
    assert {action.key for action in procedure.actions} - terms(f"Actions of {procedure.key}") == set()


@pytest.mark.parametrize("manifest", SHIPPED, ids=lambda manifest: manifest.key)
def test_every_kind_of_fact_stands_in_the_glossary(manifest):
    assert {kind.key for kind in manifest.fact_kinds} - terms(f"Facts of {manifest.key}") == set()


# --- pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_a_readme_is_short(path: Path):
    assert len(read(path).splitlines()) < 120


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(path: Path):
    targets = [one or other for one, other in LINK.findall(read(path))]
    relative = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in relative if not (path.parent / target).exists()] == []


@pytest.mark.parametrize(("mechanism", "procedure"), PROCEDURES)
def test_a_mechanism_shows_its_own_stage_diagram(mechanism: str, procedure: Procedure):
    blocks = re.findall(r"^```mermaid\n(.*?)\n```", read(MECHANISMS / mechanism / "README.md"), re.M | re.S)
    assert mermaid(procedure) in blocks, f"paste: tingchao procedures --mermaid {procedure.key}"


def test_every_dependency_has_its_reason():
    lines = [
        line.split("#")[0].strip()
        for path in (ROOT / "requirements").glob("*.in")
        for line in read(path).splitlines()
    ]
    python = {re.split(r"[\[<>=~]", line)[0] for line in lines if line and not line.startswith("-")}
    node = set(json.loads(read(ROOT / "package.json")).get("devDependencies", {}))
    told = set(re.findall(r"^\| `([^`]+)`", read(DOCS / "adr" / "0002-dependencies.md"), re.M))
    assert (python | node) - told == set()
    assert told - (python | node) == set()


# --- the worked example -----------------------------------------------------------------------------------


def example_files() -> Iterator[tuple[str, str]]:
    """(path below window_notes/, content) of every file that docs/add-a-mechanism.md shows."""
    yield "__init__.py", ""
    yield from CODE_BLOCK.findall(read(DOCS / "add-a-mechanism.md"))


def test_the_worked_example_runs(tmp_path: Path):
    """Listed, closed and routed, from the very text of the page."""
    for name, content in example_files():
        path = tmp_path / "window_notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    listing = (
        "import json, django; django.setup()\n"
        "from django.template.loader import get_template\n"
        "from django.urls import reverse\n"
        "from tingchao.config.procedures import report\n"
        "from tingchao.engine.registry import procedure_get\n"
        "get_template('window_notes/note.html')\n"
        "told = report(procedure_get('window_notes'))\n"
        "print(json.dumps({'url': reverse('window_notes:note'), 'laws': told['laws']}))\n"
    )
    environment = {**os.environ, "TINGCHAO_MECHANISMS_PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", listing], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["url"] == "/window/"
    assert {law["law"] for law in told["laws"]} == set(LAWS)
    assert not any(law["breaches"] for law in told["laws"])
