"""Listening to residents on a phone: today's receptions and walks, who waits, one turn written down."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.forms import fault_words
from tingchao.desk.meetings import rows
from tingchao.desk.meetings.watched import watch_context
from tingchao.desk.navigation import desk_nav
from tingchao.directory.actors import Actor
from tingchao.instruments.meetings.kinds import kinds
from tingchao.instruments.meetings.policy import listens, organises
from tingchao.instruments.meetings.selectors import hearing_near, listeners_of, meeting_get, queue_of
from tingchao.instruments.meetings.services import (
    meeting_begin,
    meeting_hold,
    own_row,
    resident_add,
    resident_call,
    resident_put_back,
)
from tingchao.mechanisms.public_voices.forms import photos_sent, submission_of
from tingchao.mechanisms.public_voices.inputs import GROUNDS
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.rules import LONGEST, MOST_PHOTOS
from tingchao.mechanisms.public_voices.selectors import voters_of, voters_to_call
from tingchao.mechanisms.public_voices.services.conversations import TAKEN, Said
from tingchao.mechanisms.public_voices.services.receptions import (
    NOTHING,
    Heard,
    channel_of,
    household_record,
    resident_record,
)

TYPED = ("text", "place", "phone", "voter", "answer", "ground", "instead")
STATUS = {"forbidden": 403, "gone": 404, "not_here": 409}
LISTENERS = frozenset({Role.DEPUTY, Role.LIAISON, Role.COORDINATOR, Role.CLERK})
WALK = "walk"
NO_KEY = gettext_noop("这一页开得太久了，请回到名单再点一次；写的请先复制。")


def _kinds_heard() -> list[str]:
    """The kinds of gatherings at which what is said goes on by this procedure, one resident after the other."""
    return [one.key for one in kinds().values() if one.receives and one.procedure == FIVE_STEPS.key]


# --- today's ----------------------------------------------------------------------------------------------


@never_cache
@require_GET
@staff
def hearing(request: HttpRequest) -> HttpResponseBase:
    """Today's receptions and walks of whoever is at the desk, those still to be closed, and a new walk for a deputy."""
    actor, moment = actor_of(request), now()
    if not LISTENERS & {hold.role for hold in actor.holds}:
        raise PermissionDenied
    found = hearing_near(actor, _kinds_heard(), moment)
    deputy = actor.deputy_id
    context = {
        "nav": desk_nav(request),
        "rows": [_row(one, moment) for one in found],
        "walks": deputy is not None and WALK in kinds(),
        "to_call": voters_to_call(deputy, localdate().year) if deputy is not None else [],
        "key": secrets.token_urlsafe(18),
    }
    return render(request, "public_voices/hearing.html", context)


def _row(meeting: Any, moment: datetime) -> dict[str, Any]:
    label, colour = rows.state_of(meeting, moment)
    return {
        "id": meeting.pk,
        "title": meeting.title,
        "when": rows.when_words(meeting),
        "where": rows.where_words(meeting),
        "state": label,
        "colour": colour,
        "received": meeting.received,
    }


@require_POST
@staff
def walk_begin(request: HttpRequest) -> HttpResponseBase:
    """A deputy sets out to call on voters; the walk is there to write down into, and they are signed in."""
    actor, key = actor_of(request), submission_of(request)
    if actor.deputy_id is None:
        raise PermissionDenied
    title = gettext("走访选民 · %(name)s") % {"name": actor.name}
    meeting = meeting_begin(kind=WALK, title=title[:60], actor=actor, now=now(), submission=key)
    return redirect("public_voices:room", meeting.pk)


# --- the room ---------------------------------------------------------------------------------------------


