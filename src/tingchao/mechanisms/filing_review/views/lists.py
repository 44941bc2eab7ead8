"""The yearly lists: who gave one, one maker's year, and notices for what is missing."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.core.limits import Unit, add_months
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.navigation import desk_nav
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine.timing import period_end, period_for
from tingchao.instruments.rosters.reading import Fault, sheet_lines
from tingchao.mechanisms.filing_review.forms import MOST_BYTES, TOO_LARGE, number_of
from tingchao.mechanisms.filing_review.manifest import SEES_FILINGS
from tingchao.mechanisms.filing_review.procedure import CHASES, FILING
from tingchao.mechanisms.filing_review.rules import Listed, listed
from tingchao.mechanisms.filing_review.selectors import maker_get, makers_page, makers_without, year_of
from tingchao.mechanisms.filing_review.services import items_chase, list_keep, lists_chase

VIEWS = {
    "": gettext_noop("全部"),
    "no_list": gettext_noop("没报目录"),
    "missing": gettext_noop("有没报备的"),
    "hidden": gettext_noop("有没列入的"),
    "late": gettext_noop("有迟报的"),
    "chased": gettext_noop("正在催"),
}
LONGEST = 100_000
"""Characters of a list that is pasted."""


def _year(request: HttpRequest) -> int:
    """The year asked for, else the one whose list is due."""
    typed = number_of(request.GET.get("year", ""))
    return typed if 2000 <= typed <= localdate().year else localdate().year - 1


def _due(year: int) -> date:
    """The day by which the list of a year is to be given, counted from the year's last day: a date that the rule names
    stays that date, be it a day off."""
    limit, last = period_for(FILING, "listed_within"), date(year, 12, 31)
    if limit.unit is Unit.MONTH:
        return add_months(last, limit.amount)
    return period_end(FILING, "listed_within", last, working_calendar())


@never_cache
@require_GET
@staff
def lists(request: HttpRequest) -> HttpResponse:
    """Who is to give a list of a year, and how it stands with each. One SQL statement for the rows."""
    actor = actor_of(request)
    if not any(hold.role in SEES_FILINGS for hold in actor.holds):
        raise PermissionDenied
    year, view = _year(request), request.GET.get("view", "")
    found, rest = makers_page(actor, year, view=view, after=number_of(request.GET.get("after", "")))
    here = reverse("filing_review:lists")
    context = {
        "nav": desk_nav(request),
        "year": year,
        "due": _due(year),
        "source": period_for(FILING, "listed_within").source,
        "over": localdate() > _due(year),
        "rows": [_maker_row(one, year) for one in found],
        "views": [
            {
                "label": gettext(label),
                "url": f"{here}?{urlencode({'year': year, 'view': key})}",
                "on": key == view,
            }
            for key, label in VIEWS.items()
        ],
        "next_url": f"{here}?{urlencode({'year': year, 'view': view, 'after': rest})}" if rest else "",
        "earlier": f"{here}?year={year - 1}",
        "later": f"{here}?year={year + 1}" if year < localdate().year else "",
        "chases": any(hold.role is Role.CLERK for hold in actor.holds) and year < localdate().year,
    }
    return render(request, "filing_review/lists.html", context)


def _maker_row(one: Any, year: int) -> dict[str, Any]:
    return {
        "url": reverse("filing_review:maker_year", args=[one.pk, year]),
        "name": one.name,
        "place": one.region.name,
        "gave": one.gave,
        "lines": one.lines,
        "filed": one.filed,
        "missing": one.missing,
        "hidden": one.hidden if one.gave else 0,
        "late": one.late,
        "chased": one.chased,
    }


@require_POST
@staff
def chase_all(request: HttpRequest) -> HttpResponseBase:
    """A notice to everybody within the scope who gave no list of the year and was not asked yet."""
    actor, year = actor_of(request), _year(request)
    if not any(hold.role is Role.CLERK for hold in actor.holds):
        raise PermissionDenied
    sent = lists_chase(makers=makers_without(actor, year), year=year, actor=actor, now=now())
    told = ngettext("发出 %(n)s 份未报备通知。", "发出 %(n)s 份未报备通知。", sent) % {"n": sent}
    messages.success(request, told if sent else gettext("没报目录的都已经通知过了。"))
    return redirect(f"{reverse('filing_review:lists')}?year={year}&view=chased")


def _maker(request: HttpRequest, maker_id: int, year: int) -> Any:
    maker = maker_get(maker_id, actor_of(request))
    if maker is None or not 2000 <= year <= localdate().year:
        raise Http404
    return maker


@never_cache
@require_GET
@staff
def maker_year(request: HttpRequest, maker_id: int, year: int) -> HttpResponse:
    """One maker's year: its list beside what was filed."""
    return _maker_page(request, _maker(request, maker_id, year), year)


