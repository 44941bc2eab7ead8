"""`tingchao screen` and `tingchao screen-eval` as a clerk types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner, Result

from tingchao.config import screening
from tingchao.config.cli import main
from tingchao.core.screening.tests import made

BAD = "第一条 企业五年内不得迁出我县。\n第二条 违反规定的，处五百元罚款。\n"
KEYS = ["rule", "article", "start", "end", "quote", "confidence", "explanation"]


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["screen", *arguments], input=given)


@pytest.fixture
def bad(tmp_path) -> Path:
    path = tmp_path / "bad.txt"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_json_has_the_promised_keys(bad):
    done = run("--json", str(bad))
    assert done.exit_code == 0
    (told,) = json.loads(done.stdout)
    assert told["file"] == str(bad)
    for one in told["findings"]:
        assert list(one)[:7] == KEYS
        assert BAD[one["start"] : one["end"]] == one["quote"]
        assert one["confidence"] in ("certain", "likely", "possible")
    assert {"movement.relocation-ban", "penalty.fine"} <= {one["rule"] for one in told["findings"]}


def test_words_for_people(bad):
    done = run(str(bad))
    assert "第2行 第二条" in done.stdout
    assert "行政处罚法第十六条" in done.stdout
    assert "问：" in done.stdout


def test_a_document_comes_by_standard_input():
    done = run("--json", "-", given=BAD)
    assert json.loads(done.stdout)[0]["file"] == "-"
    assert json.loads(run("--json", given=BAD).stdout) == json.loads(done.stdout)
    lines = run("--clauses", given="企业五年内不得迁出我县\n\n鼓励企业做大做强").stdout.splitlines()
    assert [json.loads(line)["violating"] for line in lines] == [True, False, False]


def test_what_cannot_be_read_is_named_and_the_rest_is_done(bad):
    broken = bad.with_name("broken.docx")
    broken.write_bytes(b"PK\x03\x04 broken")
    done = run("--json", str(broken), str(bad), str(bad.with_name("none.txt")))
    assert done.exit_code == 1
    assert [one["file"] for one in json.loads(done.stdout)] == [str(bad)]
    assert "broken.docx" in done.stderr
    assert "none.txt" in done.stderr


def test_a_folder_of_every_kind(tmp_path, monkeypatch):
    """What can be read is read, in the order of names, folders in folders too; all else is named with its reason."""
    monkeypatch.setenv("PATH", str(tmp_path))  # no LibreOffice here
    inner = tmp_path / "镇街" / "2023年"
    inner.mkdir(parents=True)
    readable = {
        "a.txt": BAD.encode("gb18030"),
        "b.md": f"# 办法\n\n{BAD}".encode(),
        "c.txt": BAD.encode("utf-16"),
        "d.txt": b"\xef\xbb\xbf" + BAD.encode(),
        "e.docx": made.word(lambda one: [one.add_paragraph(line) for line in BAD.splitlines()]),
        "f.pdf": made.pdf("\n\n".join(BAD.splitlines())),
    }
    refused = {
        "g.pdf": (made.scanned(), "扫描件"),
        "h.pdf": (made.locked(), "密码"),
        "i.pdf": (readable["f.pdf"][:3000], "损坏"),
        "j.docx": (readable["e.docx"][:3000], "损坏"),
        "k.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "LibreOffice"),
        "l.wps": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .docx"),
        "m.txt": (b"", "空的"),
    }
    for name, data in (readable | {name: data for name, (data, _) in refused.items()}).items():
        (inner / name).write_bytes(data)
    (inner / "picture.jpg").write_bytes(b"x")
    done = run("--json", "--processes", "1", str(tmp_path))
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert [one["file"] for one in told] == [str(inner / name) for name in readable]
    for one in told:
        rules = {found["rule"] for found in one["findings"]}
        assert {"movement.relocation-ban", "penalty.fine"} <= rules, one["file"]
    lines = done.stderr.splitlines()
    for line, (name, (_, reason)) in zip(lines, refused.items(), strict=True):
        assert line.startswith(str(inner / name))
        assert reason in line


def test_bytes_of_any_kind_come_by_standard_input():
    told = json.loads(run("--json", "-", given=made.pdf("企业五年内不得迁出我县。")).stdout)
    assert told[0]["findings"][0]["rule"] == "movement.relocation-ban"
    refused = run("-", given=made.locked())
    assert refused.exit_code == 1
    assert refused.stderr.startswith("-: ")


def test_a_folder(bad):
    (bad.parent / "notes.xyz").write_text("x")
    done = run("--json", str(bad.parent))
    assert [one["file"] for one in json.loads(done.stdout)] == [str(bad)]


@pytest.mark.parametrize(
    ("given", "answers"),
    [
        ("企业五年内不得迁出我县\n\n每年召开会议\n", [True, False, False]),
        ("每年召开会议", [False]),
        ("", []),
        ("\n", [False]),
        ("企业五年内不得迁出我县\r\n每年召开会议\r\n", [True, False]),
        ("\ufeff企业五年内不得迁出我县\n", [True]),
    ],
)
def test_clauses_answer_line_by_line(given: str, answers: list[bool]):
    done = run("--clauses", "-", given=given)
    assert done.exit_code == 0
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["violating"] for one in told] == answers
    assert all(list(one) == ["violating", "findings"] for one in told)


def test_the_issuer_decides():
    clause = "逾期不改正的，处二千元以上二万元以下罚款\n"
    assert json.loads(run("--clauses", "-", given=clause).stdout)["violating"]
    assert not json.loads(run("--clauses", "--issuer", "地方性法规", "-", given=clause).stdout)["violating"]


def test_the_day_decides_the_basis(bad):
    done = run("--json", "--issued", "2022-05-01", str(bad))
    assert "实施细则" in json.loads(done.stdout)[0]["findings"][0]["article"]


@pytest.mark.parametrize(
    "arguments", [("--issuer", "某人", "-"), ("--issued", "去年", "-"), ("--processes", "0", "-")]
)
def test_wrong_use_is_refused(arguments):
    assert run(*arguments).exit_code == 2


def test_at_a_keyboard_a_file_is_asked_for(monkeypatch):
    monkeypatch.setattr("sys.stdin", type("Keyboard", (), {"isatty": lambda self: True})())
    with pytest.raises(UsageError, match="Name a file"):
        screening._piped()


def test_nothing_at_all_is_an_empty_document():
    done = run("--json")
    assert done.exit_code == 1 and "文件是空的" in done.stderr


def test_clauses_that_are_not_text_are_named(tmp_path):
    path = tmp_path / "clauses.txt"
    path.write_bytes(b"\xff\xfe\x00")
    done = run("--clauses", str(path))
    assert done.exit_code == 1
    assert "clauses.txt" in done.stderr


def test_the_evaluation_lists_every_miss(tmp_path):
    table = tmp_path / "table.tsv"
    table.write_text(
        "clause\tlabel\tcategory\n企业五年内不得迁出我县\tviolating\t迁移\n每年召开会议\tviolating\t其他\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(main, ["screen-eval", str(table)])
    assert done.exit_code == 0
    assert "precision 1.000  recall 0.500  F1 0.667" in done.stdout
    assert "missed\t规范性文件\t其他\t每年召开会议" in done.stdout


def test_a_table_of_something_else_is_refused(tmp_path):
    table = tmp_path / "table.tsv"
    table.write_text("a\tb\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["screen-eval", str(table)])
    assert done.exit_code == 1
    assert "clause" in done.stderr


def test_screening_needs_neither_django_nor_a_database(bad):
    code = (
        "import sys; sys.argv = ['tingchao', 'screen', '--json', sys.argv[1]]\n"
        "from tingchao.config.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "assert 'django' not in sys.modules and 'psycopg' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, str(bad)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
