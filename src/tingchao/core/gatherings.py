"""Kinds of gatherings 会议活动 as data: who calls one, who may know of it, how early it is announced, what it leaves.

A kind is to a meeting what a procedure is to a matter. The ones that every congress knows ship with
`instruments.meetings`; a mechanism adds its own in its manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop

LONGEST = timedelta(days=31)
"""The longest gathering: a training course of a month."""

AFTERWARDS = timedelta(days=60)
"""How long after it took place a gathering may be entered, where its kind allows that."""

FURTHEST = timedelta(days=800)
"""No gathering is planned further ahead: the year after next is as far as any plan goes."""

ENDS_FIRST = gettext_noop("结束时间要在开始时间之后。")
TOO_LONG = gettext_noop("一场活动最长 31 天，时间再长请分几场。")
PASSED = gettext_noop("开始时间已经过去了，请重新选。")
LONG_PASSED = gettext_noop("这是 60 天以前的事了，补记请找系统管理员从名册导入。")
TOO_FAR = gettext_noop("时间太远了，最多提前两年安排。")
LATE = gettext_noop("按规定要提前 %(n)s 天公布，现在不够了，请写明原因。")


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """One kind of gathering.

    `organisers` are the roles that may call, change and close one within their scope. `public` ones at a station are
    on its page once announced, and `residents` may put themselves down there. One that is `hidden` is known to its
    organisers and those who take part, and to nobody else. It is announced `notice_days` days ahead as `source`
    says. `procedure` is the key of the procedure by which what is said there goes on as a matter, by `channel`.
    `outcomes` are (key, label) of how it may end; `receives` asks how many residents were received; one that may be
    entered `afterwards` need not be known before it takes place; one that is `live` may have a page on which a large
    audience watches, asks and reacts. `names` are what it is called in places. One that is
    `own` a deputy may call and close for themselves without looking after the place, e.g. to call on voters.
    """

    key: str
    label: str
    organisers: tuple[Role, ...]
    public: bool = False
    residents: bool = False
    hidden: bool = False
    afterwards: bool = False
    notice_days: int = 0
    source: str = ""
    procedure: str = ""
    channel: str = "meeting"
    outcomes: tuple[tuple[str, str], ...] = ()
    receives: bool = False
    live: bool = False
    names: tuple[str, ...] = ()
    own: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= MOST_KEY or not self.organisers:
            raise ValueError(f"a kind of meeting needs a key of at most {MOST_KEY} characters and organisers")
        if self.hidden and (self.public or self.residents):
            raise ValueError(f"{self.key} cannot be hidden and public")
        if self.notice_days and not self.source:
            raise ValueError(f"{self.key} is announced ahead and names no source for that")

    @property
    def held_fact(self) -> str:
        """The kind of the fact that one was held."""
        return f"meeting.held.{self.key}"

    def attendance_fact(self, result: str) -> str:
        """The kind of the fact of one person's "attended", "excused" or "absent"."""
        return f"meeting.{result}.{self.key}"


MOST_KEY = 20
"""Characters of a kind's key: the kinds of its facts must fit their column."""


def times_fault(kind: MeetingKind, starts: datetime, ends: datetime, now: datetime) -> dict[str, str]:
    """What is wrong with the times of a gathering, by field; empty when nothing is."""
    if ends <= starts:
        return {"ends": ENDS_FIRST}
    if ends - starts > LONGEST:
        return {"ends": TOO_LONG}
    if starts > now + FURTHEST:
        return {"starts": TOO_FAR}
    if starts >= now:
        return {}
    if not kind.afterwards:
        return {"starts": PASSED}
    return {"starts": LONG_PASSED} if now - starts > AFTERWARDS else {}


def announced_late(kind: MeetingKind, days_ahead: int) -> bool:
    """Whether one that is announced so many days before its day is announced later than its kind asks."""
    return days_ahead < kind.notice_days