def heard_at(request: HttpRequest, meeting_id: int) -> Any:
    """A gathering at which whoever asks may write down what is said; 404 for none, 403 where they may not."""
    meeting = meeting_get(meeting_id)
    if meeting is None or meeting.kind not in _kinds_heard():
        raise Http404
    actor = actor_of(request)
    if not organises(actor, meeting) and not listens(own_row(actor, meeting)):
        raise PermissionDenied
    return meeting


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def room(request: HttpRequest, meeting_id: int) -> HttpResponseBase:
    """Who waits, whose turn it is, who was heard; one press takes the next one, one puts down who just came."""
    meeting = heard_at(request, meeting_id)
    if request.method == "GET":
        return _room(request, meeting)
    try:
        return _do(request, meeting)
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        words = "；".join(fault_words(refusal).values()) or error
        return _room(request, meeting, error=words, status=STATUS.get(refusal.code, 422))


def _do(request: HttpRequest, meeting: Any) -> HttpResponseBase:
    actor, deed = actor_of(request), request.POST.get("do", "")
    how: dict[str, Any] = {"meeting_id": meeting.pk, "actor": actor, "now": now()}
    if deed == "add":
        one = resident_add(**how, name=request.POST.get("name", ""), submission=submission_of(request))
        if request.POST.get("wait"):
            return redirect("public_voices:room", meeting.pk)
        resident_call(**how, attendee_id=one.pk)
        return redirect("public_voices:turn", meeting.pk, one.pk)
    if deed == "close":
        meeting_hold(**how, received=_number(request.POST.get("received")))
        messages.success(request, gettext("已记下，结束了。写错的可以在一周内请联络员更正。"))
        return redirect("public_voices:room", meeting.pk)
    attendee_id = _number(request.POST.get("attendee")) or 0
    if deed == "back":
        resident_put_back(**how, attendee_id=attendee_id)
        return redirect("public_voices:room", meeting.pk)
    resident_call(**how, attendee_id=attendee_id)
    return redirect("public_voices:turn", meeting.pk, attendee_id)


def _number(text: str | None) -> int | None:
    plain = (text or "").strip()
    if not plain:
        return None
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else -1


def _room(request: HttpRequest, meeting: Any, *, error: str = "", status: int = 200) -> HttpResponse:
    actor, moment, walk = actor_of(request), now(), meeting.kind == WALK
    watch = (
        {} if walk else watch_context(meeting, moment)
    )  # before the queue: who comes meanwhile is asked for again
    queue = queue_of(meeting)
    places = {one.pk: place for place, one in enumerate(_by_coming(queue), start=1)}
    context = {
        "nav": desk_nav(request),
        "meeting": _row(meeting, moment),
        "watch": watch,
        "says": "" if walk else _waiting_words(len(queue.waiting)),
        "walk": walk,
        "groups": {
            key: [_person(one, places, walk) for one in getattr(queue, key)]
            for key in ("now", "waiting", "expected", "heard")
        },
        "open": meeting.state == "announced",
        "closes": organises(actor, meeting) and meeting.state == "announced" and meeting.starts_at <= moment,
        "to_call": _to_call(actor) if walk else [],
        "key": secrets.token_urlsafe(18),
        "error": error,
    }
    return render(request, "public_voices/room.html", context, status=status)


def _waiting_words(count: int) -> str:
    return ngettext("%(n)s 位在等", "%(n)s 位在等", count) % {"n": count} if count else gettext("没有人在等")


def _to_call(actor: Actor) -> list[Any]:
    return [] if actor.deputy_id is None else voters_to_call(actor.deputy_id, localdate().year)


def _by_coming(queue: Any) -> list[Any]:
    """Everybody in the order in which they came, by which those without a name are called."""
    everybody = [*queue.now, *queue.waiting, *queue.expected, *queue.heard]
    return sorted(everybody, key=lambda one: one.pk)


def _person(one: Any, places: dict[int, int], walk: bool) -> dict[str, Any]:
    label = gettext("第 %(n)s 户") if walk else gettext("第 %(n)s 位")
    return {
        "id": one.pk,
        "name": one.name or label % {"n": places.get(one.pk, 1)},
        "people": one.people if one.people > 1 else 0,
        "since": one.signed_at or one.since,
        "heard": one.heard_at,
        "listener": one.listener.name if one.listener is not None else "",
        "cases": [{"number": tie.case.number, "title": tie.case.title} for tie in one.cases.all()],
    }


