"""A year of voices: said at the gatherings of 余杭 and 西湖, and in 西湖 beside them by code, on line, by telephone.

They are written in bulk (engine.lived), each with the whole of what became of it, and tied to the gathering at which
they were said.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from tingchao.core.roles import Role
from tingchao.core.spread import shared
from tingchao.directory.actors import reporter
from tingchao.directory.models import Station
from tingchao.engine.lived import Life, cases_live
from tingchao.engine.lookups import KeptLookups
from tingchao.instruments.meetings.kinds import kind_get
from tingchao.instruments.meetings.models import CaseMeeting, Meeting
from tingchao.instruments.meetings.services.said import Tied, cases_tie
from tingchao.mechanisms.public_voices.demo.courses import Course, People, Way
from tingchao.mechanisms.public_voices.demo.stories import Stories
from tingchao.mechanisms.public_voices.demo.teller import holder
from tingchao.mechanisms.public_voices.rules import CONCERNS, LASTING
from tingchao.mechanisms.public_voices.services import voice_life

YUHANG, XIHU = "330110", "330106"
BATCH = 400

SAID: tuple[tuple[str, tuple[str, ...], int], ...] = (
    (YUHANG, ("reception", "walk"), 5_320),
    (YUHANG, ("themed",), 1_590),
    (YUHANG, ("visit",), 636),
    (YUHANG, ("committee",), 320),
    (YUHANG, ("face_to_face",), 170),
    (XIHU, ("reception", "symposium"), 700),
)
"""Where, at which kinds of gatherings, how many voices."""

SOLVED, UNSOLVED = 283, 58
"""Matters that were deliberated in 余杭: done, and put into a plan."""

SETTLED = timedelta(days=70)
"""After so long what was deliberated has come to its end."""

BESIDE = 5_680
"""Voices of 西湖 that were not said at a gathering."""

SPAN_DAYS = 350


@dataclass(slots=True)
class Heard:
    """One voice to be written, and where it belongs to."""

    life: Life
    meeting: Meeting | None = None
    tie: str = CaseMeeting.Tie.SAID


@dataclass(slots=True)
class Year:
    """What all voices of the year share."""

    now: datetime
    dice: random.Random = field(default_factory=lambda: random.Random("一年的话"))  # noqa: S311
    people: People = field(default_factory=People)
    stories: Stories = field(default_factory=Stories)
    stations: dict[int, Station] = field(default_factory=dict)

    def gatherings(self, scope: str, kinds: Sequence[str]) -> list[Meeting]:
        """The gatherings of a place that are over, in their order."""
        rows = Meeting.objects.filter(region__code__startswith=scope, kind__in=kinds, station__isnull=False)
        return list(rows.filter(state=Meeting.State.HELD, ends_at__lt=self.now).order_by("starts_at", "id"))


def voices_tell(*, now: datetime, progress: Callable[[int, int], None]) -> None:
    """Write all voices of the year in batches; told twice, each is there once."""
    year = Year(now)
    year.stations = {one.pk: one for one in Station.objects.filter(active=True)}
    total = sum(count for *_, count in SAID) + SOLVED + UNSOLVED + BESIDE
    lookups, told = KeptLookups(), 0
    heard = _all(year)
    while batch := list(islice(heard, BATCH)):
        _write(batch, year, lookups)
        told += len(batch)
        progress(told, total)


def _all(year: Year) -> Iterator[Heard]:
    for number, (scope, kinds, count) in enumerate(SAID):
        year.dice = random.Random(f"said {number}")  # noqa: S311 - the same ones each time
        yield from _said(year, scope, kinds, count)
    year.dice = random.Random("deliberated")  # noqa: S311
    yield from _deliberated(year)
    year.dice = random.Random("beside")  # noqa: S311
    yield from _beside(year)


@transaction.atomic
def _write(batch: Sequence[Heard], year: Year, lookups: KeptLookups) -> None:
    cases = cases_live(lives=[one.life for one in batch], until=year.now, lookups=lookups)
    of = {one.life.opening["submission"]: one for one in batch}
    ties: dict[str, list[Tied]] = {}
    for case in cases:
        one = of[case.submission]
        if one.meeting is not None:
            at = max(case.opened_at, one.meeting.ends_at) + timedelta(minutes=1)
            tied = Tied(one.meeting.pk, case, at, one.tie)
            ties.setdefault(one.meeting.region_id[:6], []).append(tied)
    for scope, some in ties.items():
        cases_tie(ties=some, actor=holder(Role.COORDINATOR, f"{scope}000000"))


def _course(year: Year, station: Station, topic: str = "", *, ends: str = "", quick: bool = False) -> Course:
    """The course of one voice; as it ends, or as it falls: half are answered at once, most others are done."""
    dice = random.Random(year.dice.random())  # noqa: S311 - its own, since deeds are asked for later
    (fallen,) = dice.choices(("told", "done", "planned"), (52, 42, 6))
    story = year.stories.story(dice, topic, ends or fallen)
    return Course(story, year.people.place(station), year.people, year.stories, dice, quick)


def _said(year: Year, scope: str, kinds: Sequence[str], count: int) -> Iterator[Heard]:
    """What was said at gatherings, written down when they were over."""
    meetings = year.gatherings(scope, kinds)
    for meeting, some in zip(meetings, shared(count, len(meetings), year.dice, unevenness=0.9), strict=True):
        topic = year.stories.topic_in(meeting.title)
        for number in range(some):
            course = _course(year, year.stations[meeting.station_id or 0], topic, quick=True)
            at = meeting.ends_at + timedelta(minutes=4 * number + 1)
            key = f"demo:said:{meeting.pk}:{number}"
            yield Heard(_life(course, at, key, course.any_way, meeting=meeting), meeting)


def _deliberated(year: Year) -> Iterator[Heard]:
    """Two or three matters for each table: those of long ago are done, some were put into a plan."""
    meetings = year.gatherings(YUHANG, ("deliberation",))
    old = [one for one in meetings if one.ends_at < year.now - SETTLED]
    done = shared(SOLVED, len(old), year.dice, unevenness=0.4, least=1)
    wanted = [(meeting, True) for meeting, some in zip(old, done, strict=True) for _ in range(some)]
    wanted += [(year.dice.choice(meetings), False) for _ in range(UNSOLVED)]
    for number, (meeting, solved) in enumerate(wanted):
        topic, ends = year.stories.topic_in(meeting.title), "done" if solved else "planned"
        course = _course(year, year.stations[meeting.station_id or 0], topic, ends=ends)
        opened = meeting.starts_at - timedelta(days=year.dice.randrange(5, 9), minutes=7 * number % 400)
        way = _at_table(course, meeting)
        life = _life(course, opened, f"demo:table:{meeting.pk}:{number}", way, meeting=meeting)
        yield Heard(life, meeting, CaseMeeting.Tie.TOPIC)


def _at_table(course: Course, meeting: Meeting) -> Way:
    return lambda case: course.deliberated(case, meeting.title, meeting.ends_at)


def _beside(year: Year) -> Iterator[Heard]:
    """Voices of 西湖 on every day of the week, by code, on line or by telephone; some are not accepted."""
    stations = [one for one in year.stations.values() if one.region_id.startswith(XIHU)]
    for number in range(BESIDE):
        course = _course(year, stations[number % len(stations)])
        back = SPAN_DAYS * (number + course.dice.random()) / BESIDE
        at = year.now - timedelta(days=back, minutes=course.dice.randrange(1, 600))
        key = f"demo:beside:{number}"
        if course.dice.random() < 0.05:
            said = year.stories.declined(course.dice)
            yield Heard(_life(course, at, key, _not_here(course, said), said=said))
        else:
            yield Heard(_life(course, at, key, course.any_way))


def _not_here(course: Course, said: dict[str, str]) -> Way:
    return lambda case: course.declined(case, said)


def _life(
    course: Course,
    at: datetime,
    key: str,
    way: Way,
    *,
    meeting: Meeting | None = None,
    said: dict[str, str] | None = None,
) -> Life:
    dice, station, told = course.dice, course.place.station, said or {}
    happened, concerns = dice.random(), dice.random()
    return voice_life(
        title=told.get("title", course.story.title),
        text=told.get("text", course.story.text),
        place="" if said else course.story.place,
        region_code=station.region_id,
        station_id=station.pk,
        channel=kind_get(meeting.kind).channel
        if meeting
        else dice.choice(("code", "code", "web", "telephone")),
        happened=LASTING if happened < 0.3 else "",
        concerns=dice.choice(tuple(CONCERNS)) if concerns < 0.5 else "",
        actor=course.place.liaison if meeting else reporter(0),
        now=at,
        submission=key,
        simulated=True,
        deeds=way,
    )
