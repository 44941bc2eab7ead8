"""Authority: who interprets the document, who interprets the law, who may settle the rest."""

import re
from collections.abc import Iterator

from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.provisions import hits, interpretations, sentence
from tingchao.core.screening.shapes import Provision, Span
from tingchao.core.screening.whole import rules
from tingchao.core.screening.whole.view import View

_OWN = re.compile(r"本[\u4e00-\u9fff（）]{1,12}$|解释权|^[\s第条一二三四五六七八九十百、（）]*$")
_LAW_BY = re.compile(r"《(?P<name>[^》《\n]{2,60}(?:法|条例))》[^。；，\n]{0,12}由[^。；\n]{2,40}解释")
_IS_INTERPRETATION = re.compile(
    r"本[\u4e00-\u9fff]{1,8}(?:是|系|为)对?《[^》《\n]{2,60}(?:法|条例)》的(?:具体|补充|立法)?解释"
)
_APPLICATION = re.compile(r"具体(?:应用|执行|实施|操作|工作|事宜|问题)|应用问题")
_OUTSIDERS = re.compile(
    r"公司|集团|协会|商会|学会|中心医院|村民委员会|居民委员会|村委会|居委会|合作社|事务所|法院|检察院"
)
_SMALL_MAKER = re.compile(r"(?:镇|乡)(?:人民)?政府|街道办事处")
_SAME = re.compile(r"^(?:本|制定|发文|印发|我)?(?:级|镇|乡|街道|机关|单位|局|办|部门|府|市|区|县)")
_BELOW = r"(?:乡镇|各?镇|乡（镇）|乡人民政府|镇人民政府|街道|村|社区|居委会|开发区|园区|管委会|行业协会|协会)"
_MATTERS = r"(?:处罚|罚款|收费|缴费|许可|审批|强制措施|征收|保证金|押金|违约金)"
_BY_THEM = rf"由[^。；，\n]{{0,8}}{_BELOW}[^。；\n]{{0,24}}?(?:另行|自行)(?:制定|规定|确定|设定)"
_SUBDELEGATION = (
    re.compile(rf"{_MATTERS}[^。；\n]{{0,24}}{_BY_THEM}"),
    re.compile(rf"{_BY_THEM}[^。；\n]{{0,24}}{_MATTERS}"),
)
_HIGHEST = ("最高人民法院", "最高人民检察院")
_MEANS = re.compile(
    r"《[^》《\n]{2,60}》[^。；\n]{0,60}?(?:应当?(?:作?如下)?理解为|可以理解为|解释为|作出?如下解释|解释如下)"
    r"[^。；\n]{0,40}"
)
_ON_APPLYING = re.compile(
    r"适用(?:法律|《[^》《\n]{2,60}》)[^。；\n]{0,12}问题的?(?:若干)?(?:解释|规定|意见|指导意见|解答|批复)"
)
_ON_THE_MERITS = re.compile(r"(?:主张|请求)[^。；\n]{0,80}?(?:不予|应予|予以)支持(?=[。；，\n]|$)")
_CITED_IN_JUDGMENTS = re.compile(
    r"(?:裁判文书|判决书|裁定书|起诉书|法律文书|司法文书)[^。；\n]{0,16}(?:可以?|应当?|直接|予以)[^。；\n]{0,6}(?:引用|援引)本[\u4e00-\u9fff]{0,4}"
    r"|本[\u4e00-\u9fff]{1,6}(?:可以?|应当?)[^。；\n]{0,10}(?:裁判文书|判决书|起诉书|法律文书|司法文书)[^。；\n]{0,10}(?:引用|援引)"
)
_HANDED_ON = re.compile(r"最高人民(?:法院|检察院)|全国人大|全国人民代表大会|司法解释|不得|不能|不应|禁止")
_CONTRACT = re.compile(r"村规民约|居民公约|业主公约|依法")


def findings(view: View) -> Iterator[Finding]:
    """Interpretation and sub-delegation by or to those who may not."""
    for one in view.told("interpreter"):
        if found := _interpreter(view, one):
            yield found
    if view.issuer in rules.INTERPRETS_LAW.issuers:
        yield from _interprets_law(view)
    if view.issuer in rules.SUBDELEGATION.issuers:
        yield from _subdelegation(view)
    if view.issuer in rules.APPLIES_LAW.issuers:
        yield from _applies_law(view)


