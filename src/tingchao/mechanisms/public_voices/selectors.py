"""Reads of voices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q

from tingchao.directory.actors import Actor
from tingchao.directory.personal import decrypt
from tingchao.engine.models import Case
from tingchao.mechanisms.public_voices.models import Follower, Voice, VoterContact

PHONE_PURPOSE = "voice.phone"
"""What a kept telephone number is bound to; see directory.personal."""


def voice_of(case: Case) -> Voice | None:
    """What the mechanism keeps of a matter; None when the matter is no voice."""
    return Voice.objects.filter(case=case).first()


def reporter_phones(case_ids: Iterable[int]) -> dict[int, str]:
    """Case id → the number that its reporter left and agreed to be called on; asked by engine.to_reporters."""
    rows = Voice.objects.filter(case_id__in=list(case_ids), phone__isnull=False, consented_at__isnull=False)
    return {
        case_id: decrypt(bytes(phone), purpose=PHONE_PURPOSE)
        for case_id, phone in rows.values_list("case_id", "phone")
        if phone is not None
    }


def voice_by_submission(submission: str) -> Case | None:
    """The matter that a submission made; None when it made none."""
    return Case.objects.filter(submission=submission).first()


def submissions_known(keys: Iterable[str]) -> set[str]:
    """Those of the keys under which a voice was taken already."""
    rows = Case.objects.filter(submission__in=list(keys)).values_list("submission", flat=True)
    return {key for key in rows if key}


def followers_of(case_ids: Iterable[int]) -> dict[int, int]:
    """How many browsers follow each of these matters, beside whoever raised it; only of matters with some."""
    rows = Voice.objects.filter(pk__in=list(case_ids), followers__gt=0).values_list("pk", "followers")
    return dict(rows)


def follows(case_id: int, mark: str) -> bool:
    """Whether the browser that a mark stands for follows the matter."""
    return Follower.objects.filter(voice_id=case_id, mark=mark).exists()


TOLD_FOR = timedelta(hours=12)
"""How long whoever wrote a matter down may show its passcode again: the rest of the reception, not longer."""


def may_tell(case: Case, actor: Actor, now: datetime) -> bool:
    """Whether the passcode of a matter may be shown: to the one who wrote it down, on the same day."""
    first = case.history.order_by("sequence").values_list("actor", "action").first()
    return first is not None and first[0] == actor.key and now - case.opened_at < TOLD_FOR


# --- the deputies' lists of voters ------------------------------------------------------------------------


def voters_of(deputy_id: int, year: int) -> list[VoterContact]:
    """A deputy's list of a year, those still in touch first, in the order of their names."""
    found = VoterContact.objects.filter(deputy_id=deputy_id, year=year).defer("phone")
    return list(found.order_by(F("ended_on").asc(nulls_first=True), "name", "pk"))


def voters_to_call(deputy_id: int, year: int) -> list[VoterContact]:
    """The voters of a year's list whom their deputy has not spoken with yet this year, in the order of their names."""
    rows = VoterContact.objects.filter(
        deputy_id=deputy_id, year=year, ended_on__isnull=True, called_on__isnull=True
    )
    return list(rows.defer("phone").order_by("name", "pk"))


def voter_years(deputy_id: int) -> list[int]:
    """The years for which a deputy keeps a list, newest first."""
    years = VoterContact.objects.filter(deputy_id=deputy_id).values_list("year", flat=True)
    return sorted(set(years.distinct()), reverse=True)


def voters_near(scopes: Iterable[str], year: int) -> list[tuple[str, list[str]]]:
    """(deputy, names of the voters in touch) in these region prefixes: what the station's liaison may know."""
    within = Q(pk__in=[])
    for scope in scopes:
        within |= Q(deputy__region__code__startswith=scope)
    rows = VoterContact.objects.filter(within, year=year, ended_on__isnull=True).values_list(
        "deputy_id", "deputy__name", "name"
    )
    grouped: dict[tuple[int, str], list[str]] = {}
    for deputy_id, deputy, name in rows.order_by("deputy_id", "name"):
        grouped.setdefault((deputy_id, deputy), []).append(name)
    return [(deputy, names) for (_, deputy), names in grouped.items()]
