"""The figures of deputies' duty, all from facts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from tingchao.core.text import gettext_noop
from tingchao.directory.models import Deputy
from tingchao.instruments.figures.declared import Figure, Window
from tingchao.instruments.figures.sources import Each, Facts, Rows, Share
from tingchao.instruments.meetings.kinds import kinds
from tingchao.mechanisms.deputy_duty.rules import (
    ABSENT,
    ATTENDED,
    COUNTED_ONCE,
    EXCUSED,
    OPINIONS_ABOVE,
    UPPER,
)


def _deputies(window: Window) -> QuerySet[Any]:
    """The deputies of a place who were in office at the end of a period."""
    rows = Deputy.objects.filter(region__code__startswith=window.scope, kind=Deputy.Kind.DEPUTY)
    return rows.filter(Q(until=None) | Q(until__gte=window.until), since__lt=window.until)


ALL = tuple(kinds())
OWN = tuple(key for key in ALL if key != UPPER)
DEPUTIES = Rows(_deputies)


def _of(prefixes: tuple[str, ...], keys: tuple[str, ...], detail: str = "deputy") -> Facts:
    return Facts(
        tuple(prefix + key for prefix in prefixes for key in keys), details=(detail,), of_deputies=True
    )


FIGURES = (
    Figure(
        "duty.participation_rate",
        gettext_noop("代表参与率"),
        "percent",
        Share(_of((ATTENDED,), OWN), _of((ATTENDED, EXCUSED, ABSENT), OWN)),
        gettext_noop("本级活动请了的代表里到会的占多少；请假的也算没到"),
    ),
    Figure(
        "duty.offline_per_deputy",
        gettext_noop("人均线下活动"),
        "meetings",
        Each(_of((ATTENDED,), ALL, "deputy.offline"), DEPUTIES),
        gettext_noop("代表到现场参加的次数，除以在任代表人数"),
    ),
    Figure(
        "duty.online_per_deputy",
        gettext_noop("人均线上活动"),
        "meetings",
        Each(_of((ATTENDED,), ALL, "deputy.online"), DEPUTIES),
        gettext_noop("代表在线上参加的次数，上级组织的也算，除以在任代表人数"),
    ),
    Figure(
        "duty.inspections_and_research",
        gettext_noop("视察、调研、座谈"),
        "meetings",
        Facts(tuple(f"meeting.held.{key}" for key in COUNTED_ONCE)),
        gettext_noop("每场只算一次，不管多少人参加"),
    ),
    Figure(
        "duty.upper_level_activities",
        gettext_noop("参加的上级线上活动"),
        "meetings",
        Facts((f"meeting.held.{UPPER}",)),
        gettext_noop("省、市发布，本地代表参加了的，每场算一次"),
    ),
    Figure(
        "duty.upper_level_opinions",
        gettext_noop("在上级活动中提的意见"),
        "cases",
        Facts((OPINIONS_ABOVE,)),
        gettext_noop("代表在上级线上活动中提的意见条数"),
    ),
)
