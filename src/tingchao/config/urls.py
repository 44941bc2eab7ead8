"""All addresses: the public side, the desk, logging in, and those of every mechanism that has some."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path
from django.views.i18n import set_language

from tingchao.config import discovery
from tingchao.desk.urls import desk_urls, public_urls

urlpatterns = [
    path("", include(public_urls)),
    path("desk/", include(desk_urls)),
    # of allauth only what staff need: nobody signs up or resets a password by mail
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("i18n/set-language/", set_language, name="set_language"),
    *[path("", include(name)) for name in discovery.with_module("urls")],
]
