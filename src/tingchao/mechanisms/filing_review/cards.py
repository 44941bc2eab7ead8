"""What the card beside a matter says of the document that it is about."""

from __future__ import annotations

from collections.abc import Set

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.core.steps import actions_for
from tingchao.desk.cards import Line
from tingchao.desk.templatetags.tide import day
from tingchao.engine.models import Case
from tingchao.engine.services import standing_of
from tingchao.mechanisms.filing_review.procedure import CHASES, FILING
from tingchao.mechanisms.filing_review.selectors import chase_of, filing_of, request_of


def lines(case: Case, roles: Set[Role]) -> list[Line]:
    """The document, its number and maker, with the way to its text and findings. One SQL statement."""
    if case.procedure == CHASES.key:
        return _chase(case)
    if case.procedure != FILING.key:
        return _request(case)
    filing = filing_of(case)
    if filing is None:
        return []
    document = filing.document
    there = reverse("filing_review:filing", args=[document.pk])
    told = [document.number, gettext("%(day)s公布") % {"day": day(document.published_on)}]
    if filing.late_by:
        told.append(gettext("迟报 %(n)s 天") % {"n": filing.late_by})
    return [
        Line(
            gettext("哪份文件"), document.title, hint=" · ".join(filter(None, told)), link=there,
            link_label=gettext("看正文"),
        ),
        Line(gettext("制定机关"), document.maker.name),
        _apart(case, roles, there),
    ]  # fmt: skip


def _apart(case: Case, roles: Set[Role], there: str) -> Line:
    """The step that is taken on the document's page, for whoever may take it now."""
    open_now = actions_for(FILING, standing_of(case), roles, apart=True) if case.closed_at is None else ()
    names = [gettext(action.label) for action in open_now if action.apart]
    return Line(gettext("在文件页办"), gettext("、").join(names), link=there, link_label=gettext("去文件页"))


def _chase(case: Case) -> list[Line]:
    chase = chase_of(case)
    if chase is None:
        return []
    there = reverse("filing_review:maker_year", args=[chase.maker_id, chase.year])
    told = gettext("%(maker)s %(year)s 年") % {"maker": chase.maker.name, "year": chase.year}
    return [
        Line(
            gettext("催的是"),
            told,
            hint=gettext(str(chase.get_kind_display())),
            link=there,
            link_label=gettext("看目录"),
        )
    ]


def _request(case: Case) -> list[Line]:
    document = request_of(case)
    if document is None:
        return []
    there = reverse("filing_review:filing", args=[document.pk])
    return [
        Line(
            gettext("哪份文件"),
            document.title,
            hint=document.number,
            link=there,
            link_label=gettext("看正文"),
        )
    ]


def own_lines(case: Case, passcode: str) -> list[Line]:
    """What whoever suggested a review reads of the document. One SQL statement, none for other matters."""
    document = request_of(case) if case.procedure != FILING.key else None
    if document is None:
        return []
    there = reverse("filing_review:document", args=[document.pk])
    return [Line(gettext("哪份文件"), document.title, link=there, link_label=gettext("看正文"))]
