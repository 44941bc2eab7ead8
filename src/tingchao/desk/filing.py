"""How many voices one address may send: a few as they are, more with a proof that no machine sends them, then later.

A view that files calls `filing_require` right before it reads photographs and files, inside the block that shows a
Refusal on the form again; it bears the decorator `tells_guard`; its form has `{% guard %}` of the library `guards`.
Programs that send the form read the status: 428 with [data-guard="proof"] in the page, 429 with Retry-After.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.timezone import now
from django.utils.translation import gettext

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.guards import sender
from tingchao.desk.proofs import Task, answer_holds, task_new, work_holds
from tingchao.engine.tallies import Allowance, Counted, tally_key, tally_read, tally_take

View = Callable[..., HttpResponseBase]

HOUR = 3600
UPLOADS_EACH = 6
"""Times that photographs of one voice may be sent ahead of it."""

REFUSED = "guard"
"""The code of the Refusal when a proof is asked for or the address has to wait."""

ASKED = gettext_noop("从这个网络送来的事比较多，要确认一下不是机器人。写的都还在。")
WRONG = gettext_noop("答得不对，或者这一页开得太久了，请再答一次。写的都还在。")
WAIT = gettext_noop("从这个网络送来的事太多了，请 %(n)s 分钟后再送。写的都还在，也可以换个网络再送。")


@dataclass(frozen=True, slots=True)
class Bound:
    """How many of one purpose an address may send within an hour: before a proof is asked for, and at most."""

    purpose: str
    before: int
    most: int


def _of_filings() -> Bound:
    return Bound("filing", settings.FILINGS_BEFORE_PROOF, settings.FILINGS_MOST)


@dataclass(frozen=True, slots=True)
class Check:
    """What a form has to say or to ask before it may be sent: a task, or minutes to wait.

    `resend`: it was sent and will be sent again by itself; `photos`: some came along and were not looked at.
    """

    task: Task | None
    minutes: int = 0
    resend: bool = False
    photos: bool = False
    words: str = ""


def filing_require(request: HttpRequest, bound: Bound | None = None) -> None:
    """Count one voice from the address of a request; one SQL statement as long as nothing is asked.

    Raises Refusal with the code REFUSED when a proof is needed, or when there were too many; nothing is counted then.
    """
    moment, bound = now(), bound or _of_filings()
    proven = _proven(request, moment)
    most = bound.most if proven else bound.before
    if tally_take(key=_key(request, bound, moment), allowance=Allowance(most, HOUR), now=moment) is not None:
        return
    counted = _counted(request, bound, moment)
    if counted is not None and counted.count >= bound.most:
        raise _to_wait(request, counted, moment)
    request.filing_check = Check(  # type: ignore[attr-defined]
        task_new(moment), resend=proven is None, photos=bool(request.FILES)
    )
    raise Refusal(REFUSED, ASKED if proven is None else WRONG)


def uploads_require(request: HttpRequest) -> None:
    """Count photographs that come with one question of a longer form, which is not filed yet; none cost nothing.

    Raises Refusal with the code REFUSED when there were as many as all the voices of an hour may bear.
    """
    if not request.FILES:
        return
    moment, allowance = now(), Allowance(settings.FILINGS_MOST * UPLOADS_EACH, HOUR)
    key = tally_key("upload", sender(request), moment)
    if tally_take(key=key, allowance=allowance, now=moment) is None:
        raise _to_wait(request, tally_read(key, allowance, moment) or Counted(0, moment), moment)


def _to_wait(request: HttpRequest, counted: Counted, moment: datetime) -> Refusal:
    minutes = _minutes(counted, moment)
    request.filing_check = Check(None, minutes, photos=bool(request.FILES))  # type: ignore[attr-defined]
    return Refusal(REFUSED, WAIT, params={"n": str(minutes)})


def filing_check(request: HttpRequest) -> Check | None:
    """What a form that is shown has to ask; None as long as the address sent few. One SQL statement at most."""
    refused: Check | None = getattr(request, "filing_check", None)
    if refused is not None:
        return refused
    moment = now()
    counted = _counted(request, _of_filings(), moment)
    sent = 0 if counted is None else counted.count
    if sent < settings.FILINGS_BEFORE_PROOF:
        return None
    if counted is not None and sent >= settings.FILINGS_MOST:
        minutes = _minutes(counted, moment)
        return Check(None, minutes, words=gettext(WAIT) % {"n": minutes})
    return Check(task_new(moment))


def tells_guard(view: View) -> View:
    """Gives the form that comes again because of the guard its status: 428 to be proven, 429 to be sent later."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        refused: Check | None = getattr(request, "filing_check", None)
        if refused is not None and response.status_code == 422:
            response.status_code = 429 if refused.task is None else 428
            if refused.minutes:
                response["Retry-After"] = str(refused.minutes * 60)
        return response

    return guarded


def _proven(request: HttpRequest, moment: datetime) -> bool | None:
    """Whether the form bears a proof that holds; None when it bears none."""
    work, typed = request.POST.get("guard_work", ""), request.POST.get("guard_answer", "")
    if work:
        return work_holds(work, moment)
    if typed.strip():
        return answer_holds(request.POST.get("guard_token", ""), typed, moment)
    return None


def _key(request: HttpRequest, bound: Bound, moment: datetime) -> str:
    return tally_key(bound.purpose, sender(request), moment)


def _counted(request: HttpRequest, bound: Bound, moment: datetime) -> Counted | None:
    return tally_read(_key(request, bound, moment), Allowance(bound.most, HOUR), moment)


def _minutes(counted: Counted, moment: datetime) -> int:
    return max(1, ceil((counted.since.timestamp() + HOUR - moment.timestamp()) / 60))
