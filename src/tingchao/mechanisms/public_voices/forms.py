"""What the form of a voice sends, and what it shows: at once, or one question a screen in the large-type version."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext

from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.forms import fault_words
from tingchao.directory.actors import Actor, reporter
from tingchao.directory.atlas import dots_near
from tingchao.directory.selectors import communities_of, station_get, stations_by_district
from tingchao.engine.drafts import draft_token, drafts_keep, drafts_of
from tingchao.engine.files import KeptFile
from tingchao.engine.nearby import known_nearby
from tingchao.engine.through import Through
from tingchao.engine.timing import limit_for
from tingchao.engine.words import limit_words
from tingchao.instruments.codes.selectors import code_resolve
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.rules import (
    CONCERNS,
    LONGEST,
    MOST_PHOTOS,
    STEPS,
    WHEN,
    alike,
    happened_of,
    place_fault,
    place_of,
    point_of,
    step_at_fault,
    text_fault,
)
from tingchao.mechanisms.public_voices.selectors import followers_of
from tingchao.mechanisms.public_voices.services import voice_file

TYPED = ("text", "place", "spot", "point", "when", "day", "concerns", "station", "phone")
"""The fields that are shown again as they were typed."""

LARGE = ("large", "largest")
"""Values of the cookie `type` with which the form asks one question a screen."""

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a form is shown: what was typed, what is wrong with it, and which question it stands at."""

    typed: Mapping[str, str] = field(default_factory=dict)
    photos: Sequence[KeptFile] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    step: str = STEPS[0]
    alike: Sequence[Mapping[str, Any]] = ()
    held: bool = False


def submission_of(request: HttpRequest) -> str | None:
    """The idempotency key of what was sent; None when it bears no proper one."""
    key = request.POST.get("idempotency_key", "")
    return f"form:{key}" if _KEY.fullmatch(key) else None


def voice_inputs(data: Mapping[str, str], today: date) -> dict[str, Any]:
    """What `voice_file` is given of a form, as it was typed."""
    return {
        "text": data.get("text", ""),
        "place": place_of(data.get("spot", ""), data.get("place", "")),
        "phone": data.get("phone", ""),
        "consent": bool(data.get("consent")),
        "happened": happened_of(data.get("when", ""), data.get("day", ""), today),
        "concerns": data.get("concerns", ""),
        "point": data.get("point", ""),
    }


def photos_before(request: HttpRequest) -> tuple[KeptFile, ...]:
    """The photographs that came with an earlier screen of the form and were not taken out since."""
    dropped = set(request.POST.getlist("drop"))
    return drafts_of([token for token in request.POST.getlist("kept") if token not in dropped])


def photos_sent(request: HttpRequest) -> tuple[KeptFile, ...]:
    """The photographs of a form: those that came with it and those kept from before. Refusal "file"."""
    before = photos_before(request)
    uploads = request.FILES.getlist("photos")
    if len(uploads) + len(before) > MOST_PHOTOS:
        raise Refusal("file", gettext_noop("最多传 6 张照片，请去掉几张。"))
    return (*before, *drafts_keep(uploads))


def place_chosen(request: HttpRequest) -> Any:
    """The station that hears a voice without a code: the one chosen, or the nearest to the point on the map."""
    chosen, point = request.POST.get("station", ""), request.POST.get("point", "")
    known = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    station = station_get(int(chosen)) if known else _nearest(point)
    if station is None:
        raise refused_inputs({"station": gettext_noop("请从名单里选一个离您近的站点。")})
    return station


def place_known(request: HttpRequest) -> Any:
    """As `place_chosen`, but None when nothing was chosen yet."""
    with suppress(Refusal):
        return place_chosen(request)
    return None


def _nearest(point: str) -> Any:
    try:
        near = dots_near(*point_of(point), most=1)
    except ValueError:
        return None
    return station_get(near[0][0].id) if near else None


def filed(
    request: HttpRequest,
    place: Any,
    *,
    channel: str,
    photos: Sequence[KeptFile],
    actor: Actor | None = None,
    through: Through | None = None,
) -> Any:
    """The voice that a form sends, heard at `place`; by whoever reports it unless an `actor` types it in.

    `through` is the code that was scanned before.
    """
    return voice_file(
        **voice_inputs(request.POST.dict(), localdate()),
        region_code=place.region_id,
        station_id=place.id,
        channel=channel,
        actor=actor or reporter(0),
        now=now(),
        submission=submission_of(request),
        files=photos,
        through=through,
    )


# --- what is known nearby ---------------------------------------------------------------------------------


def region_of(request: HttpRequest) -> str:
    """The region that a form speaks of: of its code's station, or of the one chosen; empty when it has neither."""
    code = request.POST.get("code", "")[:40]
    place = code_resolve(code, today=localdate()).station if code else place_known(request)
    return "" if place is None else place.region_id


def alike_shown(text: str, region_code: str) -> list[dict[str, Any]]:
    """The matters known nearby that a text is like, as the page shows them. At most two SQL statements."""
    known = {one.case_id: one for one in known_nearby(region_code)}
    found = alike(clean_text(text), [(one.case_id, one.grams) for one in known.values()])
    counts = followers_of(found) if found else {}
    return [
        {
            "title": known[key].title,
            "station": known[key].station,
            "closed": known[key].closed,
            "followers": counts.get(key, 0),
            "url": reverse("public_voices:follow", args=[known[key].number, known[key].code]),
        }
        for key in found
    ]