@require_POST
@staff
def list_give(request: HttpRequest, maker_id: int, year: int) -> HttpResponseBase:
    """The list of a maker's year: looked through first (a dry run that keeps nothing), then kept."""
    maker = _maker(request, maker_id, year)
    if not _may_list(actor_of(request), maker):
        raise PermissionDenied
    text, nothing = request.POST.get("text", "")[:LONGEST], request.POST.get("nothing") == "1"
    try:
        text = "\n".join(filter(None, (text.strip(), *_file_lines(request))))
        if request.POST.get("do") == "keep":
            list_keep(maker=maker, year=year, text=text, nothing=nothing, actor=actor_of(request), now=now())
            messages.success(request, gettext("存好了，和报备过的对过了。"))
            return redirect("filing_review:maker_year", maker.pk, year)
    except (Refusal, Fault) as refusal:
        why = refusal.fields.get("text", refusal.message) if isinstance(refusal, Refusal) else str(refusal)
        return _maker_page(request, maker, year, text=text, error=gettext(why), tried=True)
    return _maker_page(request, maker, year, text=text, tried=True)


def _file_lines(request: HttpRequest) -> list[str]:
    upload: UploadedFile[bytes] | None = request.FILES.get("file")
    if upload is None:
        return []
    if (upload.size or 0) > MOST_BYTES:
        raise Refusal("file", TOO_LARGE)
    return sheet_lines(upload.read())


def _may_list(actor: Actor, maker: Any) -> bool:
    return any(
        (hold.role is Role.HANDLER and hold.body_id == maker.pk)
        or (hold.role is Role.CLERK and maker.region_id.startswith(hold.scope))
        for hold in actor.holds
    )


def _clerk(actor: Actor, maker: Any) -> bool:
    return any(hold.role is Role.CLERK and maker.region_id.startswith(hold.scope) for hold in actor.holds)


def _maker_page(
    request: HttpRequest,
    maker: Any,
    year: int,
    *,
    text: str | None = None,
    error: str = "",
    tried: bool = False,
) -> HttpResponse:
    known = year_of(maker, year)
    lines = "\n".join(f"{one.number}\t{one.title}\t{one.issued_on.isoformat()}" for one in known.items)
    read = listed(text or "", year) if tried else []
    context = {
        "nav": desk_nav(request),
        "maker": maker,
        "year": year,
        "due": _due(year),
        "source": period_for(FILING, "listed_within").source,
        "list": known.list,
        "items": [_item(one, known.chases) for one in known.items],
        "hidden": [_document(one, known.chases, "document") for one in known.hidden],
        "late": [_document(one, known.chases, "late") for one in known.late],
        "no_list": _chased(known.chases.get("list")),
        "text": lines if text is None else text,
        "read": [_line(one) for one in read],
        "sound": bool(read) and not any(one.fault for one in read),
        "tried": tried,
        "nothing": request.POST.get("nothing") == "1",
        "lists": _may_list(actor_of(request), maker),
        "chases": _clerk(actor_of(request), maker) and _wants(known, year),
        "over": year < localdate().year,
        "error": error,
    }
    return render(request, "filing_review/maker_year.html", context, status=422 if error else 200)


def _wants(known: Any, year: int) -> bool:
    """Whether anything of the year can be asked for: else there is nothing to write a notice about."""
    unfiled = any(one.document_id is None for one in known.items)
    no_list = known.list is None and year < localdate().year
    return no_list or unfiled or bool(known.hidden) or bool(known.late)


def _line(one: Listed) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": one.title,
        "day": one.day,
        "fault": gettext(one.fault) if one.fault else "",
    }


def _item(item: Any, chases: dict[str, Any]) -> dict[str, Any]:
    key = f"item:{item.number or item.title}"[:60]
    document = item.document
    return {
        "key": key,
        "title": item.title,
        "number": item.number,
        "day": item.issued_on,
        "url": "" if document is None else reverse("filing_review:filing", args=[document.pk]),
        "filed_as": "" if document is None or document.title == item.title else document.title,
        "chase": _chased(chases.get(key)),
    }


def _document(document: Any, chases: dict[str, Any], of: str) -> dict[str, Any]:
    key = f"{of}:{document.pk}"
    return {
        "key": key,
        "title": document.title,
        "number": document.number,
        "day": document.published_on,
        "late_by": document.filing.late_by,
        "url": reverse("filing_review:filing", args=[document.pk]),
        "chase": _chased(chases.get(key)),
    }


def _chased(chase: Any) -> dict[str, Any] | None:
    """How it stands with a notice; None where none was sent."""
    if chase is None:
        return None
    case = chase.case
    outcomes = {option.key: gettext(option.label) for option in CHASES.outcomes}
    return {
        "url": reverse("desk:case", args=[case.number]),
        "stage": outcomes.get(case.outcome, "")
        if case.closed_at
        else gettext(CHASES.stage(case.stage).label),
        "closed": case.closed_at is not None,
        "late": case.due_on is not None and case.due_on < localdate(),
        "due": case.due_on,
    }


@require_POST
@staff
def chase(request: HttpRequest, maker_id: int, year: int) -> HttpResponseBase:
    """Notices for what was picked on a maker's page."""
    maker, actor = _maker(request, maker_id, year), actor_of(request)
    if not _clerk(actor, maker):
        raise PermissionDenied
    try:
        sent = items_chase(
            maker=maker, year=year, picked=request.POST.getlist("pick"), letter=request.POST.get("letter", ""),
            actor=actor, now=now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _maker_page(request, maker, year, error=gettext(refusal.message))
    told = ngettext("发出 %(n)s 份未报备通知。", "发出 %(n)s 份未报备通知。", sent) % {"n": sent}
    messages.success(request, told)
    return redirect("filing_review:maker_year", maker.pk, year)
