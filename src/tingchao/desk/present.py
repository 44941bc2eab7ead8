"""Matters as screens show them: rows, stage diagrams, headlines, timelines. Reads nothing but what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from tingchao.core.calendar import WorkingCalendar
from tingchao.core.limits import Clock, Limit, days_left
from tingchao.core.procedure import Procedure, Stage
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.desk.labels import ENGINE_STEPS, MERGED, PASSED_ON, RATINGS, TOLD_STEPS
from tingchao.desk.templatetags.tide import day as day_words
from tingchao.desk.templatetags.tide import short_day
from tingchao.engine.care import TOOLS
from tingchao.engine.models import Assignment, Attachment, Case, Event
from tingchao.engine.registry import procedure_get
from tingchao.engine.selectors import ListedCase
from tingchao.engine.telling import STEPS
from tingchao.engine.timing import limit_for
from tingchao.engine.words import limit_words

Given = dict[str, Any]

PLACEHOLDER = "NUMBER"
"""Stands for a case number in an address that is made once for all rows."""

SOON = 1
"""Working days left at which a matter counts as due soon."""


# --- due ------------------------------------------------------------------------------------------------


def due_label(case: Case | ListedCase, today: date, calendar: WorkingCalendar) -> tuple[str, str]:
    """(words, state) of a matter's due time; state is late, soon, ok, done or paused."""
    if case.closed_at is not None or case.due_on is None:
        return ended_label(case)
    if case.paused_until is not None and today < case.paused_until:
        return gettext("停表到 %(day)s") % {"day": short_day(case.paused_until)}, "paused"
    left = days_left(case.due_on, today, calendar)
    if left < 0:
        return ngettext("超 %(n)s 个工作日", "超 %(n)s 个工作日", -left) % {"n": -left}, "late"
    if case.duty == Role.REPORTER:
        return gettext("待评"), "done"
    if left == 0:
        return gettext("今天到期"), "soon"
    words = ngettext("还有 %(n)s 个工作日", "还有 %(n)s 个工作日", left) % {"n": left}
    return words, "soon" if left <= SOON else "ok"


def ended_label(case: Case | ListedCase) -> tuple[str, str]:
    """(words, state) of a matter that has ended: done, or ended without being done, which is never the same."""
    procedure = procedure_get(case.procedure)
    if case.outcome == MERGED:
        return gettext("并案办结"), "ended"
    if not procedure.outcomes:
        return gettext("已办结"), "done"
    if procedure.is_done(case.outcome):
        return gettext("办成"), "done"
    return gettext("没办成，已说明"), "ended"


# --- rows -----------------------------------------------------------------------------------------------


def rows(
    cases: Sequence[ListedCase], *, url: str, today: date, calendar: WorkingCalendar, on: int | None = None
) -> list[Given]:
    """The lines of a list. `url` is the address of a matter with PLACEHOLDER for its number.

    Words that many lines share are made once: a page of a list has few due days, stages and duties.
    """
    shared: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    lines: list[Given] = []
    for case in cases:
        alike = (
            case.procedure,
            case.stage,
            case.duty,
            case.due_on,
            case.paused_until,
            case.closed_at is None,
            case.outcome if case.closed_at is not None else "",
        )
        if alike not in shared:
            stage = procedure_get(case.procedure).stage(case.stage)
            shared[alike] = (
                *due_label(case, today, calendar),
                gettext(stage.label),
                who_acts(case.duty, None),
            )
        words, state, stage_label, who = shared[alike]
        lines.append(
            {
                "url": url.replace(PLACEHOLDER, case.number),
                "title": case.title,
                "number": case.number,
                "station": case.station_name or case.region_name,
                "stage": stage_label,
                "who": case.lead_name if case.duty == Role.HANDLER and case.lead_name else who,
                "due_label": words,
                "due_state": state,
                "due_on": case.due_on,
                "on": case.pk == on,
                "watched": case.supervised_at is not None,
            }
        )
    return lines


def who_acts(duty: str, lead: str | None) -> str:
    """Who must act now, in words."""
    if duty == Role.HANDLER and lead:
        return lead
    return gettext(ROLE_LABELS[Role(duty)]) if duty else ""


# --- the stage diagram ----------------------------------------------------------------------------------


