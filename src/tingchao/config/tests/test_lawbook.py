"""Laws that were imported here count wherever a document is screened."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from tingchao.config import places
from tingchao.config.lawbook import imported_table, laws
from tingchao.config.screening import screen
from tingchao.instruments.documents.screening import screened

LAW = (
    "听潮市犬只管理条例\n\n（2019年5月10日听潮市人民代表大会常务委员会通过）\n\n"
    "第一条　为了管好犬只，制定本条例。\n\n第二条　养犬要登记。\n\n第三条　本条例自2019年7月1日起施行。\n"
)
DOCUMENT = (
    "关于做好犬只登记的通知\n听潮办〔2024〕3号\n\n各社区：\n\n"
    "根据《听潮市犬只管理条例》第九条，现将有关事项通知如下。\n\n一、请各社区核对登记。\n\n2024年5月6日\n"
)
RULE = "citation.no-article"


@pytest.fixture
def home(tmp_path, monkeypatch, settings):
    monkeypatch.setenv("TINGCHAO_VAR", str(tmp_path / "var"))
    settings.LAWS_FILE = places.laws_file()
    folder = tmp_path / "laws"
    folder.mkdir()
    (folder / "听潮市犬只管理条例(2019-05-10).md").write_text(LAW, encoding="utf-8")
    (tmp_path / "notice.txt").write_text(DOCUMENT, encoding="utf-8")
    return tmp_path


def rules_found(home) -> set[str]:
    told = CliRunner().invoke(screen, ["--json", str(home / "notice.txt")])
    return {one["rule"] for file in json.loads(told.stdout) for one in file["findings"]}


def test_an_imported_law_counts_on_the_command_line_and_in_review(home):
    assert RULE not in rules_found(home)
    done = CliRunner().invoke(laws, ["import", str(home / "laws")])
    assert done.exit_code == 0 and "收了 1 部" in done.output
    assert RULE in rules_found(home)
    assert RULE in {one.rule for one in screened(DOCUMENT, date(2024, 5, 6))}


def test_imported_again_the_table_stays_the_same(home):
    for _ in range(2):
        CliRunner().invoke(laws, ["import", str(home / "laws")])
        kept = imported_table()
    assert kept == imported_table() and kept.count("听潮市犬只管理条例") == 1


def test_what_is_known_of_a_law_is_shown(home):
    CliRunner().invoke(laws, ["import", str(home / "laws")])
    shown = CliRunner().invoke(laws, ["show", "听潮市犬只管理条例"]).output
    assert "2019-05-10" in shown and "2019-07-01 起施行" in shown and "共 3 条" in shown
    unknown = CliRunner().invoke(laws, ["show", "没有的法"])
    assert unknown.exit_code == 1 and "索引里没有" in unknown.output


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_taken(home):
    (home / "laws" / "坏的.docx").write_bytes(b"no document")
    done = CliRunner().invoke(laws, ["import", str(home / "laws")])
    assert done.exit_code == 1 and "坏的.docx" in done.output and "收了 1 部" in done.output
