"""Who is at the screen: the actor of a request, and the door of the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.timezone import now

from tingchao.directory.actors import NOBODY, Actor
from tingchao.directory.selectors import actor_for

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """The actor that is logged in, read once a request; nobody when none is."""
    kept = cast("Actor | None", getattr(request, "_tingchao_actor", None))
    if kept is None:
        user: Any = request.user
        kept = actor_for(user, now()) if user.is_authenticated else NOBODY
        request._tingchao_actor = kept  # type: ignore[attr-defined]
    return kept


def staff(view: View) -> View:
    """Only for accounts that hold a role now; others are sent to log in, or told that they hold none."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not actor_of(request).holds:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