def marks(
    case: Case,
    procedure: Procedure,
    events: Sequence[Event],
    *,
    today: date,
    calendar: WorkingCalendar,
    public: bool,
) -> list[Given]:
    """The stage diagram: one mark a segment, past, now or to come, each with its date."""
    keys = [segment.key for segment in procedure.segments]
    here = keys.index(procedure.stage(case.stage).segment)
    entered = _entered(procedure, events)
    made: list[Given] = []
    for place, segment in enumerate(procedure.segments):
        late = False
        if case.closed_at is not None or place < here:
            state = "past"
            when = short_day(entered[segment.key]) if segment.key in entered else gettext("略过")
        elif place == here:
            state = "now"
            when, late = _now_words(case, today, calendar, public=public)
        else:
            state, when = "todo", _todo_words(procedure, segment.key)
        label = segment.public_label if public else segment.label
        made.append({"label": gettext(label), "state": state, "when": when, "late": late})
    return made


def _entered(procedure: Procedure, events: Sequence[Event]) -> dict[str, datetime]:
    """Segment → when the matter came into it last."""
    return {procedure.stage(event.after).segment: event.at for event in events if event.before != event.after}


def _now_words(case: Case, today: date, calendar: WorkingCalendar, *, public: bool) -> tuple[str, bool]:
    words, state = due_label(case, today, calendar)
    if public and state not in ("late", "paused") and case.due_on is not None:
        return gettext("%(day)s前") % {"day": day_words(case.due_on)}, False
    if state in ("ok", "soon", "done") and case.due_on is not None:
        return gettext("%(day)s 到期") % {"day": short_day(case.due_on)}, False
    return words, state == "late"


def _todo_words(procedure: Procedure, segment: str) -> str:
    stage = next((s for s in procedure.stages if s.segment == segment and s.limit is not None), None)
    limit = None if stage is None else limit_for(procedure.key, stage, "")
    return "" if limit is None else limit_words(limit)


def headline(case: Case, *, today: date) -> str:
    """What happens next and by when, to whoever raised the matter."""
    stage = procedure_get(case.procedure).stage(case.stage)
    if (
        case.closed_at is None
        and case.due_on is not None
        and today > case.due_on
        and case.duty != Role.REPORTER
    ):
        lead = case.lead.name if case.lead is not None else gettext("负责的人")
        return gettext("%(lead)s没有按时办完，已经上报催办。我们会一直跟到有结果。") % {"lead": lead}
    if case.paused_until is not None and today < case.paused_until:
        return gettext("这件事暂时停表，%(day)s重新计时。") % {"day": day_words(case.paused_until)}
    return gettext(stage.public_line or stage.public_label) % {
        "lead": case.lead.name if case.lead is not None else gettext("负责的单位"),
        "day": day_words(case.due_on),
        "ended": _told(case),
    }


def _told(case: Case) -> str:
    """How a matter ended, as whoever raised it reads it: done, or why not."""
    outcomes = procedure_get(case.procedure).outcomes
    told = next((option.told for option in outcomes if option.key == case.outcome), "")
    return gettext(told) if told else gettext("办完了")


# --- what happened --------------------------------------------------------------------------------------


def step_label(procedure: Procedure, action: str, *, public: bool) -> str:
    """What an event's action is called; empty when whoever raised the matter is not shown it."""
    if action in TOOLS:
        return gettext(TOOLS[action].label)
    if action == PASSED_ON and public:
        return gettext("和您同一件事的进展")
    if action in STEPS:
        return gettext(STEPS[action])
    if action in ENGINE_STEPS:
        words = TOLD_STEPS.get(action, "") if public else ENGINE_STEPS[action]
        return gettext(words) if words else ""
    if action in procedure.noted:
        return "" if public else gettext(procedure.noted[action])
    step = procedure.action(action)
    return gettext(step.said if public else step.label)


def timeline(
    procedure: Procedure, events: Sequence[Event], files: Sequence[Attachment], file_url: str
) -> list[Given]:
    """Every event as staff read it, newest first."""
    return [
        {
            "when": event.at,
            "who": gettext(event.actor_name),
            "role_label": gettext(ROLE_LABELS[Role(event.role)]),
            "what": step_label(procedure, event.action, public=False),
            "note": "\n".join(filter(None, (*shown_lines(event), event.note))),
            "said": event.said,
            "said_label": gettext("反映人说") if event.role == Role.REPORTER else gettext("写给反映人"),
            "files": _file_links([file for file in files if file.event_id == event.pk], file_url),
            "seq": event.sequence,
            "digest": event.digest[:12],
        }
        for event in reversed(events)
    ]


