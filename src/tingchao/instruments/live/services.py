"""Writes of live events: opening and closing, questions put by the audience, what the moderator does with them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from tingchao.core.ledger import JSON
from tingchao.core.steps import Fault, Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case
from tingchao.instruments.live.counting import COUNTS
from tingchao.instruments.live.models import Live, Question, Reacted, Seen
from tingchao.instruments.live.rules import (
    REACTIONS,
    StreamRefused,
    asked_of,
    key_holds,
    same_as,
    stream_of,
    token_kept,
)
from tingchao.instruments.live.selectors import people_of, questions_compared, reactions_of
from tingchao.instruments.live.snapshots import publish, read
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services import Word, word_take
from tingchao.instruments.meetings.services.past import AUDIENCE
from tingchao.instruments.meetings.writing import append, fact, organised, require_ahead

KIND = "face_to_face"
"""The kind of gathering that has a live side."""

MOST_ON_SITE = 100_000

NOT_THIS_KIND = gettext_noop("这类活动没有直播互动。")
NOT_ANNOUNCED = gettext_noop("先公布这场活动，再开直播互动。")
NO_LIVE = gettext_noop("这场活动没有开直播互动。")
OVER = gettext_noop("这场互动已经结束，不能再改。")
NOT_OPEN = gettext_noop("这场互动还没开始，或者已经结束。您可以到“说件事”里说，一样有人办。")
NO_QUESTION = gettext_noop("没有找到这个问题，请刷新页面看看。")
NOT_HERE = gettext_noop("这个问题已经处理过了，请刷新页面看看。")
NO_ANSWERER = gettext_noop("请写是谁答的，比如单位和职务。")
BAD_COUNT = gettext_noop("现场人数填 0 到 100000 之间的整数。")
NO_OTHER = gettext_noop("请选并到哪个问题。")
NO_KEY = gettext_noop("这一页开得太久了，请刷新以后再问一次。")
NO_REACTION = gettext_noop("没有这种回应。")
NO_TOKEN = gettext_noop("请先打开直播页，再点回应。")


# --- the event --------------------------------------------------------------------------------------------


@transaction.atomic
def live_open(*, meeting_id: int, stream: str, actor: Actor, now: datetime) -> Live:
    """Open the live side of a gathering; opened twice, nothing happens. Raises Refusal "input", "not_here"."""
    meeting, role = organised(meeting_id, actor)
    if not kind_get(meeting.kind).live:
        raise Refusal("not_here", NOT_THIS_KIND)
    known = Live.objects.filter(pk=meeting.pk).first()
    if known is not None:
        return known
    require_ahead(meeting)
    if meeting.state != Meeting.State.ANNOUNCED:
        raise Refusal("not_here", NOT_ANNOUNCED)
    live = Live.objects.create(meeting=meeting, stream=_stream(stream), opened_at=now)
    append(meeting, "live_open", actor=actor, role=role, now=now, data={"stream": live.stream})
    _publish_after(live, now)
    return live


def _stream(url: str) -> str:
    try:
        found = stream_of(url, settings.LIVE_HOSTS)
    except StreamRefused as refused:
        raise refused_inputs({"stream": Fault(refused.template, {"host": refused.host})}) from None
    return found.url if found is not None else ""


@transaction.atomic
def live_stream(*, meeting_id: int, stream: str, actor: Actor, now: datetime) -> Live:
    """Change where the pictures come from."""
    live, meeting, role = _open(meeting_id, actor)
    live.stream = _stream(stream)
    live.save(update_fields=["stream"])
    append(meeting, "live_stream", actor=actor, role=role, now=now, data={"stream": live.stream})
    _publish_after(live, now)
    return live


def _open(meeting_id: int, actor: Actor) -> tuple[Live, Meeting, str]:
    """The event, locked by its gathering, with the role of its organiser. Raises Refusal "forbidden", "gone"."""
    meeting, role = organised(meeting_id, actor)
    live = Live.objects.filter(pk=meeting.pk).first()
    if live is None:
        raise Refusal("gone", NO_LIVE)
    live.meeting = meeting
    if live.closed_at is not None:
        raise Refusal("not_here", OVER)
    return live, meeting, role


def _publish_after(live: Live, now: datetime) -> None:
    """What a moderator does is seen at once, as soon as it stands."""
    transaction.on_commit(lambda: publish(live.pk, now, at_once=True))


@transaction.atomic
def live_close(*, meeting_id: int, on_site: int | None, actor: Actor, now: datetime) -> Live:
    """Close an event: how many took part is one fact, browsers and people in the room together; tokens are deleted.

    `on_site` is how many were in the room, those who signed in where it is not given. Closed twice, nothing happens.
    """
    meeting, role = organised(meeting_id, actor)
    live = Live.objects.select_for_update(no_key=True).filter(pk=meeting.pk).first()
    if live is None:
        raise Refusal("gone", NO_LIVE)
    if live.closed_at is not None:
        return live
    if on_site is not None and not 0 <= on_site <= MOST_ON_SITE:
        raise refused_inputs({"on_site": BAD_COUNT})
    COUNTS.flush()
    live.meeting = meeting
    live.online = people_of(live, now).all
    live.on_site = meeting.attendees.filter(signed_at__isnull=False).count() if on_site is None else on_site
    live.reactions, live.closed_at = reactions_of(live), now
    live.save(update_fields=["online", "on_site", "reactions", "closed_at"])
    Seen.objects.filter(live=live).delete()
    Reacted.objects.filter(live=live).delete()
    Question.objects.filter(live=live, state=Question.State.CURRENT).update(state=Question.State.SHOWN)
    took_part = live.online + live.on_site
    data: dict[str, JSON] = {
        "online": live.online,
        "on_site": live.on_site,
        "peak": live.peak,
        "reactions": dict(live.reactions),
        **_questions_noted(live),
    }
    facts = [fact(meeting, AUDIENCE, detail=meeting.kind, amount=took_part)] if took_part else []
    append(meeting, "live_close", actor=actor, role=role, now=now, data=data, facts=facts)
    _publish_after(live, now)
    return live


def counts_forget() -> int:
    """Delete tokens and single reactions of closed events; how many rows."""
    over = Live.objects.filter(closed_at__isnull=False).values("pk")
    gone = Seen.objects.filter(live__in=over).delete()[0]
    return gone + Reacted.objects.filter(live__in=over).delete()[0]


def _questions_noted(live: Live) -> dict[str, JSON]:
    """How many questions were put, and a digest over all of them, so that none can be taken away later."""
    digest, count = hashlib.sha256(), 0
    for key, text in Question.objects.filter(live=live).order_by("id").values_list("pk", "text"):
        digest.update(f"{key}:{text}\n".encode())
        count += 1
    return {"questions": count, "digest": digest.hexdigest()}


# --- the audience -----------------------------------------------------------------------------------------

_PUT = """
INSERT INTO live_question (live_id, text, plain, masked, state, main_id, key, asked_at, answered_by)
SELECT %s, %s, %s, %s, 'waiting', %s, %s, %s, ''
WHERE EXISTS (SELECT 1 FROM live_live WHERE meeting_id = %s AND closed_at IS NULL)
ON CONFLICT (live_id, key) DO NOTHING RETURNING id
"""


def question_put(*, live_id: int, text: str, key: str, now: datetime) -> int:
    """Keep a question; its id, or that of the first one with the same key. Two SQL statements.

    It waits until a moderator shows it. One that says what another says is put to it. It is in nobody's chain of events
    until then: thousands would wait for one row. Raises Refusal "input", "not_here" when the event is not open.
    """
    if not key_holds(key):
        raise Refusal("input", NO_KEY)
    try:
        asked = asked_of(text)
    except ValueError as fault:
        raise refused_inputs({"text": str(fault)}) from None
    main = same_as(asked.text, questions_compared(live_id))
    values: list[str | int | bool | datetime | None] = [
        live_id,
        asked.text,
        asked.plain,
        asked.hidden,
        main,
        key,
        now,
        live_id,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, values)
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    known = Question.objects.filter(live=live_id, key=key).values_list("pk", flat=True).first()
    if known is None:
        raise Refusal("not_here", NOT_OPEN)
    return known


def reaction_give(*, live_id: int, kind: str, token: str, now: datetime) -> bool:
    """Count a reaction; False when the same browser just gave one. No SQL. Raises Refusal "input", "not_here"."""
    if kind not in REACTIONS:
        raise Refusal("input", NO_REACTION)
    _require_open(live_id)
    return COUNTS.reacted(live_id, _token(live_id, token), kind, now)


def presence_note(*, live_id: int, token: str, now: datetime) -> None:
    """A browser is there. No SQL. Raises Refusal "input", "not_here"."""
    _require_open(live_id)
    COUNTS.seen(live_id, _token(live_id, token), now)


def _require_open(live_id: int) -> None:
    """By the snapshot, which every process reads."""
    found = read(live_id)
    if found is None or not found.state["open"]:
        raise Refusal("not_here", NOT_OPEN)


def _token(live_id: int, token: str) -> str:
    try:
        return token_kept(live_id, token)
    except ValueError:
        raise Refusal("input", NO_TOKEN) from None


# --- the moderator ----------------------------------------------------------------------------------------


@transaction.atomic
def question_show(*, question_id: int, actor: Actor, now: datetime) -> Question:
    """Let everybody read a question."""
    return _moved(
        question_id, Question.State.SHOWN, "live_show", actor, now, ("waiting", "hidden", "current")
    )


@transaction.atomic
def question_hide(*, question_id: int, actor: Actor, now: datetime) -> Question:
    """Show a question to nobody, or not any longer."""
    return _moved(
        question_id, Question.State.HIDDEN, "live_hide", actor, now, ("waiting", "shown", "current")
    )


@transaction.atomic
def question_take_up(*, question_id: int, actor: Actor, now: datetime) -> Question:
    """Say that a question is being answered now; the one before is shown as the others are."""
    row = _question(question_id)
    Question.objects.filter(live=row.live_id, state=Question.State.CURRENT).exclude(pk=row.pk).update(
        state=Question.State.SHOWN
    )
    return _moved(question_id, Question.State.CURRENT, "live_current", actor, now, ("waiting", "shown"))


@transaction.atomic
def question_answered(*, question_id: int, by: str, actor: Actor, now: datetime) -> Question:
    """Note by whom a question was answered."""
    by = " ".join(clean_text(by).split())[:40]
    if not by:
        raise refused_inputs({"by": NO_ANSWERER})
    states = ("current", "shown", "waiting")
    row = _moved(question_id, Question.State.ANSWERED, "live_answered", actor, now, states, by=by)
    row.answered_at, row.answered_by = now, by
    row.save(update_fields=["answered_at", "answered_by"])
    return row


@transaction.atomic
def question_group(*, question_id: int, main_id: int | None, actor: Actor, now: datetime) -> Question:
    """Put a question to another one that says the same, with what was put to it; None sets it apart again."""
    row = _question(question_id)
    live, meeting, role = _open(row.live_id, actor)
    main = _question(main_id) if main_id is not None else None
    if main is not None and (main.pk == row.pk or main.live_id != row.live_id or main.main_id == row.pk):
        raise refused_inputs({"main": NO_OTHER})
    if main is not None and main.main_id is not None:
        main = _question(main.main_id)
    row.main = main
    row.save(update_fields=["main"])
    if main is not None:
        Question.objects.filter(main=row).update(main=main)
    data: dict[str, JSON] = {"question": row.pk, "main": main.pk if main else None}
    append(meeting, "live_group", actor=actor, role=role, now=now, data=data)
    _publish_after(live, now)
    return row


def _question(question_id: int) -> Question:
    row = Question.objects.select_for_update(no_key=True).filter(pk=question_id).first()
    if row is None:
        raise Refusal("gone", NO_QUESTION)
    return row


def _moved(
    question_id: int,
    state: Question.State,
    action: str,
    actor: Actor,
    now: datetime,
    leaves: tuple[str, ...],
    **more: JSON,
) -> Question:
    row = _question(question_id)
    live, meeting, role = _open(row.live_id, actor)
    if row.state == state:
        return row
    if row.state not in leaves:
        raise Refusal("not_here", NOT_HERE)
    row.state = state
    row.shown_at = row.shown_at or (None if state is Question.State.HIDDEN else now)
    row.save(update_fields=["state", "shown_at"])
    data: dict[str, JSON] = {"question": row.pk, "text": row.text, **more}
    append(meeting, action, actor=actor, role=role, now=now, data=data)
    _publish_after(live, now)
    return row


def question_case(*, question_id: int, procedure: str, place: str, actor: Actor, now: datetime) -> Case:
    """Make a matter of a question, tied to the gathering; pressed twice it is one. Also after the event is closed."""
    row = Question.objects.select_related("case").filter(pk=question_id).first()
    if row is None:
        raise Refusal("gone", NO_QUESTION)
    if row.case is not None:
        return row.case
    with transaction.atomic():
        case = word_take(
            meeting_id=row.live_id,
            word=Word(row.text, place, procedure),
            actor=actor,
            now=now,
            submission=f"live:{row.pk}",
        )
        Question.objects.filter(pk=row.pk, case=None).update(case=case)
    return case
