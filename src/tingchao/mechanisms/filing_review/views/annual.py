"""The year's report: on screen with the way to every record, and as a PDF to be put before the standing committee."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.directory.selectors import site
from tingchao.instruments.documents import policy
from tingchao.instruments.figures.selectors import place_name
from tingchao.instruments.paper.compiler import pdf_made
from tingchao.mechanisms.filing_review.selectors.annual import Line, Report, Scope, Took, records, report
from tingchao.mechanisms.filing_review.views.sendings import cursor

TEMPLATE = "mechanisms/filing_review/typst/annual.typ"
FIRST_YEAR = 2000

PARTS = (
    ("filed", gettext_noop("报备和审查"), gettext_noop("件")),
    ("makers", gettext_noop("谁报的"), gettext_noop("件")),
    ("steps", gettext_noop("怎样督促"), gettext_noop("件")),
    ("outcomes", gettext_noop("审查结果"), gettext_noop("件")),
    ("problems", gettext_noop("发现哪几类问题"), gettext_noop("件文件")),
    ("others", gettext_noop("其他"), gettext_noop("件次")),
)


def _scope(request: HttpRequest) -> Scope:
    """The widest place that the actor sees, and the year asked for."""
    scopes = policy.scopes_seen(actor_of(request))
    if not scopes:
        raise PermissionDenied
    typed, this = request.GET.get("year", ""), localdate().year
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else this
    widest = min(scopes, key=len) or site().region_code[:2]
    return Scope(widest, min(max(year, FIRST_YEAR), this))


@never_cache
@require_GET
@staff
def annual(request: HttpRequest) -> HttpResponse:
    """The report; every number opens its records."""
    scope = _scope(request)
    told = report(scope)
    here = reverse("filing_review:annual")
    context = {
        "nav": desk_nav(request),
        "year": scope.year,
        "place": place_name(f"{scope.code:0<12}"),
        "parts": _parts(told, reverse("filing_review:annual_records")),
        "took": _took(told),
        "lead": _lead(told),
        "earlier": f"{here}?year={scope.year - 1}",
        "later": f"{here}?year={scope.year + 1}" if scope.year < localdate().year else "",
        "paper": f"{reverse('filing_review:annual_paper')}?year={scope.year}",
        "until": localdate() if scope.year == localdate().year else None,
    }
    return render(request, "filing_review/annual.html", context)


def _parts(told: Report, where: str) -> list[dict[str, Any]]:
    return [
        {
            "label": gettext(label),
            "unit": gettext(unit),
            "lines": [_line(one, told.scope.year, where) for one in getattr(told, key)],
        }
        for key, label, unit in PARTS
        if getattr(told, key)
    ]


def _line(line: Line, year: int, where: str) -> dict[str, Any]:
    url = f"{where}?year={year}&key={line.key}" if line.count else ""
    return {"label": gettext(line.label), "count": line.count, "url": url}


def _count(told: Report, key: str) -> int:
    return next((one.count for one in told.filed if one.key == key), 0)


def _lead(told: Report) -> str:
    return gettext(
        "收到报备 %(all)s 件，审查完毕 %(reviewed)s 件，有错的 %(right)s 件纠正到位。每个数点开都是一件件的记录。"
    ) % {
        "all": _count(told, "filed.all"),
        "reviewed": _count(told, "filed.reviewed"),
        "right": _count(told, "filed.put_right"),
    }


def _took(told: Report) -> list[dict[str, Any]]:
    return [
        {"label": gettext("从报备到登记"), "took": told.registered, "words": _days(told.registered)},
        {"label": gettext("从报备到审查有结果"), "took": told.reviewed, "words": _days(told.reviewed)},
    ]


def _days(took: Took) -> str:
    if not took.of:
        return gettext("还没有")
    return gettext("一半在 %(middle)s 天以内，九成在 %(most)s 天以内，最长 %(longest)s 天（%(of)s 件）") % {
        "middle": f"{took.middle:g}",
        "most": f"{took.most:g}",
        "longest": f"{took.longest:g}",
        "of": took.of,
    }


@never_cache
@require_GET
@staff
def behind(request: HttpRequest) -> HttpResponse:
    """The records behind one number. Two SQL statements."""
    scope, key = _scope(request), request.GET.get("key", "")
    found = records(scope, key, after=cursor(request.GET.get("after", "")))
    if found is None:
        raise Http404
    label, rows, rest = found
    here = reverse("filing_review:annual_records")
    context = {
        "nav": desk_nav(request),
        "label": gettext(label),
        "year": scope.year,
        "back": f"{reverse('filing_review:annual')}?year={scope.year}",
        "rows": [_record(one) for one in rows],
        "next_url": f"{here}?year={scope.year}&key={key}&after={rest}" if rest else "",
    }
    return render(request, "filing_review/annual_records.html", context)


def _record(row: Any) -> dict[str, Any]:
    """A record, whatever it is: where it opens, what it is called, of which day."""
    if hasattr(row, "selected_on"):
        url = reverse("filing_review:example", args=[row.pk])
        return {"url": url, "title": row.title, "more": row.book, "day": row.selected_on}
    if hasattr(row, "starts_at"):
        url = reverse("desk:meeting", args=[row.pk])
        return {"url": url, "title": row.title, "more": row.place, "day": row.starts_at}
    filing = getattr(row, "filing", None)
    case = row.case if filing is None else filing.case
    return {
        "url": reverse("desk:case", args=[case.number]),
        "title": case.title,
        "more": case.number,
        "day": case.opened_at,
    }


@never_cache
@require_GET
@staff
def paper(request: HttpRequest) -> HttpResponse:
    """The report as a PDF."""
    scope = _scope(request)
    told = report(scope)
    place = place_name(f"{scope.code:0<12}")
    data = {
        "title": gettext("%(place)s%(year)s年备案审查工作情况报告") % {"place": place, "year": scope.year},
        "name": site().name,
        "demonstration": gettext("演示数据") if site().demo else "",
        "lead": _lead(told).partition("。")[0] + "。",
        "day": gettext("数字从记录里来，截至 %(day)s。") % {"day": localdate().isoformat()},
        "parts": _parts(told, ""),
        "took_label": gettext("用了多少天"),
        "took": [{"label": one["label"], "words": one["words"]} for one in _took(told)],
    }
    answer = HttpResponse(pdf_made(TEMPLATE, data), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="filing-review-{scope.year}.pdf"'
    return answer
