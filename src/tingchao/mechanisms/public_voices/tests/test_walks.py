"""Voices walked at random through the services, by the right people and the wrong ones, on the real database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from django.db import connection
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from tingchao.core.procedure import Action, Input, InputKind
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Standing, actions_for
from tingchao.directory.actors import NOBODY, SYSTEM, Actor, reporter
from tingchao.engine import policy
from tingchao.engine.care import TOOLS, case_tend, tools_for
from tingchao.engine.models import Assignment, Case, Event, Fact, Notice
from tingchao.engine.notices import duty_recipient
from tingchao.engine.sealing import audit, chain_verify
from tingchao.engine.services import case_act, case_lapse, roles_of, stage_token, standing_of
from tingchao.engine.timing import TOP_ALARM, local_day
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.services import voice_file

STEPS = 25
PEOPLE = ("liaison", "handler", "other_handler", "coordinator", "deputy", "reporter")
WRONG = ("stranger", "administrator", "auditor", "nobody", "another_reporter")
TELLING = ("你好，" * 4, "已经办好，请您看看。", "👍" * 12, "  一\r\n二三四五六七八九十  ")


@dataclass
class Walk:
    """One voice under way, with everything needed to act on it and to look at it."""

    town: SimpleNamespace
    case: Case
    main: Case
    now: datetime
    chance: Random
    tokens: list[str] = field(default_factory=list)

    def pick(self, choices: Any) -> Any:
        return self.chance.choice(list(choices))

    def actor(self, name: str) -> Actor:
        kept = {
            "reporter": reporter(self.case.pk),
            "another_reporter": reporter(self.case.pk + 1_000_000),
            "nobody": NOBODY,
            "system": SYSTEM,
        }
        return kept.get(name) or getattr(self.town, name)

    def later(self) -> None:
        self.now += timedelta(hours=self.pick((1, 5, 20, 30, 100, 300)))

    def offered(self, name: str, running: list[Assignment] | None = None) -> tuple[Action, ...]:
        """What somebody may do now, as the page of the matter offers it to them."""
        row, actor = self.case, self.actor(name)
        roles = policy.roles_to_act(roles_of(actor, row, running), actor, lead_id=row.lead_id)
        return actions_for(FIVE_STEPS, standing_of(row), roles, actor.key)

    def ways(self) -> list[tuple[str, Action]]:
        """Everything that the right people may do now."""
        running = list(Assignment.objects.filter(case=self.case, ended_at__isnull=True))
        return [
            (name, action)
            for name in PEOPLE
            for action in self.offered(name, running)
            if action.key != "merge" or self.main.stage == "sorting"
        ]

    def typed(self, action: Action) -> dict[str, object]:
        made = {item.key: self.value(item) for item in action.inputs}
        if made.get("joint") == [made.get("lead")]:
            made["joint"] = []
        return made

    def value(self, item: Input) -> object:
        bodies = [self.town.bodies.chengguan.pk, self.town.bodies.jiaojing.pk]
        deputies = [person.pk for person in self.town.deputies]
        if not item.required and self.pick((False, True)):
            return None
        made: dict[InputKind, Callable[[], object]] = {
            InputKind.PICTURES: list,
            InputKind.GROUP: lambda: str(self.town.group.pk),
            InputKind.CASE: lambda: self.main.number,
            InputKind.BODY: lambda: str(self.pick(bodies)),
            InputKind.BODIES: lambda: [str(self.pick(bodies))],
            InputKind.DEPUTIES: lambda: [str(key) for key in deputies[: self.pick((2, 3))]],
            InputKind.CHOICE: lambda: self.pick(item.options).key,
            InputKind.DATE: lambda: (local_day(self.now) + timedelta(self.pick((1, 7, 30)))).isoformat(),
            InputKind.LINE: lambda: self.pick(("1", "2") if item.key == "amount" else TELLING),
        }
        return made.get(item.kind, lambda: self.pick(TELLING))()


# --- what must hold of a row, wherever it stands ----------------------------------------------------------


def look_at(walk: Walk) -> None:
    """Assert what must hold of the row after every step."""
    row, stage = walk.case, FIVE_STEPS.stage(walk.case.stage)
    closed = row.closed_at is not None
    assert closed is stage.end
    assert row.duty == ("" if closed else str(stage.duty))
    for value in (row.clock, row.due_on, row.due_at):
        assert (value is None) is closed
    assert (row.wake_at is None) is (closed or row.alarms >= TOP_ALARM)
    assert row.returns <= FIVE_STEPS.max_returns + 1
    if not closed:
        assert row.visibility == Case.Visibility.PRIVATE
        assert row.due_on >= local_day(row.stage_since)
    events = list(Event.objects.filter(case=row).order_by("sequence"))
    assert row.events == len(events)
    assert chain_verify(row, events) is None
    look_at_assignments(row, stage.duty)
    look_at_the_end(row, events)
    assert closed or moves_on(walk), f"nobody can do anything at {row.stage}"


def look_at_assignments(row: Case, duty: Role | None) -> None:
    running = Assignment.objects.filter(case=row, ended_at__isnull=True)
    leading = [one.body_id for one in running if one.kind == "lead"]
    if row.closed_at is not None:
        assert not running
    elif duty is Role.HANDLER:
        assert leading == [row.lead_id]
        assert sum(one.kind == "follow_up" for one in running) in (2, 3)
        assert not any(one.kind == "joint" and one.body_id == row.lead_id for one in running)
    else:
        assert leading in ([], [row.lead_id])


def look_at_the_end(row: Case, events: list[Event]) -> None:
    """No end without an answer, the offer to rate, and a word on what becomes public, since it was last opened."""
    if row.closed_at is None:
        return
    taken = [event.action for event in events]
    if "withdraw" in taken or "hide" in taken:
        assert row.stage == "kept" or "publish" in taken
    since = taken[len(taken) - 1 - taken[::-1].index("reopen") :] if "reopen" in taken else taken
    answering = {action.key for action in FIVE_STEPS.actions if action.answers}
    answers = [number for number, action in enumerate(since) if action in answering]
    ratings = [number for number, action in enumerate(since) if action in ("rate_good", "rate_fair", "lapse")]
    assert answers and ratings and answers[-1] < ratings[-1]
    assert (row.visibility == Case.Visibility.PUBLIC) is (row.stage == "known")
    assert bool(row.public_text) or row.stage == "kept"


def moves_on(walk: Walk) -> bool:
    """Whether somebody, or the clock, can take the matter further."""
    clock = any(action.on_due for action in FIVE_STEPS.leaving(walk.case.stage))
    return clock or bool(walk.ways())


def look_at_step(walk: Walk, before: Case, taken: Action | None) -> None:
    """What the last step must have left beside the row."""
    event = Event.objects.get(case=walk.case, sequence=walk.case.events)
    facts = list(Fact.objects.filter(event=event))
    assert all((fact.case_id, fact.day) == (walk.case.pk, event.day) for fact in facts)
    assert (event.before, event.after, event.at) == (before.stage, walk.case.stage, walk.now)
    if taken is None:
        tool_kind = FIVE_STEPS.tool_facts.get(event.action)
        assert {fact.kind for fact in facts} <= {tool_kind} and event.before == event.after
        return
    left = [rule for rule in taken.facts if rule.at in ("", walk.case.stage)]
    assert {fact.kind for fact in facts} == {rule.kind for rule in left}
    for rule in left:
        found = [fact for fact in facts if fact.kind == rule.kind]
        assert len(found) == (1 if rule.per != "deputy" else len({fact.deputy_id for fact in found}))
        assert all(fact.body_id == walk.case.lead_id for fact in found if rule.per == "body")
    if walk.case.closed_at is None:
        told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
        assert duty_recipient(walk.case, Role(walk.case.duty)) in told


# --- what is done to it -----------------------------------------------------------------------------------


def everything(case: Case) -> tuple[Any, ...]:
    """The row as it stands, and how many records there are of anything."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(c)::text, (SELECT count(*) FROM engine_event), (SELECT count(*) FROM engine_fact),"
            " (SELECT count(*) FROM engine_notice), (SELECT count(*) FROM engine_assignment)"
            " FROM engine_case c WHERE id = %s",
            [case.pk],
        )
        return tuple(cursor.fetchone())


