"""Word files as they come in: lists that Word numbers, boxes, tables, notes, changes that were tracked."""

from __future__ import annotations

import pytest

from tingchao.core.screening.readers import read
from tingchao.core.screening.screen import screen
from tingchao.core.screening.structure import parse
from tingchao.core.screening.tests.made import word_of

DRAWING = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def paragraph(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(words)}</w:p>"


def run(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def numbered(words: str, level: int = 0, number: int = 1) -> str:
    return paragraph(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


LASTING = '<w:lvlRestart w:val="0"/>'
"""Articles are counted through all chapters."""


def table(rows: str) -> str:
    return f"<w:tbl>{rows}</w:tbl>"


def whole(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def change(what: str, words: str) -> str:
    return f'<w:{what} w:id="1">{run(words)}</w:{what}>'


def kind(*levels: tuple[str, str], number: int = 0) -> str:
    told = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{way}"/>'
        f"{LASTING if '条' in words else ''}"
        f'<w:lvlText w:val="{words}"/></w:lvl>'
        for depth, (way, words) in enumerate(levels)
    )
    return f'<w:abstractNum w:abstractNumId="{number}">{told}</w:abstractNum>'


LISTS = (
    kind(
        ("chineseCountingThousand", "第%1章"),
        ("chineseCountingThousand", "第%2条"),
        ("chineseCounting", "（%3）"),
    )
    + kind(("decimal", "%1."), ("lowerLetter", "%2)"), number=1)
    + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            numbered("总则")
            + numbered("企业要守法。", 1)
            + numbered("甲；", 2)
            + numbered("乙。", 2)
            + numbered("机关要守法。", 1)
            + numbered("附则")
            + numbered("本办法施行。", 1),
            "第一章 总则\n第一条 企业要守法。\n（一）甲；\n（二）乙。\n第二条 机关要守法。\n"
            "第二章 附则\n第三条 本办法施行。",
        ),
        (
            numbered("总则") + numbered("甲", 1) + numbered("乙", 1) + numbered("附则") + numbered("丙", 1),
            "第一章 总则\n第一条 甲\n第二条 乙\n第二章 附则\n第三条 丙",
        ),
        (numbered("甲", 0, 2) + numbered("乙", 1, 2) + numbered("丙", 0, 2), "1.甲\na)乙\n2.丙"),
        (numbered("不编号", 0, 0), "不编号"),
    ],
    ids=["chapters and articles", "articles through chapters", "figures and letters", "numbering taken off"],
)
def test_numbers_that_word_makes_stand_in_the_text(body: str, text: str):
    assert read(word_of(body, numbering=LISTS), "a.docx") == text


def test_articles_counted_anew_in_each_chapter():
    lists = LISTS.replace('<w:lvlRestart w:val="0"/>', "")
    body = numbered("总则") + numbered("甲", 1) + numbered("附则") + numbered("乙", 1)
    assert read(word_of(body, numbering=lists), "a.docx") == "第一章 总则\n第一条 甲\n第二章 附则\n第一条 乙"


def test_articles_that_word_numbers_are_articles():
    text = read(
        word_of(numbered("总则") + numbered("企业五年内不得迁出我县。", 1), numbering=LISTS), "a.docx"
    )
    (chapter,) = parse(text).units
    assert [one.name for one in chapter.walk()][:2] == ["第一章", "第一条"]
    assert [one.rule for one in screen(text)] == ["movement.relocation-ban"]


def box(words: str) -> str:
    inside = f"<w:txbxContent>{paragraph(words)}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent {DRAWING}><mc:Choice Requires="wps"><w:drawing><wps:txbx>{inside}</wps:txbx>'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"<w:p>{run('前')}{box('框里')}{run('后')}</w:p>", "前后\n框里"),
        ("<w:tbl>" + row(paragraph(""), paragraph("") + f"<w:p>{box('框里')}</w:p>") + "</w:tbl>", "框里"),
    ],
    ids=["in a paragraph", "in a table"],
)
def test_text_boxes_are_read_once(body: str, text: str):
    assert read(word_of(body), "a.docx").strip() == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            row(paragraph("姓名"), paragraph("电话")) + row(paragraph("甲"), paragraph("1")),
            "姓名\t电话\n甲\t1",
        ),
        (row(paragraph("第一条 甲。") + paragraph("第二条 乙。")), "第一条 甲。\n第二条 乙。"),
        (row(paragraph("甲") + paragraph("乙"), paragraph("丙")), "甲 乙\t丙"),
        (
            row(paragraph("外") + table(row(paragraph("里一"), paragraph("里二"))) + paragraph("")),
            "外\n里一\t里二",
        ),
        (
            row(f"<w:sdt><w:sdtContent>{paragraph('填的')}</w:sdtContent></w:sdt>", paragraph("印的")),
            "填的\t印的",
        ),
        (f"<w:sdt><w:sdtContent>{row(paragraph('甲'), paragraph('乙'))}</w:sdtContent></w:sdt>", "甲\t乙"),
        (
            row(paragraph("留"))
            + row(paragraph("删")).replace("<w:tr>", '<w:tr><w:trPr><w:del w:id="1"/></w:trPr>'),
            "留",
        ),
    ],
    ids=[
        "rows",
        "a table that frames a text",
        "two lines in a cell",
        "table in a table",
        "a form's field",
        "a form's row",
        "a row that was deleted",
    ],
)
def test_tables(body: str, text: str):
    read_text = read(word_of(table(body)), "a.docx")
    assert "\n".join(line for line in read_text.splitlines() if line.strip()) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (whole(run("应"), change("ins", "当"), run("。")), "应当。"),
        (whole(run("可以"), change("del", "不").replace("w:t>", "w:delText>"), run("办。")), "可以办。"),
        (whole(change("moveFrom", "旧处"), run("甲")) + whole(change("moveTo", "新处")), "甲\n新处"),
        (
            paragraph("企业五年内", '<w:rPr><w:del w:id="1"/></w:rPr>') + paragraph("不得迁出。"),
            "企业五年内不得迁出。",
        ),
        (paragraph("留着", '<w:rPr><w:del w:id="1"/></w:rPr>'), "留着"),
        (whole(run("甲"), "<w:r><w:tab/></w:r>", run("乙"), "<w:r><w:br/></w:r>", run("丙")), "甲\t乙\n丙"),
        (whole(f"<w:hyperlink>{run('办法')}</w:hyperlink>", change("fldSimple", "3")), "办法3"),
    ],
    ids=[
        "put in",
        "taken out",
        "moved",
        "the end of a paragraph taken out",
        "the last end taken out",
        "tab and break",
        "link and field",
    ],
)
def test_tracked_changes_are_read_as_if_accepted(body: str, text: str):
    assert read(word_of(body), "a.docx") == text


def test_footnotes_and_endnotes_come_at_the_end_of_the_text():
    """What is said only in a note is said too."""
    body = (
        f'<w:p>{run("符合条件的企业给予奖励。")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        + paragraph("其他。")
    )
    notes = (
        '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{paragraph("企业五年内不得迁出我县。")}</w:footnote>'
    )
    ends = f'<w:endnote w:id="1">{paragraph("尾注。")}</w:endnote>'
    text = read(word_of(body, footnotes=notes, endnotes=ends), "a.docx")
    assert text == "符合条件的企业给予奖励。\n其他。\n企业五年内不得迁出我县。\n尾注。"
    assert [one.rule for one in screen(text)] == ["movement.relocation-ban"]
