"""Administration: switching off a body, closing a station, ending a term; first its open work is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from tingchao.core.procedure import Input, InputKind, Option
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of
from tingchao.desk.administration.forms import cleaned, drawn, typed_in
from tingchao.desk.administration.kinds import KINDS, Field
from tingchao.desk.forms import Retry, retry_after
from tingchao.desk.navigation import desk_nav
from tingchao.desk.templatetags.tide import daytime
from tingchao.desk.views.admin import reading
from tingchao.directory.listing import entry_get
from tingchao.directory.policy import may_keep_directory, scopes_kept
from tingchao.engine.handover import (
    Handed,
    body_close,
    deputy_end,
    hung_hand_over,
    open_work,
    station_close,
    work_hand_over,
)
from tingchao.engine.hanging import GOES, MOVES, Hung, hung_ahead
from tingchao.engine.registry import procedure_get

CLOSES: dict[str, Any] = {
    "bodies": lambda pk, **how: body_close(body_id=pk, **how),
    "stations": lambda pk, **how: station_close(station_id=pk, **how),
    "deputies": lambda pk, **how: deputy_end(deputy_id=pk, **how),
}
LABELS = {
    "bodies": gettext_noop("停用单位"),
    "stations": gettext_noop("停用站点"),
    "deputies": gettext_noop("结束任期"),
}
NOBODY = {
    "bodies": gettext_noop("退回联络员重新安排"),
    "stations": gettext_noop("不归站点，由本地区的联络员接着办"),
    "deputies": gettext_noop("不另请代表，由其他督办的人跟着"),
}
TO = Input("to", gettext_noop("接手的是谁"), InputKind.LINE, required=False, most=80)
REASON = Field(
    Input("reason", gettext_noop("为什么"), least=2, most=300, hint=gettext_noop("记在每件事的经过里"))
)


def _fields(kind: str, work: int, hung: Sequence[Hung] = ()) -> tuple[Field, ...]:
    if not work and not hung:
        return (REASON,)
    options = (Option("to", gettext_noop("交给接手的")), Option("nobody", NOBODY[kind]))
    where = Field(Input("where", gettext_noop("没办完的事"), InputKind.CHOICE, options=options))
    return (*((where,) if work else ()), *map(_of_hung, hung), Field(TO, lookup=kind), REASON)


def _of_hung(one: Hung) -> Field:
    """Where one gathering goes."""
    label = f"{daytime(one.when)} {one.label}"
    options = tuple(Option(key, words) for key, words in GOES)
    return Field(Input(one.key, label, InputKind.CHOICE, options=options))


def _hung(kind: str, row: Any) -> list[Hung]:
    return hung_ahead(row.pk, now()) if kind == "stations" else []


@require_http_methods(["GET", "POST"])
@reading
def close(request: HttpRequest, kind: str, pk: str) -> HttpResponseBase:
    """What is still open and where it shall go; then, batch by batch, its handover, and at the end the closing."""
    actor = actor_of(request)
    row = entry_get(kind, pk, scopes=("",)) if kind in CLOSES else None
    if not scopes_kept(actor):
        raise PermissionDenied
    if row is None:
        raise Http404
    if not may_keep_directory(actor, row.region_id):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, kind, row, Retry())
    hung = _hung(kind, row)
    fields = _fields(kind, open_work(kind, row.pk).count, hung)
    typed = typed_in(fields, request.POST)
    try:
        return _close(request, kind, row, fields, typed, hung)
    except Refusal as refusal:
        return _page(request, kind, row, retry_after(refusal, "close", typed))


def _close(
    request: HttpRequest,
    kind: str,
    row: Any,
    fields: tuple[Field, ...],
    typed: dict[str, str],
    hung: Sequence[Hung],
) -> HttpResponseBase:
    values = cleaned(fields, typed, scopes=scopes_kept(actor_of(request)))
    how = {"reason": values["reason"], "actor": actor_of(request), "now": now()}
    if hung:
        moves = {one.key: values[one.key] == MOVES for one in hung}
        hung_hand_over(of=row.pk, to=values["to"], moves=moves, **how)
        if _hung(kind, row):
            return _page(request, kind, row, Retry(action="close", typed=typed))
    if "where" in values:
        to = values["to"] if values["where"] == "to" else None
        if to is None and values["where"] == "to":
            raise refused_inputs({"to": gettext_noop("请写明交给谁。")})
        handed = work_hand_over(kind=kind, of=row.pk, to=to, **how)
        if handed.left:
            return _page(request, kind, row, Retry(action="close", typed=typed), handed)
    CLOSES[kind](row.pk, **how)
    messages.success(request, gettext("“%(name)s”已经停用。") % {"name": row.name})
    return redirect("desk:admin_entry", kind, row.pk)


def _page(
    request: HttpRequest, kind: str, row: Any, retry: Retry, handed: Handed | None = None
) -> HttpResponse:
    work, hung = open_work(kind, row.pk), _hung(kind, row)
    typed = dict(retry.typed) or {"where": "to"}
    context = {
        "nav": desk_nav(request),
        "title": gettext(LABELS[kind]),
        "row": row,
        "kind_label": gettext(KINDS[kind].label),
        "entry_url": reverse("desk:admin_entry", args=[kind, row.pk]),
        "count": work.count,
        "heads": [gettext("编号"), gettext("环节"), gettext("到期")],
        "rows": [_line(case) for case in work.first],
        "more": max(0, work.count - len(work.first)),
        "gatherings": len(hung),
        "fields": drawn(_fields(kind, work.count, hung), typed, retry.faults),
        "error": retry.error,
        "progress": _progress(handed) if handed else "",
        "stuck": [(number, gettext(why)) for number, why in handed.stuck] if handed else [],
    }
    return render(request, "desk/admin/close.html", context, status=422 if retry.error else 200)


def _line(case: Any) -> tuple[str, str, str]:
    """What an administrator, who sees no matter, may know of one: which it is, where it stands, until when."""
    stage = gettext(procedure_get(case.procedure).stage(case.stage).label)
    return case.number, stage, case.due_on.isoformat() if case.due_on else ""


def _progress(handed: Handed) -> str:
    words = ngettext(
        "已经移交 %(n)s 件，还有 %(left)s 件。", "已经移交 %(n)s 件，还有 %(left)s 件。", handed.done
    )
    return words % {"n": handed.done, "left": handed.left}
