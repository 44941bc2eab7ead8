"""Who comes to a gathering: places and the waiting list, leave, signing in, and what is left of it in the end.

All of it is a pure decision. Absent and excused are never the same: whoever gave a reason before it began is excused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from tingchao.core.text import gettext_noop

CODE_EARLY = timedelta(minutes=30)
CODE_LATE = timedelta(minutes=15)
"""A code signs people in from half an hour before the beginning until a quarter of an hour after the end."""

LIST_LATE = timedelta(days=7)
"""The organiser's list may be completed for a week, e.g. from a sheet of paper that went round."""

NOT_YET = gettext_noop("还没到签到时间，开始前 30 分钟可以签到。")
OVER = gettext_noop("这场已经结束，签到停了。确实到场的，请组织的人在名单上补记。")
LONG_OVER = gettext_noop("结束超过 7 天了，名单不能再改。")


class State(StrEnum):
    """Where somebody stands before a gathering."""

    INVITED = "invited"  # 已邀请，未回复
    COMING = "coming"  # 参加
    WAITING = "waiting"  # 候补
    EXCUSED = "excused"  # 请假
    LEFT = "left"  # 自己取消报名


LABELS: dict[State, str] = {
    State.INVITED: gettext_noop("未回复"),
    State.COMING: gettext_noop("参加"),
    State.WAITING: gettext_noop("候补"),
    State.EXCUSED: gettext_noop("请假"),
    State.LEFT: gettext_noop("已取消"),
}


class Result(StrEnum):
    """What a gathering leaves of one person."""

    ATTENDED = "attended"  # 到会
    EXCUSED = "excused"  # 请假
    ABSENT = "absent"  # 缺席


RESULT_LABELS: dict[Result, str] = {
    Result.ATTENDED: gettext_noop("到会"),
    Result.EXCUSED: gettext_noop("请假"),
    Result.ABSENT: gettext_noop("缺席"),
}


def seat(places: int | None, taken: int) -> State:
    """What somebody gets who wants to come: a place while there is one, else the end of the waiting list."""
    return State.COMING if places is None or taken < places else State.WAITING


def moving_up(waiting: Sequence[int], places: int | None, taken: int) -> tuple[int, ...]:
    """Who of the waiting list, in its order, gets a place now that `taken` of `places` are taken."""
    if places is None:
        return tuple(waiting)
    return tuple(waiting[: max(0, places - taken)])


def code_fault(starts: datetime, ends: datetime, now: datetime) -> str:
    """Why nobody signs in by a code now; empty when one may."""
    if now < starts - CODE_EARLY:
        return NOT_YET
    return OVER if now > ends + CODE_LATE else ""


def list_fault(starts: datetime, ends: datetime, now: datetime) -> str:
    """Why the organiser's list cannot be written now; empty when it can."""
    if now < starts - CODE_EARLY:
        return NOT_YET
    return LONG_OVER if now > ends + LIST_LATE else ""


def result_of(state: State, *, signed_in: bool, expected: bool) -> Result | None:
    """What is left of somebody when a gathering was held; None when nothing is.

    `expected` are those who were invited by name as the ones it needs, e.g. the deputy on turn, and those who said they
    would come. A resident who put themselves down and stayed away leaves nothing.
    """
    if signed_in:
        return Result.ATTENDED
    if state is State.EXCUSED:
        return Result.EXCUSED
    return Result.ABSENT if expected and state in (State.INVITED, State.COMING) else None
