"""Administration of what holds for the whole installation: its name, the working calendar, the limits."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.limits import Unit
from tingchao.core.procedure import Input, InputKind, Option
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of
from tingchao.desk.administration.forms import cleaned, drawn, typed_in
from tingchao.desk.administration.kinds import Field
from tingchao.desk.forms import Retry, retry_after
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.admin import reading
from tingchao.directory.policy import may_keep_directory
from tingchao.directory.selectors import calendar_years, site
from tingchao.directory.tables import Unreadable, plan_of, rows_of
from tingchao.engine.administration import installation_save
from tingchao.engine.calendars import calendar_load
from tingchao.engine.limits import (
    LONGEST,
    SOURCE_MOST,
    Line,
    limit_line,
    limit_lines,
    limit_reset,
    limit_set,
    profile_load,
    profile_now,
)
from tingchao.engine.words import limit_words

MOST_BYTES = 1024 * 1024
"""Of a calendar or a profile; a year has 366 days."""

NAME = Field(
    Input(
        "name",
        gettext_noop("名称"),
        InputKind.LINE,
        least=1,
        most=40,
        hint=gettext_noop("显示在每一页的左上角"),
    )
)
SOURCE = Field(
    Input(
        "source",
        gettext_noop("依据"),
        InputKind.LINE,
        least=4,
        most=120,
        hint=gettext_noop("国务院办公厅的通知，例如：国办发明电〔2026〕9号"),
    )
)
UNITS = (
    Option(str(Unit.WORKING_DAY), gettext_noop("工作日")),
    Option(str(Unit.DAY), gettext_noop("日（日历天）")),
    Option(str(Unit.MONTH), gettext_noop("月")),
)
LIMIT = (
    Field(
        Input("amount", gettext_noop("多久"), InputKind.LINE, most=3), number=(1, max(LONGEST.values()), True)
    ),
    Field(Input("unit", gettext_noop("按什么算"), InputKind.CHOICE, options=UNITS)),
    Field(
        Input(
            "source",
            gettext_noop("依据"),
            InputKind.LINE,
            least=4,
            most=SOURCE_MOST,
            hint=gettext_noop("哪个文件、第几条；没有依据不能改"),
        )
    ),
)


def _require_all(request: HttpRequest) -> None:
    """What holds for the whole installation is changed by those who administer all of it."""
    if not may_keep_directory(actor_of(request)):
        raise PermissionDenied


# --- whose installation this is ---------------------------------------------------------------------------


@require_GET
@reading
def installation(request: HttpRequest) -> HttpResponse:
    """The name that heads every page."""
    return _installation_page(request, {"name": site().name}, Retry())


@require_POST
@reading
def installation_rename(request: HttpRequest) -> HttpResponseBase:
    """Give the installation another name."""
    _require_all(request)
    typed = typed_in([NAME], request.POST)
    try:
        values = cleaned([NAME], typed, scopes=("",))
        installation_save(name=values["name"], actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _installation_page(request, typed, retry_after(refusal, "save", typed))
    messages.success(request, gettext("已经保存。"))
    return redirect("desk:admin_installation")


def _installation_page(request: HttpRequest, typed: dict[str, str], retry: Retry) -> HttpResponse:
    context = {
        "nav": desk_nav(request),
        "may": may_keep_directory(actor_of(request)),
        "fields": drawn([NAME], typed, retry.faults),
        "error": retry.error,
        "details": [
            {"label": gettext("名称"), "value": site().name},
            {"label": gettext("地方"), "value": site().city},
        ],
    }
    return render(request, "desk/admin/installation.html", context, status=422 if retry.error else 200)


# --- the working calendar ---------------------------------------------------------------------------------


@require_GET
@reading
def calendar(request: HttpRequest) -> HttpResponse:
    """The years that are known."""
    return _calendar_page(request, Retry())


@require_POST
@reading
def calendar_take(request: HttpRequest) -> HttpResponseBase:
    """Take in another year; provisional due times follow."""
    _require_all(request)
    typed = typed_in([SOURCE], request.POST)
    try:
        values = cleaned([SOURCE], typed, scopes=("",))
        plan = _plan(request, values["source"])
        changed = calendar_load(plan=plan, actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _calendar_page(request, retry_after(refusal, "load", typed))
    told = ngettext(
        "%(year)s 年的工作日历已经生效，%(n)s 件事的到期日重新算过。",
        "%(year)s 年的工作日历已经生效，%(n)s 件事的到期日重新算过。",
        changed,
    )
    messages.success(request, told % {"year": plan.year, "n": changed})
    return redirect("desk:admin_calendar")


def _plan(request: HttpRequest, source: str) -> Any:
    """The plan of the file that was sent. Raises Refusal "input"."""
    upload = request.FILES.get("file")
    if upload is None or not upload.name:
        raise refused_inputs({"file": gettext_noop("请选一个 .csv 或 .xlsx 文件。")})
    if (upload.size or 0) > MOST_BYTES:
        raise refused_inputs({"file": gettext_noop("文件太大，一年的日历用不了 1 MB。")})
    suffix = Path(upload.name).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise refused_inputs({"file": gettext_noop("请选一个 .csv 或 .xlsx 文件。")})
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(upload.read())
        file.flush()
        try:
            return plan_of(rows_of(Path(file.name)), source)
        except (Unreadable, ValueError) as fault:
            raise refused_inputs({"file": str(fault)}) from None


def _calendar_page(request: HttpRequest, retry: Retry) -> HttpResponse:
    heads = [gettext("年"), gettext("放假"), gettext("调休上班"), gettext("依据"), gettext("从哪来")]
    context = {
        "nav": desk_nav(request),
        "may": may_keep_directory(actor_of(request)),
        "heads": heads,
        "rows": [
            (
                year.plan.year,
                len(year.plan.off),
                len(year.plan.on),
                year.plan.source,
                gettext("本系统导入") if year.loaded_at else gettext("随软件带来"),
            )
            for year in calendar_years()
        ],
        "fields": drawn([SOURCE], retry.typed, retry.faults),
        "file_error": retry.faults.get("file", ""),
        "error": retry.error,
    }
    return render(request, "desk/admin/calendar.html", context, status=422 if retry.error else 200)


# --- limits -----------------------------------------------------------------------------------------------


@require_GET
@reading
def limits(request: HttpRequest) -> HttpResponse:
    """Every limit with its source; which differ from what ships."""
    return _limits_page(request)


def _limits_page(request: HttpRequest, error: str = "") -> HttpResponse:
    lines = limit_lines()
    context = {
        "nav": desk_nav(request),
        "may": may_keep_directory(actor_of(request)),
        "procedures": [
            {
                "label": gettext(procedure.label),
                "source": gettext(procedure.source),
                "rows": [_limit_row(line) for line in lines if line.procedure is procedure],
            }
            for procedure in {line.procedure.key: line.procedure for line in lines}.values()
        ],
        "changed": sum(line.changed for line in lines),
        "profile": profile_now()["profile"] if any(line.changed for line in lines) else "",
        "error": error,
    }
    return render(request, "desk/admin/limits.html", context, status=422 if error else 200)


def _limit_row(line: Line) -> dict[str, Any]:
    return {
        "url": reverse("desk:admin_limit", args=line.place[:2])
        + (f"?tier={line.place[2]}" if line.place[2] else ""),
        "title": gettext(line.stage_label),
        "tier": gettext(line.tier_label) if line.tier_label else "",
        "limit": limit_words(line.in_force),
        "source": gettext(line.in_force.source),
        "changed": line.changed,
    }


@require_http_methods(["GET", "POST"])
@reading
def limit(request: HttpRequest, procedure: str, stage: str) -> HttpResponseBase:
    """One limit: changed together with its source, or put back to what ships."""
    place = (procedure, stage, request.GET.get("tier", ""))
    line = limit_line(place)
    if line is None:
        raise Http404
    if request.method == "GET":
        return _limit_page(request, line, Retry())
    _require_all(request)
    who: dict[str, Any] = {"actor": actor_of(request), "now": now()}
    typed = typed_in(LIMIT, request.POST)
    try:
        if "reset" in request.POST:
            limit_reset(place=place, **who)
        else:
            limit_set(place=place, **cleaned(LIMIT, typed, scopes=("",)), **who)
    except Refusal as refusal:
        return _limit_page(request, line, retry_after(refusal, "save", typed))
    messages.success(request, gettext("已经保存。在办的事期限不变，以后到这个环节的按新的算。"))
    return redirect("desk:admin_limits")


def _limit_page(request: HttpRequest, line: Line, retry: Retry) -> HttpResponse:
    now_in_force = {
        "amount": str(line.in_force.amount),
        "unit": str(line.in_force.unit),
        "source": line.in_force.source,
    }
    title = " · ".join(gettext(part) for part in (line.stage_label, line.tier_label) if part)
    context = {
        "nav": desk_nav(request),
        "may": may_keep_directory(actor_of(request)),
        "title": title,
        "procedure_label": gettext(line.procedure.label),
        "details": [
            {
                "label": gettext("现在"),
                "value": limit_words(line.in_force),
                "hint": gettext(line.in_force.source),
            },
            {
                "label": gettext("默认"),
                "value": limit_words(line.shipped),
                "hint": gettext(line.shipped.source),
            },
        ],
        "changed": line.changed,
        "fields": drawn(LIMIT, retry.typed or now_in_force, retry.faults),
        "error": retry.error,
    }
    return render(request, "desk/admin/limit.html", context, status=422 if retry.error else 200)


@require_GET
@reading
def profile(request: HttpRequest) -> HttpResponse:
    """The limits that differ from what ships, as a file that another installation can load."""
    text = json.dumps(profile_now(), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="limits-{localdate().isoformat()}.json"'
    return answer


@require_POST
@reading
def profile_take(request: HttpRequest) -> HttpResponseBase:
    """Take a profile from a file, in place of every rule there is."""
    _require_all(request)
    upload = request.FILES.get("file")
    try:
        if upload is None or (upload.size or 0) > MOST_BYTES:
            raise Refusal("input", gettext_noop("请选一个期限方案（.json），不超过 1 MB。"))
        changed = profile_load(profile=_json(upload.read()), actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _limits_page(
            request, gettext(refusal.message) % {key: gettext(text) for key, text in refusal.params.items()}
        )
    told = ngettext("方案已经生效，%(n)s 条期限变了。", "方案已经生效，%(n)s 条期限变了。", changed)
    messages.success(request, told % {"n": changed})
    return redirect("desk:admin_limits")


def _json(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal("input", gettext_noop("这个文件不是 JSON。")) from None
