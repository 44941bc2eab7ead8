"""What a step does to a matter beside its stage: assignments, rating, public account, facts, notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from tingchao.core.ledger import JSON
from tingchao.core.procedure import Audience, FactRule, Input, InputKind, Publicity
from tingchao.core.roles import Role
from tingchao.core.steps import Step, ids_of, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import groups_for, members_of, working_calendar
from tingchao.engine import notices, timing
from tingchao.engine.files import PHOTOGRAPH, KeptFile, attachments_of
from tingchao.engine.lookups import ASKING, Lookups
from tingchao.engine.models import Assignment, Attachment, Case, Fact, Notice
from tingchao.engine.record import Entry
from tingchao.engine.registry import procedure_get, room_of
from tingchao.engine.shown import texts_for

PUBLIC = ("public_title", "public_text")
PICTURES = ("before", "after")
NO_SUCH_BODY = gettext_noop("这个单位现在不能承办，请另选一个。")
NO_SUCH_DEPUTY = gettext_noop("有的代表已不在任，请另选。")


def apply(case: Case, step: Step, *, now: datetime) -> None:
    """What an action does to the matter beside its stage: assignments, rating, public account."""
    set_matter(case, step)
    if rated_anew(step):
        rated = case.assignments.filter(kind=Assignment.Kind.FOLLOW_UP, ended_at__isnull=True)
        rated.exclude(rating="").update(rating="", words="", replied_at=None)
    choose_pictures(case, step)
    ended, made = given(case, step, now=now)
    running = case.assignments.filter(ended_at__isnull=True)
    (running if ended is None else running.filter(kind__in=ended)).update(ended_at=now)
    if made:
        Assignment.objects.bulk_create(made)


def rated_anew(step: Step) -> bool:
    """Whether the deputies who follow up rate again what they rated before: they rate each answer."""
    return step.rating is None and step.action.answers


def set_matter(case: Case, step: Step) -> None:
    """What an action sets on the matter's own row, its rating and what is public of it."""
    if step.rating is not None:
        case.satisfaction = str(step.rating)
    elif step.action.answers:
        case.satisfaction = ""
    for item in step.action.inputs:
        if item.sets in PUBLIC:
            setattr(case, item.sets, step.values.get(item.key) or "")
    if step.publishes is not None:
        public = step.publishes is Publicity.ACCOUNT
        case.visibility = Case.Visibility.PUBLIC if public else Case.Visibility.PRIVATE
    elif case.closed_at is not None:
        case.visibility = Case.Visibility.PRIVATE  # reopened: what was known is under work again
        case.lead_id = None  # every assignment ended with the matter
    merging = procedure_get(case.procedure).merging
    if merging is not None and step.stage.key in merging.into:
        case.joined_id = None  # it goes its own way


def published(case: Case, step: Step, files: Sequence[KeptFile], *, pictured: bool = True) -> dict[str, JSON]:
    """What an action makes public, word for word, so that the record shows what was published and when.

    A matter that is known to have no photographs is not `pictured` and asked for none.
    """
    written: dict[str, JSON] = {
        item.sets: str(step.values.get(item.key) or "") for item in step.action.inputs if item.sets in PUBLIC
    }
    if not written and step.publishes is Publicity.ACCOUNT:
        written = {name: str(getattr(case, name)) for name in PUBLIC}
    if written:
        sent = _kind_of_files(step)[1]
        for name in PICTURES:
            fresh = [file.digest for file in files] if sent == name else []
            written[name] = [*(_chosen(case, step, name) if pictured else ()), *fresh]
    return written


def _chosen(case: Case, step: Step, name: str) -> list[JSON]:
    """Digests of the matter's own photographs that the public account shows as `name`."""
    asked = [item for item in step.action.inputs if item.sets == name and item.kind is InputKind.PICTURES]
    if not asked and step.publishes is Publicity.ACCOUNT:
        return list(case.attachments.filter(shown=name).order_by("id").values_list("digest", flat=True))
    return [digest for item in asked for digest in _digests(step, item.key)]


def _digests(step: Step, key: str) -> list[str]:
    value = step.values.get(key)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def choose_pictures(case: Case, step: Step) -> None:
    """Mark the photographs that were chosen for the public account, and no others of the matter."""
    asked = [item for item in step.action.inputs if item.kind is InputKind.PICTURES]
    if not asked:
        return
    case.attachments.exclude(shown="").update(shown="")
    for item in asked:
        if digests := _digests(step, item.key):
            case.attachments.filter(digest__in=digests).update(shown=item.sets)


