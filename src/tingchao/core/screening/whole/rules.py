"""The rules as data. What a rule looks for is in the module of its group (form, times, authority, cited).

No text of Zhejiang's 行政规范性文件管理办法 could be compared when these were written. What rests on it is therefore
graded possible at most, and names no article of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.rules.rule import JUSTICE, RULES_OF_GOVERNMENT
from tingchao.core.screening.shapes import Span
from tingchao.core.text import gettext_noop

BELOW_RULES = frozenset({Issuer.NORMATIVE})
BELOW_REGULATIONS = RULES_OF_GOVERNMENT | BELOW_RULES
EVERYBODY = frozenset(Issuer)
_PRACTICE = "浙江省行政规范性文件管理办法（条号未核对）"
_PAPERS = "党政机关公文处理工作条例第九条"
_WORDING = "党政机关公文处理工作条例第十九条"
LIKE_PAPERS = "党政机关公文处理工作条例第九条（参照）"
"""That regulation is for organs of the Party and of government (its article 2); others take it as a pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRule:
    """A rule on whole documents; ``confidence`` is the highest that its findings may have."""

    id: str
    name: str
    article: str
    why: str
    question: str
    issuers: frozenset[Issuer]
    confidence: Confidence = Confidence.LIKELY

    def finding(
        self, text: str, span: Span, explanation: str = "", confidence: Confidence | None = None
    ) -> Finding:
        """A finding of this rule at a place."""
        return Finding(
            rule=self.id,
            article=self.article,
            start=span.start,
            end=span.end,
            quote=span.of(text),
            confidence=confidence or self.confidence,
            explanation=explanation or self.why,
            question=self.question,
        )


