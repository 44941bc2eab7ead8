"""Opens pages of the installation that TINGCHAO_DATABASE_URL names, as somebody who is logged in or as a resident.

Reads a JSON list of [user name or "", path] from standard input; a path may name {township}, {station}, {deputy},
{meeting}, {deliberation}, {draft}, {case}, {record}, {known}. Prints what came of each as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingchao.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from tingchao.directory.models import Account, Deputy, Station  # noqa: E402
from tingchao.engine.models import Case  # noqa: E402
from tingchao.instruments.meetings.models import Meeting  # noqa: E402
from tingchao.mechanisms.contact_stations.models import Draft  # noqa: E402

YUHANG = "330110"


def things() -> dict[str, Any]:
    """What the paths speak of: things of 余杭 that were there, were held, were dealt with."""
    station = Station.objects.filter(region__code__startswith=YUHANG, kind="constituency").order_by("id")[0]
    held = Meeting.objects.filter(region__code__startswith=YUHANG, state="held", cases__isnull=False)
    voice = Case.objects.filter(
        region__code__startswith=YUHANG, procedure="public_voices", closed_at__isnull=False
    ).order_by("-events", "id")
    return {
        "township": f"{station.region_id}",
        "station": station.pk,
        "deputy": Deputy.objects.filter(region__code__startswith="330106").order_by("id")[5].pk,
        "meeting": held.filter(kind="reception").order_by("id")[0].pk,
        "deliberation": held.filter(kind="deliberation").order_by("id")[0].pk,
        "draft": Draft.objects.filter(region=f"{YUHANG}000000", replied_at__isnull=False)
        .order_by("id")[0]
        .pk,
        "case": voice[0].number,
        "known": voice.filter(visibility="public")[0].number,
    }


def looked(who: str, path: str) -> dict[str, Any]:
    client = Client()
    if who:
        client.force_login(Account.objects.get(username=who), "tingchao.desk.backends.AccountBackend")
    client.get(path)  # what is kept in the process is read before
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    return {
        "path": path,
        "status": answer.status_code,
        "statements": len(captured),
        "text": answer.content.decode(),
    }


settings.ALLOWED_HOSTS = ["testserver"]
named = things()
sys.stdout.write(json.dumps([looked(who, path.format(**named)) for who, path in json.load(sys.stdin)]))
