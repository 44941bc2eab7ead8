"""A list of matters as the desk shows it: by itself, and beside the matter that was chosen from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext

from tingchao.core.numbering import NumberError, parse_number, sounds_like
from tingchao.core.text import gettext_noop
from tingchao.desk import present
from tingchao.desk.access import actor_of
from tingchao.desk.navigation import VIEW_LABELS, counted
from tingchao.desk.sifting import sift_fields, sift_of, sifting
from tingchao.directory.selectors import working_calendar
from tingchao.engine import search
from tingchao.engine import selectors as engine
from tingchao.engine.sifting import Sift

Given = dict[str, Any]

EMPTY = {
    "mine": (gettext_noop("现在没有要您办的"), gettext_noop("有新的意见交到您这里，会出现在这儿。")),
    "overdue": (gettext_noop("没有逾期的"), gettext_noop("过了到期日还没办的会出现在这儿。")),
    "today": (gettext_noop("今天没有到期的"), gettext_noop("今天必须办完的会出现在这儿。")),
    "waiting": (gettext_noop("没有在等别人的"), gettext_noop("交出去还没答复的会出现在这儿。")),
    "open": (
        gettext_noop("没有在办的"),
        gettext_noop("您看得到的、还没办结的事会出现在这儿，最急的在最上面。"),
    ),
    "closed": (gettext_noop("还没有办结的"), gettext_noop("办结的事会出现在这儿，最近办结的在最上面。")),
    "sifted": (
        gettext_noop("没有符合的"),
        gettext_noop("这几个条件放在一起，现在一件也没有。点掉上面的一个条件再看。"),
    ),
    "search": (
        gettext_noop("没有找到"),
        gettext_noop(
            "标题、内容、地点里都要有您输的字，而且是您看得到的事。换个短一点的词试试，一个字也可以。"
        ),
    ),
}
LONGEST_QUERY = 60


def query_of(request: HttpRequest) -> str:
    """What is searched for, cut where nobody types on."""
    return " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]


def number_fault(query: str) -> str:
    """What is wrong with a search that looks like a number and is none; empty for words."""
    if not sounds_like(query):
        return ""
    try:
        parse_number(query)
    except NumberError as refused:
        return gettext(refused.template) % refused.facts
    return ""


def list_of(request: HttpRequest, counts: dict[str, int], *, on: int | None = None) -> Given:
    """The list that the address of a request names; `on` is the matter that stands beside it."""
    query, view, sift = query_of(request), view_of(request), sift_of(request)
    fields = {"q": query} if query else address_fields(view, sift)
    fault = number_fault(query)
    page = _page(request, query, view, sift, fault)
    here, there = reverse("desk:worklist"), reverse("desk:case", args=[present.PLACEHOLDER])
    url = f"{there}?{urlencode(fields)}" if fields else there
    return {
        "title": gettext("找“%(words)s”") % {"words": query} if query else gettext(VIEW_LABELS[view]),
        "rows": present.rows(page.rows, url=url, today=localdate(), calendar=working_calendar(), on=on),
        "filters": view_links(view if not query else "", counts, here),
        "sift": None if query else sifting(request, sift, view, here),
        "q": query,
        "query": urlencode(fields),
        "url": f"{here}?{urlencode(fields)}" if fields else here,
        "search_error": fault,
        "search_url": here,
        "next_url": f"{here}?{urlencode({**fields, 'after': page.after})}" if page.after else "",
        "empty": _empty("search" if query else "sifted" if sift else view),
    }


def view_of(request: HttpRequest) -> str:
    """The list that an address names; what waits for me when it names none."""
    view = request.GET.get("view", "mine")
    return view if view in engine.LISTS else "mine"


def address_fields(view: str, sift: Sift) -> dict[str, str]:
    """What the address of a list bears."""
    return {**({} if view == "mine" else {"view": view}), **sift_fields(sift)}


def view_links(view: str, counts: dict[str, int], here: str) -> list[Given]:
    """A chip for each list, with how many it holds where that is counted."""
    return [
        {
            "label": gettext(label),
            "url": f"{here}?view={key}",
            "on": key == view,
            "count": counted(counts.get(key, 0)),
        }
        for key, label in VIEW_LABELS.items()
    ]


def _empty(kind: str) -> Given:
    title, text = EMPTY[kind]
    return {"title": gettext(title), "text": gettext(text)}


def _page(request: HttpRequest, query: str, view: str, sift: Sift, fault: str) -> engine.Page:
    actor, after = actor_of(request), request.GET.get("after", "")
    if fault:
        return engine.Page([], "")
    if query:
        return search.found(actor, query=query, after=after)
    return engine.worklist(actor, view=view, now=now(), after=after, sift=sift)
