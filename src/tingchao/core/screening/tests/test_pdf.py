"""PDF as offices make it: columns, heads and feet, lines that break in a clause; what holds no text is named."""

from __future__ import annotations

import re

import pytest

from tingchao.core.screening.numerals import chinese
from tingchao.core.screening.readers import Unreadable, read
from tingchao.core.screening.readers.joining import paragraphs
from tingchao.core.screening.readers.printed import Row
from tingchao.core.screening.screen import screen
from tingchao.core.screening.tests import made

TITLE = "农贸市场管理办法"
DUTIES = (
    "查验许可证",
    "公示收费标准",
    "检测农药残留",
    "清理占道摊点",
    "受理消费者的投诉",
    "保持通道畅通",
    "建立进货台账",
)
ARTICLES = [
    f"第{chinese(number)}条 农贸市场的开办单位应当{DUTIES[number % 7]}，依照《中华人民共和国食品安全法》第三十四条、"
    f"第三十五条第一款第（二）项的规定{DUTIES[number % 5]}。2023年12月{number}日以前没有办理营业执照的经营者，"
    f"应当在{number}个月以内申请办理；逾期没有{DUTIES[number % 3]}的，由区市场监督管理局责令改正。"
    f"进场经营{number}年的企业五年内不得迁出我区，并且要{DUTIES[number % 4]}。"
    for number in range(1, 31)
]
WANTED = "\n".join([TITLE, *ARTICLES])


def page(*settings: str, size: str = "14pt", body: list[str] | None = None) -> bytes:
    lines = [f"#set {one}" for one in settings] + [f"#set text(size: {size})", f"#align(center)[{TITLE}]"]
    return made.pdf("\n\n".join([*lines, *(ARTICLES if body is None else body)]))


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("par(justify: false)",),
        ("page(columns: 2)",),
        ("page(columns: 2)", "par(justify: false)"),
        ('page(numbering: "1")',),
        ('page(numbering: "— 1 —", header: align(center)[江澜区规范性文件汇编])',),
        (
            "page(header: [内部资料 #h(1fr) 2023年第5期], footer: context align(center)"
            "[第 #counter(page).display() 页 共 #counter(page).final().first() 页])",
        ),
        ("page(width: 12cm)", 'page(numbering: "- 1 -", header: [江澜区规范性文件汇编])'),
    ],
    ids=[
        "plain", "ragged", "columns", "ragged columns", "number", "head and number", "head and pages",
        "small pages",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", ["11pt", "14pt", "16pt"])
def test_a_document_is_read_as_it_was_written(settings: tuple[str, ...], size: str):
    assert read(page(*settings, size=size), "a.pdf") == WANTED


@pytest.mark.parametrize("size", ["11pt", "14pt", "16pt"])
def test_where_paragraphs_do_not_stand_in_sentences_are_whole(size: str):
    """A full line that ends a sentence may end the paragraph too; nothing tells which."""
    text = read(page("par(first-line-indent: 0em)", size=size), "a.pdf")
    assert text.replace("\n", "") == WANTED.replace("\n", "")
    assert set(re.split("[。；\n]", text)) == set(re.split("[。；\n]", WANTED))


def test_heads_of_left_and_right_pages():
    head = "context if calc.odd(counter(page).get().first()) [江澜区人民政府公报] else [政府规范性文件]"
    assert read(page(f'page(numbering: "1/1", header: {head})', size="16pt"), "a.pdf") == WANTED


def test_a_line_of_the_text_that_comes_on_every_page_stays():
    body = [*["工作人员应当热情服务，做到随到随办。"] * 120]
    assert read(page(body=body), "a.pdf").count("随到随办") == 120


def test_a_fault_that_runs_over_two_pages_is_found():
    fault = (
        "为了稳定本地税源，享受了本办法规定的各项奖励政策和扶持资金、用地指标的企业五年内一律不得迁出我区。"
    )
    for filler in range(20, 29):
        body = [*["工作人员应当热情服务，做到随到随办。"] * filler, fault]
        text = read(page('page(numbering: "1", header: [江澜区规范性文件汇编])', body=body), "a.pdf")
        assert fault in text
        assert "movement.relocation-ban" in {one.rule for one in screen(text)}


def test_a_title_that_later_pages_repeat_stays_on_the_first():
    setting = f"page(header: context if counter(page).get().first() > 1 [{TITLE}])"
    assert read(page(setting), "a.pdf") == WANTED


def test_the_number_in_a_head_that_runs_is_not_lost():
    setting = "page(header: [江政发〔2023〕12号])"
    assert read(page(setting), "a.pdf") == f"江政发〔2023〕12号\n{WANTED}"


def test_a_line_of_one_thin_sign_goes_on_too():
    """Some fonts say of 一 only how thick it is."""
    rows = [
        Row("企业五年内不得迁出我县，违反的处罚款五百元，", 100, 430, 700, 16),
        Row("并退还补助的十分之", 70, 430, 672, 16),
        Row("一", 70, 86, 640, 1.9),
        Row("其他企业也这样办，由镇里负责，由村里协助，", 100, 430, 616, 16),
        Row("由乡贤监督。", 70, 166, 588, 16),
    ]
    assert paragraphs([rows]).split("\n") == [
        "企业五年内不得迁出我县，违反的处罚款五百元，并退还补助的十分之一",
        "其他企业也这样办，由镇里负责，由村里协助，由乡贤监督。",
    ]


def test_words_in_letters_keep_their_space_where_a_line_ends():
    body = ["第一条 " + "Tingchao is a system for congresses " * 12]
    assert "congressesTingchao" not in read(page(body=body), "a.pdf")


@pytest.mark.parametrize(
    ("data", "reason", "advice"),
    [
        (made.scanned(), "扫描件", "文字识别"),
        (made.locked(), "加了密码", "去掉密码"),
        (page()[:4000], "损坏", "重新导出"),
        (b"%PDF-1.7\nnothing", "损坏", "重新导出"),
        (made.pdf(""), "没有文字", "文字识别"),
    ],
    ids=["scanned", "locked", "cut short", "no PDF", "no text"],
)
def test_what_holds_no_text_is_refused(data: bytes, reason: str, advice: str):
    with pytest.raises(Unreadable) as refused:
        read(data, "a.pdf")
    assert reason in refused.value.reason
    assert advice in refused.value.advice
