"""Hearing a voice: from a form, from a telephone call, from a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from tingchao.core.privacy import masked
from tingchao.core.roles import Role
from tingchao.core.steps import clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Station
from tingchao.directory.personal import encrypt, phone_masked, phone_plain
from tingchao.directory.selectors import working_calendar
from tingchao.engine import policy, record
from tingchao.engine.drafts import drafts_take
from tingchao.engine.files import KeptFile
from tingchao.engine.lived import Deed, Life
from tingchao.engine.models import Case
from tingchao.engine.opening import case_draft, opening_entry
from tingchao.engine.services import case_open
from tingchao.engine.through import Through
from tingchao.engine.timing import ZONE, local_day
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.rules import (
    CONCERNS,
    ImportedVoice,
    happened_fault,
    imported,
    place_fault,
    point_of,
    text_fault,
    title_of,
)
from tingchao.mechanisms.public_voices.selectors import PHONE_PURPOSE, submissions_known, voice_by_submission

IMPORT_BATCH = 1000


def voice_file(
    *,
    text: str,
    region_code: str,
    channel: str,
    actor: Actor,
    now: datetime,
    title: str = "",
    place: str = "",
    station_id: int | None = None,
    phone: str = "",
    consent: bool = False,
    happened: str = "",
    concerns: str = "",
    point: str = "",
    submission: str | None = None,
    files: Sequence[KeptFile] = (),
    simulated: bool = False,
    through: Through | None = None,
) -> Case:
    """Hear one voice. The same `submission` twice gives the same matter.

    `happened` is an ISO day or rules.LASTING, `concerns` a key of rules.CONCERNS, `point` latitude and longitude as
    "29.47512,119.28125"; each may be empty. Raises Refusal "input" naming every field at fault, "file" when a
    photograph is gone. A telephone number is kept only with consent (个人信息保护法 arts 13, 14).
    """
    opening, beside = _heard(
        text=text,
        region_code=region_code,
        channel=channel,
        actor=actor,
        now=now,
        title=title,
        place=place,
        station_id=station_id,
        phone=phone,
        consent=consent,
        happened=happened,
        concerns=concerns,
        point=point,
        submission=submission,
        simulated=simulated,
    )
    drafts_take(files)
    try:
        return case_open(**opening, files=files, beside=beside, through=through)
    except IntegrityError:
        known = voice_by_submission(submission) if submission else None
        if known is None:
            raise
        return known


def voice_life(*, deeds: Callable[[Case], Iterator[Deed]], **told: Any) -> Life:
    """A voice with what became of it, to be written in bulk by `engine.lived`; `told` is what `voice_file` takes, but
    files and codes. Raises Refusal "input" as it does."""
    opening, beside = _heard(**told)
    return Life(opening, deeds, beside)


def _heard(
    *,
    text: str,
    region_code: str,
    channel: str,
    actor: Actor,
    now: datetime,
    title: str = "",
    place: str = "",
    station_id: int | None = None,
    phone: str = "",
    consent: bool = False,
    happened: str = "",
    concerns: str = "",
    point: str = "",
    submission: str | None = None,
    simulated: bool = False,
) -> tuple[dict[str, Any], Callable[[Case], Voice]]:
    """What a case is opened with, and what makes the voice's own row. Raises Refusal "input" with every fault."""
    text, place = clean_text(text), " ".join(clean_text(place).split())
    faults = {"text": text_fault(text), "place": place_fault(place)}
    beside = _beside(faults, happened=happened, concerns=concerns, point=point, today=local_day(now))
    number = _number_of(faults, phone=clean_text(phone), consent=consent)
    if any(faults.values()):
        raise refused_inputs({key: fault for key, fault in faults.items() if fault})
    opening = {
        "procedure": FIVE_STEPS,
        "title": masked(title) or title_of(text),
        "text": text,
        "region_code": region_code,
        "channel": channel,
        "raised_by": phone_masked(number) if number else gettext_noop("匿名"),
        "actor": actor,
        "now": now,
        "place": place,
        "station_id": station_id,
        "submission": submission,
        "simulated": simulated,
    }
    return opening, lambda case: _voice_of(case, number, now, beside)


def word_open(
    *,
    text: str,
    region_code: str,
    channel: str,
    actor: Actor,
    now: datetime,
    place: str = "",
    station_id: int | None = None,
    submission: str | None = None,
    files: Sequence[KeptFile] = (),
    heard_by: int | None = None,
    gathering: str = "",
) -> Case:
    """Hear what somebody said at a gathering; `instruments.meetings` finds this by its name. `heard_by` is a deputy."""
    from tingchao.mechanisms.public_voices.services.conversations import (  # it builds on voice_file above
        Said,
        Where,
        conversation_record,
    )

    return conversation_record(
        said=Said(text, channel, place),
        where=Where(region_code, station_id, heard_by, gathering),
        actor=actor,
        now=now,
        submission=submission,
        files=files,
    )