def attached(case: Case, step: Step, files: Sequence[KeptFile]) -> list[Attachment]:
    """Rows for the files that came with a step, for whom it says."""
    audience, shown = _kind_of_files(step)
    return attachments_of(case, files, audience=audience, shown=shown)


def _kind_of_files(step: Step) -> tuple[str, str]:
    """(audience, place in the public account) of the files that come with a step."""
    item = next((one for one in step.action.inputs if one.kind is InputKind.FILES), None)
    if item is not None and item.audience is Audience.PUBLIC:
        return str(Audience.PUBLIC), item.sets
    return str(Audience.REPORTER if step.action.answers else Audience.STAFF), ""


PARTS = {
    InputKind.BODY: "lead",
    InputKind.BODIES: "joint",
    InputKind.DEPUTIES: "follow_up",
    InputKind.GROUP: "follow_up",
}
"""The part in a matter that those get who are named by an input of this kind, unless the input says another."""


def given(case: Case, step: Step, *, now: datetime) -> tuple[list[str] | None, list[Assignment]]:
    """Which kinds of running assignments a step ends, None being all, and those that it makes; the lead is set."""
    due_on = timing.due_day(case.procedure, step.stage, step.tier, now, working_calendar())
    ended: list[str] = [Assignment.Kind.DELIBERATE]  # whoever was asked to talk it over has done so
    made: dict[tuple[str, str, int], Assignment] = {}
    for item in step.action.inputs:
        kind = item.assigns or PARTS.get(item.kind)
        if kind is None:
            continue
        ended.append(kind)
        ids, whom = _named(step, item), "body_id" if kind in ("lead", "joint") else "deputy_id"
        group = _group(step, item)
        if kind == "lead":
            case.lead_id = ids[0] if ids else None
        for key in ids:
            told = {whom: key, "group_id": group, "assigned_at": now, "due_on": due_on}
            made.setdefault((kind, whom, key), Assignment(case=case, kind=kind, **told))
    if step.action.hands_back:
        ended += ["lead", "joint"]
        case.lead_id = None
    return None if step.stage.end else ended, list(made.values())


def _named(step: Step, item: Input) -> list[int]:
    """The bodies or deputies that an input names; of a group its members, looked up by `resolved`."""
    key = _members(item) if item.kind is InputKind.GROUP else item.key
    return ids_of(step.values.get(key))


def _members(item: Input) -> str:
    """Under which key the members of a group stand beside it."""
    return f"{item.key}.members"


def _group(step: Step, item: Input) -> int | None:
    value = step.values.get(item.key)
    return value if item.kind is InputKind.GROUP and isinstance(value, int) else None


def resolved(case: Case, step: Step, now: datetime) -> Step:
    """The step with the present members of every group that it names; Refusal "input" when a group has none."""
    values, faults = dict(step.values), {}
    for item in step.action.inputs:
        group = _group(step, item)
        if group is None:
            continue
        known = groups_for(case.region_id).filter(pk=group).exists()
        members = members_of(group, timing.local_day(now)) if known else []
        if not members:
            faults[item.key] = gettext_noop("这个小组现在没有在任的成员，请另选。")
        values[_members(item)] = members
    if faults:
        raise refused_inputs(faults)
    return replace(step, values=values)


def _deputies(step: Step, assigns: str = "") -> list[int]:
    """The deputies named for a part: those who follow up, or those asked to "deliberate". Each once."""
    kinds = (InputKind.DEPUTIES, InputKind.GROUP)
    items = [item for item in step.action.inputs if item.kind in kinds and item.assigns == assigns]
    return list(dict.fromkeys(key for item in items for key in _named(step, item)))


def move_on(case: Case, step: Step, *, actor: Actor, now: datetime) -> None:
    """Put a matter where a step brings it: tier, returns, outcome, stage with its clock, and who brought it there."""
    case.tier, case.returns, case.outcome = step.tier, step.returns, step.outcome
    timing.enter_stage(case, step.stage, now=now, calendar=working_calendar())
    case.brought_by = actor.key


def entry_of(
    case: Case,
    step: Step,
    *,
    before: str,
    shown: list[JSON],
    actor: Actor,
    role: Role,
    now: datetime,
    files: Sequence[KeptFile] = (),
    pictured: bool = True,
) -> Entry:
    """What is recorded of a step, by whichever path; the matter already bears the state after it."""
    said, note = texts_for(step)
    return Entry(
        action=step.action.key,
        actor=actor,
        role=str(role),
        now=now,
        case=case,
        before=before,
        said=said,
        note=note,
        data={
            "shown": shown,
            "public": published(case, step, files, pictured=pictured),
            "files": [file.digest for file in files],
        },
        facts=facts_of(case, step),
    )


