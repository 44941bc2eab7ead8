"""Administration: rosters from a workbook: template, dry run with a report row by row, then the whole or nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.admin import reading
from tingchao.directory.policy import scopes_kept
from tingchao.instruments.rosters.columns import COLUMNS, NEEDED
from tingchao.instruments.rosters.keeping import roster_forget, roster_keep, roster_kept
from tingchao.instruments.rosters.reading import MOST_BYTES, Fault, template_bytes, workbook_read
from tingchao.instruments.rosters.services import Report, roster_load

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200
"""Faults shown at once; who has more mends these first."""


@require_http_methods(["GET", "POST"])
@reading
def rosters(request: HttpRequest) -> HttpResponseBase:
    """The form; what a file that was sent would do; and taking it."""
    if not scopes_kept(actor_of(request)):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request)
    try:
        return _take(request) if "token" in request.POST else _try(request)
    except Fault as fault:
        return _page(request, error=str(fault))


def _try(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        raise Fault(gettext_noop("请选一个 .xlsx 文件。"))
    if (upload.size or 0) > MOST_BYTES:
        raise Fault(gettext_noop("文件太大，最多 20 MB。请去掉图片，或者分几个文件。"))
    content = upload.read()
    actor, at = actor_of(request), now()
    report = roster_load(book=workbook_read(content), actor=actor, now=at, dry_run=True)
    token = "" if report.faults else roster_keep(content=content, actor=actor, now=at)
    return _page(request, report=report, token=token, file_name=upload.name or "")


def _take(request: HttpRequest) -> HttpResponse:
    token, actor = request.POST["token"], actor_of(request)
    content = roster_kept(token=token, actor=actor)
    if content is None:
        raise Fault(gettext_noop("试收的文件只留一小时，请再传一次。"))
    name = request.POST.get("file_name", "")[:80]
    report = roster_load(book=workbook_read(content), actor=actor, now=now(), file_name=name)
    if not report.faults:
        roster_forget(token=token)
    return _page(request, report=report, taken=not report.faults, file_name=name)


def _page(
    request: HttpRequest,
    *,
    report: Report | None = None,
    token: str = "",
    taken: bool = False,
    file_name: str = "",
    error: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "nav": desk_nav(request),
        "title": gettext("名单导入"),
        "sheets": [
            {"name": name, "columns": [(column, column in NEEDED[name]) for column in columns]}
            for name, columns in COLUMNS.items()
        ],
        "error": error,
        "token": token,
        "taken": taken,
        "file_name": file_name,
    }
    if report is not None:
        context |= _told(report)
    status = 422 if error or (report is not None and report.faults) else 200
    return render(request, "desk/admin/rosters.html", context, status=status)


def _told(report: Report) -> dict[str, Any]:
    """The report as tables: what each sheet holds, and each row that is at fault."""
    return {
        "report": True,
        "heads": [gettext("表"), gettext("行数"), gettext("新的"), gettext("有改动"), gettext("一样")],
        "rows": [
            (sheet, count, report.new[sheet], report.changed[sheet], _same(report, sheet))
            for sheet, count in report.taken.items()
        ],
        "fault_heads": [gettext("表"), gettext("第几行"), gettext("怎么了")],
        "faults": [(sheet, number or "", why) for sheet, number, why in report.faults[:SHOWN]],
        "fault_count": len(report.faults),
        "more": max(0, len(report.faults) - SHOWN),
        "passed_over": "、".join(report.passed_over),
        "passwords": report.passwords,
    }


def _same(report: Report, sheet: str) -> int:
    return max(0, report.taken[sheet] - report.new[sheet] - report.changed[sheet])


@require_GET
@reading
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to be filled in."""
    if not scopes_kept(actor_of(request)):
        raise PermissionDenied
    answer = HttpResponse(template_bytes(), content_type=XLSX)
    answer["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95%E6%A8%A1%E6%9D%BF.xlsx"
    return answer
