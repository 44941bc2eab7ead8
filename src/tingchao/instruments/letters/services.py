"""Writes of letters: writing one, answering it, withdrawing it, reminding of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from tingchao.core.ledger import GENESIS, JSON, link
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.models import Body, Region
from tingchao.engine import notices, record
from tingchao.engine.models import Case, Notice
from tingchao.engine.services import locked_case, roles_of
from tingchao.engine.timing import local_day
from tingchao.instruments.letters.kinds import letter_kind
from tingchao.instruments.letters.models import Letter
from tingchao.instruments.letters.policy import GONE, require_addressee, require_writer
from tingchao.instruments.letters.selectors import addressees_of

LONGEST_WAIT = timedelta(days=365)
TITLE = (2, 60)
TEXT = (10, 10_000)
REPLY = (5, 10_000)
REASON = (4, 200)

NO_KIND = gettext_noop("请选一种函。")
NO_BODY = gettext_noop("请从名单里选一个收函的单位。")
NO_DAY = gettext_noop("请选一个今天以后、一年以内的日子，请对方在那天前答复。")
NO_TITLE = gettext_noop("请写明是关于什么的，2 到 60 个字。")
NO_TEXT = gettext_noop("请写正文，10 个字以上。")
NO_REPLY = gettext_noop("请写答复，5 个字以上。")
NO_REASON = gettext_noop("请写明为什么撤回，4 个字以上。")
ANSWERED = gettext_noop("这封函已经答复过了，要补充请在事项里留言。")
WITHDRAWN = gettext_noop("这封函已经撤回，不用再答复。")
ANSWERED_ALREADY = gettext_noop("对方已经答复，不能再撤回。")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A letter as it is typed."""

    kind: str
    body: str
    title: str
    text: str
    reply_by: str


@transaction.atomic
def letter_issue(*, case_id: int, drafted: Drafted, actor: Actor, now: datetime) -> Letter:
    """Write to a body about a matter; it is numbered and told at once.

    Raises Refusal "gone", "forbidden", "input".
    """
    case = locked_case(case_id)
    role = require_writer(roles_of(actor, case))
    body, day = _require_sound(drafted, case, local_day(now))
    region = _writer_region(actor, role, case)
    series, year = series_of(region.name), local_day(now).year
    letter = Letter.objects.create(
        case=case,
        kind=drafted.kind,
        region=region,
        series=series,
        year=year,
        serial=_next_serial(series, year),
        body=body,
        title=_line(drafted.title),
        text=clean_text(drafted.text),
        issued_at=now,
        issued_by=actor.key,
        signed=signature_of(region.name),
        reply_by=day,
    )
    _note(
        letter,
        "issued",
        actor,
        str(role),
        now,
        told=[notices.notice(notices.to_body(body.pk), "letter_issued", **_about(letter))],
        case=case.number,
        number=letter.number,
        body=body.pk,
        text=link(GENESIS, {"title": letter.title, "text": letter.text}),
    )
    return letter


def _require_sound(drafted: Drafted, case: Case, today: date) -> tuple[Body, date | None]:
    kind, faults = letter_kind(drafted.kind), {}
    if kind is None:
        faults["kind"] = NO_KIND
    body = _addressee(drafted.body, case)
    if body is None:
        faults["body"] = NO_BODY
    if not TITLE[0] <= len(_line(drafted.title)) <= TITLE[1]:
        faults["title"] = NO_TITLE
    if not TEXT[0] <= len(clean_text(drafted.text)) <= TEXT[1]:
        faults["text"] = NO_TEXT
    day = _day(drafted.reply_by)
    wanted = kind is not None and kind.answered
    if (wanted and day is None) or (day is not None and not today < day <= today + LONGEST_WAIT):
        faults["reply_by"] = NO_DAY
    if faults or body is None:
        raise refused_inputs(faults)
    return body, day if wanted else None


def _addressee(key: str, case: Case) -> Body | None:
    known = key.isascii() and key.isdigit() and len(key) < 19
    return addressees_of(case).filter(pk=int(key)).first() if known else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _writer_region(actor: Actor, role: Role, case: Case) -> Region:
    """The place in whose name somebody writes: that of the narrowest scope under which they play the role here."""
    scopes = [h.scope for h in actor.holds if h.role is role and case.region_id.startswith(h.scope)]
    code = f"{max(scopes, key=len, default=''):0<12}"
    return Region.objects.filter(pk=code).first() or case.region


_ENDINGS = ("自治县", "街道", "新区", "市", "区", "县", "镇", "乡")


def series_of(place: str) -> str:
    """发文机关代字: the short name of a place with 人大函, e.g. 建德人大函."""
    ending = next((one for one in _ENDINGS if place.endswith(one) and len(place) > len(one) + 1), "")
    return f"{place[: len(place) - len(ending)]}人大函"


