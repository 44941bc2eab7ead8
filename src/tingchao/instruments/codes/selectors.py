"""What a scanned code opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection

from tingchao.core.numbering import format_number
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import valid_on
from tingchao.directory.models import Deputy, Station
from tingchao.engine.models import Case
from tingchao.engine.through import Through
from tingchao.instruments.codes.models import Code
from tingchao.instruments.codes.signing import FORGED, token_for, token_read

REVOKED = gettext_noop("这个码已经停用，请扫站点新贴的码；也可以在首页找附近的站点。")
CLOSED = gettext_noop("这个站点已经不再开放，请到首页找附近的站点。")
OUT_OF_OFFICE = gettext_noop("这位代表的任期已经结束，码不再使用。请到首页找附近的站点。")
NOT_YET = gettext_noop("这位代表还没有到任，码还不能用。请到首页找附近的站点。")
NO_STATION = gettext_noop("这位代表现在没有进站，码不能用。请到首页找附近的站点。")
OVER = gettext_noop("这次活动已经结束，码不再使用。有事可以到首页找附近的站点说。")

CHANNELS = {"station": "code", "deputy": "deputy_code", "activity": "activity_code", "case": "case_code"}
"""Whose code it is → the channel of a voice that comes by it."""


@dataclass(frozen=True, slots=True)
class ScannedStation:
    """The station that a code stands at, or where its deputy or activity belongs."""

    id: int
    name: str
    kind: str
    region_id: str
    region_name: str
    address: str
    hours: str
    phone: str
    functions: list[str]
    equipment: list[str]

    @property
    def kind_label(self) -> str:
        return str(Station.Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class ScannedDeputy:
    """The deputy whose code it is."""

    id: int
    name: str
    kind: str
    level: str
    constituency: str
    expertise: str

    @property
    def kind_label(self) -> str:
        return str(Deputy.Kind(self.kind).label)

    @property
    def level_label(self) -> str:
        return str(Deputy.Level(self.level).label)


@dataclass(frozen=True, slots=True)
class ScannedActivity:
    """The activity that a code hangs at."""

    id: int
    title: str
    day: date
    until: date

    @property
    def last(self) -> date:
        """The last day on which its code is good."""
        return self.until - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ScannedCase:
    """The matter that a code belongs to: what of it may be said to whoever stands before the code."""

    id: int
    year: int
    procedure: str
    stage: str
    region_id: str
    due_on: date | None
    closed_at: datetime | None
    visibility: str
    announced: str

    @property
    def number(self) -> str:
        return format_number(self.year, self.id)

    @property
    def public(self) -> bool:
        """Whether an account of it is there for everybody to read."""
        return self.visibility == Case.Visibility.PUBLIC


@dataclass(frozen=True, slots=True)
class Scan:
    """What a token leads to: a station, with the deputy, activity or matter whose code it is; or why it is refused.

    Of a matter the station may be missing. `typed_amiss` says that looking at the poster again helps; `code_id` is
    that of a genuine code, refused or not.
    """

    station: ScannedStation | None
    refused: str = ""
    deputy: ScannedDeputy | None = None
    activity: ScannedActivity | None = None
    case: ScannedCase | None = None
    code_id: int = 0
    typed_amiss: bool = False

    @property
    def channel(self) -> str:
        """By which way a voice comes that was said after this scan."""
        held = {"deputy": self.deputy, "activity": self.activity, "case": self.case}
        return CHANNELS[next((holder for holder, value in held.items() if value), "station")]

    @property
    def through(self) -> Through:
        """What is noted with such a voice."""
        return Through(self.code_id, self.deputy.id if self.deputy else None)


# written out, since it is read with every scan and every voice and costs a fifth of what the ORM takes to build it
_RESOLVE = """
SELECT c.revoked_at, s.active, d.since, d.until,
    s.id, s.name, s.kind, s.region_id, r.name, s.address, s.hours, s.phone,
    s.functions, s.equipment, d.id, d.name, d.kind, d.level, d.constituency, d.expertise,
    a.id, a.title, a.day, a.until,
    k.id, k.year, k.procedure, k.stage, k.region_id, k.due_on, k.closed_at, k.visibility, k.announced
FROM codes_code c LEFT JOIN directory_deputy d ON d.id = c.deputy_id
    LEFT JOIN codes_activity a ON a.id = c.activity_id
    LEFT JOIN engine_case k ON k.id = c.case_id
    LEFT JOIN directory_station s ON s.id = coalesce(c.station_id, d.station_id, a.station_id, k.station_id)
    LEFT JOIN directory_region r ON r.code = s.region_id
WHERE c.id = %s
"""


def code_resolve(token: str, *, today: date) -> Scan:
    """What a scanned or typed token opens today. One SQL statement; none for a token that was not made here."""
    read = token_read(token)
    if read.code_id is None:
        return Scan(None, read.fault, typed_amiss=read.typed_amiss)
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVE, [read.code_id])
        row = cursor.fetchone()
    if row is None:
        return Scan(None, FORGED)
    station = ScannedStation(*row[4:14]) if row[1] else None
    deputy = ScannedDeputy(*row[14:20]) if row[14] is not None else None
    activity = ScannedActivity(*row[20:24]) if row[20] is not None else None
    case = ScannedCase(*row[24:]) if row[24] is not None else None
    refused = REVOKED if row[0] is not None else ""
    refused = refused or _not_now(deputy, activity, since=row[2], until=row[3], today=today)
    if not refused and station is None and case is None:
        refused = CLOSED if row[4] is not None else NO_STATION
    if refused:
        return Scan(None, refused, code_id=read.code_id)
    return Scan(station, deputy=deputy, activity=activity, case=case, code_id=read.code_id)


def _not_now(
    deputy: ScannedDeputy | None,
    activity: ScannedActivity | None,
    *,
    since: date,
    until: date | None,
    today: date,
) -> str:
    """Why the code of a deputy or an activity opens nothing today; empty when it does."""
    if deputy is not None and not valid_on(since, until, today):
        return NOT_YET if today < since else OUT_OF_OFFICE
    return OVER if activity is not None and activity.until <= today else ""


def token_of(station_id: int) -> str | None:
    """The token in force of a station; None when it has no code."""
    code_id = Code.objects.filter(station_id=station_id, revoked_at=None).values_list("pk", flat=True).first()
    return None if code_id is None else token_for(code_id)


def token_of_deputy(deputy_id: int) -> str | None:
    """The token in force of a deputy; None when they have no code."""
    code_id = Code.objects.filter(deputy_id=deputy_id, revoked_at=None).values_list("pk", flat=True).first()
    return None if code_id is None else token_for(code_id)


def tokens_of(station_ids: list[int]) -> dict[int, str]:
    """Station id → its token in force."""
    rows = Code.objects.filter(station_id__in=station_ids, revoked_at=None).values_list("station_id", "pk")
    return {station_id: token_for(code_id) for station_id, code_id in rows}


def address_of(token: str) -> str:
    """The address that a token's QR code bears."""
    return f"{settings.PUBLIC_ADDRESS}/c/{token}/"
