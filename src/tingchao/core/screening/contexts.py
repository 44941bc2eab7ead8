"""Look-alikes: what around a match makes it lawful, by what the rule says. All looks are bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tingchao.core.screening.rules.rule import Rule, Says
from tingchao.core.screening.rules.words import spelled

BEFORE = 80
"""Characters before a match in which a negation may stand."""

LIST = 1500
"""Characters in which the opening of a numbered list is looked for."""

NEGATED = re.compile(
    spelled(
        "(?:不得|禁止|严禁|不准|不许|不能|不可|不应|不宜|不再|不予|不强制|不要求|不限制|不限|无权|无需|无须|毋需|防止|避免|"
        "杜绝|破除|消除|打破|取消|清理|废止|废除|纠正|整治|查处|制止|反对|规避|以任何(?:形式|方式|理由)|严查|坚决|未以|"
        "是否|有无|停止|不存在|没有|不含|排查|举报(?!查实|属实)|投诉(?!查实|属实)|严肃处理)"
        "(?:(?!，(?:必须|应当?|须|需|一律|统一|由|全部|只能|均|并|且|凡|可|否则|而|方可|优先))[^。；]){0,60}$"
    )
)
"""A ban or clean-up that governs what follows, and no new demand begins between."""

GUARDED = re.compile(
    "(?:不得|禁止|严禁|不准|不应|无权)(?:以[^。；]{0,20}(?:方式|为由|理由|名义)[^。；]{0,8})?"
    "(?:限制|剥夺|要求|强制|强迫|歧视|设置|增设|排斥|干涉|干预|变相|滥用|指定|限定|附加|阻碍|妨碍|因)"
)
"""A ban addressed to officials: what it guards is a right."""

AFTERWARDS = re.compile(
    spelled(
        "^[^。；]{0,30}(?:的|等)(?:规定|做法|行为|要求|条件|限制|政策|措施|条款|内容|问题|现象|情形|文件|壁垒)[^。；]{0,20}"
        "(?:取消|清理|废止|纠正|查处|禁止|破除|整改|修改|严禁|制止|问责|处分|举报|投诉|通报|责令)"
    )
)

MISDEED = re.compile("(?:违反|违法|违规|滥用|擅自|利用职务|超越职权|以权谋私|强制或者变相强制)[^。；]{0,60}$")
MISDEED_ENDS = re.compile("^[^。；]{0,40}的(?:，|$|、|或者)")
BLAMED = re.compile(
    "(?:责令[^。；]{0,12}改正|处分|追究|予以处罚|问责|通报批评|处[^。；]{0,20}罚款|承担[^。；]{0,10}责任|不良后果)"
)

ITEM = re.compile(
    r"\s{0,8}(?:[（(][一二三四五六七八九十百\d]{1,4}[）)]|[一二三四五六七八九十]是|[\d]{1,3}[.．、])"
)
LISTED = re.compile("(?:下列|以下|如下)[^。；，\n]{0,16}$")
"""The end of a sentence that opens a list."""

LIST_STARTS = ("（一）", "(一)", "（1）", "(1)", "一是", "1.", "1．", "1、")
FORBIDDING = re.compile(
    "(?:不得|禁止|严禁|不准|不能|不应|负面清单|取消|清理|重点(?:审查|清理|整治|检查|排查)|"
    "(?:下列|以下|如下)(?:行为|情形|情况)之一)[^。；]{0,80}$"
)

RESTATED = re.compile(
    "(?:外地或者?进口|商品、要素|特定经营者|变相(?:限制|限定|指定|强制|设定|设立|收费)|(?:排除|限制)、?限制竞争|排斥|"
    "违法(?:设置|设定|给予|干预|增加|授予)|歧视性|不合理的?(?:条件|限制|或者|要求)|滥用行政权力|外地商品|本地商品|外地经营者|"
    "(?:排斥|限制)(?:或者(?:排斥|限制))?潜在投标人|分割(?:销售)?市场|固定或者变更|限制商品的|有差别的|差别待遇|不同的(?:技术|价格|收费|检验)|重复(?:检验|认证)、|"
    "经营者(?:取得业绩|缴纳税|的纳税额|在本地登记|所有制)|特定的?(?:专利|商标|品牌|行政区域)|没有(?:法律|依据)|违反规定(?:要求|实施|设|给予|收))"
)
"""The words in which laws forbid the thing: who restates them does not do it."""

EQUAL = re.compile(
    "(?:一视同仁|同等(?:待遇|对待|服务|有效|适用|享受|享有|给予|采信|鼓励|认可)|(?:执行|适用|实行|采用)(?:同一|统一的|同样的)|不分(?:所有制|产地|品牌|注册地|"
    "规模|内外资)|不论(?:公办|所有制)|不区分(?:生产企业|所有制|品牌)|(?:不限|不限定)(?:品牌|产地|地域|注册地)|公平对待|平等(?:对待|享受|参与|适用)|标准一致|(?<!合)同价|同权)"
)
"""Treating everybody alike: who says so does not favour anybody."""

COMPETITION = frozenset({"access", "movement", "procurement", "costs", "subsidies", "conduct"})
"""Groups whose words the law itself uses to forbid them."""

REFERRED = re.compile(
    "(?:依照|依据|按照|根据|适用|参照|按|依)(?:[^。；，]{0,40}(?:《|法律|法规|国家|规章|上级|有关|相关|法定)[^。；]{0,60}|"
    "[^。；，]{0,16}(?:法(?![人院定])|条例))"
)
"""Pointing at the law that rules the matter."""

OWN_AMOUNT = re.compile("[\\d一二三四五六七八九十百千万]{1,8}(?:余|多)?万?元")


@dataclass(frozen=True, slots=True)
class Place:
    """A match in its sentence, as offsets into the text."""

    text: str
    start: int
    end: int
    at: int
    to: int

    @property
    def sentence(self) -> str:
        """The sentence, or the piece of it that is looked at."""
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        """What of the sentence stands shortly before the match."""
        return self.text[max(self.start, self.at - BEFORE) : self.at]

    @property
    def after(self) -> str:
        """What of the sentence stands after the match."""
        return self.text[self.to : self.end]

    @property
    def lead(self) -> str:
        """The sentence that opens the numbered list this sentence is an item of, or nothing."""
        line = self.text.rfind("\n", max(0, self.at - LIST), self.at) + 1
        if ITEM.match(self.text, self.start, self.start + 20) is None and (
            ITEM.match(self.text, line, line + 20) is None
        ):
            return self._unnumbered(line)
        low = max(0, self.at - LIST)
        first = max(self.text.rfind(mark, low, self.at) for mark in LIST_STARTS)
        opening = self.text[max(0, first - 120) : max(first, 0)].rstrip()
        return re.split("[。；;\n]", opening.rstrip("：:"))[-1] if first >= 0 else ""

    def _unnumbered(self, line: int) -> str:
        """The opening of a list without numbers (不得有下列行为：甲；乙；丙), up to the match's place in it."""
        since = max(line, self.text.rfind("。", max(0, self.at - LIST), self.at) + 1, self.at - LIST)
        colon = max(self.text.find("：", since, self.at), self.text.find(":", since, self.at))
        opening = self.text[max(since, colon - 120) : max(colon, since)]
        return opening if LISTED.search(opening) else ""


