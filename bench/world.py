"""The data that is measured on: a city, and as many matters as asked for, made by the database itself.

The matters are spread over the 191 townships; one in ten is open, as in a year with much work; each has its events.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from psycopg import sql

FOUND_BY = ("id", "title", "place", "text", "region_id")

OPEN_SHARE = 10
"""One matter in so many is open."""

FILL_CASES = """
INSERT INTO engine_case (
    procedure, year, title, text, place, region_id, station_id, channel, raised_by, simulated, stage, stage_since,
    tier, duty, lead_id, returns, outcome, satisfaction, clock, due_on, due_at, due_provisional, paused_until,
    wake_at, alarms, visibility, public_title, public_text, opened_at, closed_at, events, head, submission)
SELECT 'public_voices', 2026, '第' || n || '件：路口积水', repeat('下雨天路口积水，走不过去。', 3) || {words},
    '府前路' || n % 900 || '号',
    t.region_id, t.station_id, 'web', '匿名', false,
    CASE WHEN n %% {share} = 0 THEN (ARRAY['sorting', 'acting', 'rating'])[1 + n / {share} %% 3] ELSE 'kept' END,
    %(now)s::timestamptz - n %% 400 * interval '1 hour',
    (ARRAY['ordinary', 'ordinary', 'ordinary', 'small', 'urgent'])[1 + n / {share} %% 5],
    CASE WHEN n %% {share} = 0 THEN (ARRAY['liaison', 'handler', 'reporter'])[1 + n / {share} %% 3] ELSE '' END,
    t.body_id, 0, '', '',
    CASE WHEN n %% {share} = 0 THEN '{clock}'::jsonb END,
    CASE WHEN n %% {share} = 0 THEN (%(now)s::timestamptz + (n %% 4000 + 24) * interval '1 hour')::date END,
    CASE WHEN n %% {share} = 0 THEN %(now)s::timestamptz + (n %% 4000 + 24) * interval '1 hour' END, false, NULL,
    CASE WHEN n %% {share} = 0 THEN %(now)s::timestamptz + (n %% 4000 + 24) * interval '1 hour' END, 0,
    CASE WHEN n %% 50 = 1 THEN 'public' ELSE 'private' END, '路口积水已处理', '路口的雨水口已经清通。',
    %(now)s::timestamptz - (n %% 400 + 100) * interval '1 hour',
    CASE WHEN n %% {share} <> 0 THEN %(now)s::timestamptz - n %% 90 * interval '1 hour' END,
    1, repeat('0', 64), NULL
FROM generate_series(1, %(count)s) n
JOIN bench_town t ON t.number = n * 7919::bigint %% (SELECT count(*) FROM bench_town)
ORDER BY n
"""

# words as they are in use: two in every matter, others in one of 3, of 25, of 300, of 5,000 and of 100,000
SAID = """
(CASE WHEN n %% 3 = 0 THEN '路灯不亮。' ELSE '' END) || (CASE WHEN n %% 25 = 7 THEN '占道停车。' ELSE '' END)
|| (CASE WHEN n %% 300 = 11 THEN '窨井盖松动。' ELSE '' END) || (CASE WHEN n %% 5000 = 13 THEN '白蚁蛀梁。' ELSE '' END)
|| (CASE WHEN n %% 100000 = 17 THEN '磬声扰民。' ELSE '' END)
|| (SELECT string_agg(chr(19968 + (hashint8(n * 31 + k) & 2147483647) %% 2500), '')
    FROM generate_series(1, 40 + (n %% 60)::int) k)
"""

FILL_EVENTS = """
INSERT INTO engine_event (
    id, stream, sequence, case_id, action, at, day, actor, actor_name, role, before, after, said, note, data,
    previous, digest)
SELECT gen_random_uuid(), 'case:' || c.id, 1, c.id, 'open', c.opened_at, c.opened_at::date, 'reporter', '反映人',
    'reporter', '', 'sorting', '', '', '{"channel": "web"}', repeat('0', 64), repeat('0', 64)
FROM engine_case c
"""

FILL_FACTS = """
INSERT INTO engine_fact (kind, event_id, case_id, day, region_id, station_id, detail, amount)
SELECT 'voice.heard', e.id, c.id, e.day, c.region_id, c.station_id, 'web', 1
FROM engine_event e JOIN engine_case c ON c.id = e.case_id
"""

CLOCK = (
    '{"start": "2026-11-20", "limit": {"amount": 5, "unit": "working_day", "source": "参照 12345"},'
    ' "pauses": [], "extended": 0}'
)


def city(now: datetime) -> None:
    """Regions, bodies, stations, people and accounts of the demonstration city, without its matters."""
    from tingchao.demo.city import city_build

    city_build(now=now, progress=lambda done, of: None)


def set_defaults(cursor: Any, model: Any) -> None:
    """What a filling statement does not name is what a new row has of it, so that a new column breaks nothing."""
    for field in model._meta.concrete_fields:
        default = field.get_default()
        if not field.null and isinstance(default, str | int):
            column = sql.Identifier(field.column)
            cursor.execute(
                sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
                    sql.Identifier(model._meta.db_table), column, sql.Literal(default)
                )
            )


def fill_words(cursor: Any) -> None:
    """What each matter is found by, as `engine.search` writes it when one is opened; the index is made afterwards."""
    from tingchao.engine.models import Case
    from tingchao.engine.record import insert_many
    from tingchao.engine.search import words_of

    cursor.execute("DROP INDEX casewords_words")
    last = 0
    while cases := list(Case.objects.filter(pk__gt=last).order_by("pk").only(*FOUND_BY)[:5000]):
        insert_many([words_of(case) for case in cases])
        last = cases[-1].pk
    cursor.execute(
        "CREATE INDEX casewords_words ON engine_casewords USING gin (words) WITH (gin_pending_list_limit = 512)"
    )


def matters(count: int, now: datetime) -> None:
    """`count` matters with an event and a fact each; statistics brought up to date."""
    from tingchao.engine.models import Case

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_town AS SELECT row_number() OVER (ORDER BY s.id) - 1 AS number, s.region_id,"
            " s.id AS station_id, b.id AS body_id FROM directory_station s JOIN directory_body b"
            " ON b.key = 'chengguan-' || left(s.region_id, 6)"
        )
        filled = (
            FILL_CASES.replace("{words}", SAID)
            .replace("{share}", str(OPEN_SHARE))
            .replace("{clock}", CLOCK.replace("%", "%%"))
        )
        filled = filled.replace("n % 900", "n %% 900")
        set_defaults(cursor, Case)
        cursor.execute(filled, {"now": now, "count": count})
        cursor.execute(FILL_EVENTS)
        cursor.execute(FILL_FACTS)
        cursor.execute("DROP TABLE bench_town")
        fill_words(cursor)
        cursor.execute("VACUUM ANALYZE")
