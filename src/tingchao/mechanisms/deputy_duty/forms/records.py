"""A record as screens show it: numbers with the address of what stands behind each, entries by month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tingchao.core.roles import Role
from tingchao.desk.templatetags.tide import day as day_words
from tingchao.directory.actors import Actor, valid_on
from tingchao.directory.models import Deputy
from tingchao.engine.models import Case
from tingchao.instruments.meetings.kinds import kinds
from tingchao.mechanisms.deputy_duty.procedure import DUTY_APPEALS
from tingchao.mechanisms.deputy_duty.rules import (
    ENDS,
    LINES,
    RESULTS,
    WAYS,
    WORDS,
    Chosen,
    chosen,
    prefix_of,
    window_of,
    years_of,
)
from tingchao.mechanisms.deputy_duty.selectors.records import Entry, Summary, Window, record_scopes

Given = dict[str, Any]
WHOLE = "term"
"""What the address of a record says instead of a year when the whole term is asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose record is read, for which part of their term. `year` is None for the whole of it."""

    deputy: Deputy
    year: int | None
    years: list[int]
    window: Window

    @property
    def query(self) -> str:
        """What an address says of the period."""
        return WHOLE if self.year is None else str(self.year)

    @property
    def words(self) -> str:
        """The period in words."""
        if self.year is None:
            return gettext("本届")
        return gettext("%(year)s 年") % {"year": self.year}


def asked_for(deputy: Deputy, typed: str, today: date) -> Asked:
    """The part of a term that an address names; the latest year of it where the address names none that there is."""
    years = years_of(deputy.since, deputy.until, today)
    known = {str(year): year for year in years}
    year = None if typed == WHOLE else known.get(typed, years[0])
    since, until = window_of(year, deputy.since, deputy.until)
    return Asked(deputy, year, years, Window(deputy.pk, since, until))


def kind_labels() -> dict[str, str]:
    """Key of a kind of gathering → what it is called, in the reader's language."""
    return {key: gettext(kind.label) for key, kind in kinds().items()}


def chosen_for(typed: str) -> Chosen | None:
    """The entries that an address asks for."""
    return chosen(typed[:40], {key: kind.label for key, kind in kinds().items()})


# --- the head ---------------------------------------------------------------------------------------------


def head(asked: Asked, actor: Actor, today: date) -> Given:
    """Whose record it is, for which term, and the years that may be chosen."""
    deputy, here = asked.deputy, reverse("deputy_duty:record", args=[asked.deputy.pk])
    own = actor.deputy_id == deputy.pk
    return {
        "id": deputy.pk,
        "name": deputy.name,
        "own": own,
        "role": " · ".join(
            filter(
                None, (str(deputy.get_level_display()), str(deputy.get_kind_display()), deputy.constituency)
            )
        ),
        "place": deputy.station.name if deputy.station is not None else deputy.region.name,
        "term": term_words(deputy),
        "ended": not valid_on(deputy.since, deputy.until, today),
        "period": asked.words,
        "query": asked.query,
        "list_url": "" if own and not record_scopes(actor) else reverse("deputy_duty:records"),
        "url": f"{here}?{urlencode({'year': asked.query})}",
        "years": [
            {"label": label, "url": f"{here}?{urlencode({'year': key})}", "on": key == asked.query}
            for key, label in (
                *((str(year), gettext("%(year)s 年") % {"year": year}) for year in asked.years),
                (WHOLE, gettext("本届")),
            )
        ],
    }


def term_words(deputy: Deputy) -> str:
    """From when to when somebody is a deputy; the last day is in it."""
    since = day_words(deputy.since)
    if deputy.until is None:
        return gettext("%(since)s起任职") % {"since": since}
    last = day_words(deputy.until - timedelta(days=1))
    return gettext("任期%(since)s到%(last)s") % {"since": since, "last": last}


# --- the numbers ------------------------------------------------------------------------------------------


def numbers(summary: Summary, asked: Asked) -> list[Given]:
    """The lines that are not 0, each with the way to its records."""
    return [
        {
            "label": gettext(line.label),
            "value": f"{summary.lines[line.key]:,}",
            "unit": gettext(line.unit),
            "url": entries_url(asked, line.key),
            "parts": ends(summary, asked) if line.key == "followed" else [],
        }
        for line in LINES
        if summary.lines.get(line.key)
    ]


def ends(summary: Summary, asked: Asked) -> list[Given]:
    """How the matters that somebody follows stand, each with the way to them."""
    return [
        {
            "label": gettext(label),
            "value": f"{summary.ends[key]:,}",
            "url": entries_url(asked, f"followed.{key}"),
        }
        for key, label in ENDS.items()
        if summary.ends.get(key)
    ]


