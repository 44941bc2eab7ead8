"""Gatherings with who came to them, as many facts as asked for, and what the pages read from them cost.

Each gathering is in a township, has twenty deputies on its list, and leaves a fact for each of them and one that it was
held. Deputies take turns, so that everybody has as many facts as everybody else: six each among ten thousand, 630 among
a million. One deputy, the first, has the same sixty gatherings in both worlds, so that a page of theirs shows the same.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection

EACH = 20
"""Deputies on one list."""
KEPT = 60
"""Gatherings of the first deputy: every seventh of the first that are made."""
DAYS = 700
"""Gatherings are spread over so many days before today."""

FILL_MEETINGS = """
INSERT INTO meetings_meeting (kind, title, region_id, station_id, mode, starts_at, ends_at, state, public, held_at,
    changed_at, created_at, agenda, conclusions, submission)
SELECT (ARRAY['study', 'inspection', 'reception', 'research', 'training', 'upper'])[1 + n %% 6], '第' || n || '场',
    t.region_id, t.station_id, CASE WHEN n %% 4 = 0 THEN 'online' ELSE 'offline' END,
    d.starts, d.starts + interval '2 hours', 'held', n %% 6 = 2, d.starts, d.starts, d.starts, '[]', '[]', 'bench:' || n
FROM generate_series(1, %(count)s) n
JOIN bench_place t ON t.number = n * 7919::bigint %% (SELECT count(*) FROM bench_place)
CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - (1 + n %% %(days)s) * interval '1 day' AS starts) d
"""
FILL_EVENTS = """
INSERT INTO engine_event (id, stream, sequence, action, at, day, actor, actor_name, role, before, after, said, note,
    data, previous, digest)
SELECT gen_random_uuid(), 'meeting:' || m.id, 1, 'meeting.take_over', m.created_at, m.created_at::date, 'system',
    '系统', 'system', '', '', '', '', '{}', repeat('0', 64), repeat('0', 64)
FROM meetings_meeting m WHERE m.submission LIKE 'bench:%%'
"""
FILL_ATTENDEES = """
INSERT INTO meetings_attendee (meeting_id, part, name, deputy_id, expected, state, since, signed_at, signed_by, way,
    result)
SELECT m.id, 'deputy', p.name, p.id, true, 'coming', m.created_at,
    CASE WHEN k %% 7 > 1 THEN m.starts_at END, CASE WHEN k %% 7 > 1 THEN 'list' ELSE '' END,
    CASE WHEN k %% 7 > 1 THEN m.mode ELSE '' END,
    CASE k %% 7 WHEN 0 THEN 'absent' WHEN 1 THEN 'excused' ELSE 'attended' END
FROM meetings_meeting m CROSS JOIN generate_series(0, %(each)s - 1) k
CROSS JOIN LATERAL (SELECT substr(m.submission, 7)::bigint AS n) made
JOIN bench_person p ON p.number = CASE WHEN n %% 7 = 0 AND n <= 7 * %(kept)s AND n / 7 %% 7 = k THEN 0
    ELSE 1 + (n * %(each)s + k) %% (SELECT count(*) - 1 FROM bench_person) END
WHERE m.submission LIKE 'bench:%%'
"""
FILL_FACTS = """
INSERT INTO engine_fact (kind, event_id, day, region_id, station_id, deputy_id, detail, amount, subject)
SELECT 'meeting.' || a.result || '.' || m.kind, e.id, m.starts_at::date, m.region_id, m.station_id, a.deputy_id,
    CASE a.result WHEN 'attended' THEN 'deputy.' || a.way ELSE 'deputy' END, 1, 'meeting:' || m.id
FROM meetings_attendee a JOIN meetings_meeting m ON m.id = a.meeting_id
JOIN engine_event e ON e.stream = 'meeting:' || m.id WHERE m.submission LIKE 'bench:%%'
UNION ALL
SELECT 'meeting.held.' || m.kind, e.id, m.starts_at::date, m.region_id, m.station_id, NULL, m.mode, 1,
    'meeting:' || m.id
