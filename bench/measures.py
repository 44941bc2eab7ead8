"""The measurements, each on a database of its own size, in a process of its own: `python -m bench.measures NAME`."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import django

REQUESTS = 300
WARM_UP = 40
PORT = int(os.environ.get("BENCH_PORT", "8765"))

SOUGHT = ("积水", "积", "路灯不亮", "占道停车", "窨井盖松动", "白蚁蛀梁", "没有人说过")
"""Words in every matter, in one of 3, of 25, of 300, of 5,000, in none; see bench.world.SAID."""

NARROWED = (
    "view=open",
    "view=open&tier=urgent",
    "view=waiting&stage=acting&tier=small",
    "view=closed",
    "view=closed&end=undone",
    "view=open&channel=paper",
    "view=closed&channel=paper",
    "view=closed&tier=hard",
    "view=closed&end=declined",
)
"""Lists of a district; those at the end are narrowed to what no matter has."""

NARROWED_CITY = ("view=open&tier=hard", "view=closed&channel=paper", "view=closed&tier=urgent")
"""Lists of a whole city."""


SHOWN = ("件：", "菜场", "没有找到", "没有符合的")
"""What stands on a list, with matters or without."""


def statements(call: Callable[[], object]) -> list[str]:
    """The SQL statements of a call, BEGIN and COMMIT among them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"] for query in captured.captured_queries]


@contextmanager
def served() -> Iterator[int]:
    """The server as it runs in use, one worker; gives its process id."""
    from bench.client import Browser
    from tingchao.config import places

    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
        "--workers", "1", "--blocking-threads", "2", "--no-ws", "--log-level", "error",
        "--static-path-route", "/static", "--static-path-mount", str(places.STATIC),
        "tingchao.config.wsgi:application",
    ]  # fmt: skip
    environment = {**os.environ, "TINGCHAO_PUBLIC_ADDRESS": f"http://127.0.0.1:{PORT}"}
    server = subprocess.Popen(command, env=environment)
    try:
        for _ in range(100):
            time.sleep(0.1)
            try:
                Browser(PORT).get("/find/")
                break
            except OSError:
                continue
        yield server.pid
    finally:
        server.terminate()
        server.wait(10)


def cpu_each(server: int, request: Callable[[], object]) -> float:
    """Milliseconds of CPU of server and database together for one request, over REQUESTS of them."""
    from bench.machine import cpu_seconds

    roots = [server, int(os.environ["BENCH_POSTMASTER"])]
    for _ in range(WARM_UP):
        request()
    before = cpu_seconds(roots)
    for _ in range(REQUESTS):
        request()
    return 1000 * (cpu_seconds(roots) - before) / REQUESTS


def file_voice() -> dict[str, Any]:
    """File a voice over HTTP."""
    from django.test import Client

    from bench.client import Browser
    from tingchao.directory.models import Station
    from tingchao.engine.models import Case, Event, Fact, Notice
    from tingchao.instruments.codes.selectors import token_of

    code = token_of(Station.objects.get(name="新安江街道中心站").pk) or ""

    def fields() -> dict[str, str]:
        key = secrets.token_urlsafe(18)
        return {
            "text": f"菜场东门晚上太暗，老人走路不放心。{key}",
            "place": "菜场东门",
            "code": code,
            "idempotency_key": key,
        }

    client = Client(SERVER_NAME="127.0.0.1")
    assert client.post("/say/", fields()).status_code == 302
    used = statements(lambda: client.post("/say/", fields()))
    with served() as server:
        browser = Browser(PORT)
        token = browser.token(f"/say/?code={code}")
        before = Case.objects.count(), Event.objects.count(), Fact.objects.count(), Notice.objects.count()

        def request() -> None:
            status, page = browser.post("/say/", {**fields(), "csrfmiddlewaretoken": token})
            assert status == 302, page

        cpu = cpu_each(server, request)
        after = Case.objects.count(), Event.objects.count(), Fact.objects.count(), Notice.objects.count()
    # a voice by a code leaves two facts: that it was heard, and that the code was used
    made = [(b - a) / (REQUESTS + WARM_UP) for a, b in zip(before, after, strict=True)]
    assert made == [1, 1, 2, 1], made
    return {"statements": len(used), "cpu_ms": cpu, "sql": used}


def signed_in(username: str) -> Any:
    """A browser that an account of the city has logged in with."""
    from bench.client import Browser
    from tingchao.demo.city import PASSWORD

    browser = Browser(PORT)
    token = browser.token("/accounts/login/")
    form = {"csrfmiddlewaretoken": token, "login": username, "password": PASSWORD}
    assert browser.post("/accounts/login/", form)[0] == 302
    return browser


