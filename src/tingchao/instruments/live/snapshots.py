"""The state of an event as files: a small JSON and a piece of HTML for each language, in a folder that any web server
or CDN can serve. Viewers read these and never the database.

`state.json` names the pieces by their digest, so that a piece never changes once it is there. Each file is replaced in
one step. What is older than the last few pieces is deleted.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from tingchao.engine.timing import ZONE
from tingchao.instruments.live.models import Live
from tingchao.instruments.live.rules import REACTIONS, StreamRefused, stream_of
from tingchao.instruments.live.selectors import (
    live_get,
    lives_open,
    people_of,
    questions_shown,
    reactions_of,
)

STATE = "state.json"
PIECE = re.compile(r"p-[0-9a-f]{16}\.(?:zh-hans|en)\.html")
KEPT = 12
"""Pieces that are kept: viewers who read the state before the last may still fetch theirs."""

ONCE = 1.0
"""Seconds between two writes of one event."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state as it was read, its bytes and its entity tag."""

    state: dict[str, Any]
    raw: bytes
    tag: str


def folder_of(live_id: int) -> Path:
    """Where the files of an event lie."""
    return Path(settings.LIVE_DIR) / str(live_id)


# --- reading ----------------------------------------------------------------------------------------------

_read: dict[int, tuple[int, Snapshot]] = {}


def read(live_id: int) -> Snapshot | None:
    """The state of an event, kept in memory until its file changes; None when it has none. No SQL."""
    path = folder_of(live_id) / STATE
    try:
        stamp = path.stat().st_mtime_ns
        kept = _read.get(live_id)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        raw = path.read_bytes()
    except OSError:
        return None
    state: dict[str, Any] = json.loads(raw)
    found = Snapshot(state, raw, f'"{state["version"]}"')
    _read[live_id] = (stamp, found)
    return found


def piece(live_id: int, name: str) -> bytes | None:
    """One piece of HTML; None when there is none of that name. No SQL."""
    if not PIECE.fullmatch(name):
        return None
    try:
        return (folder_of(live_id) / name).read_bytes()
    except OSError:
        return None


# --- writing ----------------------------------------------------------------------------------------------


def publish_open(*, now: datetime) -> int:
    """Write the snapshots of every event that is open; how many changed."""
    return sum(publish(live_id, now) for live_id in lives_open())


def publish_changed(events: set[int]) -> None:
    """Write the snapshots of events whose counts were written just now."""
    for live_id in sorted(events):
        publish(live_id, timezone.now())


def publish(live_id: int, now: datetime, *, at_once: bool = False) -> bool:
    """Write the snapshot of an event if something changed; whether it did.

    At most once a second, and one process at a time: whoever comes in between leaves it to the next round. With
    `at_once` it waits for its turn, since a moderator looks at what they did.
    """
    folder = folder_of(live_id)
    folder.mkdir(parents=True, exist_ok=True)
    with _turn(folder, wait=at_once) as mine:
        if not mine or not (at_once or _ripe(folder)):
            return False
        live = live_get(live_id)
        return live is not None and _write(live, folder, now)


@contextmanager
def _turn(folder: Path, *, wait: bool) -> Iterator[bool]:
    with (folder / ".turn").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _ripe(folder: Path) -> bool:
    try:
        return time.time() - (folder / STATE).stat().st_mtime >= ONCE
    except OSError:
        return True


def _write(live: Live, folder: Path, now: datetime) -> bool:
    state = _state(live, now)
    state["pieces"] = {}
    pieces: dict[str, bytes] = {}
    for language, _ in settings.LANGUAGES:
        html = _drawn(live, state, language)
        name = f"p-{hashlib.sha256(html).hexdigest()[:16]}.{language}.html"
        state["pieces"][language] = name
        pieces[name] = html
    told = json.dumps(state, ensure_ascii=False, sort_keys=True)
    state["version"] = hashlib.sha256(told.encode()).hexdigest()[:16]
    before = read(live.pk)
    if before is not None and before.state["version"] == state["version"]:
        return False
    for name, html in pieces.items():  # the pieces first: the state never names what is not there
        if not (folder / name).exists():
            _replace(folder / name, html)
    _replace(folder / STATE, json.dumps(state, ensure_ascii=False, sort_keys=True).encode())
    _tidy(folder, set(pieces))
    return True


def _state(live: Live, now: datetime) -> dict[str, Any]:
    people = people_of(live, now)
    if people.now > live.peak:
        live.peak = people.now
        Live.objects.filter(pk=live.pk).update(peak=people.now)
    reactions = reactions_of(live)
    meeting = live.meeting
    return {
        "event": live.pk,
        "open": live.is_open,
        "title": meeting.title,
        "starts": meeting.starts_at.astimezone(ZONE).isoformat(),
        "body": meeting.body.name if meeting.body else "",
        "stream": _stream(live),
        "people": people.now,
        "all": people.all,
        "took_part": (live.online or 0) + (live.on_site or 0) if live.closed_at else 0,
        "reactions": {kind: reactions.get(kind, 0) for kind in REACTIONS},
    }


def _stream(live: Live) -> dict[str, str]:
    """Where the pictures come from, as far as it may still be shown."""
    with suppress(StreamRefused):
        found = stream_of(live.stream, settings.LIVE_HOSTS)
        if found is not None:
            return {"kind": found.kind, "url": found.url, "host": found.host}
    return {}


def _drawn(live: Live, state: dict[str, Any], language: str) -> bytes:
    if "_questions" not in live.__dict__:
        live.__dict__["_questions"] = questions_shown(live.pk)
    questions = live.__dict__["_questions"]
    with translation.override(language):
        context = {"state": state, "questions": questions}
        return render_to_string("live/questions.html", context).strip().encode()


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def _tidy(folder: Path, fresh: set[str]) -> None:
    old = [one for one in folder.iterdir() if PIECE.fullmatch(one.name) and one.name not in fresh]
    old.sort(key=lambda one: one.stat().st_mtime, reverse=True)
    for one in old[KEPT:]:
        with suppress(OSError):
            one.unlink()
