"""Times: taking effect before it was made, or too soon; validity that is missing, too long or over."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from tingchao.core.screening.findings import Confidence, Finding
from tingchao.core.screening.provisions import sentence
from tingchao.core.screening.shapes import Provision
from tingchao.core.screening.whole import rules
from tingchao.core.screening.whole.view import View

_THIRTY_DAYS = timedelta(days=30)
_YEAR = 365.25
_MOST_YEARS, _MOST_TRIAL_YEARS = 5.0, 2.0
_ABOUT_A_MONTH = 0.1  # 自2023年6月1日起施行，有效期至2028年6月30日 is not a quarrel
_BENEFIT = re.compile(r"补贴|补助|奖励|奖补|待遇|津贴|救助|减免|优惠|抚恤|养老金|低保")
_OWN = re.compile(
    r"(?:^|[\s、，,。；：:条])(?:本[\u4e00-\u9fff（）]{1,10}|以上|上述[\u4e00-\u9fff]{1,6})?(?:从|应当|将|均)?$"
)
_TRIAL = re.compile(r"[（(]?(?:试行|暂行)[)）]?")
_WANTS_VALIDITY = re.compile(r"办法|规定|细则|意见|措施|方案|规则|政策")
_AMENDED = re.compile(r"修正|修订|修改")


def findings(view: View) -> Iterator[Finding]:
    """What is wrong with the times that a document names."""
    own = [one for one in view.told("effective") if _is_own(view.text, one)]
    yield from _effect(view, own)
    yield from _validity(view, own)


def _is_own(text: str, one: Provision) -> bool:
    start, _ = sentence(text, one.span.start)
    return _OWN.search(text[start : one.span.start]) is not None


def _effect(view: View, own: list[Provision]) -> Iterator[Finding]:
    amended = any(_AMENDED.search(note.of(view.text)) for note in view.head.notes)
    for one in own:
        if one.value and view.issued and one.value < view.issued:
            if not amended:
                yield rules.BEFORE_ISSUE.finding(
                    view.text, one.span, _early(one.value, view.issued), _grade(view)
                )
        elif _too_soon(one, view.issued):
            for rule in (rules.THIRTY_DAYS, rules.SOON):
                if view.issuer in rule.issuers:
                    yield rule.finding(view.text, one.span)


def _early(effective: date, issued: date) -> str:
    return f"施行日期{effective.isoformat()}早于成文日期{issued.isoformat()}，等于溯及既往。"


def _grade(view: View) -> Confidence:
    """Benefits may be given for the time before (立法法 104)."""
    return Confidence.POSSIBLE if _BENEFIT.search(view.title) else Confidence.LIKELY


def _too_soon(one: Provision, issued: date | None) -> bool:
    if one.from_publication:
        return one.years * 365 < _THIRTY_DAYS.days
    return bool(one.value and issued and one.value < issued + _THIRTY_DAYS)


def _validity(view: View, own: list[Provision]) -> Iterator[Finding]:
    begins = next((one.value for one in own if one.value), view.issued)
    stated = view.told("validity")
    for one in stated:
        if one.value and begins and one.value <= begins:
            yield rules.VALIDITY_OVER.finding(view.text, one.span)
        elif _length(one, begins) > _most(view) + _ABOUT_A_MONTH:
            yield rules.LONG_VALIDITY.finding(view.text, one.span)
    if not stated and view.whole and _WANTS_VALIDITY.search(view.title) and "有效期" not in view.text:
        yield rules.NO_VALIDITY.finding(view.text, view.place)


def _length(one: Provision, begins: date | None) -> float:
    if one.value and begins:
        return (one.value - begins).days / _YEAR
    return one.years


def _most(view: View) -> float:
    return _MOST_TRIAL_YEARS if _TRIAL.search(view.title) else _MOST_YEARS
