"""What the card beside a matter says of the document that it is about."""

from __future__ import annotations

from collections.abc import Set

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.desk.cards import Line
from tingchao.desk.templatetags.tide import day
from tingchao.engine.models import Case
from tingchao.mechanisms.filing_review.procedure import FILING
from tingchao.mechanisms.filing_review.selectors import filing_of, request_of


def lines(case: Case, roles: Set[Role]) -> list[Line]:
    """The document, its number and maker, with the way to its text and findings. One SQL statement."""
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
    ]  # fmt: skip


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
