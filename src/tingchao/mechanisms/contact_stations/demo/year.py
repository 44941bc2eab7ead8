"""A year at the stations of 余杭: receptions, walks, visits, deliberations, heads face to face, themed activities.

Each kind has its number of gatherings and what it adds up to; days, stations, people and words are spread by dice that
fall the same way each time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from tingchao.core.attendance import Result
from tingchao.core.ledger import JSON
from tingchao.core.spread import days_spread, shared
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account, Body, Deputy, Station
from tingchao.directory.selectors import HANDED_MATTERS, actor_for, working_calendar
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over
from tingchao.mechanisms.contact_stations.demo import words
from tingchao.mechanisms.contact_stations.demo.places import YUHANG

SPAN = timedelta(days=350)
"""The year told of, short of two weeks, so that its figures do not change on the day after it was built."""

VISITS, COMMITTEE_VISITS = 152, 32
DELIBERATIONS = 136
FACE_TO_FACE_HEADS, FACE_TO_FACE_OTHERS, AUDIENCE = 25, 65, 421_300
RECEPTION_VISITS, RECEIVED = 2_340, 8_520
CALLED_ON = 31_700
THEMED = 128

Seats = Sequence[Deputy]


@dataclass(slots=True)
class Network:
    """The stations of 余杭, the deputies on their walls, the bodies of the district, and whoever keeps the record."""

    now: datetime
    actor: Actor
    head: Station
    stations: list[Station]
    walls: dict[int, list[Deputy]]
    bodies: dict[str, Body]
    dice: random.Random = field(default_factory=lambda: random.Random("余杭一年"))  # noqa: S311

    def days(self, count: int) -> list[date]:
        """So many working days of the year told of."""
        today = local_day(self.now)
        return days_spread(count, today - SPAN, today - timedelta(days=1), working_calendar(), self.dice)

    def deputies(self, station: Station, wanted: int) -> list[Deputy]:
        wall = self.walls[station.pk]
        return self.dice.sample(wall, min(wanted, len(wall)))


def steps(now: datetime) -> list[Callable[[], object]]:
    """What is to be done one after the other: each kind of gathering."""
    network = _network(now)
    kinds = (_receptions, _walks, _visits, _committee, _deliberations, _face_to_face, _themed)
    return [partial(_take, network, kind) for kind in kinds]


def _take(network: Network, kind: Callable[[Network], Iterator[Past]]) -> None:
    network.dice = random.Random(kind.__name__)  # noqa: S311 - each kind the same, whatever was built before
    meetings_take_over(pasts=list(kind(network)), actor=network.actor)


def _network(now: datetime) -> Network:
    scope = YUHANG[:6]
    stations = list(Station.objects.filter(region__code__startswith=scope, active=True).order_by("id"))
    walls: dict[int, list[Deputy]] = {one.pk: [] for one in stations}
    people = Deputy.objects.filter(station__in=stations, kind=Deputy.Kind.DEPUTY, until=None)
    for deputy in people.order_by("id"):
        walls[deputy.station_id or 0].append(deputy)
    bodies = Body.objects.filter(region_id=YUHANG, kind__in=HANDED_MATTERS)
    account = Account.objects.get(username=f"coordinator-{scope}")
    return Network(
        now,
        actor_for(account, now),
        next(one for one in stations if one.kind == Station.Kind.HEAD),
        [one for one in stations if one.kind != Station.Kind.HEAD],
        walls,
        {body.key.split("-")[0]: body for body in bodies},
    )


# --- the parts of a gathering -----------------------------------------------------------------------------


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def _came(deputies: Seats) -> list[Comer]:
    return [Comer(one.name, deputy_id=one.pk) for one in deputies]


def _away(deputies: Seats, dice: random.Random) -> list[Comer]:
    """Those who had been asked and did not come: two of three said why."""
    return [
        Comer(
            one.name,
            deputy_id=one.pk,
            result=Result.EXCUSED if excused else Result.ABSENT,
            reason=dice.choice(words.EXCUSES) if excused else "",
        )
        for one in deputies
        for excused in [dice.random() < 0.67]
    ]


def _seated(network: Network, station: Station, came: int, away: int) -> list[Comer]:
    found = network.deputies(station, came + away)
    return [*_came(found[:came]), *_away(found[came:], network.dice)]


def _residents(dice: random.Random, count: int) -> list[Comer]:
    return [
        Comer(f"{dice.choice('王李张陈吴周沈徐朱')}{seat}"[:20], part=Attendee.Part.RESIDENT)
        for seat in dice.sample(words.SEATS, count)
    ]


def _body(body: Body) -> Comer:
    return Comer(f"{body.name}负责人", part=Attendee.Part.BODY, body_id=body.pk)


def _past(
    network: Network, kind: str, number: int, station: Station, title: str, begins: datetime, hours: float
) -> Past:
    return Past(
        kind=kind,
        title=title,
        region_code=station.region_id,
        starts_at=begins,
        ends_at=begins + timedelta(hours=hours),
        submission=f"demo:yuhang:{kind}:{number}",
        station_id=station.pk,
        public=True,
    )


def _monthly(network: Network) -> list[tuple[Station, date]]:
    """Every station once a month, each on a day of its own, in the order of the days."""
    rounds = 12
    found = [
        (station, day)
        for station in network.stations
        for day in network.days(rounds)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one[1], one[0].pk))


# --- the kinds --------------------------------------------------------------------------------------------


def _receptions(network: Network) -> Iterator[Past]:
    """Deputies receive voters at every station once a month; in some months in the evening."""
    dice, turns = network.dice, _monthly(network)
    came = shared(RECEPTION_VISITS, len(turns), dice, unevenness=0.4, least=2)
    people = shared(RECEIVED, len(turns), dice, unevenness=0.9, least=1)
    for number, (station, day) in enumerate(turns):
        begins = _at(day, dice.choice((9, 9, 9, 14, 14, 19)))
        one = _past(network, "reception", number, station, f"{day.month}月代表接待选民", begins, 2.5)
        one.comers = _seated(network, station, came[number], int(dice.random() < 0.25))
        one.received = people[number]
        one.outcome = dice.choice(("answered", "taken", "taken"))
        one.minutes = dice.choice(words.RECEIVED_MINUTES).format(topic=dice.choice(words.TOPICS))
        yield one


def _walks(network: Network) -> Iterator[Past]:
    """Two or three deputies of a station call on voters once a month."""
    dice, turns = network.dice, _monthly(network)
    people = shared(CALLED_ON, len(turns), dice, unevenness=0.7, least=6)
    for number, (station, day) in enumerate(turns):
        title = f"走访{dice.choice(words.WALKS)}"
        one = _past(network, "walk", number, station, title, _at(day, dice.choice((9, 14, 18))), 3)
        one.comers = _seated(network, station, dice.choice((2, 2, 3)), 0)
        one.received = people[number]
        yield one


def _visits(network: Network) -> Iterator[Past]:
    """Leaders of the district, departments, court and procuratorate at stations."""
    dice, stations = network.dice, network.stations
    for number, day in enumerate(network.days(VISITS)):
        title, key = words.VISITORS[number % len(words.VISITORS)]
        station = stations[(number * 7) % len(stations)]
        one = _past(network, "visit", number, station, title, _at(day, dice.choice((9, 10, 14, 15))), 2)
        guest = _guest(network, key)
        one.comers = [guest, *_seated(network, station, dice.choice((1, 2, 2)), 0)]
        one.body_id = guest.body_id
        one.received = dice.randint(4, 18)
        one.outcome = dice.choice(("answered", "taken", "taken"))
        yield one


def _guest(network: Network, key: str) -> Comer:
    if key in network.bodies:
        return _body(network.bodies[key])
    name = words.COURTS.get(key) or network.dice.choice(words.LEADERS)
    return Comer(name, part=Attendee.Part.BODY)


def _committee(network: Network) -> Iterator[Past]:
    """Members of the standing committee, who are on the wall of the head station, at other stations."""
    dice, stations = network.dice, network.stations
    for number, day in enumerate(network.days(COMMITTEE_VISITS)):
        station = stations[(number * 11 + 5) % len(stations)]
        title = "常委会组成人员到站听意见"
        one = _past(network, "committee", number, station, title, _at(day, dice.choice((9, 14))), 2)
        members = dice.sample(network.walls[network.head.pk], dice.choice((1, 2)))
        one.comers = _came(members)
        one.received = dice.randint(6, 20)
        yield one


def _deliberations(network: Network) -> Iterator[Past]:
    """Residents, deputies and the body concerned at one table, in the evening more often than not."""
    dice, stations = network.dice, network.stations
    for number, day in enumerate(network.days(DELIBERATIONS)):
        topic = words.TOPICS[number % len(words.TOPICS)]
        about = words.ABOUT[topic]
        title = about[(number // len(words.TOPICS)) % len(about)]
        station = stations[(number * 13 + 3) % len(stations)]
        begins = _at(day, dice.choice((9, 14, 18, 19, 19)), 30)
        one = _past(network, "deliberation", number, station, title, begins, 2)
        body = dice.choice(list(network.bodies.values()))
        residents = _residents(dice, dice.randint(4, 7))
        one.comers = [*_seated(network, station, dice.randint(2, 3), 0), _body(body), *residents]
        one.body_id, one.local_name = body.pk, dice.choice(words.LOCAL_NAMES)
        one.outcome = "agreed" if number % 12 else "again"
        seat = residents[0].name
        one.minutes = dice.choice(words.DELIBERATED_MINUTES).format(title=title, seat=seat)
        one.conclusions = _conclusions(dice, body, day)
        yield one


def _conclusions(dice: random.Random, body: Body, day: date) -> list[dict[str, JSON]]:
    return [
        {"what": what, "who": body.name[:40], "due": (day + timedelta(days=dice.randint(7, 40))).isoformat()}
        for what in dice.sample(words.CONCLUSIONS, 2)
    ]


def _face_to_face(network: Network) -> Iterator[Past]:
    """Once a month heads of departments answer deputies and voters, and very many look on."""
    dice, months = network.dice, len(words.FACE_TO_FACE)
    heads = shared(FACE_TO_FACE_HEADS, months, dice, unevenness=0.3, least=1)
    others = shared(FACE_TO_FACE_OTHERS, months, dice, unevenness=0.3, least=3)
    audience = shared(AUDIENCE, months, dice, unevenness=0.6)
    for number, day in enumerate(network.days(months)):
        topic = words.FACE_TO_FACE[number]
        title = f"局长·代表面对面：{words.ABOUT[topic][0]}"
        one = _past(network, "face_to_face", number, network.head, title, _at(day, 19), 1.5)
        bodies = dice.sample(list(network.bodies.values()), heads[number])
        station = dice.choice(network.stations)
        deputies = _seated(network, station, 2, 0)
        residents = _residents(dice, others[number] - len(deputies))
        one.comers = [*(_body(body) for body in bodies), *deputies, *residents]
        one.mode, one.place = Meeting.Mode.HYBRID, "区融媒体中心演播厅"
        one.body_id, one.audience, one.outcome = bodies[0].pk, audience[number], "taken"
        yield one


def _themed(network: Network) -> Iterator[Past]:
    """Twice a year at every station, on what the month is about."""
    dice, stations = network.dice, network.stations
    for number, day in enumerate(network.days(THEMED)):
        station = stations[(number * 5) % len(stations)]
        title = words.THEMED[(number * 7) % len(words.THEMED)]
        one = _past(network, "themed", number, station, title, _at(day, dice.choice((9, 14))), 2)
        one.comers = _seated(network, station, dice.choice((3, 4)), int(dice.random() < 0.4))
        yield one
