"""Pages for what goes wrong before a view is reached."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or came from elsewhere: nothing was sent, and why."""
    return render(request, "errors/stale_csrf.html", status=403)