def _interpreter(view: View, one: Provision) -> Finding | None:
    start, end = sentence(view.text, one.span.start)
    before = view.text[start : one.span.start]
    if one.object is None or not (_OWN.search(before) or view.text.startswith("解释权", one.span.start)):
        return None
    body = "".join(one.object.of(view.text).split())
    softer = _APPLICATION.search(view.text, start, end) is not None
    if view.issuer is Issuer.GOVERNMENT_RULE:
        wrong = not body.endswith(("人民政府", "市政府", "省政府"))
        grade = Confidence.POSSIBLE if softer else Confidence.LIKELY
        return rules.RULE_INTERPRETER.finding(view.text, one.span, confidence=grade) if wrong else None
    if view.issuer is not Issuer.NORMATIVE or _is_maker(view, body):
        return None
    return rules.INTERPRETER.finding(view.text, one.span, confidence=_grade(view, body, softer))


def _grade(view: View, body: str, softer: bool) -> Confidence:
    """A department of the maker is common practice; a company, a village, another organ is not."""
    if softer:
        return Confidence.POSSIBLE
    small = any(_SMALL_MAKER.search(maker) for maker in view.makers)
    return Confidence.LIKELY if small or _OUTSIDERS.search(body) else Confidence.POSSIBLE


def _is_maker(view: View, body: str) -> bool:
    """Whether the body is the maker, its office or a part of it, in full or in short (镇党政办, 本局)."""
    if _OUTSIDERS.search(body):
        return False
    if any(body in maker or maker in body for maker in view.makers):
        return True
    small = any(_SMALL_MAKER.search(maker) for maker in view.makers)
    own_words = ("镇", "乡", "街道", "办事处", "党政") if small else ()
    return bool(
        _SAME.match(body) and body.startswith(("本", "制定", "发文", "印发", "我"))
    ) or body.startswith(own_words or ("本",))


def _interprets_law(view: View) -> Iterator[Finding]:
    text = view.text
    seen = -1
    for place in interpretations(text):
        start, end = sentence(text, place)
        if start <= seen:
            continue
        seen = start
        found = _LAW_BY.search(text, start, end) or _IS_INTERPRETATION.search(text, start, end)
        if found and not _is_title(view, found):
            yield rules.INTERPRETS_LAW.finding(text, Span(*found.span()))


def _is_title(view: View, found: re.Match[str]) -> bool:
    """本《某条例》由… names the document itself."""
    name = found.groupdict().get("name")
    return bool(name and name in view.title)


def _applies_law(view: View) -> Iterator[Finding]:
    """What a court or procuratorate below the highest says a law means, or wants quoted in judgments."""
    if view.title.startswith(_HIGHEST) or any(maker.startswith(_HIGHEST) for maker in view.makers):
        return
    if found := _ON_APPLYING.search(view.text, 0, view.head.end):
        yield rules.APPLIES_LAW.finding(view.text, Span(*found.span()))
    yield from _local_words(view, ("理解为", "解释为", "如下解释", "解释如下"), _MEANS)
    yield from _local_words(view, ("予支持", "予以支持"), _ON_THE_MERITS)
    yield from _local_words(view, ("引用", "援引"), _CITED_IN_JUDGMENTS)


def _local_words(view: View, words: tuple[str, ...], pattern: re.Pattern[str]) -> Iterator[Finding]:
    """What a sentence says of its own accord; one that hands on a word of the highest, or forbids, says nothing."""
    seen = -1
    for place in sorted(place for word in words for place in hits(view.text, word)):
        start, end = sentence(view.text, place)
        if start <= seen:
            continue
        seen = start
        found = pattern.search(view.text, start, end)
        if found and not _HANDED_ON.search(view.text, start, found.end()):
            yield rules.APPLIES_LAW.finding(view.text, Span(*found.span()))


def _subdelegation(view: View) -> Iterator[Finding]:
    text = view.text
    seen = -1
    for place in sorted([*hits(text, "另行"), *hits(text, "自行")]):
        start, end = sentence(text, place)
        if start <= seen or _CONTRACT.search(text, start, end):
            continue
        for pattern in _SUBDELEGATION:
            if found := pattern.search(text, start, end):
                seen = start
                yield rules.SUBDELEGATION.finding(text, Span(*found.span()))
                break