# --- one turn ---------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def turn(request: HttpRequest, meeting_id: int, attendee_id: int) -> HttpResponseBase:
    """What one resident says, with what became of it on the spot. `attendee_id` 0 is a household of a walk."""
    meeting = heard_at(request, meeting_id)
    one = meeting.attendees.filter(pk=attendee_id, part="resident").first() if attendee_id else None
    if one is None and attendee_id:
        raise Http404
    if request.method == "GET":
        return _turn(request, meeting, one, {})
    try:
        case = _record(request, meeting, attendee_id)
    except Refusal as refusal:
        error = gettext(refusal.message) % refusal.params
        return _turn(request, meeting, one, fault_words(refusal), error=error, code=refusal.code)
    if case is None:
        messages.success(request, gettext("已记下：来过一位，没有要办的事。"))
        return redirect("public_voices:room", meeting.pk)
    return redirect("public_voices:told", meeting.pk, case.number)


def _record(request: HttpRequest, meeting: Any, attendee_id: int) -> Any:
    typed, submission = request.POST, submission_of(request)
    if submission is None:
        raise Refusal("input", NO_KEY)
    people = _number(typed.get("people"))
    said = Said(
        channel=channel_of(meeting),
        consent=bool(typed.get("consent")),
        outcome=typed.get("outcome", TAKEN),
        **{key: typed.get(key, "") for key in TYPED},
    )
    heard = Heard(said, 1 if people is None else people, _number(typed.get("listener")))
    how: dict[str, Any] = {
        "meeting": meeting,
        "heard": heard,
        "actor": actor_of(request),
        "now": now(),
        "submission": submission,
        "files": () if said.outcome == NOTHING else photos_sent(request),
    }
    return resident_record(attendee_id=attendee_id, **how) if attendee_id else household_record(**how)


def _turn(
    request: HttpRequest, meeting: Any, one: Any, errors: dict[str, str], *, error: str = "", code: str = ""
) -> HttpResponse:
    typed, actor = request.POST, actor_of(request)
    values: dict[str, Any] = {key: typed.get(key, "") for key in TYPED} | {
        "consent": bool(typed.get("consent")),
        "outcome": typed.get("outcome", TAKEN),
        "people": typed.get("people", one.people if one is not None else 1),
        "voter": typed.get("voter") or request.GET.get("voter", ""),
    }
    own = own_row(actor, meeting)
    context = {
        "nav": desk_nav(request),
        "meeting": _row(meeting, now()),
        "walk": meeting.kind == WALK,
        "who": one.name if one is not None else "",
        "attendee": one,
        "values": values,
        "grounds": [
            {"key": it.key, "label": gettext(it.label), "on": it.key == values["ground"]} for it in GROUNDS
        ],
        "listeners": [] if own is not None and own.deputy_id else _listeners(meeting, typed, one),
        "voters": _voters(actor, values["voter"]),
        "more_open": any(errors.get(key) for key in ("place", "phone", "consent", "people", "listener")),
        "errors": errors,
        "error": error,
        "key": typed.get("idempotency_key") or secrets.token_urlsafe(18),
        "limits": {"text": LONGEST, "photos": MOST_PHOTOS},
    }
    status = STATUS.get(code, 422) if error else 200
    return render(request, "public_voices/turn.html", context, status=status)


def _listeners(meeting: Any, typed: Any, one: Any) -> list[dict[str, Any]]:
    """The deputies on the list, of whom one listened, where somebody else writes it down; the only one is chosen."""
    found = listeners_of(meeting)
    before = one.listener_id if one is not None else None
    only = found[0].deputy_id if len(found) == 1 else None
    chosen = typed.get("listener") or str(before or only or "")
    return [{"id": it.deputy_id, "name": it.name, "on": str(it.deputy_id) == chosen} for it in found]


def _voters(actor: Actor, chosen: str) -> list[dict[str, Any]]:
    """The voters of one's own list."""
    found = voters_of(actor.deputy_id, localdate().year) if actor.deputy_id is not None else []
    return [
        {"id": it.pk, "name": it.name, "phone": it.phone_shown, "on": str(it.pk) == chosen}
        for it in found
        if it.ended_on is None
    ]