def pages() -> dict[str, Any]:
    """The worklist and a case page for a liaison whose scope is a district."""
    from django.test import Client
    from django.utils.timezone import now

    from tingchao.demo.city import PASSWORD
    from tingchao.directory.models import Account
    from tingchao.directory.selectors import actor_for
    from tingchao.engine import search, selectors

    account = Account.objects.get(username="liaison-330182")
    account.set_password(PASSWORD)
    account.save()
    actor = actor_for(account, now())
    rows = selectors.worklist(actor, view="mine", now=now()).rows
    assert len(rows) == 25
    used = statements(lambda: selectors.worklist(actor, view="mine", now=now()))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(account, "tingchao.desk.backends.AccountBackend")
    assert client.get("/desk/").status_code == 200
    whole = statements(lambda: client.get("/desk/"))
    shown = {word: len(search.found(actor, query=word).rows) for word in SOUGHT}
    with served() as server:
        browser = signed_in(account.username)

        def request(path: str, by: Any = browser) -> None:
            status, page = by.get(path)
            assert status == 200 and any(word in page for word in SHOWN), page[-6000:]

        worklist = cpu_each(server, lambda: request("/desk/"))
        case = cpu_each(server, lambda: request(f"/desk/case/{rows[0].number}/"))
        found = {
            word: cpu_each(server, partial(request, f"/desk/?{urlencode({'q': word})}")) for word in SOUGHT
        }
        narrowed = {query: cpu_each(server, partial(request, f"/desk/?{query}")) for query in NARROWED}
        of_city = signed_in("renda")
        narrowed |= {
            f"city {query}": cpu_each(server, partial(request, f"/desk/?{query}", of_city))
            for query in NARROWED_CITY
        }
    return {
        "found_ms": found, "found_rows": shown, "narrowed_ms": narrowed,
        "statements_rows": len(used), "statements_page": len(whole), "worklist_ms": worklist, "case_ms": case,
        "sql": whole,
    }  # fmt: skip


def sweep() -> dict[str, Any]:
    """100,000 open cases of which 1,000 are due."""
    from django.db import connection
    from django.utils.timezone import now

    from tingchao.engine.models import Case
    from tingchao.engine.sweep import cases_sweep

    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE engine_case SET wake_at = %s, stage = 'sorting', duty = 'liaison' WHERE closed_at IS NULL",
            [moment + timedelta(days=2)],
        )
        cursor.execute(
            "UPDATE engine_case SET wake_at = %s, due_at = %s, due_on = %s, alarms = 1 WHERE id IN"
            " (SELECT id FROM engine_case WHERE closed_at IS NULL ORDER BY id LIMIT 1000)",
            [moment, moment, (moment - timedelta(days=1)).date()],
        )
        cursor.execute("VACUUM ANALYZE engine_case")
    total = Case.objects.filter(closed_at__isnull=True).count()
    start = time.perf_counter()
    given = cases_sweep(now=moment)
    return {"open": total, "given": given, "seconds": time.perf_counter() - start}


def import_messages() -> dict[str, Any]:
    """100,000 messages in bulk."""
    from django.utils.timezone import now

    from tingchao.core.roles import Role
    from tingchao.directory.actors import Actor, Hold
    from tingchao.engine.models import Event, Fact
    from tingchao.mechanisms.public_voices.services import voices_import

    importer = Actor("system", None, "导入", (Hold(Role.SYSTEM),))
    count, batch = 100_000, 1000
    before = Event.objects.count(), Fact.objects.count()
    start = time.perf_counter()
    for first in range(0, count, batch):
        rows = [
            (
                n,
                {
                    "id": str(n),
                    "title": f"第{n}封来信",
                    "text": f"{n} 号楼下水管堵了，" + "物业一直没来修。" * 20,
                },
            )
            for n in range(first, first + batch)
        ]
        voices_import(rows=rows, station=None, region_code="330100000000", actor=importer, now=now())
    seconds = time.perf_counter() - start
    after = Event.objects.count(), Fact.objects.count()
    assert [b - a for a, b in zip(before, after, strict=True)] == [count, count]
    return {"messages": count, "seconds": seconds, "per_second": count / seconds}


def fill() -> dict[str, Any]:
    """Make the data of this database."""
    from django.core.management import call_command
    from django.utils.timezone import now

    from bench import gatherings, world

    call_command("migrate", verbosity=0)
    world.city(now())
    if count := int(os.environ["BENCH_CASES"]):
        world.matters(count, now())
    if count := int(os.environ.get("BENCH_FACTS", "0")):
        gatherings.fill(count, now())
    return {}


def duty() -> dict[str, Any]:
    """A deputy's record, participation of the city, lists of gatherings, for its clerk."""
    from bench.gatherings import pages

    return pages()


def screening() -> dict[str, Any]:
    """Clauses and whole documents, without a database."""
    from bench.screening import figures

    return figures()


def live() -> dict[str, Any]:
    """Polls of a live event a second of the server's CPU, and how many statements they take."""
    from django.test import Client

    from bench import live as lives

    event = lives.event()
    client = Client(SERVER_NAME="127.0.0.1")
    used = statements(lambda: client.get(f"/live/{event}/state.json"))
    with served() as server:
        return {"statements": len(used), **lives.polls(PORT, event, server)}


def where() -> dict[str, Any]:
    """The machine."""
    from bench.machine import machine

    return machine()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingchao.config.settings")
    django.setup()
    print(json.dumps(globals()[sys.argv[1]]()))