def attempt(walk: Walk, what: str, do: Any, taken: Action | None) -> str:
    """Do something that may be refused. A refusal leaves everything as it was; its code, empty when it was done."""
    done = _attempted(walk, do, taken)
    note(f"{walk.now:%m-%d %H:%M} {what}: {done or walk.case.stage}")
    return done


def _attempted(walk: Walk, do: Any, taken: Action | None) -> str:
    before, kept = walk.case, everything(walk.case)
    try:
        do()
    except Refusal as refused:
        assert everything(walk.case) == kept, refused
        return refused.code
    walk.case = Case.objects.get(pk=walk.case.pk)
    assert walk.case.events == before.events + 1
    look_at_step(walk, before, taken)
    look_at(walk)
    return ""


def take(walk: Walk, name: str, action: Action, *, seen: str | None = None) -> str:
    raw, actor = walk.typed(action), walk.actor(name)
    return attempt(
        walk,
        f"{name} {action.key}",
        lambda: case_act(
            case_id=walk.case.pk, action=action.key, raw=raw, actor=actor, now=walk.now, seen=seen
        ),
        action,
    )


def act_rightly(walk: Walk) -> None:
    ways = walk.ways()
    if not ways:
        return
    name, action = walk.pick(ways)
    walk.tokens.append(stage_token(walk.case))
    assert take(walk, name, action, seen=walk.tokens[-1]) == ""


