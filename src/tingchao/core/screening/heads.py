"""What stands above the body: title, issuer, number, notes, addressees. Only the first lines are looked at."""

import re
from dataclasses import dataclass, field
from itertools import islice

from tingchao.core.screening.marks import BLANK, Line, lines, mark
from tingchao.core.screening.numerals import DAY_PATTERN, NUMBER, day, number
from tingchao.core.screening.shapes import Dated, Head, Kind, Number, Span

MOST_LINES = 60
_LONGEST_TITLE_LINE = 70
_GAP = r"[ \t\u3000\xa0]{0,3}"
_ORGAN = r"[\u4e00-\u9fff]{1,16}?"
_BRACKETED = (
    rf"(?P<organ>{_ORGAN}){_GAP}[〔\[【(（［﹝]{_GAP}(?P<year>[12１２][0-9０-９]{{3}}){_GAP}(?:年{_GAP})?[〕\]】)）］﹞]"
    rf"{_GAP}第?{_GAP}(?P<serial>[0-9０-９]{{1,5}}|{NUMBER}){_GAP}号"
)
NUMBER_PATTERN = re.compile(_BRACKETED)
_ORDER_PATTERN = re.compile(
    rf"(?P<organ>[\u4e00-\u9fff]{{0,30}}(?:令|公告|通告|政府令)){_GAP}[（(]?{_GAP}"
    rf"(?:第{_GAP}(?P<serial>[0-9０-９]{{1,5}}|{NUMBER})|(?P<bare>[0-9０-９]{{1,5}})){_GAP}号"
)
_BARE_PATTERN = re.compile(rf"第{_GAP}(?P<serial>[0-9０-９]{{1,5}}|{NUMBER}){_GAP}号")
_ORDER_WORDS = ("令", "公告", "通告")
TITLE_ENDS = (
    "通知|意见|办法|规定|细则|方案|条例|决定|决议|公告|通告|通报|规则|规程|措施|制度|批复|复函|函|纲要|规划|"
    "标准|章程|要点|计划|解释|公约|准则|指引|法|政策|清单|目录"
)
_TITLE_LINE = re.compile(
    rf"(?:{TITLE_ENDS})(?:[（(〔\[](?:试行|暂行|修订|修正|草案|[^）)〕\]]{{1,12}})[）)〕\]])*$"
)
_NOTE = re.compile(r"通过|批准|公布|发布|修正|修订|施行|实施|印发|起废止")
_ORGAN_LINE = re.compile(
    r"[\u4e00-\u9fff、（）()·\s]{2,60}?(?:人民政府|政府|委员会|办公厅|办公室|大会|局|厅|部|委|院|会|署|处|所|中心|街道办事处|主席团|常委会)"
    r"(?:（?公\s*章）?)?$"
)
_TO = re.compile(
    r"^[^。；;!！？“”]{2,400}[：:]$",
)
_TO_WORDS = re.compile(r"各|政府|委|局|单位|部门|办|公司|企业|中心|居民|村|社区|市民|学校|院|会|所|站")
_DATA = re.compile(
    r"^(?:索\s*引\s*号|信息分类|发布机构|发布日期|生成日期|成文日期|文\s*号|发文字号|有效性|主题分类|主题词|密级|紧急程度|"
    r"统一编号|备注|公开方式|来源|签发人|份号|特急|急件|加急|登记号|文件编号|组配分类|公开日期|发文日期|字号|关键词)"
    r"(?:[\s:：]|$)"
)
_ISSUER_IN_TITLE = re.compile(
    r"^(?P<issuer>[\u4e00-\u9fff、（）()\s]{2,80}?(?:人民政府办公厅|人民政府办公室|人民政府|委员会办公室|委员会|办公厅|办公室|大会|局|厅|部|院|"
    r"街道办事处|管委会|主席团|领导小组))(?=\s*关于)"
)
_CONTENTS = re.compile(r"^目[\s\u3000]*[录次]$")


@dataclass(slots=True)
class _Draft:
    title: list[Line] = field(default_factory=list)
    letterhead: Line | None = None
    number: Number | None = None
    to: Line | None = None
    notes: list[Line] = field(default_factory=list)
    end: int = 0
    title_done: bool = False
    contents: Span | None = None


def number_in(text: str, start: int, end: int) -> Number | None:
    """The first document number between two offsets: 杭政办函〔2023〕12号, 政府令第5号, 第12号 alone on its line."""
    if text.find("号", start, end) < 0:
        return None
    if found := NUMBER_PATTERN.search(text, start, end):
        year = number(found["year"]) or 0
        return Number(Span(*found.span()), found["organ"], year, number(found["serial"]) or 0)
    if any(text.find(word, start, end) >= 0 for word in _ORDER_WORDS) and (
        found := _ORDER_PATTERN.search(text, start, end)
    ):
        serial = number(found["serial"] or found["bare"]) or 0
        return Number(Span(*found.span()), found["organ"], 0, serial)
    if found := _BARE_PATTERN.fullmatch(text[start:end].strip(BLANK + "（）()")):
        first = text.index("第", start)
        return Number(Span(first, first + len(found[0])), "", 0, number(found["serial"]) or 0)
    return None