def _voice_of(case: Case, number: str, now: datetime, beside: dict[str, Any]) -> Voice:
    voice = Voice(case=case, **beside)
    if number:
        voice.phone = encrypt(number, purpose=PHONE_PURPOSE)
        voice.phone_shown = phone_masked(number)
        voice.consented_at = now
    return voice


def _beside(
    faults: dict[str, str], *, happened: str, concerns: str, point: str, today: date
) -> dict[str, Any]:
    """What is kept of a voice beside its text; what is wrong with it is put into `faults`."""
    faults["happened"] = happened_fault(happened, today)
    if concerns and concerns not in CONCERNS:
        faults["concerns"] = gettext_noop("请从给出的选项里选一个。")
    kept: dict[str, Any] = {"happened": happened, "concerns": concerns}
    if point:
        try:
            kept["latitude"], kept["longitude"] = point_of(point)
        except ValueError:
            faults["point"] = gettext_noop("地图上的点不对，请重新点一下，或者用文字写。")
    return kept


def _number_of(faults: dict[str, str], *, phone: str, consent: bool) -> str:
    """The telephone number as digits, empty when none was given; what is wrong with it is put into `faults`."""
    if not phone:
        return ""
    if not consent:
        faults["consent"] = gettext_noop("留了电话，请勾选同意我们用它联系您；不想留就清空电话。")
    try:
        return phone_plain(phone)
    except ValueError:
        faults["phone"] = gettext_noop("这个电话号码不对，请核对；不留电话也可以。")
        return ""


# --- from a list ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ImportReport:
    """What became of the rows of a list. `faults` is (row number, reason), the first row being 1."""

    added: int = 0
    known: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)


def voices_import(
    *,
    rows: Sequence[tuple[int, dict[str, object] | str]],
    station: Station | None,
    region_code: str,
    actor: Actor,
    now: datetime,
) -> ImportReport:
    """Hear a batch of rows (row number, columns, or why it cannot be read) in one transaction.

    The same events, facts and notices as by `voice_file`, written in bulk. A row that was taken before, in
    whichever file, adds nothing; so a list may be given again after a break.
    """
    report = ImportReport()
    wanted: dict[str, ImportedVoice] = {}
    for number, row in rows:
        try:
            voice = imported(row) if isinstance(row, dict) else _unreadable(row)
        except ValueError as fault:
            report.faults.append((number, str(fault)))
            continue
        if voice.key in wanted:
            report.known += 1
        wanted.setdefault(voice.key, voice)
    role = policy.require(policy.roles_to_open(actor, region_code), policy.OPENS)
    with transaction.atomic():
        with (
            connection.cursor() as cursor
        ):  # two imports at once take turns, so that a row is never taken twice
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('public_voices.import'))")
        known = submissions_known(wanted)
        report.known += len(known)
        fresh = [voice for key, voice in wanted.items() if key not in known]
        _write(fresh, station=station, region_code=region_code, actor=actor, role=role, now=now)
    report.added = len(fresh)
    return report


def _unreadable(reason: str) -> ImportedVoice:
    raise ValueError(reason)


def _write(
    voices: Sequence[ImportedVoice],
    *,
    station: Station | None,
    region_code: str,
    actor: Actor,
    role: Role,
    now: datetime,
) -> None:
    calendar = working_calendar()
    cases = [
        case_draft(
            procedure=FIVE_STEPS,
            title=voice.title,
            text=voice.text,
            region_code=region_code,
            channel="import",
            raised_by=gettext_noop("匿名"),
            actor=actor,
            now=now,
            calendar=calendar,
            place=voice.place,
            station_id=None if station is None else station.pk,
            submission=voice.key,
        )
        for voice in voices
    ]
    record.number_rows(cases)
    entries = [opening_entry(case, FIVE_STEPS, actor=actor, role=role, now=now) for case in cases]
    for entry, case, voice in zip(entries, cases, voices, strict=True):
        entry.beside = [Voice(case=case, origin=voice.origin, said_at=_moment(voice.said_at))]
    record.append_many(entries, opening=True)


def _moment(text: str) -> datetime | None:
    """When it was said, as the list has it ("2019-10-18 23:52:58"); None when that cannot be read."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if 1900 <= moment.year <= 2999:
            return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    return None