def meeting_rows(summary: Summary, asked: Asked) -> list[Given]:
    """Attendance by kind of gathering, in the order of the kinds; kinds that nobody called are left out."""
    labels = kind_labels()
    return [
        {
            "label": labels[key],
            "url": entries_url(asked, f"meeting.{key}"),
            "attended": one.attended,
            "offline": one.offline,
            "online": one.online,
            "excused": one.excused,
            "absent": one.absent,
        }
        for key in labels
        if (one := summary.meetings.get(key)) is not None
    ]


def entries_url(asked: Asked, key: str) -> str:
    """Where the records behind a number are listed."""
    here = reverse("deputy_duty:entries", args=[asked.deputy.pk])
    return f"{here}?{urlencode({'of': key, 'year': asked.query})}"


# --- the entries ------------------------------------------------------------------------------------------


def months(entries: Iterable[Entry], actor: Actor, asked: Asked, *, received: bool = False) -> list[Given]:
    """Entries by month, the latest first; with `received` their amount is how many people came."""
    own, found = actor.deputy_id == asked.deputy.pk, list[Given]()
    for entry in entries:
        label = gettext("%(year)s 年 %(month)s 月") % {"year": entry.day.year, "month": entry.day.month}
        if not found or found[-1]["label"] != label:
            found.append({"label": label, "rows": []})
        row = entry_row(entry, own=own and not received, sees=bool(record_scopes(actor)))
        row["people"] = gettext("%(n)s 人") % {"n": f"{entry.amount:,}"} if received else ""
        found[-1]["rows"].append(row)
    return found


def entry_row(entry: Entry, *, own: bool, sees: bool) -> Given:
    """One entry. Its matter is named to whoever may open it: those who see all of the place, and who follows it."""
    opens = sees or entry.linked
    return {
        "id": entry.fact_id,
        "day": entry.day,
        "what": deed_words(entry),
        "state": {"meeting.excused.": "plain", "meeting.absent.": "late"}.get(prefix_of(entry.kind), ""),
        "title": entry.title if entry.meeting_id is not None or opens else "",
        "place": entry.place,
        "url": _url(entry, opens),
        "end": gettext(ENDS[entry.end]) if entry.end else "",
        "wrong_url": f"{reverse('deputy_duty:appeal_new')}?{urlencode({'entry': entry.fact_id})}"
        if own
        else "",
    }


def _url(entry: Entry, opens: bool) -> str:
    if entry.meeting_id is not None:
        return reverse("desk:meeting", args=[entry.meeting_id])
    return reverse("desk:case", args=[entry.case_number]) if entry.case_number and opens else ""


def deed_words(entry: Entry) -> str:
    """What an entry says the deputy did."""
    prefix = prefix_of(entry.kind)
    if not prefix:
        words = gettext(WORDS.get(entry.kind, entry.kind))
        return words if entry.amount == 1 else f"{words} × {entry.amount}"
    label = kind_labels().get(entry.kind.removeprefix(prefix), "")
    way = gettext(WAYS.get(entry.detail.rpartition(".")[2], "")) if "." in entry.detail else ""
    told = gettext("%(result)s：%(kind)s") % {"result": gettext(RESULTS[prefix]), "kind": label}
    return gettext("%(deed)s（%(way)s）") % {"deed": told, "way": way} if way else told


def count_words(count: int) -> str:
    """So many entries, in words."""
    return ngettext("%(n)s 条", "%(n)s 条", count) % {"n": f"{count:,}"}


# --- appeals ----------------------------------------------------------------------------------------------


def appeal_rows(cases: Iterable[Case], *, own: bool) -> list[Given]:
    """The appeals of a deputy; their own open where they rate, others' where they are worked on."""
    return [
        {
            "title": case.title,
            "number": case.number,
            "opened_at": case.opened_at,
            "stage": gettext(DUTY_APPEALS.stage(case.stage).label),
            "colour": "done" if case.closed_at is not None else "soon" if case.duty == Role.REPORTER else "",
            "url": reverse("deputy_duty:appeal" if own else "desk:case", args=[case.number]),
        }
        for case in cases
    ]


# --- forms that are sent ----------------------------------------------------------------------------------

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def key_typed(typed: str) -> str:
    """The key under which a form was sent, so that sent twice is one; empty for one that was not made here."""
    return typed if _KEY.fullmatch(typed) else ""