def act_on_what_was_seen_before(walk: Walk) -> None:
    ways = walk.ways()
    if ways and walk.tokens:
        name, action = walk.pick(ways)
        assert take(walk, name, action, seen=walk.pick(walk.tokens)) == "moved_on"


def act_out_of_turn(walk: Walk) -> None:
    name, action = walk.pick((*PEOPLE, *WRONG)), walk.pick(FIVE_STEPS.actions)
    if action not in (() if name in WRONG else walk.offered(name)):
        assert take(walk, name, action) in ("not_here", "forbidden", "second_person")


def act_with_nothing_filled_in(walk: Walk) -> None:
    ways = [(name, action) for name, action in walk.ways() if any(item.required for item in action.inputs)]
    if ways:
        name, action = walk.pick(ways)
        case_id, actor, now = walk.case.pk, walk.actor(name), walk.now
        done = attempt(
            walk,
            f"{name} {action.key} with nothing",
            lambda: case_act(case_id=case_id, action=action.key, raw={}, actor=actor, now=now),
            action,
        )
        assert done == "input"


def let_time_pass(walk: Walk) -> None:
    lapses = walk.case.stage == "rating" and walk.now >= walk.case.due_at
    case_id, now, lapse = walk.case.pk, walk.now, FIVE_STEPS.action("lapse")
    done = attempt(walk, "clock lapse", lambda: case_lapse(case_id=case_id, now=now), lapse)
    assert done == ("" if lapses else "not_here")


def answer_the_main_one(walk: Walk) -> None:
    """The main matter is answered: whoever waits for it comes to their rating, and nobody else moves."""
    if walk.case.stage != "joined" or walk.main.stage != "sorting":
        return
    call = {"action": "answer_now", "raw": {"answer": "已经报修，今晚就亮。"}, "actor": walk.town.liaison}
    share = FIVE_STEPS.action("share")
    done = attempt(walk, "main answered", lambda: case_act(case_id=walk.main.pk, now=walk.now, **call), share)
    assert (done, walk.case.stage, walk.case.outcome) == ("", "rating", "merged")
    walk.main = Case.objects.get(pk=walk.main.pk)