def facts_of(case: Case, step: Step) -> list[Fact]:
    """The facts that a step leaves."""
    facts: list[Fact] = []
    outcome = step.action.outcome or step.outcome
    deputies = _deputies(step)
    for rule in step.action.facts:
        if rule.at and rule.at != step.stage.key:
            continue
        detail = outcome if rule.of == "outcome" else str(step.rating or outcome)
        if rule.per == "deputy":
            facts += [fact_of(rule, case, detail=detail, deputy_id=key) for key in deputies]
        elif rule.per == "body":
            facts.append(fact_of(rule, case, detail=detail, body_id=case.lead_id))
        else:
            facts.append(fact_of(rule, case, detail=detail))
    return facts


def fact_of(
    rule: FactRule, case: Case, *, detail: str, body_id: int | None = None, deputy_id: int | None = None
) -> Fact:
    """One fact of a matter, still without its event."""
    return Fact(
        kind=rule.kind,
        region_id=case.region_id,
        station_id=case.station_id,
        detail=detail,
        body_id=body_id,
        deputy_id=deputy_id,
    )


def notices_of(case: Case, step: Step, said: str) -> list[Notice]:
    """Whom a step tells: whoever raised the matter, whoever must act now, and those it names."""
    told = (
        [notices.notice(notices.TO_REPORTER, "moved", stage=step.stage.key)]
        if said or step.action.said
        else []
    )
    if step.stage.duty is Role.REPORTER:
        told = []  # the request to rate says it all
    told = to_raiser(case, [*told, *notices.to_duty_holder(case, step.stage, "your_turn")])
    told += [notices.notice(notices.to_deputy(key), "follow_up") for key in _deputies(step)]
    told += [notices.notice(notices.to_deputy(key), "invited") for key in _deputies(step, "deliberate")]
    told += [notices.notice(notices.to_body(key), "joint") for key in bodies_named(step)]
    return told


def to_raiser(case: Case, told: list[Notice]) -> list[Notice]:
    """What goes to whoever raised a matter, with an address where the mechanism knows one.

    A mechanism whose matters are raised by somebody with an account says so by `raiser_address(case)` of its selectors:
    (recipient, the page where they read on).
    """
    ask = getattr(room_of(case.procedure, "selectors"), "raiser_address", None)
    if ask is None or not any(one.recipient == notices.TO_REPORTER for one in told):
        return told
    address, link = ask(case)
    for one in told:
        if one.recipient == notices.TO_REPORTER:
            one.recipient, one.data = address, {**one.data, "link": link}
    return told


def bodies_named(step: Step) -> list[int]:
    """The bodies that a step asks to join."""
    return _ids(step, InputKind.BODIES)


def _ids(step: Step, kind: InputKind) -> list[int]:
    return [
        key for item in step.action.inputs if item.kind is kind for key in ids_of(step.values.get(item.key))
    ]


def require_known(case: Case, step: Step, now: datetime, lookups: Lookups = ASKING) -> None:
    """Raise Refusal "input" when a body, deputy or photograph named is not one that this matter may have."""
    faults = {
        item.key: fault for item in step.action.inputs if (fault := _unknown(case, step, item, now, lookups))
    }
    if faults:
        raise refused_inputs(faults)


def _unknown(case: Case, step: Step, item: Input, now: datetime, lookups: Lookups) -> str:
    if item.kind is InputKind.PICTURES:
        wanted = set(_digests(step, item.key))
        own = (
            set(pictures_of(case).filter(digest__in=wanted).values_list("digest", flat=True))
            if wanted
            else wanted
        )
        return "" if wanted == own else gettext_noop("请从这件事的照片里选。")
    ids = ids_of(step.values.get(item.key))
    if not ids or item.kind is InputKind.GROUP:
        return ""
    if item.kind is InputKind.DEPUTIES:
        offered = lookups.deputies_offered(case.region_id, timing.local_day(now), ids)
        return "" if offered == len(ids) else NO_SUCH_DEPUTY
    if item.kind is InputKind.BODIES and set(ids) & set(_ids(step, InputKind.BODY)):
        return gettext_noop("主办单位不用再选为会办，请去掉。")
    offered = lookups.bodies_offered(case.region_id, ids, organs=item.organs)
    return "" if offered == len(ids) else NO_SUCH_BODY


def pictures_of(case: Case) -> QuerySet[Attachment]:
    """The photographs of a matter."""
    return case.attachments.filter(kind=PHOTOGRAPH)
