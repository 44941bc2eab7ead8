"""Secret links that are guessed: wrong ones are counted, whoever guessed too often waits, and nothing is told.

docs/adr/0017-guards.md says why the limits are as they are. A view that opens something by a secret asks `own_case`, or
counts with `wrong_secret` what it found to be wrong, and bears the decorator `waits`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import ngettext

from tingchao.core.numbering import NumberError, parse_number
from tingchao.desk.addresses import client_address, neighbourhood
from tingchao.engine.links import passcode_holds
from tingchao.engine.models import Case
from tingchao.engine.selectors import case_guarded
from tingchao.engine.tallies import GUESSES, guess_count

View = Callable[..., HttpResponseBase]

FILED = "filed"
FILED_FOR = 3600
"""Seconds for which a browser that filed a voice is let to its page even when its network has to wait."""


@dataclass
class Guessed(Exception):
    """Too many wrong secrets came from this address; it has to wait `seconds`."""

    seconds: int

    @property
    def minutes(self) -> int:
        return max(1, ceil(self.seconds / 60))

    @property
    def words(self) -> str:
        """The reason and when to try again, for whoever is at the screen."""
        told = ngettext(
            "从这个网络输错的次数太多。请 %(n)s 分钟后再试，您的事照常在办。",
            "从这个网络输错的次数太多。请 %(n)s 分钟后再试，您的事照常在办。",
            self.minutes,
        )
        return told % {"n": self.minutes}


def sender(request: HttpRequest) -> str:
    """Whom counts go by."""
    return neighbourhood(client_address(request))


def own_case(request: HttpRequest, number: str, passcode: str) -> Case:
    """The matter of that number and passcode.

    Http404 for a wrong passcode and for a number that is none, by the same way; Guessed when there were too many.
    A right pair takes one SQL statement, a wrong one takes two.
    """
    moment, about = now(), number[:40]
    case, waits = None, False
    with suppress(NumberError):
        parsed = parse_number(number)
        about = str(parsed)
        case, waits = case_guarded(parsed.year, parsed.serial, address=sender(request), now=moment)
    if passcode_holds(case, passcode) and case is not None and (not waits or _filed_here(request, case)):
        return case
    wrong_secret(request, about, moment)
    raise Http404


def wrong_secret(request: HttpRequest, about: str, moment: datetime) -> None:
    """Count one wrong secret for what it was meant to open; raises Guessed when that was one too many."""
    counted = guess_count(address=sender(request), number=about, now=moment)
    if counted.count > GUESSES.most:
        raise Guessed(ceil((counted.free_at(GUESSES) - moment).total_seconds()))


def remember_filed(response: HttpResponseBase, case: Case) -> HttpResponseBase:
    """Let this browser see the page of what it just filed: a neighbour who guesses must not hide it from them."""
    response.set_signed_cookie(
        FILED, case.number, max_age=FILED_FOR, path="/m/", httponly=True, samesite="Lax"
    )
    return response


def _filed_here(request: HttpRequest, case: Case) -> bool:
    return bool(request.get_signed_cookie(FILED, default="", max_age=FILED_FOR) == case.number)


def waits(view: View) -> View:
    """Answers with a page that says when to try again when the view finds that too many secrets were wrong."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Guessed as guessed:
            return slowed(
                render(request, "public/slowed.html", {"words": guessed.words}, status=429), guessed
            )

    return guarded


def slowed(response: HttpResponseBase, guessed: Guessed) -> HttpResponseBase:
    """The response with when to try again, for programs."""
    response["Retry-After"] = str(max(1, guessed.seconds))
    return response
