"""A conversation typed in at once: who said what to whom, and what became of it on the spot.

Legal source: 代表法（2025） (contact with voters); it is a voice like any other and goes round the same loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Station
from tingchao.directory.personal import decrypt
from tingchao.engine import notices, record
from tingchao.engine.files import KeptFile
from tingchao.engine.models import Assignment, Case, Fact
from tingchao.engine.services import case_act, locked_case
from tingchao.mechanisms.public_voices.models import Voice, VoterContact
from tingchao.mechanisms.public_voices.services import voice_file
from tingchao.mechanisms.public_voices.services.voters import VOTER_PHONE, voter_called, voter_get

CONVERSED = "conversed"
AT = "at."
"""Begins the detail of the fact of something that was said at a gathering, e.g. "at.walk"."""

TAKEN, ANSWERED, DECLINED = "taken", "answered", "declined"
ACTIONS = {ANSWERED: ("answer_now", ("answer",)), DECLINED: ("decline", ("ground", "instead"))}
"""What becomes of it at once → the action of the procedure and its inputs."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed of a conversation. `raw` are the inputs of the action that `outcome` takes."""

    text: str
    channel: str
    place: str = ""
    phone: str = ""
    consent: bool = False
    voter: str = ""
    outcome: str = TAKEN
    answer: str = ""
    ground: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Where something was said. `listener` is the deputy who listened, if one did; `gathering` the kind of gathering.

    Of a gathering its own facts count who came. So the detail of the matter's fact tells that it was said at one, and
    a figure of people counts those alone that were not.
    """

    region_code: str
    station_id: int | None = None
    listener: int | None = None
    gathering: str = ""


def at_station(station: Station, actor: Actor) -> Where:
    """Something said to a station, or to the deputy who records it there."""
    return Where(station.region_id, station.pk, actor.deputy_id if _as_deputy(actor) else None)


@transaction.atomic
def conversation_record(
    *,
    said: Said,
    where: Where,
    actor: Actor,
    now: datetime,
    submission: str | None = None,
    files: Sequence[KeptFile] = (),
) -> Case:
    """Hear what was said and take what became of it at once: both, or nothing. The same `submission` is one matter.

    The deputy who listened is named in the record and follows the matter; a voter of their list is ticked off. Raises
    Refusal "input" naming every field at fault.
    """
    if said.outcome not in (TAKEN, *ACTIONS):
        raise refused_inputs({"outcome": gettext_noop("请选当场怎么办的。")})
    voter = voter_get(actor, said.voter, now) if said.voter else None
    phone, consent = _reached(said, voter)
    case = voice_file(
        text=said.text,
        place=said.place,
        phone=phone,
        consent=consent,
        region_code=where.region_code,
        station_id=where.station_id,
        channel=said.channel,
        actor=actor,
        now=now,
        submission=submission,
        files=files,
    )
    if case.events > 1:
        return case  # sent twice
    if where.listener is not None:
        _bear_the_deputy(case.pk, said, where, actor, now)
    if voter is not None:
        Voice.objects.filter(case_id=case.pk).update(voter=voter)
        voter_called(voter=voter, now=now)
    return _at_once(case, said, actor, now)


def _as_deputy(actor: Actor) -> bool:
    """Whether somebody records as the deputy they are, and not as the one who looks after the station."""
    roles = {hold.role for hold in actor.holds}
    return actor.deputy_id is not None and not roles & {Role.LIAISON, Role.COORDINATOR}


def _reached(said: Said, voter: VoterContact | None) -> tuple[str, bool]:
    """The number to call back: what was typed, or else the voter's own as far as they consented."""
    if said.phone or voter is None or voter.phone is None or voter.consented_on is None:
        return said.phone, said.consent
    return decrypt(bytes(voter.phone), purpose=VOTER_PHONE), True


def _bear_the_deputy(case_id: int, said: Said, where: Where, actor: Actor, now: datetime) -> None:
    """Record who listened: the fact of a reception or a visit, and the deputy as one who follows the matter."""
    case = locked_case(case_id)
    kind = "deputy.call_on" if said.channel == "call_on" else "deputy.reception"
    fact = Fact(
        kind=kind,
        region_id=case.region_id,
        station_id=case.station_id,
        detail=f"{AT}{where.gathering}" if where.gathering else said.channel,
        deputy_id=where.listener,
    )
    told = [] if where.listener == actor.deputy_id else [notices.to_deputy(where.listener or 0)]
    entry = record.Entry(
        action=CONVERSED,
        actor=actor,
        role=str(Role.DEPUTY if where.listener == actor.deputy_id else Role.LIAISON),
        now=now,
        case=case,
        before=case.stage,
        data={"channel": said.channel, "deputy": where.listener},
        facts=[fact],
        notices=[notices.notice(address, "follow_up") for address in told],
    )
    record.append(entry)
    Assignment.objects.create(
        case=case,
        kind=Assignment.Kind.FOLLOW_UP,
        deputy_id=where.listener,
        assigned_at=now,
        due_on=case.due_on,
    )


def _at_once(case: Case, said: Said, actor: Actor, now: datetime) -> Case:
    if said.outcome == TAKEN:
        return case
    action, inputs = ACTIONS[said.outcome]
    raw = {key: getattr(said, key) for key in inputs}
    try:
        return case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=now)
    except Refusal as refusal:
        if refusal.code == "input":
            raise
        raise Refusal(refusal.code, gettext_noop("这样办要由站里的联络员来定，请选“接下来办”。")) from None