def merge_into_what_is_answered(walk: Walk) -> None:
    if walk.case.stage in ("sorting", "deliberating") and walk.main.stage != "sorting":
        case_id, number, now = walk.case.pk, walk.main.number, walk.now
        merge = FIVE_STEPS.action("merge")
        done = attempt(
            walk,
            "merge into what is answered",
            lambda: case_act(
                case_id=case_id, action="merge", raw={"main": number}, actor=walk.town.liaison, now=now
            ),
            merge,
        )
        assert done == "input"


def tend(walk: Walk) -> None:
    name = walk.pick((*PEOPLE, *WRONG))
    tool = walk.pick(TOOLS.values())
    raw, actor = walk.typed(tool), walk.actor(name)
    running = list(Assignment.objects.filter(case=walk.case, ended_at__isnull=True))
    roles, today = roles_of(actor, walk.case, running), local_day(walk.now)
    offered = tools_for(walk.case, FIVE_STEPS, roles, today, actor=actor, running=running)
    done = attempt(
        walk,
        f"{name} {tool.key}",
        lambda: case_tend(case_id=walk.case.pk, tool=tool.key, raw=raw, actor=actor, now=walk.now),
        None,
    )
    assert done in ("", "forbidden", "closed", "clock", "not_now", "input")
    if tool in offered:
        assert done in ("", "input")
    elif name in WRONG:
        assert done == "forbidden"


DOINGS = (
    *(act_rightly,) * 7,
    let_time_pass,
    tend,
    answer_the_main_one,
    answer_the_main_one,
    merge_into_what_is_answered,
    act_out_of_turn,
    act_on_what_was_seen_before,
    act_with_nothing_filled_in,
)


@settings(max_examples=25, phases=[Phase.generate])  # a walk on a database takes too long to shorten
@given(seed=st.integers(0, 2**32))
def test_no_walk_breaks_anything(town: SimpleNamespace, now: datetime, seed: int) -> None:
    case = voice_file(
        text="府前路三盏路灯不亮，晚上看不清台阶。",
        region_code=town.region,
        station_id=town.station.pk,
        channel="code",
        actor=reporter(0),
        now=now,
    )
    main = voice_file(
        text="府前路的路灯不亮。", region_code=town.region, channel="web", actor=reporter(0), now=now
    )
    walk = Walk(town, Case.objects.get(pk=case.pk), main, now, Random(seed))
    look_at(walk)
    for _ in range(STEPS):
        walk.later()
        walk.pick(DOINGS)(walk)
    assert audit().broken is None


def test_a_voice_that_was_reopened_is_never_left_with_nobody(
    town: SimpleNamespace, handed, now: datetime
) -> None:
    """The body that led it before it ended leads it no more, so a poor rating goes back to sorting."""
    case = voice_file(
        text="府前路三盏路灯不亮。", region_code=town.region, channel="code", actor=reporter(0), now=now
    )
    answer = {"result": "done", "answer": "三盏灯已经换好，请您看看。"}
    steps: list[tuple[str, Actor, dict[str, object]]] = [
        ("assign", town.liaison, handed),
        ("answer", town.handler, answer),
        ("rate_good", reporter(case.pk), {}),
        ("keep", town.liaison, {"reason": "反映人不愿公开"}),
        ("reopen", town.liaison, {"reason": "灯又不亮了"}),
        ("answer_now", town.liaison, answer),
        ("rate_poor", reporter(case.pk), {"missing": "还是不亮"}),
    ]
    for number, (action, actor, raw) in enumerate(steps, start=1):
        at = now + timedelta(hours=number)
        case = case_act(case_id=case.pk, action=action, raw=raw, actor=actor, now=at)
    assert (case.stage, case.duty, case.lead_id) == ("sorting", "liaison", None)
    assert actions_for(FIVE_STEPS, Standing(case.stage), roles_of(town.liaison, case))
