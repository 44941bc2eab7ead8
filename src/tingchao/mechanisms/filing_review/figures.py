"""The figures of filing and review, read from filings, from what was sent on, and from the casebook."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tingchao.core.text import gettext_noop
from tingchao.instruments.figures.declared import Figure, Window
from tingchao.instruments.figures.sources import Facts, Rows
from tingchao.mechanisms.filing_review.models import Filing, Sending
from tingchao.mechanisms.filing_review.selectors import township_filings

PROVINCE = 2
"""Digits of a region's code that name its province."""


def _filed(window: Window) -> QuerySet[Any]:
    return township_filings(window.scope).filter(
        case__opened_at__date__gte=window.since, case__opened_at__date__lt=window.until
    )


def _sent_on(window: Window) -> QuerySet[Any]:
    received = Sending.objects.filter(
        filing=OuterRef("pk"),
        state=Sending.State.RECEIVED,
        received_at__date__gte=window.since,
        received_at__date__lt=window.until,
    )
    rows = township_filings(window.scope).exclude(case__outcome__in=["", "returned"])
    return rows.filter(Exists(received))


def _called(row: Any) -> str:
    filing: Filing = row
    return f"{filing.document.maker.name} {filing.document}"


FIGURES = (
    Figure(
        "filing.townships_covered",
        gettext_noop("备案审查覆盖的乡镇街道"),
        "bodies",
        Rows(_filed, distinct="document__region", text=_called),
        gettext_noop("报备过规范性文件的乡镇、街道，每个算一次；背后是每一件报备"),
    ),
    Figure(
        "filing.documents_reviewed",
        gettext_noop("审查并报送省级的乡镇文件"),
        "documents",
        Rows(_sent_on, text=_called),
        gettext_noop("乡镇、街道的文件，审查有了结果，省里也已接收，每件算一次"),
    ),
    Figure(
        "filing.provincial_casebook",
        gettext_noop("省级案例选编的纠错案例"),
        "cases",
        Facts(("filing.casebook",)),
        gettext_noop("选入省级案例选编的纠错案例，全省一起算"),
        level=PROVINCE,
    ),
    Figure(
        "filing.provincial_casebook_from_city",
        gettext_noop("其中本地的纠错案例"),
        "cases",
        Facts(("filing.casebook",)),
        gettext_noop("选入省级案例选编的纠错案例里，文件在本地的"),
    ),
)
