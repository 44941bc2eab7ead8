"""Citations held against the index: repealed laws, articles that are not there, versions that were replaced."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tingchao.core.screening.citations import By, Citation, Reference, citations, own_articles
from tingchao.core.screening.findings import Confidence, Finding, Issuer
from tingchao.core.screening.lawindex import AS_OF, Law, Version
from tingchao.core.screening.numerals import chinese
from tingchao.core.screening.whole import rules
from tingchao.core.screening.whole.view import View

_FORMER_BEFORE = re.compile(r"(?:原|旧|原来的|已废止的|废止|修改|修订|原有的|执行)$")
_FORMER_AFTER = re.compile(
    r"[^。；\n]{0,60}?(?:废止|失效|停止执行|停止施行|不再(?:执行|适用)|的决定|予以修改)"
)
_AMENDING = re.compile(r"修改|修正|废止")
_LEAST_OWN = 3
_BINDING = ("法律", "行政法规", "规范性文件", "部门规章")


def findings(view: View) -> Iterator[Finding]:
    """What is wrong with the citations, in the order of the text."""
    own: _Own | None = None
    for one in citations(view.text, view.index):
        law = view.index.find(one.name) if one.name else None
        if law and not _is_itself(view, one):
            yield from _of_law(view, one, law)
        if one.by is By.OWN:
            own = own or _own(view)
            yield from _of_itself(view, one, own)


def _is_itself(view: View, one: Citation) -> bool:
    return bool(view.head.title and one.span.end <= view.head.end)


def _of_law(view: View, one: Citation, law: Law) -> Iterator[Finding]:
    if law.repealed and (view.issued is None or view.issued >= law.repealed):
        if not _is_former(view.text, one):
            yield _repealed(view, one, law, law.repealed)
        return
    for reference in one.references:
        if found := _missing(view, law, reference):
            yield found
    if one.edition and view.issued and (newer := law.newer_than(one.edition, view.issued)):
        grade = Confidence.CERTAIN if newer.sure and view.issued <= AS_OF else Confidence.LIKELY
        words = f"引用的是{one.edition}年的版本；成文时{_called(law)}已在{newer.decided}修改。"
        yield rules.OLD_VERSION.finding(view.text, one.span, words, grade)


def _is_former(text: str, one: Citation) -> bool:
    """原《…》, or what is being repealed or amended, is named rightly."""
    before = text[max(0, one.span.start - 6) : one.span.start]
    return bool(_FORMER_BEFORE.search(before) or _FORMER_AFTER.match(text, one.span.end))


def _repealed(view: View, one: Citation, law: Law, day: date) -> Finding:
    instead = f"，由{'、'.join(f'《{name}》' for name in law.successors)}取代" if law.successors else ""
    words = f"《{law.name}》已在{day.isoformat()}废止{instead}。"
    sure = view.issued is not None and view.issuer is not Issuer.JUDICIAL and law.name != "信访条例"
    grade = Confidence.CERTAIN if sure else Confidence.LIKELY
    return rules.REPEALED.finding(
        view.text, one.span, words, Confidence.POSSIBLE if view.issuer is Issuer.JUDICIAL else grade
    )


def _missing(view: View, law: Law, reference: Reference) -> Finding | None:
    last = max(reference.article, reference.until)
    most = law.most_articles
    version = law.on(view.issued) if view.issued else None
    held = version.last_article if version and version.last_article else most
    if not held or last <= held or any(one.last_article == 0 for one in law.versions if not version):
        return None
    words = f"{_called(law)}最后一条是第{chinese(held)}条，没有第{chinese(last)}条。"
    grade = _grade_missing(view, law, version, last > most)
    return rules.NO_ARTICLE.finding(view.text, reference.span, words, grade)


def _grade_missing(view: View, law: Law, version: Version | None, beyond_all: bool) -> Confidence:
    """Certain only where the facts were checked, the version in force is known, and no version has the article."""
    if law.level not in _BINDING or (version is None and not beyond_all):
        return Confidence.POSSIBLE
    known = version is not None and version.sure and view.issued is not None and view.issued <= AS_OF
    if view.issued and view.issued < min((one.decided or AS_OF for one in law.versions), default=AS_OF):
        return Confidence.POSSIBLE
    return Confidence.CERTAIN if known and beyond_all else Confidence.LIKELY


def _called(law: Law) -> str:
    return f"《{law.name}》"


@dataclass(frozen=True, slots=True)
class _Own:
    """The last of the document's own articles, 0 where it has too few to tell; how sure it is that none is beyond."""

    last: int
    grade: Confidence


def _own(view: View) -> _Own:
    numbers = own_articles(view.text)
    last = max(numbers, default=0)
    unbroken = set(numbers) == set(range(1, last + 1))
    grade = Confidence.CERTAIN if unbroken and not _AMENDING.search(view.title) else Confidence.POSSIBLE
    return _Own(last if len(numbers) >= _LEAST_OWN else 0, grade)


def _of_itself(view: View, one: Citation, own: _Own) -> Iterator[Finding]:
    for reference in one.references if own.last else ():
        if max(reference.article, reference.until) > own.last:
            words = f"本文件最后一条是第{chinese(own.last)}条。"
            yield rules.NO_OWN_ARTICLE.finding(view.text, reference.span, words, own.grade)
