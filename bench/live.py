"""What a viewer of a live event costs: polls of the state over HTTP, and putting a question."""

from __future__ import annotations

import http.client
import secrets
from datetime import timedelta
from typing import Any

REQUESTS = 3000
WARM_UP = 200


def event(questions: int = 60) -> int:
    """A live event of the city with so many questions shown; its id."""
    from django.utils.timezone import now

    from tingchao.directory.actors import SYSTEM
    from tingchao.directory.models import Station
    from tingchao.instruments.live.services import live_open, question_put, question_show
    from tingchao.instruments.live.snapshots import publish
    from tingchao.instruments.meetings.services import Called, meeting_announce, meeting_create

    moment = now()
    station = Station.objects.get(name="新安江街道中心站")
    starts = moment + timedelta(days=4)
    called = Called(
        kind="face_to_face",
        title="局长面对面",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        station=station,
    )
    meeting = meeting_create(called=called, actor=SYSTEM, now=moment)
    meeting_announce(meeting_id=meeting.pk, actor=SYSTEM, now=moment)
    live_open(meeting_id=meeting.pk, stream="", actor=SYSTEM, now=moment)
    for number in range(questions):
        key = secrets.token_urlsafe(18)
        text = f"第{number}号楼的电梯几月能装好，{chr(0x4E00 + number * 11)}家的老人等着"
        question = question_put(live_id=meeting.pk, text=text, key=key, now=moment)
        question_show(question_id=question, actor=SYSTEM, now=moment)
    publish(meeting.pk, moment, at_once=True)
    return meeting.pk


def polls(port: int, live_id: int, server: int) -> dict[str, Any]:
    """Polls of the state a second of the server's CPU: of one that is unchanged, and of one that is sent."""
    from bench.machine import cpu_seconds

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    path = f"/live/{live_id}/state.json"

    def poll(tag: str) -> http.client.HTTPResponse:
        connection.request("GET", path, headers={"If-None-Match": tag} if tag else {})
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer

    first = poll("")
    found: dict[str, Any] = {"bytes": len(first.body)}  # type: ignore[attr-defined]
    for name, tag, status in (("unchanged", first.headers["ETag"], 304), ("sent", "", 200)):
        for _ in range(WARM_UP):
            assert poll(tag).status == status
        before = cpu_seconds([server])
        for _ in range(REQUESTS):
            assert poll(tag).status == status
        found[name] = REQUESTS / (cpu_seconds([server]) - before)
    connection.close()
    return found
