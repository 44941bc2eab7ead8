"""Following a matter that somebody else raised, instead of raising it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from tingchao.core.roles import Role
from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import reporter
from tingchao.engine import record
from tingchao.engine.links import code_for
from tingchao.engine.models import Fact
from tingchao.engine.nearby import shared_title
from tingchao.engine.services import locked_case
from tingchao.mechanisms.public_voices.models import Follower, Voice

FOLLOWED = "voice.followed"


def follower_mark(case_id: int, browser: str) -> str:
    """What stands for a browser among the followers of one matter; it says nothing of other matters."""
    return code_for(f"follower:{case_id}:{browser}", 24)


@transaction.atomic
def voice_follow(*, case_id: int, browser: str, now: datetime) -> bool:
    """Count a browser as following a matter; False when it does already. `browser` is a secret of that browser.

    Raises Refusal "gone" when people nearby may not know of the matter (any more).
    """
    case = locked_case(case_id)
    if not shared_title(case):
        raise Refusal("gone", gettext_noop("这件事现在不公开，不能跟着看。"))
    _, fresh = Follower.objects.get_or_create(voice_id=case.pk, mark=follower_mark(case.pk, browser))
    if not fresh:
        return False
    Voice.objects.filter(pk=case.pk).update(followers=F("followers") + 1)
    fact = Fact(kind=FOLLOWED, region_id=case.region_id, station_id=case.station_id)
    entry = record.Entry(
        action="followed",
        actor=reporter(0),
        role=str(Role.REPORTER),
        now=now,
        case=case,
        before=case.stage,
        facts=[fact],
    )
    record.append(entry)
    return True
