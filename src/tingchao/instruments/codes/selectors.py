"""What a scanned code opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import segno
from django.conf import settings
from django.db import connection

from tingchao.core.text import gettext_noop
from tingchao.directory.actors import valid_on
from tingchao.directory.models import Deputy, Station
from tingchao.engine.through import Through
from tingchao.instruments.codes.models import Code
from tingchao.instruments.codes.signing import code_id_of, token_for

FORGED = gettext_noop("这个码不是本站发出的，请扫站点门口张贴的码。")
REVOKED = gettext_noop("这个码已经停用，请扫站点新贴的码。")
CLOSED = gettext_noop("这个站点已经不再开放，请到首页找附近的站点。")
OUT_OF_OFFICE = gettext_noop("这位代表的任期已经结束，码不再使用。请到首页找附近的站点。")
NOT_YET = gettext_noop("这位代表还没有到任，码还不能用。请到首页找附近的站点。")
NO_STATION = gettext_noop("这位代表现在没有进站，码不能用。请到首页找附近的站点。")
OVER = gettext_noop("这次活动已经结束，码不再使用。有事可以到首页找附近的站点说。")

CHANNELS = {"station": "code", "deputy": "deputy_code", "activity": "activity_code"}
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
class Scan:
    """What a token leads to: a station, with the deputy or the activity whose code it is, or the reason why to none."""

    station: ScannedStation | None
    refused: str = ""
    deputy: ScannedDeputy | None = None
    activity: ScannedActivity | None = None
    code_id: int = 0

    @property
    def channel(self) -> str:
        """By which way a voice comes that was said after this scan."""
        holder = "deputy" if self.deputy else "activity" if self.activity else "station"
        return CHANNELS[holder]

    @property
    def through(self) -> Through:
        """What is noted with such a voice."""
        return Through(self.code_id, self.deputy.id if self.deputy else None)


# written out, since it is read with every scan and every voice and costs a fifth of what the ORM takes to build it
_RESOLVE = """
SELECT c.revoked_at, s.active, d.since, d.until,
    s.id, s.name, s.kind, s.region_id, r.name, s.address, s.hours, s.phone,
    d.id, d.name, d.kind, d.level, d.constituency, d.expertise,
    a.id, a.title, a.day, a.until
FROM codes_code c LEFT JOIN directory_deputy d ON d.id = c.deputy_id
    LEFT JOIN codes_activity a ON a.id = c.activity_id
    LEFT JOIN directory_station s ON s.id = coalesce(c.station_id, d.station_id, a.station_id)
    LEFT JOIN directory_region r ON r.code = s.region_id
WHERE c.id = %s
"""


def code_resolve(token: str, *, today: date) -> Scan:
    """What a scanned token opens today. One SQL statement; none for a token that was not made here."""
    code_id = code_id_of(token)
    if code_id is None:
        return Scan(None, FORGED)
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVE, [code_id])
        row = cursor.fetchone()
    if row is None:
        return Scan(None, FORGED)
    (revoked_at, active, since, until), place = row[:4], row[4:12]
    deputy = ScannedDeputy(*row[12:18]) if row[12] is not None else None
    activity = ScannedActivity(*row[18:]) if row[18] is not None else None
    if revoked_at is not None:
        return Scan(None, REVOKED)
    if deputy is not None and not valid_on(since, until, today):
        return Scan(None, NOT_YET if today < since else OUT_OF_OFFICE)
    if activity is not None and activity.until <= today:
        return Scan(None, OVER)
    if not active:
        return Scan(None, CLOSED if place[0] is not None else NO_STATION)
    return Scan(ScannedStation(*place), deputy=deputy, activity=activity, code_id=code_id)


def token_of(station_id: int) -> str | None:
    """The token in force of a station; None when it has no code."""
    code_id = Code.objects.filter(station_id=station_id, revoked_at=None).values_list("pk", flat=True).first()
    return None if code_id is None else token_for(code_id)


def tokens_of(station_ids: list[int]) -> dict[int, str]:
    """Station id → its token in force."""
    rows = Code.objects.filter(station_id__in=station_ids, revoked_at=None).values_list("station_id", "pk")
    return {station_id: token_for(code_id) for station_id, code_id in rows}


def address_of(token: str) -> str:
    """The address that a token's QR code bears."""
    return f"{settings.PUBLIC_ADDRESS}/c/{token}/"


def qr_svg(token: str) -> str:
    """The QR code of a token as SVG for a page, error correction H, so that a scratched poster still reads."""
    return str(
        segno.make(address_of(token), error="h", boost_error=False).svg_inline(
            scale=8, border=2, omitsize=True
        )
    )
