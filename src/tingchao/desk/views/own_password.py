"""Choosing one's own password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tingchao.core.steps import Refusal
from tingchao.desk.access import actor_of
from tingchao.desk.forms import Retry, retry_after
from tingchao.engine.accounts import password_change

FIELDS = ("old", "new", "again")


@sensitive_post_parameters(*FIELDS)
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def own_password(request: HttpRequest) -> HttpResponseBase:
    """My password: the old one, the new one twice. What is typed is not shown again."""
    account: Any = request.user
    if request.method == "GET":
        return _page(request, Retry())
    typed = {key: request.POST.get(key, "") for key in FIELDS}
    try:
        changed = password_change(account_id=account.pk, **typed, actor=actor_of(request), now=now())
    except Refusal as refusal:
        return _page(request, retry_after(refusal, "password", {}), status=422)
    update_session_auth_hash(request, changed)
    messages.success(request, gettext("密码改好了，下次登录用新密码。"))
    return redirect("desk:worklist")


def _page(request: HttpRequest, retry: Retry, status: int = 200) -> HttpResponseBase:
    account: Any = request.user
    context = {"retry": retry, "given": account.password_given, "username": account.username}
    return render(request, "account/password.html", context, status=status)
