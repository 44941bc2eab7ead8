"""What happens around every request: language, idle sessions, second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

Next = Callable[[HttpRequest], HttpResponseBase]

LAST_SEEN = "last_seen"
SEEN_EVERY = 60
"""Seconds between two writes of when a session was last used."""

BY_ITSELF = "timer"
"""What frontend/watch.js says in X-Requested-With."""

SECOND_FACTOR = "second_factor"
WITHOUT_SECOND_FACTOR = ("/accounts/", "/i18n/", "/static/")


def language_by_choice(get_response: Next) -> Next:
    """Chinese, unless the reader has switched to another language: never guessed from the browser."""
    known = {code for code, _ in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            return get_response(request)

    return middleware


def idle_timeout(get_response: Next) -> Next:
    """End a session that nobody has used for SESSION_IDLE_SECONDS (等保 2.0, GB/T 22239-2019 8.1.4.1)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            moment = int(now().timestamp())
            last = int(request.session.get(LAST_SEEN, moment))
            if moment - last > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif request.headers.get("X-Requested-With") == BY_ITSELF:
                pass  # nobody is there for it: a page that looks anew by itself keeps no session alive
            elif LAST_SEEN not in request.session or moment - last >= SEEN_EVERY:
                request.session[LAST_SEEN] = moment
        return get_response(request)

    return middleware


def second_factor(get_response: Next) -> Next:
    """Where the setting asks for two factors, nobody gets on before a second one is set up.

    Whoever has one is asked for it by allauth at login; whoever has none is led to set one up.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.TWO_FACTOR_REQUIRED and not _passes(request):
            return redirect("mfa_activate_totp")
        return get_response(request)

    return middleware


def own_password(get_response: Next) -> Next:
    """Whoever logs in with a password that somebody else gave them chooses their own before anything else."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user: Any = request.user
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and user.is_authenticated
            and user.password_given
            and request.path.startswith("/desk/")
            and request.path != reverse("desk:password")
        ):
            return redirect("desk:password")
        return get_response(request)

    return middleware


def _passes(request: HttpRequest) -> bool:
    user: Any = request.user
    if not user.is_authenticated or request.path.startswith(WITHOUT_SECOND_FACTOR):
        return True
    if request.session.get(SECOND_FACTOR):
        return True
    has: bool = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
    if has:
        request.session[SECOND_FACTOR] = True
    return has