NO_BASIS = DocumentRule(
    id="form.no-basis",
    name=gettext_noop("没有写明制定依据"),
    article="国务院办公厅关于加强行政规范性文件制定和监督管理工作的通知（国办发〔2018〕37号）",
    why=gettext_noop(
        "对公民、组织有约束力的文件，应当有法律、法规、规章或者上级文件作依据；正文开头没有写。"
    ),
    question=gettext_noop("这份文件依据哪部法律、法规、规章或哪个上级文件制定？请写明。"),
    issuers=BELOW_REGULATIONS,
)
NO_NUMBER = DocumentRule(
    id="form.no-number",
    name=gettext_noop("没有发文字号"),
    article=_PAPERS,
    why=gettext_noop("公文应当有发文字号；没有编号的文件无法登记、查询。"),
    question=gettext_noop("这份文件的发文字号是什么？是否统一登记、统一编号、统一公布？"),
    issuers=BELOW_RULES | JUSTICE,
)
NO_DATE = DocumentRule(
    id="form.no-date",
    name=gettext_noop("没有成文日期"),
    article=_PAPERS,
    why=gettext_noop("公文应当有成文日期；没有日期，就不知道从何时起有效。"),
    question=gettext_noop("这份文件是哪一天签发、哪一天公布的？"),
    issuers=BELOW_REGULATIONS | JUSTICE,
)
BEFORE_ISSUE = DocumentRule(
    id="time.before-issue",
    name=gettext_noop("施行日期早于成文日期"),
    article="立法法第一百零四条",
    why=gettext_noop("文件写明的施行日期早于成文日期，等于溯及既往；为保护权利和利益所作的特别规定除外。"),
    question=gettext_noop("为什么从成文以前施行？对当事人不利的规定是否也适用于此前的行为？"),
    issuers=BELOW_REGULATIONS,
)
THIRTY_DAYS = DocumentRule(
    id="time.thirty-days",
    name=gettext_noop("规章公布后不满30日就施行"),
    article="规章制定程序条例第三十二条",
    why=gettext_noop(
        "规章应当自公布之日起30日后施行；涉及国家安全、外汇汇率、货币政策，或者不立即施行有碍施行的除外。"
    ),
    question=gettext_noop("为什么不满30日就施行？属于哪一种例外？"),
    issuers=RULES_OF_GOVERNMENT,
)
SOON = DocumentRule(
    id="time.soon",
    name=gettext_noop("规范性文件公布后不满30日就施行"),
    article=_PRACTICE,
    why=gettext_noop("规范性文件公布后一般留出30日再施行，让受影响的人来得及知道。"),
    question=gettext_noop("为什么公布后马上施行？"),
    issuers=BELOW_RULES,
    confidence=Confidence.POSSIBLE,
)
NO_VALIDITY = DocumentRule(
    id="time.no-validity",
    name=gettext_noop("没有写明有效期"),
    article=_PRACTICE,
    why=gettext_noop("规范性文件一般应当写明有效期，到期自行失效。"),
    question=gettext_noop("这份文件的有效期到哪一天？"),
    issuers=BELOW_RULES,
    confidence=Confidence.POSSIBLE,
)
LONG_VALIDITY = DocumentRule(
    id="time.long-validity",
    name=gettext_noop("有效期过长"),
    article=_PRACTICE,
    why=gettext_noop("规范性文件的有效期一般不超过5年；“暂行”“试行”的不超过2年。"),
    question=gettext_noop("为什么需要这么长的有效期？到期前如何评估？"),
    issuers=BELOW_RULES,
    confidence=Confidence.POSSIBLE,
)
VALIDITY_OVER = DocumentRule(
    id="time.validity-over",
    name=gettext_noop("有效期在施行以前就届满"),
    article=_WORDING,
    why=gettext_noop("有效期届满的日期不晚于施行日期或成文日期，前后矛盾。"),
    question=gettext_noop("有效期的日期是否写错了？"),
    issuers=BELOW_REGULATIONS | JUSTICE,
)
RULE_INTERPRETER = DocumentRule(
    id="authority.rule-interpreter",
    name=gettext_noop("规章由制定机关以外的单位解释"),
    article="规章制定程序条例第三十三条",
    why=gettext_noop("规章解释权属于规章制定机关，不能交给部门或别的单位。"),
    question=gettext_noop("请改为由制定机关解释；部门只能就具体应用问题作说明。"),
    issuers=RULES_OF_GOVERNMENT,
)
INTERPRETER = DocumentRule(
    id="authority.interpreter",
    name=gettext_noop("由制定机关以外的单位解释"),
    article="规章制定程序条例第三十三条（参照）；国办发〔2018〕37号",
    why=gettext_noop("规范性文件由制定机关解释；别的单位解释，等于另行设定内容。"),
    question=gettext_noop("为什么不由制定机关解释？负责解释的单位有什么依据？"),
    issuers=BELOW_RULES,
)
INTERPRETS_LAW = DocumentRule(
    id="authority.interprets-law",
    name=gettext_noop("由无权的机关解释法律、法规"),
    article="立法法第四十八条；行政法规制定程序条例第三十一条",
    why=gettext_noop("法律由全国人大常委会解释，行政法规由国务院解释，下级文件不能规定由自己或者部门解释。"),
    question=gettext_noop("请删去解释上位法的规定；对执行中的问题可以请示有权机关。"),
    issuers=BELOW_REGULATIONS | {Issuer.SUPERVISORY},
)
APPLIES_LAW = DocumentRule(
    id="authority.applies-law",
    name=gettext_noop("地方法院、检察院解释怎样应用法律"),
    article="立法法第一百一十九条第三款；最高人民法院、最高人民检察院关于地方人民法院、人民检察院不得制定司法解释性质文件的通知",
    why=gettext_noop(
        "审判、检察工作中具体应用法律的解释只能由最高人民法院、最高人民检察院作出；地方法院、检察院的文件也不能在法律文书里引用。"
    ),
    question=gettext_noop(
        "这一条是不是对法律含义的解释？能否删去，向上级请示，或者只引最高法、最高检的司法解释？"
    ),
    issuers=frozenset({Issuer.JUDICIAL}),
)
SUBDELEGATION = DocumentRule(
    id="authority.subdelegation",
    name=gettext_noop("让下级另行规定处罚、收费等事项"),
    article="行政处罚法第十六条；行政许可法第十七条；行政强制法第十条",
    why=gettext_noop(
        "处罚、许可、强制、收费只能由法律、法规（处罚还有规章）规定，不能再交给乡镇、街道、村自行规定。"
    ),
    question=gettext_noop("请删去授权下级另行规定的内容，或者指明上位法的依据。"),
    issuers=BELOW_REGULATIONS,
)
REPEALED = DocumentRule(
    id="citation.repealed",
    name=gettext_noop("引用已经废止的法律、法规"),
    article="立法法第六十三条",  # of 2023: how a repeal is made and published; from then on the law is none
    why=gettext_noop("成文时这部法律、法规已经废止，不能再作依据。"),
    question=gettext_noop("请改引现行的法律、法规，并核对内容是否还与它一致。"),
    issuers=EVERYBODY,
    confidence=Confidence.CERTAIN,
)
NO_ARTICLE = DocumentRule(
    id="citation.no-article",
    name=gettext_noop("引用的条文不存在"),
    article=_WORDING,
    why=gettext_noop("成文时有效的版本没有这一条。"),
    question=gettext_noop("应当引用哪一条？请核对成文时有效的文本。"),
    issuers=EVERYBODY,
    confidence=Confidence.CERTAIN,
)
OLD_VERSION = DocumentRule(
    id="citation.old-version",
    name=gettext_noop("引用修改以前的旧版本"),
    article=_WORDING,
    why=gettext_noop("成文时这部法律、法规已经修改，引用的是旧版本。"),
    question=gettext_noop("请改引成文时有效的版本，并核对条文序号和内容。"),
    issuers=EVERYBODY,
    confidence=Confidence.CERTAIN,
)
NO_OWN_ARTICLE = DocumentRule(
    id="citation.no-own-article",
    name=gettext_noop("引用本文件没有的条文"),
    article=_WORDING,
    why=gettext_noop("本文件没有这一条，多半是修改后条文序号没有跟着改。"),
    question=gettext_noop("应当引用本文件的哪一条？"),
    issuers=EVERYBODY,
    confidence=Confidence.CERTAIN,
)

RULES = (
    NO_BASIS,
    NO_NUMBER,
    NO_DATE,
    BEFORE_ISSUE,
    THIRTY_DAYS,
    SOON,
    NO_VALIDITY,
    LONG_VALIDITY,
    VALIDITY_OVER,
    RULE_INTERPRETER,
    INTERPRETER,
    INTERPRETS_LAW,
    APPLIES_LAW,
    SUBDELEGATION,
    REPEALED,
    NO_ARTICLE,
    OLD_VERSION,
    NO_OWN_ARTICLE,
)
