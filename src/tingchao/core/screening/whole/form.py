"""Form: basis, number, date."""

import re
from collections.abc import Iterator

from tingchao.core.screening.findings import Confidence, Finding
from tingchao.core.screening.whole import rules
from tingchao.core.screening.whole.view import View

_REACH = 8000
_BASIS = re.compile(
    r"(?:根据|依据|依照|按照|遵照|贯彻|落实|执行|实施|参照)[^。\n]{0,60}?"
    r"(?:《|法律|法规|规章|条例|〔|有关规定|文件|精神|要求|部署|决定|意见|法(?:的|和|等|，|及))"
)
_BINDS = re.compile(r"应当|必须|不得|严禁|禁止|处罚|罚款|收费|许可|审批|强制")
_SENT_OUT = re.compile(r"关于.*(?:通知|意见|通报|批复|函|决定)(?:[（(].*[)）])?$")


def findings(view: View) -> Iterator[Finding]:
    """What is missing in the form of a document."""
    if not view.whole:
        return
    sent_out = _SENT_OUT.search(view.title) is not None
    grade = Confidence.LIKELY if sent_out else Confidence.POSSIBLE
    if not view.numbered:
        yield rules.NO_NUMBER.finding(view.text, view.place, confidence=grade)
    if view.issued is None:
        yield rules.NO_DATE.finding(view.text, view.place, confidence=grade)
    if not _BASIS.search(view.text, view.head.end, view.head.end + _REACH):
        binds = _BINDS.search(view.text, view.head.end)
        grade = Confidence.LIKELY if binds else Confidence.POSSIBLE
        yield rules.NO_BASIS.finding(view.text, view.place, confidence=grade)
