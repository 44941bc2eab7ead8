"""What a voice adds to the card beside a matter: the telephone, when it happened, whom it concerns, the point."""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tingchao.core.roles import Role
from tingchao.desk.cards import Line
from tingchao.desk.templatetags.tide import day
from tingchao.engine.models import Case
from tingchao.mechanisms.public_voices.rules import CONCERNS, LASTING
from tingchao.mechanisms.public_voices.selectors import voice_of


def lines(case: Case, roles: Set[Role]) -> list[Line]:
    """What was said beside the text. The telephone number stays masked. One SQL statement."""
    voice = voice_of(case)
    if voice is None:
        return []
    return [
        _phone(case, roles, voice.phone_shown),
        Line(gettext("什么时候的事"), happened_words(voice.happened)),
        Line(gettext("关系到谁"), gettext(CONCERNS[voice.concerns]) if voice.concerns in CONCERNS else ""),
        Line(
            gettext("也在关注"),
            followers_words(voice.followers),
            hint=gettext("附近的人跟着看，办完也会看到"),
        ),
        *_point(voice.latitude, voice.longitude),
    ]


def _phone(case: Case, roles: Set[Role], shown: str) -> Line:
    """The masked number, with the way to it for those who may see it."""
    may = case.closed_at is None and roles & {Role.LIAISON, Role.COORDINATOR, Role.HANDLER}
    if not shown or not may:
        return Line(gettext("电话"), shown)
    return Line(
        gettext("电话"),
        shown,
        link=reverse("public_voices:phone", args=[case.number]),
        link_label=gettext("看号码"),
    )


def own_lines(case: Case, passcode: str) -> list[Line]:
    """What whoever raised a voice may do with what they gave beside the text. No SQL: the masked number names them."""
    if "*" not in case.raised_by:
        return []
    there = reverse("public_voices:my_phone", args=[case.number, passcode])
    return [Line(gettext("您留的电话"), case.raised_by, link=there, link_label=gettext("看谁用过，或者删掉"))]


def followers_words(count: int) -> str:
    """还有 3 人也在关注; empty for none."""
    return ngettext("还有 %(n)s 人", "还有 %(n)s 人", count) % {"n": count} if count else ""


def happened_words(happened: str) -> str:
    """When it happened in words: a day with its weekday, or that it has lasted; empty when it was not said."""
    if happened == LASTING:
        return gettext("有一阵子了")
    with suppress(ValueError):
        return day(date.fromisoformat(happened))
    return ""


def _point(latitude: float | None, longitude: float | None) -> list[Line]:
    if latitude is None or longitude is None:
        return []
    words = gettext("北纬 %(north).5f，东经 %(east).5f") % {"north": latitude, "east": longitude}
    return [Line(gettext("地图上的点"), words, point=(latitude, longitude))]
