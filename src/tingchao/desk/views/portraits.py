"""Portraits: for everybody on the wall; put up one by one or many at once by whoever keeps the directory."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of
from tingchao.desk.navigation import desk_nav
from tingchao.desk.views.admin import reading
from tingchao.directory.listing import entry_get
from tingchao.directory.places import deputy_get
from tingchao.directory.policy import may_keep_directory, scopes_kept
from tingchao.engine.files import PHOTOGRAPH, file_path
from tingchao.engine.portraits import deputy_photo_set, photos_hang, portrait_keep

NONE = gettext_noop("请先选照片。")
YEAR = 365 * 86_400


@require_GET
def face(request: HttpRequest, deputy_id: int, digest: str) -> HttpResponseBase:
    """The portrait of a deputy; the address changes with the picture, so browsers keep it."""
    row = deputy_get(deputy_id) if deputy_id < 2**63 else None
    if row is None or not row.photo or not row.photo.startswith(digest) or len(digest) < 12:
        raise Http404
    path = file_path(row.photo)
    if not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=PHOTOGRAPH)
    answer["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


@require_POST
@reading
def photo(request: HttpRequest, deputy_id: int) -> HttpResponseBase:
    """Put up or take down the portrait of one deputy."""
    row = entry_get("deputies", str(deputy_id), scopes=("",))
    if row is None:
        raise Http404
    if not may_keep_directory(actor_of(request), row.region_id):
        raise PermissionDenied
    try:
        upload = request.FILES.get("photo")
        if upload is None and "remove" not in request.POST:
            raise Refusal("file", NONE)
        digest = "" if upload is None else portrait_keep(upload)
        deputy_photo_set(deputy_id=row.pk, digest=digest, actor=actor_of(request), now=now())
        messages.success(request, gettext("照片已经上墙。") if digest else gettext("照片已经取下。"))
    except Refusal as refusal:
        messages.error(request, gettext(refusal.message) % refusal.params)
    return redirect("desk:admin_entry", "deputies", row.pk)


@require_http_methods(["GET", "POST"])
@reading
def photos(request: HttpRequest) -> HttpResponse:
    """Put up many portraits at once, each file named after its deputy."""
    if not scopes_kept(actor_of(request)):
        raise PermissionDenied
    context: dict[str, Any] = {"nav": desk_nav(request), "hung": None, "error": ""}
    status = 200
    if request.method == "POST":
        uploads = request.FILES.getlist("photos")
        if uploads:
            context["hung"] = photos_hang(uploads=uploads, actor=actor_of(request), now=now())
        else:
            context["error"], status = gettext(NONE), 422
    return render(request, "desk/admin/photos.html", context, status=status)