def days_in(text: str, start: int, end: int) -> list[Dated]:
    """All days between two offsets."""
    found = ((one, day(one)) for one in DAY_PATTERN.finditer(text, start, end))
    return [Dated(Span(*one.span()), value) for one, value in found if value]


def head(text: str, start: int = 0, end: int | None = None) -> Head:
    """The head of the document that begins at ``start``."""
    draft = _Draft(end=start)
    ahead = islice(lines(text, start, end), MOST_LINES)
    for line in ahead:
        if text[line.words] == "目" and _CONTENTS.match(text[line.words : line.end]):
            _skip_contents(text, line, list(ahead), draft)
            break
        if not _take(text, line, draft):
            break
        draft.end = line.end
    return _finished(text, draft)


def _take(text: str, line: Line, draft: _Draft) -> bool:
    """Put a line of the head where it belongs; False for the first line of the body."""
    words = text[line.words : line.end]
    if _DATA.match(words):
        draft.number = draft.number or number_in(text, line.words, line.end)
        return True
    if _is_number_line(text, line):
        draft.number = draft.number or number_in(text, line.words, line.end)
        draft.title_done = bool(draft.title)
        return True
    if _is_note(words):
        draft.notes.append(line)
        draft.title_done = draft.title_done or bool(draft.title)
        return True
    if _TO.match(words) and _TO_WORDS.search(words) and draft.title and draft.to is None:
        draft.to = line
        return True
    if draft.to or mark(text, line) or words.endswith(("。", "；", "：")) or len(words) > _LONGEST_TITLE_LINE:
        return False
    return _take_title(text, line, draft)


def _take_title(text: str, line: Line, draft: _Draft) -> bool:
    words = text[line.words : line.end]
    if not draft.title and _is_letterhead(words):
        draft.letterhead = line
        return True
    if draft.title_done:
        return _same(words) == _same("".join(text[one.words : one.end] for one in draft.title))
    draft.title.append(line)
    begun = "关于" in text[draft.title[0].words : line.end]
    ends = _TITLE_LINE.search(words.rstrip(BLANK)) is not None
    draft.title_done = ends or (len(draft.title) >= 2 and not begun and len(draft.title) > 4)
    return True


def _same(words: str) -> str:
    return "".join(words.split()).replace("中华人民共和国", "")


def _is_letterhead(words: str) -> bool:
    bare = words.strip(BLANK)
    return bare.endswith("文件") and len(bare) < 40 and "关于" not in bare


def _is_number_line(text: str, line: Line) -> bool:
    found = number_in(text, line.words, line.end)
    return bool(found and line.end - line.words - (found.span.end - found.span.start) < 12)


def _is_note(words: str) -> bool:
    """Who passed it and when: in brackets, or a line that begins with a day; or a day alone."""
    if "日" not in words:
        return False
    if words[0] in "（(" and DAY_PATTERN.search(words):
        return True
    found = DAY_PATTERN.match(words)
    if not found:
        return False
    rest = words[found.end() :].strip(BLANK)
    return not rest or (bool(_NOTE.search(rest)) and not rest.endswith("。"))


def _skip_contents(text: str, heading: Line, ahead: list[Line], draft: _Draft) -> None:
    """A table of contents names each chapter once; the body begins where the first one comes again."""
    first = None
    for line in ahead:
        found = mark(text, line)
        key = (found.kind, found.number) if found else None
        again = key is not None and key == first
        if again or (found is None and line.end - line.words > 30) or (found and found.kind is Kind.ARTICLE):
            break
        first = first or key
        draft.end = line.end
    draft.contents = Span(heading.start, max(draft.end, heading.end))
    draft.end = draft.contents.end


def _finished(text: str, draft: _Draft) -> Head:
    title = Span(draft.title[0].words, draft.title[-1].end) if draft.title else None
    dates = [one for line in draft.notes for one in days_in(text, line.words, line.end)]
    starts = [one for one in dates if _says_effective(text, one)]
    return Head(
        end=draft.end,
        title=title,
        issuer=_issuer(text, draft, title),
        number=draft.number,
        addressees=Span(draft.to.words, draft.to.end) if draft.to else None,
        notes=tuple(Span(line.words, line.end) for line in draft.notes),
        dates=tuple(one for one in dates if one not in starts),
        effective=starts[-1] if starts else None,
        contents=draft.contents,
    )


def _says_effective(text: str, one: Dated) -> bool:
    return (
        re.match(r"[\s\u3000]*(?:起)?(?:施行|实施|生效)", text[one.span.end : one.span.end + 8]) is not None
    )


def _issuer(text: str, draft: _Draft, title: Span | None) -> Span | None:
    if title and (found := _ISSUER_IN_TITLE.match(title.of(text))):
        return Span(title.start, title.start + len(found["issuer"].rstrip()))
    if draft.letterhead:
        words = text[draft.letterhead.words : draft.letterhead.end]
        return Span(draft.letterhead.words, draft.letterhead.words + len(words.removesuffix("文件").rstrip()))
    return None


def is_organ(words: str) -> bool:
    """Whether a line is nothing but the name of an organ (or of several)."""
    return _ORGAN_LINE.match(words) is not None
