"""The desk: a list taken away, as a workbook or on paper."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingchao.desk.access import actor_of, staff
from tingchao.desk.lists import LONGEST_QUERY, address_fields
from tingchao.desk.navigation import VIEW_LABELS
from tingchao.desk.present import rows as rows_of
from tingchao.desk.sheets import Sheet
from tingchao.desk.sifting import sift_words
from tingchao.desk.templatetags.tide import daytime, short_day
from tingchao.desk.views.lists import view_address
from tingchao.directory.selectors import site, working_calendar
from tingchao.engine.exporting import Asked, list_export, more_than, sheet_rows
from tingchao.engine.sifting import sift_from

MOST_PRINTED = 500


@require_POST
@staff
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a workbook of at most MOST_ROWS rows, and a record of who took it."""
    actor, moment, asked = actor_of(request), now(), asked_for(request.POST.get("query", ""))
    title = title_of(asked)
    sheet = Sheet(title.split("，")[0])
    sheet.add(sheet_rows(actor, asked, now=moment))
    cut = more_than(actor, asked, now=moment, shown=sheet.rows)
    file = sheet.finished(about(actor.name, title, sheet.rows, cut, moment))
    list_export(asked=title, rows=sheet.rows, cut=cut, actor=actor, now=moment)
    name = gettext("%(list)s-%(day)s.xlsx") % {"list": title.split("，")[0], "day": f"{localdate():%Y%m%d}"}
    return FileResponse(file, as_attachment=True, filename=name.replace("/", "-"))


@never_cache
@require_GET
@staff
def paper(request: HttpRequest) -> HttpResponseBase:
    """The list as it is printed: a table with who printed it, when, and what it was narrowed to."""
    actor, moment = actor_of(request), now()
    asked = asked_for(request.GET.urlencode())
    found = [
        one.listed
        for one in islice(sheet_rows(actor, asked, now=moment, most=MOST_PRINTED + 1), MOST_PRINTED + 1)
    ]
    lines = rows_of(found[:MOST_PRINTED], url="", today=localdate(), calendar=working_calendar())
    title = title_of(asked)
    context = {
        "title": title,
        "about": about(actor.name, title, len(lines), len(found) > MOST_PRINTED, moment)[1:],
        "heads": [gettext(head) for head in ("编号", "事项", "环节", "现在由", "站点", "到期")],
        "rows": [
            [
                line["number"],
                line["title"],
                line["stage"],
                line["who"],
                line["station"],
                f"{short_day(line['due_on'])} {line['due_label']}".strip(),
            ]
            for line in lines
        ],
        "none": gettext("没有符合的"),
        "back_url": f"{reverse('desk:worklist')}?{urlencode(fields_of(asked))}",
        "site": site(),
    }
    return render(request, "desk/paper.html", context)


def asked_for(query: str) -> Asked:
    """The list that the query of an address names."""
    typed = dict(parse_qsl(query[:2000]))
    if words := " ".join(typed.get("q", "").split())[:LONGEST_QUERY]:
        return Asked(view="open", query=words)
    return Asked(view=view_address(query)["view"], sift=sift_from(typed))


def fields_of(asked: Asked) -> dict[str, str]:
    """What the address of that list bears."""
    return {"q": asked.query} if asked.query else address_fields(asked.view, asked.sift)


def title_of(asked: Asked) -> str:
    """The list in words: 全部在办，轻重缓急：急事."""
    if asked.query:
        return gettext("找“%(words)s”") % {"words": asked.query}
    return "，".join([gettext(VIEW_LABELS[asked.view]), *sift_words(asked.sift)])


def about(name: str, title: str, rows: int, cut: bool, moment: Any) -> list[str]:
    """What a list taken away says of itself: what, who, when, how many."""
    count = ngettext("共 %(n)s 件", "共 %(n)s 件", rows) % {"n": f"{rows:,}"}
    if cut:
        count = gettext("只有前 %(n)s 件，后面还有，请用筛选分几次取") % {"n": f"{rows:,}"}
    return [
        title,
        gettext("%(name)s 取于 %(when)s") % {"name": name, "when": daytime(moment)},
        count,
        gettext("没有反映人的姓名、电话和反映的原文。"),
    ]
