"""Texts of laws that were imported: kept, listed, two versions side by side; nothing else of the folder is read."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from tests.pages.test_statements import taken
from tingchao.config import places
from tingchao.config.lawbook import laws
from tingchao.core.screening.lawindex import text_name, text_named
from tingchao.instruments.documents.lawtexts import law_get, law_text, laws_kept

OLD = (
    "听潮市犬只管理条例\n\n第一条　为了管好犬只，制定本条例。\n\n第二条　养犬要登记。\n\n"
    "第三条　本条例自2019年7月1日起施行。\n"
)
NEW = OLD.replace("养犬要登记。", "养犬要登记，登记不收费。")


@pytest.fixture
def kept(tmp_path, monkeypatch, settings):
    monkeypatch.setenv("TINGCHAO_VAR", str(tmp_path / "var"))
    settings.LAWS_FILE, settings.LAWS_DIR = places.laws_file(), places.laws_dir()
    folder = tmp_path / "laws"
    folder.mkdir()
    (folder / "听潮市犬只管理条例(2019-05-10).md").write_text(OLD, encoding="utf-8")
    (folder / "听潮市犬只管理条例(2024-03-01).md").write_text(NEW, encoding="utf-8")
    (folder / "听潮市停车条例(2022-06-01).txt").write_text(OLD.replace("犬只管理", "停车"), encoding="utf-8")
    for _ in range(2):  # twice is as once
        assert CliRunner().invoke(laws, ["import", str(folder)]).exit_code == 0
    return tmp_path


def test_texts_are_kept_by_name_and_day(kept):
    assert [(one.name, len(one.days)) for one in laws_kept()] == [
        ("听潮市停车条例", 1),
        ("听潮市犬只管理条例", 2),
    ]
    law = law_get("《听潮市犬只管理条例》")
    assert law is not None and law.days == (date(2019, 5, 10), date(2024, 3, 1))
    assert law_text(law, law.days[1]) == NEW.replace("\n\n", "\n").replace("\u3000", " ")
    assert [one.name for one in laws_kept("停车")] == ["听潮市停车条例"] and laws_kept("没有") == []


def test_how_a_text_is_set_is_no_change(kept, settings):
    folder, law = settings.LAWS_DIR, law_get("听潮市犬只管理条例")
    set_otherwise = "# " + OLD.replace("\u3000", "  ").replace("\n\n", "\n<!-- 目录 -->\n\n")
    (folder / text_name(law.name, law.days[1])).write_text(set_otherwise, encoding="utf-8")
    assert law_text(law, law.days[0]) == law_text(law, law.days[1])


NAMES = ["../../etc/passwd", "x.txt", "某条例(2024-13-01).txt", "某条例(2024-03-01).md", ""]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_text_of_a_law(name, kept):
    assert text_named(name) is None and law_get(name) is None


def test_names_go_there_and_back():
    assert text_named(text_name("某条例", date(2024, 3, 1))) == ("某条例", date(2024, 3, 1))


def test_two_versions_stand_side_by_side(kept, browse, settings):
    clerk = browse("clerk")
    listed = clerk.get("/desk/filings/laws/").content.decode()
    assert "听潮市停车条例" in listed and "compare/?law=" in listed
    page = clerk.get("/desk/filings/laws/compare/", {"law": "听潮市犬只管理条例"}).content.decode()
    assert "1 处不同" in page and "<ins>，登记不收费</ins>" in page
    folder, added = settings.LAWS_DIR, "第二条　养犬人要文明。\n\n第三条　养犬要登记，登记不收费。"
    moved = NEW.replace("第三条", "第四条").replace("第二条　养犬要登记，登记不收费。", added)
    (folder / text_name("听潮市犬只管理条例", date(2024, 3, 1))).write_text(moved, encoding="utf-8")
    page = clerk.get("/desk/filings/laws/compare/", {"law": "听潮市犬只管理条例"}).content.decode()
    assert "2 处不同" in page and "另有 1 条只是条号变了" in page
    same = {"law": "听潮市犬只管理条例", "a": "2024-03-01", "b": "2024-03-01"}
    assert "0 处不同" in clerk.get("/desk/filings/laws/compare/", same).content.decode()


@pytest.mark.parametrize("law", ["听潮市停车条例", "没有这部", "", "../laws"])
def test_nothing_to_compare(law, kept, browse):
    assert browse("clerk").get("/desk/filings/laws/compare/", {"law": law}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("expert", 200), ("leader", 200), ("liaison here", 403)])
def test_who_reads_laws(who, status, kept, browse):
    assert browse(who).get("/desk/filings/laws/").status_code == status


def test_before_any_was_imported(tmp_path, settings, browse):
    settings.LAWS_DIR = tmp_path / "none"
    assert "还没有存正文" in browse("clerk").get("/desk/filings/laws/").content.decode()


def test_statements(kept, browse):
    assert len(taken(browse("clerk"), "get", "/desk/filings/laws/")) <= 4  # session, account, grants, counts