def silenced(rule: Rule, sentence: str) -> bool:
    """Whether words of the sentence make everything in it a look-alike."""
    if any(expression.search(sentence) for expression in _compiled(rule.unless)):
        return True
    return rule.group in COMPETITION and bool(RESTATED.search(sentence) or EQUAL.search(sentence))


def explained(rule: Rule, place: Place) -> bool:
    """Whether something around the match makes it a look-alike."""
    return _EXPLAINED[rule.says](place)


def softened(rule: Rule, sentence: str) -> bool:
    """Whether something in the sentence makes the rule less sure."""
    return any(expression.search(sentence) for expression in _compiled(rule.softer))


def _demanded(place: Place) -> bool:
    before, after = place.before, place.after
    if NEGATED.search(before) or AFTERWARDS.search(after):
        return True
    if MISDEED.search(before) and MISDEED_ENDS.search(after):
        return True
    if MISDEED_ENDS.search(after) and BLAMED.search(after):
        return True
    return FORBIDDING.search(place.lead) is not None


def _forbidden(place: Place) -> bool:
    low = max(place.start, place.at - BEFORE)
    return GUARDED.search(place.text, low, place.to) is not None or (
        FORBIDDING.search(place.lead) is not None and "之一" not in place.lead
    )


def _punished(place: Place) -> bool:
    near = place.text[max(place.start, place.at - BEFORE) : place.to]
    return REFERRED.search(near) is not None and OWN_AMOUNT.search(near) is None


_EXPLAINED = {Says.DEMANDS: _demanded, Says.FORBIDS: _forbidden, Says.PUNISHES: _punished}


@lru_cache(maxsize=2048)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(spelled(pattern)) for pattern in patterns)
