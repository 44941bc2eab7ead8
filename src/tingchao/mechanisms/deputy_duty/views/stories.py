"""Stories of deputies: written and looked at in the desk, read by everybody by place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingchao.core.privacy import doubtful_in
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.desk.access import actor_of, staff
from tingchao.desk.asked import number_asked
from tingchao.desk.forms import fault_words
from tingchao.desk.navigation import desk_nav
from tingchao.directory.places import home_place, place_above, place_get, places_below
from tingchao.mechanisms.deputy_duty.forms import records as forms
from tingchao.mechanisms.deputy_duty.rules import ATTENDED, prefix_of
from tingchao.mechanisms.deputy_duty.selectors.records import (
    deputy_of_record,
    entries_page,
    may_read,
    record_scopes,
)
from tingchao.mechanisms.deputy_duty.selectors.stories import (
    deeds_of,
    facts_of,
    known_cases_of,
    may_see,
    stories_known,
    stories_page,
    story_get,
    story_history,
    story_known,
)
from tingchao.mechanisms.deputy_duty.services.stories import (
    Words,
    may_keep,
    story_agree,
    story_change,
    story_publish,
    story_withdraw,
    story_write,
)

STATUS = {"moved_on": 409, "not_here": 409, "forbidden": 403, "second_person": 403, "gone": 404}
COLOURS = {"written": "soon", "agreed": "soon", "known": "done", "withdrawn": "plain"}
STEPS = {
    "story.write": gettext_noop("写了这个故事"),
    "story.change": gettext_noop("改了文字"),
    "story.agree": gettext_noop("代表同意公开"),
    "story.publish": gettext_noop("看过，公开了"),
    "story.withdraw": gettext_noop("撤下了"),
}
DONE = {
    "agree": gettext_noop("您同意了。人大工作人员看过以后公开。"),
    "publish": gettext_noop("公开了。"),
    "withdraw": gettext_noop("撤下了，大家看不到了。"),
}


# --- what everybody reads ---------------------------------------------------------------------------------


@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """The stories that were made known, of a place or of a deputy, the latest first."""
    code, deputy_id = request.GET.get("in", ""), number_asked(request, "deputy")
    here = place_get(code) if code else None
    if code and here is None:
        raise Http404
    page = stories_known(
        place=here.code if here else "", deputy_id=deputy_id, after=request.GET.get("after", "")
    )
    kept = {"in": here.code if here else "", "deputy": str(deputy_id or "")}
    query = {key: value for key, value in {**kept, "after": page.after}.items() if value}
    above = place_above(here) if here is not None else None
    context = {
        "here": here,
        "up_url": _place_url(above.code if above is not None else "") if here is not None else "",
        "below": [{"name": one.name, "url": _place_url(one.code)} for one in places_below(_below_of(here))],
        "rows": [_public_row(one) for one in page.rows],
        "next_url": f"?{urlencode(query)}" if page.after else "",
    }
    return render(request, "deputy_duty/stories.html", context)


def _below_of(here: Any) -> str:
    place = here or home_place()
    return place.code if place is not None else ""


def _place_url(code: str) -> str:
    return reverse("deputy_duty:stories") + (f"?{urlencode({'in': code})}" if code else "")


def _public_row(one: Any) -> dict[str, Any]:
    return {
        "url": reverse("deputy_duty:story_known", args=[one.pk]),
        "title": one.title,
        "text": one.text,
        "who": one.deputy.name,
        "place": one.station.name if one.station is not None else one.region.name,
        "when": one.known_at,
    }


@require_GET
def known(request: HttpRequest, story_id: int) -> HttpResponse:
    """One story: its words, whose it is, and the matters in it that were made known themselves."""
    read = story_known(story_id)
    if read is None:
        raise Http404
    found, deeds = read
    context = {
        "story": _public_row(found),
        "deputy_url": reverse("public:deputy", args=[found.deputy_id])
        if found.deputy.until is None or localdate() < found.deputy.until
        else "",
        "deeds": deeds,
        "cases": [
            {"url": reverse("public:known_case", args=[one.number]), "title": one.public_title}
            for one in known_cases_of(found)
        ],
    }
    return render(request, "deputy_duty/story_known.html", context)


# --- the desk ---------------------------------------------------------------------------------------------


def _insider(request: HttpRequest) -> Any:
    """Whoever may see stories before they are public: those who see records, and deputies their own."""
    actor = actor_of(request)
    if not record_scopes(actor) and actor.deputy_id is None:
        raise PermissionDenied
    return actor


@never_cache
@require_GET
@staff
def desk_stories(request: HttpRequest) -> HttpResponse:
    """The stories of my scope, or my own, the newest first."""
    actor = _insider(request)
    after = request.GET.get("after", "")
    rows, further = stories_page(
        actor, after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    )
    context = {
        "nav": desk_nav(request),
        "own_id": actor.deputy_id,
        "rows": [
            {
                "url": reverse("deputy_duty:story", args=[one.pk]),
                "title": one.title,
                "who": one.deputy.name,
                "place": one.region.name,
                "state": gettext(str(one.get_state_display())),
                "colour": COLOURS[one.state],
                "when": one.written_at,
            }
            for one in rows
        ],
        "next_url": f"?after={further}" if further else "",
    }
    return render(request, "deputy_duty/desk_stories.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def new(request: HttpRequest, deputy_id: int) -> HttpResponseBase:
    """Write a story of a deputy about entries of their record."""
    actor, deputy = _insider(request), deputy_of_record(deputy_id)
    if deputy is None:
        raise Http404
    if not may_read(actor, deputy) or not _writes(actor, deputy):
        raise PermissionDenied
    if request.method == "GET":
        return _form(request, deputy, Words("", ""))
    words, key = _typed(request), forms.key_typed(request.POST.get("idempotency_key", ""))
    try:
        made = story_write(
            deputy_id=deputy.pk,
            words=words,
            submission=f"story:{actor.key}:{key}" if key else None,
            actor=actor,
            now=now(),
        )
    except Refusal as refusal:
        return _form(request, deputy, words, refusal=refusal)
    messages.success(request, gettext("写好了。") + _next_words(made))
    return redirect("deputy_duty:story", made.pk)


def _next_words(story: Any) -> str:
    if story.state == "written":
        return gettext("代表同意以后，再由第二个人看过公开。")
    return gettext("下一步由人大工作人员看过公开。")


def _writes(actor: Any, deputy: Any) -> bool:
    return actor.deputy_id == deputy.pk or may_keep(actor, deputy.region_id) is not None


def _typed(request: HttpRequest) -> Words:
    chosen = [
        int(one) for one in request.POST.getlist("fact") if one.isascii() and one.isdigit() and len(one) < 19
    ]
    return Words(request.POST.get("title", ""), request.POST.get("text", ""), chosen)


def _form(
    request: HttpRequest, deputy: Any, words: Words, *, refusal: Refusal | None = None, story: Any = None
) -> HttpResponse:
    everything = forms.chosen_for("")
    assert everything is not None
    asked = forms.asked_for(deputy, forms.WHOLE, localdate())
    page = entries_page(asked.window, everything, most=40)
    rows = [
        forms.entry_row(one, own=False, sees=bool(record_scopes(actor_of(request))))
        | {"on": one.fact_id in words.fact_ids}
        for one in page.rows
        if prefix_of(one.kind) in ("", ATTENDED)
    ]
    context = {
        "nav": desk_nav(request),
        "deputy": deputy,
        "story": story,
        "title": words.title,
        "text": words.text,
        "rows": rows,
        "kept": [one for one in words.fact_ids if one not in {row["id"] for row in rows}],
        "seen": request.POST.get("seen", "") or (story.version if story is not None else ""),
        "key": forms.key_typed(request.POST.get("idempotency_key", "")) or get_random_string(22),
        "back_url": reverse("deputy_duty:story", args=[story.pk])
        if story is not None
        else reverse("deputy_duty:record", args=[deputy.pk]),
        "error": gettext(refusal.message) % refusal.params if refusal is not None else "",
        "errors": fault_words(refusal) if refusal is not None else {},
    }
    status = STATUS.get(refusal.code, 422) if refusal is not None else 200
    return render(request, "deputy_duty/story_form.html", context, status=status)


def _seen_story(request: HttpRequest, story_id: int) -> Any:
    actor, found = _insider(request), story_get(story_id)
    if found is None:
        raise Http404
    if not may_see(actor, found):
        raise PermissionDenied
    return found


@never_cache
@require_GET
@staff
def story(request: HttpRequest, story_id: int) -> HttpResponse:
    """One story in the desk: its words, what it tells of, and what comes next."""
    return _story_page(request, _seen_story(request, story_id))


def _story_page(request: HttpRequest, row: Any, *, error: str = "", status: int = 200) -> HttpResponse:
    actor, everything = actor_of(request), forms.chosen_for("")
    assert everything is not None
    keeps, own = may_keep(actor, row.region_id) is not None, actor.deputy_id == row.deputy_id
    sees = bool(record_scopes(actor))
    context = {
        "nav": desk_nav(request),
        "story": row,
        "state": gettext(str(row.get_state_display())),
        "colour": COLOURS[row.state],
        "deeds": [forms.entry_row(one, own=False, sees=sees) for one in deeds_of(row, everything)],
        "doubts": doubtful_in(f"{row.title}\n{row.text}") if row.state in ("written", "agreed") else [],
        "may_agree": own and row.state == "written",
        "may_publish": keeps and not own and row.state == "agreed" and row.writer != actor.key,
        "waits_for_another": keeps and row.state == "agreed" and row.writer == actor.key,
        "may_change": keeps or own,
        "may_withdraw": (keeps or own) and row.state != "withdrawn",
        "own": own,
        "public_url": reverse("deputy_duty:story_known", args=[row.pk]) if row.state == "known" else "",
        "timeline": [
            {
                "when": event.at,
                "what": gettext(STEPS.get(event.action, event.action)),
                "who": event.actor_name,
                "note": event.note,
            }
            for event in story_history(row)
        ],
        "error": error,
    }
    return render(request, "deputy_duty/story.html", context, status=status)


@require_POST
@staff
def story_do(request: HttpRequest, story_id: int) -> HttpResponseBase:
    """Agree, publish or withdraw. Refused, the page comes again with the reason."""
    row, actor, key = _seen_story(request, story_id), actor_of(request), request.POST.get("action", "")
    typed = request.POST.get("seen", "")
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1
    try:
        if key == "agree":
            story_agree(story_id=row.pk, seen=seen, actor=actor, now=now())
        elif key == "publish":
            story_publish(story_id=row.pk, seen=seen, actor=actor, now=now())
        elif key == "withdraw":
            story_withdraw(story_id=row.pk, reason=request.POST.get("reason", ""), actor=actor, now=now())
        else:
            raise Refusal("unknown", gettext_noop("没有这个操作，请刷新页面再试。"))
    except Refusal as refusal:
        words = "".join(dict.fromkeys(fault_words(refusal).values()))
        error = words or gettext(refusal.message) % refusal.params
        return _story_page(
            request, _seen_story(request, story_id), error=error, status=STATUS.get(refusal.code, 422)
        )
    messages.success(request, gettext(DONE[key]))
    return redirect("deputy_duty:story", row.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def story_edit(request: HttpRequest, story_id: int) -> HttpResponseBase:
    """Change the words; they need consent and a second person again."""
    row, actor = _seen_story(request, story_id), actor_of(request)
    if not _writes(actor, row.deputy):
        raise PermissionDenied
    if request.method == "GET":
        return _form(request, row.deputy, Words(row.title, row.text, facts_of(row)), story=row)
    words, typed = _typed(request), request.POST.get("seen", "")
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1
    try:
        made = story_change(story_id=row.pk, words=words, seen=seen, actor=actor, now=now())
    except Refusal as refusal:
        return _form(request, row.deputy, words, refusal=refusal, story=row)
    messages.success(request, gettext("改好了。") + _next_words(made))
    return redirect("deputy_duty:story", made.pk)