FROM meetings_meeting m JOIN engine_event e ON e.stream = 'meeting:' || m.id WHERE m.submission LIKE 'bench:%%'
"""

PAGES = {
    "record": "/desk/duty/{deputy}/",
    "term": "/desk/duty/{deputy}/?year=term",
    "entries": "/desk/duty/{deputy}/entries/?of=attended",
    "participation": "/desk/duty/participation/",
    "district": "/desk/duty/participation/?in=330106000000",
    "behind": "/desk/duty/participation/gatherings/?of=own",
    "came_online": "/desk/duty/participation/gatherings/?of=came_online&level=county",
    "gatherings": "/desk/meetings/?view=past",
    "gatherings_of_a_kind": "/desk/meetings/?view=past&kind=face_to_face",
    "grown_record": "/desk/duty/{other}/",
    "grown_entries": "/desk/duty/{other}/entries/?of=attended",
}
"""Pages that must be as quick with a million facts as with ten thousand; {deputy} is the one with the same sixty
gatherings in both, {other} somebody with as many as all, whose own record grows with the world."""
GROWN = ("grown_record", "grown_entries")


def fill(count: int, now: datetime) -> None:
    """Gatherings that leave `count` facts; sums and statistics brought up to date."""
    from bench.world import set_defaults
    from tingchao.engine.rollups import facts_roll_up
    from tingchao.instruments.meetings.models import Attendee, Meeting
    from tingchao.mechanisms.deputy_duty.services.summing import participation_add_up

    asked = {"count": count // (EACH + 1), "now": now, "days": DAYS, "each": EACH, "kept": KEPT}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_place AS SELECT row_number() OVER (ORDER BY id) - 1 AS number, region_id,"
            " id AS station_id FROM directory_station"
        )
        cursor.execute(
            "CREATE TEMP TABLE bench_person AS SELECT row_number() OVER (ORDER BY id) - 1 AS number, id, name"
            " FROM directory_deputy WHERE kind = 'deputy'"
        )
        for model in (Meeting, Attendee):
            set_defaults(cursor, model)
        for statement in (FILL_MEETINGS, FILL_EVENTS, FILL_ATTENDEES, FILL_FACTS):
            cursor.execute(statement, asked)
        cursor.execute("DROP TABLE bench_place, bench_person")
        cursor.execute("VACUUM ANALYZE")
    while participation_add_up():
        continue
    facts_roll_up()


def pages() -> dict[str, Any]:
    """What each of PAGES costs the clerk of the city, and its SQL statements."""
    from django.test import Client

    from bench.client import Browser
    from bench.measures import PORT, cpu_each, served, statements
    from tingchao.demo.city import PASSWORD
    from tingchao.directory.models import Account, Deputy
    from tingchao.engine.models import Fact
    from tingchao.instruments.meetings.models import Attendee

    account = Account.objects.get(username="renda")
    account.set_password(PASSWORD)
    account.save()
    deputy, other = Deputy.objects.filter(kind="deputy").order_by("pk").values_list("pk", flat=True)[:2]
    own = {one: Attendee.objects.filter(deputy_id=one).count() for one in (deputy, other)}
    assert own[deputy] == KEPT, own
    paths = {name: path.format(deputy=deputy, other=other) for name, path in PAGES.items()}
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(account, "tingchao.desk.backends.AccountBackend")
    for path in paths.values():
        assert client.get(path).status_code == 200, path
    used = {name: len(statements(partial(client.get, path))) for name, path in paths.items()}
    with served() as server:
        browser = Browser(PORT)
        form = {
            "csrfmiddlewaretoken": browser.token("/accounts/login/"),
            "login": account.username,
            "password": PASSWORD,
        }
        assert browser.post("/accounts/login/", form)[0] == 302

        def request(path: str) -> None:
            status, page = browser.get(path)
            assert status == 200, page[-3000:]

        cost = {name: cpu_each(server, partial(request, path)) for name, path in paths.items()}
    grown = {name: cost.pop(name) for name in GROWN}
    return {
        "pages_ms": cost, "grown_ms": grown, "statements": used, "facts": Fact.objects.count(),
        "of_the_deputy": own[deputy], "of_another": own[other],
    }  # fmt: skip