# --- one question a screen --------------------------------------------------------------------------------


def one_question_a_screen(request: HttpRequest) -> bool:
    """Whether the reader has chosen large type, with which the form asks one thing after another."""
    return request.COOKIES.get("type") in LARGE


def is_step(request: HttpRequest) -> bool:
    """Whether a form comes only to go on to another question, or back to one."""
    return request.POST.get("step") in STEPS and request.POST.get("go") in ("next", "back")


def step_asked(request: HttpRequest) -> str | None:
    """The question that a press of 上一步 or 下一步 leads to; None when the form is to be sent.

    Raises Refusal "input" when the present question has no proper answer yet.
    """
    if not is_step(request):
        return None
    here, to = request.POST["step"], request.POST["go"]
    if to == "next":
        _require_answer(request.POST, here, scanned=bool(request.POST.get("code")))
    place = STEPS.index(here) + (1 if to == "next" else -1)
    return STEPS[min(max(place, 0), len(STEPS) - 1)]


def _require_answer(data: Mapping[str, str], step: str, *, scanned: bool) -> None:
    faults: dict[str, str] = {}
    if step == "what":
        faults["text"] = text_fault(data.get("text", "").strip())
    if step == "where":
        faults["place"] = place_fault(place_of(data.get("spot", ""), data.get("place", "")))
        if not (scanned or data.get("station") or data.get("point")):
            faults["station"] = gettext_noop("请从名单里选一个离您近的站点。")
    if any(faults.values()):
        raise refused_inputs({key: fault for key, fault in faults.items() if fault})


# --- what is shown ----------------------------------------------------------------------------------------


def shown_fault(refusal: Refusal, *, typed: Mapping[str, str], photos: Sequence[KeptFile] = ()) -> Shown:
    """The form again, at the question that is at fault."""
    error = gettext(refusal.message) % refusal.params
    faults = fault_words(refusal)
    if refusal.code == "file":
        faults["photos"] = error
    return Shown(typed, photos, faults, error, step_at_fault(faults) if faults else STEPS[-1])


def say_context(request: HttpRequest, station: Any, code: str, shown: Shown) -> dict[str, Any]:
    """What the page of the form draws."""
    typed = {key: shown.typed.get(key, "") for key in TYPED}
    return {
        "station": station,
        "spots": [] if station is None else _spots(station),
        "stations": [] if station else stations_by_district(),
        "values": {**typed, "consent": bool(shown.typed.get("consent"))},
        "when": _options(WHEN, typed["when"]),
        "concerns": _options(CONCERNS, typed["concerns"]),
        "photos": [_photo(file) for file in shown.photos],
        "alike": shown.alike,
        "held": shown.held,
        "seen": bool(shown.alike or typed_seen(shown.typed)),
        "errors": shown.faults,
        "error": shown.error,
        "key": shown.typed.get("idempotency_key") or secrets.token_urlsafe(18),
        "code": code,
        "limits": {"text": LONGEST, "photos": MOST_PHOTOS, "left": MOST_PHOTOS - len(shown.photos)},
        "steps": _steps(shown.step) if one_question_a_screen(request) else None,
        "more_open": bool(typed["when"] or typed["concerns"] or {"happened", "concerns"} & set(shown.faults)),
        "next_steps": _next_steps(),
    }


def typed_seen(typed: Mapping[str, str]) -> bool:
    """Whether what is known nearby was shown to whoever fills in the form."""
    return typed.get("seen") == "1"


def _steps(here: str) -> dict[str, Any]:
    number = STEPS.index(here) + 1
    return {
        "here": here,
        "number": number,
        "count": len(STEPS),
        "first": number == 1,
        "last": here == STEPS[-1],
    }


def _options(labels: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": gettext(label), "on": key == chosen} for key, label in labels.items()]


def _spots(station: Any) -> list[str]:
    """Places to choose from near a station; kept as they are written, in Chinese."""
    return [f"{station.name}附近", *communities_of(station.region_id)]


def _photo(file: KeptFile) -> dict[str, str]:
    token = draft_token(file)
    return {"token": token, "name": file.name, "url": reverse("public_voices:photo", args=[token])}


def _limit(stage: str) -> str:
    limit = limit_for(FIVE_STEPS.key, FIVE_STEPS.stage(stage), "")
    return "" if limit is None else limit_words(limit)


def _next_steps() -> list[dict[str, str]]:
    """What happens after sending, and by when, as the procedure has it."""
    sorting, acting = (_limit(key) for key in ("sorting", "acting"))
    return [
        {"label": gettext("马上给您编号和查询口令"), "when": gettext("不用注册，凭它随时回来看")},
        {"label": gettext("代表和联络员看过，告诉您交给谁办"), "when": sorting},
        {
            "label": gettext("承办单位答复您，请您评一评"),
            "when": gettext("一般%(limit)s，到期没有答复会自动上报") % {"limit": acting},
        },
    ]
