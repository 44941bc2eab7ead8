"""The record of a deputy in the desk: its numbers, the entries behind each, on paper, as a workbook."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.desk.access import actor_of, staff
from tingchao.desk.asked import word_asked
from tingchao.desk.navigation import desk_nav
from tingchao.desk.sheets import Sheet
from tingchao.desk.templatetags.tide import daytime
from tingchao.directory.places import place_get
from tingchao.directory.selectors import site
from tingchao.engine.exporting import list_export
from tingchao.mechanisms.deputy_duty.forms import records as forms
from tingchao.mechanisms.deputy_duty.selectors.appeals import appeals_of
from tingchao.mechanisms.deputy_duty.selectors.records import (
    MOST_EXPORTED,
    deputies_page,
    deputy_of_record,
    entries_all,
    entries_page,
    keeping_scopes,
    may_read,
    record_scopes,
    summary_of,
)

HEADS = ("日期", "做了什么", "活动或事项", "地点", "数量", "事项现在")
WIDTHS = (12, 28, 48, 28, 8, 18)
MOST_PRINTED = 500


@never_cache
@require_GET
@staff
def deputies(request: HttpRequest) -> HttpResponseBase:
    """The deputies whose records I may read, as they stand on the roster; a deputy comes to their own."""
    actor = actor_of(request)
    scopes = record_scopes(actor)
    if not scopes:
        if actor.deputy_id is None:
            raise PermissionDenied
        return record(request, actor.deputy_id)
    word, place = word_asked(request)[:20], request.GET.get("in", "")
    chosen = place_get(place) if place else None
    after = request.GET.get("after", "")
    page = deputies_page(
        scopes=scopes,
        word=word,
        place=chosen.code if chosen else "",
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
    )
    kept = {key: value for key, value in (("q", word), ("in", chosen.code if chosen else "")) if value}
    context = {
        "nav": desk_nav(request),
        "q": word,
        "place": chosen,
        "rows": [
            {
                "url": reverse("deputy_duty:record", args=[one.pk]),
                "name": one.name,
                "role": f"{one.get_level_display()} · {one.get_kind_display()}",
                "place": one.station.name if one.station is not None else one.region.name,
                "term": forms.term_words(one),
                "ended": one.until is not None and one.until <= localdate(),
            }
            for one in page.rows
        ],
        "next_url": f"?{urlencode({**kept, 'after': page.after})}" if page.after else "",
        "sifted": bool(kept),
    }
    return render(request, "deputy_duty/deputies.html", context)


def readable(request: HttpRequest, deputy_id: int) -> forms.Asked:
    """The record that an address names: 404 when there is no such deputy, 403 when it is not theirs to read."""
    deputy = deputy_of_record(deputy_id)
    if deputy is None:
        if not record_scopes(actor_of(request)):
            raise PermissionDenied
        raise Http404
    if not may_read(actor_of(request), deputy):
        raise PermissionDenied
    typed = request.GET.get("year", "") or request.POST.get("year", "")
    return forms.asked_for(deputy, typed, localdate())


@never_cache
@require_GET
@staff
def record(request: HttpRequest, deputy_id: int) -> HttpResponse:
    """The record: numbers by year or term, and its entries by month."""
    asked, actor = readable(request, deputy_id), actor_of(request)
    summary = summary_of(asked.window)
    everything = forms.chosen_for("")
    assert everything is not None
    page = entries_page(asked.window, everything, after=request.GET.get("after", ""))
    context = {
        "nav": desk_nav(request),
        **_numbers(asked, summary),
        "deputy": forms.head(asked, actor, localdate()),
        "may_write": actor.deputy_id == deputy_id or asked.deputy.region_id.startswith(keeping_scopes(actor)),
        "appeals": forms.appeal_rows(appeals_of(deputy_id), own=actor.deputy_id == deputy_id),
        "months": forms.months(page.rows, actor, asked),
        "next_url": f"?{urlencode({'year': asked.query, 'after': page.after})}#days" if page.after else "",
    }
    return render(request, "deputy_duty/record.html", context)


def _numbers(asked: forms.Asked, summary: Any) -> dict[str, Any]:
    return {
        "numbers": forms.numbers(summary, asked),
        "meetings": forms.meeting_rows(summary, asked),
        "attendance": summary.attendance,
        "empty": summary.empty,
        "urls": {key: forms.entries_url(asked, key) for key in ("attended", "excused", "absent")},
    }


@never_cache
@require_GET
@staff
def entries(request: HttpRequest, deputy_id: int) -> HttpResponse:
    """The entries behind one number of a record, 25 a page, the latest first."""
    asked, actor = readable(request, deputy_id), actor_of(request)
    of = request.GET.get("of", "")
    chosen = forms.chosen_for(of)
    if chosen is None:
        raise Http404
    page = entries_page(asked.window, chosen, after=request.GET.get("after", ""))
    following = {"of": of, "year": asked.query, "after": page.after}
    context = {
        "nav": desk_nav(request),
        "deputy": forms.head(asked, actor, localdate()),
        "title": gettext(chosen.label),
        "received": chosen.received,
        "months": forms.months(page.rows, actor, asked, received=chosen.received),
        "next_url": f"?{urlencode(following)}" if page.after else "",
    }
    return render(request, "deputy_duty/entries.html", context)


@never_cache
@require_GET
@staff
def paper(request: HttpRequest, deputy_id: int) -> HttpResponse:
    """The record on paper: numbers, gatherings by kind, every entry of the period."""
    asked, actor = readable(request, deputy_id), actor_of(request)
    everything = forms.chosen_for("")
    assert everything is not None
    page = entries_page(asked.window, everything, most=MOST_PRINTED)
    context = {
        **_numbers(asked, summary_of(asked.window)),
        "site": site(),
        "deputy": forms.head(asked, actor, localdate()),
        "months": forms.months(page.rows, actor, asked),
        "cut": bool(page.after),
        "printed": gettext("%(name)s 打印于 %(when)s") % {"name": actor.name, "when": daytime(now())},
    }
    return render(request, "deputy_duty/record_paper.html", context)


@require_POST
@staff
def export(request: HttpRequest, deputy_id: int) -> HttpResponseBase:
    """Every entry of the period as a workbook, by day, and a record of who took it."""
    asked, actor, moment = readable(request, deputy_id), actor_of(request), now()
    everything = forms.chosen_for("")
    assert everything is not None
    title = gettext("%(name)s履职档案 %(period)s") % {"name": asked.deputy.name, "period": asked.words}
    sheet = Sheet(gettext("履职记录"), heads=HEADS, widths=WIDTHS)
    sees = bool(record_scopes(actor))
    sheet.add_cells(_cells(entry, sees) for entry in entries_all(asked.window, everything))
    cut = sheet.rows >= MOST_EXPORTED
    told = gettext("%(name)s 取于 %(when)s") % {"name": actor.name, "when": daytime(moment)}
    file = sheet.finished(
        [title, told, forms.count_words(sheet.rows), gettext("都来自记录，没有人另外填报。")]
    )
    list_export(asked=title, rows=sheet.rows, cut=cut, actor=actor, now=moment)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx".replace("/", "-"))


def _cells(entry: Any, sees: bool) -> list[Any]:
    row = forms.entry_row(entry, own=False, sees=sees)
    return [entry.day, row["what"], row["title"], entry.place, entry.amount, row["end"]]
