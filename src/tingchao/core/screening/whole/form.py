"""Form: basis, number, date."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tingchao.core.screening.citations import own_articles
from tingchao.core.screening.findings import Confidence, Finding
from tingchao.core.screening.rules.rule import JUSTICE
from tingchao.core.screening.whole import rules
from tingchao.core.screening.whole.rules import DocumentRule
from tingchao.core.screening.whole.view import View

_REACH = 8000
_BASIS = re.compile(
    r"(?:根据|依据|依照|按照|遵照|贯彻|落实|执行|实施|参照)[^。\n]{0,60}?"
    r"(?:《|法律|法规|规章|条例|〔|有关规定|文件|精神|要求|部署|决定|意见|法(?:的|和|等|，|及))"
)
_BINDS = re.compile(r"应当|必须|不得|严禁|禁止|处罚|罚款|收费|许可|审批|强制")
_SENT_OUT = re.compile(r"关于.*(?:通知|意见|通报|批复|函|决定)(?:[（(].*[)）])?$")
_LEAST_ARTICLES = 2
_RULES_IN_TITLE = re.compile(
    r"(?:办法|规定|细则|规则|规程|制度|标准|措施|政策|条例|决定|意见|若干|通告|公约)(?:[）)》]|的通知|[（(]|$)"
)
_AFFAIR = re.compile(
    r"召开|举行|举办|承办|参加|出席|观看|参观|观摩|报名|报送|上报|填报|征集|征求|征订|公开征|推荐|评选|评比|表彰|表扬|慰问|悼念|"
    r"会议|座谈|培训|讲座|比赛|运动会|演练|放假|值班|停电|停水|停气|断水|搬迁办公|启用.*印章|公示|名单|任免|任职|免职|任命|聘任|"
    r"分工|领导小组|专班|人员调整|通报|情况的|批复|复函|转发|学习|开展.*(?:活动|调研|督查|检查|调查|自查|统计)的"
)
_BURDENS = re.compile(
    r"处罚|罚款|没收|收费|收取.{0,12}(?:费|金)|押金|保证金|缴纳|许可|审批|查封|扣押|强制|拆除|吊销|取缔|不予(?:办理|受理|批准|登记|发放)"
)
"""What an affair of a day does not do: lay burdens on people."""
_WORK = re.compile(
    r"关于(?:切实|进一步|认真|扎实|全力)*(?:做好|抓好|落实|推进|部署|安排|强化|加强).{0,40}工作的(?:紧急)?通知"
)
_PEOPLE = (
    "居民|村民|市民|住户|租户|农户|养殖户|种植户|经营户|商户|业户|店铺|门店|摊主|摊贩|企业|公司|业主|车主|司机|驾驶人|家长|学生|"
    "用户|消费者|当事人|施工单位|建设单位|物业|养犬人|单位和个人|个人|公民|外来人员|房东|承租人"
)
_BINDS_PEOPLE = re.compile(
    rf"(?:{_PEOPLE})[^。；\n]{{0,16}}(?:应当|必须|须|不得|不准|严禁|禁止|一律)"
    rf"|(?:不得|严禁|禁止|要求|责令)[^。；\n]{{0,10}}(?:{_PEOPLE})"
)
"""Words that bind somebody outside the house."""


def findings(view: View) -> Iterator[Finding]:
    """What is missing in the form of a document."""
    if not view.whole:
        return
    sets_rules = is_normative(view)
    sent_out = sets_rules and _SENT_OUT.search(view.title) is not None
    if not view.numbered:
        yield _paper(view, rules.NO_NUMBER, sent_out)
    if view.issued is None:
        yield _paper(view, rules.NO_DATE, sent_out)
    if sets_rules and not _BASIS.search(view.text, view.head.end, view.head.end + _REACH):
        grade = Confidence.LIKELY if _says(view, _BINDS) or _says(view, _BURDENS) else Confidence.POSSIBLE
        yield rules.NO_BASIS.finding(view.text, view.place, confidence=grade)


def _paper(view: View, rule: DocumentRule, sent_out: bool) -> Finding:
    """What a paper of an organ lacks; courts and the like take the regulation as a pattern only."""
    patterned = view.issuer in JUSTICE
    grade = Confidence.LIKELY if sent_out and not patterned else Confidence.POSSIBLE
    found = rule.finding(view.text, view.place, confidence=grade)
    return replace(found, article=rules.LIKE_PAPERS) if patterned else found


def is_normative(view: View) -> bool:
    """Whether it sets rules for people in general, to be applied again and again (国办发〔2018〕37号 on 规范性文件).

    A notice of a meeting, a training or a holiday, a list of names, an appointment settles an affair once, and one that
    tells the own units to do their work binds nobody else; they ask for no basis, unless they bind people all the same.
    """
    if len(own_articles(view.text)) >= _LEAST_ARTICLES:
        return True
    if _AFFAIR.search(view.title):
        return _says(view, _BURDENS)
    if _WORK.search(view.title):
        return _says(view, _BURDENS) or _says(view, _BINDS_PEOPLE)
    if _RULES_IN_TITLE.search(view.title):
        return True
    return _says(view, _BINDS)


def _says(view: View, words: re.Pattern[str]) -> bool:
    return words.search(view.text, view.head.end) is not None