def shown_lines(event: Event) -> list[str]:
    """The inputs of a step as lines: 主办单位：城管中队."""
    return [
        gettext("%(label)s：%(value)s") % {"label": gettext(label), "value": gettext(value)}
        for label, value in event.data.get("shown", [])
    ]


def said(
    procedure: Procedure, events: Sequence[Event], files: Sequence[Attachment], file_url: str
) -> list[Given]:
    """What whoever raised the matter may read of it, newest first."""
    return [
        {
            "who": label,
            "when": event.at,
            "text": event.said,
            "photos": _file_links(
                [file for file in files if file.event_id == event.pk and file.audience == "reporter"],
                file_url,
            ),
        }
        for event in reversed(events)
        if event.action != "open" and (label := step_label(procedure, event.action, public=True))
        if event.said or event.action not in TOOLS
    ]


def _file_links(files: Sequence[Attachment], file_url: str) -> list[Given]:
    return [
        {
            "url": file_url.replace("DIGEST", file.digest),
            "alt": file.name or gettext("照片"),
            "kind": file.kind,
        }
        for file in files
    ]


def opening_photos(events: Sequence[Event], files: Sequence[Attachment], file_url: str) -> list[Given]:
    """The photographs that came with the matter."""
    first = events[0].pk if events else None
    return _file_links([file for file in files if file.event_id == first], file_url)


# --- the card beside it ---------------------------------------------------------------------------------


def details(
    case: Case,
    procedure: Procedure,
    assigned: Sequence[Assignment],
    *,
    today: date,
    calendar: WorkingCalendar,
) -> list[Given]:
    """The right-hand card: due time with its legal source, who has it, who raised it."""
    words, state = due_label(case, today, calendar)
    stage = procedure.stage(case.stage)
    rows: list[Given] = [
        {
            "label": gettext("到期") if case.closed_at is None else gettext("办结"),
            "value": day_words(case.due_on or case.closed_at),
            "tag": words,
            "tag_state": state,
            "hint": _due_hint(case, stage),
        },
        _plain(gettext("现在由"), who_acts(case.duty, case.lead.name if case.lead else None)),
    ]
    for kind, label in (
        ("lead", gettext("主办")),
        ("joint", gettext("会办")),
        ("follow_up", gettext("督办")),
    ):
        rows.append(_plain(label, gettext("、").join(_name(one) for one in assigned if one.kind == kind)))
    tiers = {option.key: option.label for option in procedure.tiers}
    outcomes = {option.key: option.label for option in procedure.outcomes}
    rows += [
        _plain(gettext("反映人"), gettext(case.raised_by)),
        _plain(gettext("轻重缓急"), gettext(tiers[case.tier]) if case.tier in tiers else ""),
        _plain(gettext("结果"), gettext(outcomes[case.outcome]) if case.outcome in outcomes else ""),
        _plain(gettext("评价"), gettext(RATINGS[case.satisfaction]) if case.satisfaction in RATINGS else ""),
        _plain(gettext("退回"), _times(case.returns)),
    ]
    return [entry for entry in rows if entry["value"]]


def _due_hint(case: Case, stage: Stage) -> str:
    clock = case.running_clock()
    if clock is None:
        return ""
    provisional = gettext("。这一年的放假安排还没公布，日期是暂定的") if case.due_provisional else ""
    said = gettext("%(limit)s，%(source)s") % {
        "limit": limit_words(_whole(clock)),
        "source": clock.limit.source,
    }
    return said + provisional


def _times(count: int) -> str:
    return ngettext("%(n)s 次", "%(n)s 次", count) % {"n": count} if count else ""


def _whole(clock: Clock) -> Limit:
    return Limit(clock.limit.amount + clock.extended, clock.limit.unit, clock.limit.source)


def _plain(label: str, value: str) -> Given:
    return {"label": label, "value": value, "tag": "", "tag_state": "", "hint": ""}


def _name(assignment: Assignment) -> str:
    return str(assignment.deputy if assignment.deputy is not None else assignment.body)
