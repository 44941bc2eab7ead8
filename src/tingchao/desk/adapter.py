"""Staff accounts are made by an administrator: nobody signs up, resets by mail or changes a mail address here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's account adapter, closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
