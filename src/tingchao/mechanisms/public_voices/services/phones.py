"""The telephone number of whoever raised a voice: looked at with a reason, erased when they ask or time is over.

Legal source: 个人信息保护法 arts 15 (withdrawing consent), 19 (kept no longer than needed), 47 (deletion).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import SYSTEM, Actor
from tingchao.directory.personal import decrypt
from tingchao.engine import policy, record
from tingchao.engine.disclosure import ERASED, PHONE, case_disclose
from tingchao.engine.models import Case
from tingchao.engine.services import locked_case, roles_of
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.selectors import PHONE_PURPOSE

ANONYMOUS = gettext_noop("匿名")
ERASES = frozenset({Role.REPORTER, Role.LIAISON, Role.COORDINATOR})
BATCH = 200


@transaction.atomic
def voice_phone_read(*, case_id: int, reason: str, note: str, actor: Actor, now: datetime) -> str:
    """The telephone number of a voice, for whoever may see it; who looked and why is recorded, the number is not.

    Raises Refusal "none" beside those of `case_disclose`.
    """
    voice = Voice.objects.filter(case_id=case_id).first()
    if voice is None or voice.phone is None:
        raise Refusal("none", gettext_noop("反映人没有留电话，或者已经删掉了。"))
    case_disclose(case_id=case_id, what=PHONE, reason=reason, note=note, actor=actor, now=now)
    return decrypt(bytes(voice.phone), purpose=PHONE_PURPOSE)


@transaction.atomic
def voice_phone_erase(*, case_id: int, actor: Actor, now: datetime) -> Case:
    """Erase the number for good: its owner withdraws, or asks the station to. Twice is once.

    Raises Refusal "gone", "forbidden".
    """
    case = locked_case(case_id)
    role = policy.require(roles_of(actor, case), ERASES)
    voice = Voice.objects.filter(case_id=case_id, phone__isnull=False).first()
    if voice is not None:
        why = "withdrawn" if role is Role.REPORTER else "asked"
        _erase(case, voice, actor=actor, role=role, now=now, why=why)
    return case


def phones_expire(*, now: datetime) -> int:
    """Erase the numbers of matters that were closed more than PHONE_DAYS days ago; how many. One event a matter."""
    before = now - timedelta(days=settings.PHONE_DAYS)
    erased = 0
    while batch := _expire_batch(before, now):
        erased += batch
    return erased


@transaction.atomic
def _expire_batch(before: datetime, now: datetime) -> int:
    cases = list(
        Case.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .filter(voice__phone__isnull=False, closed_at__lt=before)
        .order_by("pk")[:BATCH]
    )
    voices = {voice.case_id: voice for voice in Voice.objects.filter(case__in=cases)}
    for case in cases:
        _erase(case, voices[case.pk], actor=SYSTEM, role=Role.SYSTEM, now=now, why="expired")
    return len(cases)


def _erase(case: Case, voice: Voice, *, actor: Actor, role: Role, now: datetime, why: str) -> None:
    voice.phone, voice.phone_shown, voice.consented_at = None, "", None
    voice.save(update_fields=["phone", "phone_shown", "consented_at"])
    case.raised_by = ANONYMOUS
    entry = record.Entry(
        action=ERASED,
        actor=actor,
        role=str(role),
        now=now,
        case=case,
        before=case.stage,
        data={"why": why, "shown": [[gettext_noop("为什么删"), ERASED_FOR[why]]]},
    )
    record.append(entry, changed=("raised_by",))


ERASED_FOR = {
    "withdrawn": gettext_noop("反映人自己删的"),
    "asked": gettext_noop("反映人要求删"),
    "expired": gettext_noop("办结后保存期满"),
}