def signature_of(place: str) -> str:
    """发文机关署名: of a county or city its standing committee's office; of a township the presidium.

    Townships have no standing committee; in sub-districts one may set up a working body: 《地方组织法》
    第十八条、第十九条、第五十九条.
    """
    if place.endswith("街道"):
        return f"人大{place}工作委员会"
    if place.endswith(("镇", "乡")):
        return f"{place}人民代表大会主席团"
    return f"{place}人民代表大会常务委员会办公室"


def _next_serial(series: str, year: int) -> int:
    """The next number of a series in a year; whoever asks at the same moment waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"letter:{series}:{year}"])
    last = Letter.objects.filter(series=series, year=year).aggregate(last=Max("serial"))["last"]
    return int(last or 0) + 1


@transaction.atomic
def letter_answer(*, letter_id: int, text: str, actor: Actor, now: datetime) -> Letter:
    """Answer a letter for the body that it was sent to; once.

    Raises Refusal "gone", "forbidden", "not_here", "input".
    """
    letter = _locked(letter_id)
    role = require_addressee(actor, letter)
    if letter.withdrawn_at is not None:
        raise Refusal("not_here", WITHDRAWN)
    if letter.replied_at is not None:
        raise Refusal("not_here", ANSWERED)
    said = clean_text(text)
    if not REPLY[0] <= len(said) <= REPLY[1]:
        raise refused_inputs({"text": NO_REPLY})
    letter.reply, letter.replied_at, letter.replier = said, now, actor.name[:40]
    letter.save(update_fields=["reply", "replied_at", "replier"])
    told = [notices.notice(letter.issued_by, "letter_answered", **_about(letter))]
    _note(letter, "answered", actor, str(role), now, told=told, text=link(GENESIS, {"text": said}))
    return letter


@transaction.atomic
def letter_withdraw(*, letter_id: int, reason: str, actor: Actor, now: datetime) -> Letter:
    """Withdraw a letter that was not answered yet. Raises Refusal "gone", "forbidden", "not_here", "input"."""
    letter = _locked(letter_id)
    role = require_writer(roles_of(actor, letter.case))
    if letter.withdrawn_at is not None:
        raise Refusal("not_here", WITHDRAWN)
    if letter.replied_at is not None:
        raise Refusal("not_here", ANSWERED_ALREADY)
    why = _line(reason)
    if not REASON[0] <= len(why) <= REASON[1]:
        raise refused_inputs({"reason": NO_REASON})
    letter.withdrawn_at, letter.reason = now, why
    letter.save(update_fields=["withdrawn_at", "reason"])
    told = [notices.notice(notices.to_body(letter.body_id), "letter_withdrawn", why=why, **_about(letter))]
    _note(letter, "withdrawn", actor, str(role), now, told=told, reason=why)
    return letter


def letters_remind(*, now: datetime) -> int:
    """Tell body and writer, once, of every letter whose day has passed without an answer. Returns of how many."""
    due = Letter.objects.filter(
        replied_at=None, withdrawn_at=None, reply_by__lt=local_day(now), reminded_at=None
    )
    return sum(_remind(pk, now) for pk in list(due.order_by("reply_by", "id").values_list("pk", flat=True)))


@transaction.atomic
def _remind(letter_id: int, now: datetime) -> int:
    letter = _locked(letter_id)
    if not letter.late_on(local_day(now)) or letter.reminded_at is not None:
        return 0
    letter.reminded_at = now
    letter.save(update_fields=["reminded_at"])
    addresses = dict.fromkeys((notices.to_body(letter.body_id), letter.issued_by))
    told = [notices.notice(address, "letter_late", **_about(letter)) for address in addresses]
    _note(letter, "late", SYSTEM, str(Role.SYSTEM), now, told=told)
    return 1


def _locked(letter_id: int) -> Letter:
    found = (
        Letter.objects.select_for_update(of=("self",)).select_related("case", "body").filter(pk=letter_id)
    ).first()
    if found is None:
        raise Refusal("gone", GONE)
    return found


def _about(letter: Letter) -> dict[str, JSON]:
    """What every notice says of a letter, and the way to it."""
    return {
        "title": letter.title,
        "number": letter.number,
        "body": letter.body.name,
        "until": "" if letter.reply_by is None else letter.reply_by.isoformat(),
        "link": ["desk:letter", letter.pk],
    }


def _note(
    letter: Letter,
    action: str,
    actor: Actor,
    role: str,
    now: datetime,
    *,
    told: Sequence[Notice],
    **data: JSON,
) -> None:
    """Record one step of a letter on its own chain."""
    entry = record.Entry(
        action=f"letter.{action}", actor=actor, role=role, now=now, data=data, notices=list(told)
    )
    record.append_to_stream(entry, stream=letter.stream)
