"""The menu of the desk: my lists, and what the mechanisms add for my roles."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext

from tingchao.core.mechanism import DeskEntry
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of
from tingchao.desk.administration.menu import ENTRIES
from tingchao.directory.saved_views import views_of
from tingchao.engine.registry import manifests
from tingchao.engine.selectors import COUNTED_TO, FAILING, worklist_counts

VIEW_LABELS = {
    "mine": gettext_noop("我的待办"),
    "overdue": gettext_noop("已逾期"),
    "today": gettext_noop("今天到期"),
    "waiting": gettext_noop("等别人办"),
    "open": gettext_noop("全部在办"),
    "closed": gettext_noop("已办结"),
}

CODES = DeskEntry(
    gettext_noop("码和海报"), "desk:codes", (Role.LIAISON, Role.COORDINATOR, Role.ADMINISTRATOR)
)
"""The door to the codes, which belong to no mechanism."""

MEETINGS = DeskEntry(
    gettext_noop("会议活动"),
    "desk:meetings",
    tuple(role for role in ROLE_LABELS if role not in (Role.REPORTER, Role.SYSTEM, Role.ADMINISTRATOR)),
)
"""The door to gatherings, which belong to no mechanism; an administrator keeps the directory and calls none."""

LETTERS = DeskEntry(
    gettext_noop("函"), "desk:letters", (Role.HANDLER, Role.CLERK, Role.COORDINATOR, Role.LEADER)
)
"""The door to letters, for those who write and those who answer them."""

ON_LISTS = ("worklist", "case", "act")
"""The pages that belong to one of my lists."""


def counted(count: int) -> str:
    """A count as the menu shows it: nothing for none, 99+ where counting stopped."""
    if count >= COUNTED_TO:
        return f"{COUNTED_TO - 1}+"
    return str(count) if count else ""


def desk_nav(request: HttpRequest, counts: dict[str, int] | None = None) -> dict[str, Any]:
    """The menu for whoever is logged in; `counts` are read when a page has not read them itself."""
    actor, here = actor_of(request), reverse("desk:worklist")
    found = counts if counts is not None else worklist_counts(actor, now=now())
    match = request.resolver_match
    on_list = match is not None and match.app_name == "desk" and match.url_name in ON_LISTS
    views = saved_doors(request, here, on_list=on_list)
    saved_on = any(one["on"] for one in views)
    view = request.GET.get("view", "mine") if on_list and "q" not in request.GET else ""
    mine = [
        {
            "label": gettext(VIEW_LABELS[key]),
            "url": f"{here}?view={key}",
            "count": counted(found.get(key, 0)),
            "on": key == view and not saved_on,
        }
        for key in ("mine", "waiting", "open", "closed")
    ]
    mine.append(_notices(request, found.get(FAILING, 0)))
    roles = dict.fromkeys(hold.role for hold in actor.holds)
    doors = [
        {"label": gettext(entry.label), "url": url, "count": "", "on": request.path == url}
        for entry in (
            *(one for manifest in manifests() for one in manifest.desk_entries),
            MEETINGS,
            LETTERS,
            CODES,
        )
        if set(entry.roles) & set(roles)
        for url in (reverse(entry.url_name),)
    ]
    groups = [{"label": "", "items": mine}, *([{"label": gettext("工作"), "items": doors}] if doors else [])]
    if views:
        groups.insert(1, {"label": gettext("我的视图"), "items": views})
    if administered := admin_doors(request):
        groups.append({"label": gettext("管理"), "items": administered})
    return {
        "groups": groups,
        "account_name": actor.name,
        "account_role": gettext("、").join(gettext(ROLE_LABELS[role]) for role in roles),
    }


def saved_doors(request: HttpRequest, here: str, *, on_list: bool) -> list[dict[str, Any]]:
    """The views that the account keeps; the one that the address of a list names is on."""
    account: Any = request.user
    asked = dict(request.GET.items()) if on_list else {}
    asked = {key: value for key, value in asked.items() if key not in ("after", "sift")}
    return [
        {
            "label": view.name,
            "url": f"{here}?{view.query}",
            "count": "",
            "on": bool(asked) and dict(parse_qsl(view.query)) == asked,
        }
        for view in (views_of(account) if account.is_authenticated else [])
    ]


def _notices(request: HttpRequest, failing: int) -> dict[str, Any]:
    """The door to where notices go; its count is of targets that fail and that the reader can mend."""
    url = reverse("desk:notices")
    return {
        "label": gettext("通知"),
        "url": url,
        "count": counted(failing) and gettext("%(n)s 处送不到") % {"n": counted(failing)},
        "on": request.path.startswith(url) and request.path != reverse("desk:notices_all"),
    }


def admin_doors(request: HttpRequest) -> list[dict[str, Any]]:
    """The screens of administration for whoever is logged in; none for those who keep and audit nothing."""
    roles = {hold.role for hold in actor_of(request).holds}
    return [
        {
            "label": gettext(entry.label),
            "hint": gettext(entry.hint),
            "icon": entry.icon,
            "url": url,
            "count": "",
            "on": request.path.startswith(url),
        }
        for entry in ENTRIES
        if set(entry.roles) & roles
        for url in (reverse(entry.url_name, args=entry.args),)
    ]
