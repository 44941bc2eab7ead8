"""Calendars (RFC 5545) of an account and of a station, which a phone or an office calendar keeps reading.

Whoever moves a gathering changes SEQUENCE, whoever cancels it STATUS; the UID stays, so that none shows it twice.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from icalendar import Calendar, Event, vText

from tingchao.core.attendance import State
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account
from tingchao.directory.selectors import actor_for, site
from tingchao.engine.links import code_for
from tingchao.engine.timing import ZONE
from tingchao.instruments.meetings.kinds import kinds
from tingchao.instruments.meetings.models import Attendee, Feed, Meeting
from tingchao.instruments.meetings.policy import bodies_of, is_shown
from tingchao.instruments.meetings.writing import where

SECRET = 20
"""Characters of an account's secret, 100 bits."""

BACK = timedelta(days=90)
MOST = 500
"""Gatherings in a calendar: those of the last three months and all to come, as many as a phone wants."""

STATUS = {
    Meeting.State.PLANNED: "TENTATIVE",
    Meeting.State.ANNOUNCED: "CONFIRMED",
    Meeting.State.HELD: "CONFIRMED",
    Meeting.State.CANCELLED: "CANCELLED",
}


def feed_secret(account_id: int) -> str:
    """The secret of an account's calendar; empty before one was made."""
    made_at = Feed.objects.filter(account_id=account_id).values_list("made_at", flat=True).first()
    return "" if made_at is None else _secret(account_id, made_at)


def _secret(account_id: int, made_at: datetime) -> str:
    return code_for(f"calendar:{account_id}:{made_at.timestamp():.6f}", SECRET)


@transaction.atomic
def feed_renew(*, actor: Actor, now: datetime) -> str:
    """Give an account a calendar address, or a new one, which ends the old; the secret."""
    assert actor.kind == "account" and actor.id is not None
    feed, _ = Feed.objects.update_or_create(account_id=actor.id, defaults={"made_at": now})
    return _secret(actor.id, feed.made_at)


def account_calendar(account_id: int, secret: str, now: datetime) -> bytes | None:
    """The calendar of an account; None for a wrong secret, or when the account is not active any more."""
    right = feed_secret(account_id) if 0 < account_id < 2**63 else ""
    if not hmac.compare_digest((right or "-").encode(), secret.encode("utf-8", "replace")):
        return None
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        return None
    actor = actor_for(account, now)
    return calendar_of(account.name, _of_actor(actor, now), private=True)


def _of_actor(actor: Actor, now: datetime) -> list[Meeting]:
    """What somebody takes part in or called."""
    mine = Q(account_id=actor.id) | Q(body_id__in=bodies_of(actor))
    if actor.deputy_id is not None:
        mine |= Q(deputy_id=actor.deputy_id)
    on = Attendee.objects.filter(mine).exclude(state__in=[State.LEFT, State.EXCUSED])
    rows = Meeting.objects.filter(Q(pk__in=on.values("meeting_id")) | Q(organiser=actor.key))
    known = ~Q(state=Meeting.State.PLANNED) | Q(organiser=actor.key)
    rows = rows.filter(known, starts_at__gte=now - BACK).select_related("station")
    return list(rows.order_by("starts_at", "id")[:MOST])


def station_calendar(station_id: int, name: str, now: datetime) -> bytes:
    """The calendar of a station: what anybody may know, cancelled ones too, so that they leave the phones."""
    public = [kind.key for kind in kinds().values() if kind.public]
    rows = Meeting.objects.filter(station_id=station_id, public=True, kind__in=public)
    rows = rows.filter(announced_at__isnull=False, starts_at__gte=now - BACK).select_related("station")
    return calendar_of(name, rows.order_by("starts_at", "id")[:MOST], private=False)


def calendar_of(name: str, meetings: Iterable[Meeting], *, private: bool) -> bytes:
    """A calendar of these gatherings. Only a private one bears the address of the online room."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tingchao//zh-CN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{site().name} {name}")
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    for meeting in meetings:
        calendar.add_component(_event(meeting, private))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, private: bool) -> Event:
    event = Event()
    event.add("uid", uid_of(meeting))
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("created", meeting.created_at)
    event.add("dtstart", meeting.starts_at.astimezone(ZONE))
    event.add("dtend", meeting.ends_at.astimezone(ZONE))
    event.add("summary", meeting.title)
    event.add("location", vText(where(meeting)))
    event.add("sequence", meeting.revision)
    event.add("status", STATUS[Meeting.State(meeting.state)])
    if told := _description(meeting, private):
        event.add("description", told)
    if address := _url(meeting, private):
        event.add("url", address)
    return event


def uid_of(meeting: Meeting) -> str:
    """The same for ever, whatever of the gathering changes."""
    host = urlsplit(settings.PUBLIC_ADDRESS).hostname or "tingchao"
    return f"meeting-{meeting.pk}@{host}"


def _description(meeting: Meeting, private: bool) -> str:
    lines = [meeting.about[:500], meeting.online_at if private else ""]
    if meeting.state == Meeting.State.CANCELLED or meeting.revision:
        lines.append(meeting.reason)
    return "\n".join(filter(None, lines))


def _url(meeting: Meeting, private: bool) -> str:
    if private:
        return f"{settings.PUBLIC_ADDRESS}/desk/meetings/{meeting.pk}/"
    return f"{settings.PUBLIC_ADDRESS}/meetings/{meeting.pk}/" if is_shown(meeting) else ""
