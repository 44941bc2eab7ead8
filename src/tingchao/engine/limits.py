"""The limits in force: what a procedure ships with, and what an administrator set for this place instead.

Provinces differ. A procedure ships with the practice of Hangzhou; another place keeps rules of its own beside it, each
with the article or decision it comes from. A rule changes how long somebody has and nothing else, so the closure laws
proved for the procedure hold; they are proved again with the rules before any is kept. A clock that runs keeps the
limit it began with; the next stage takes the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tingchao.core.closure import check
from tingchao.core.ledger import JSON
from tingchao.core.limits import Limit, Unit
from tingchao.core.procedure import Procedure, with_limits
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import LimitRule
from tingchao.directory.policy import require_directory
from tingchao.directory.selectors import Place, kept_limits, limits_set
from tingchao.engine import record
from tingchao.engine.changes import STREAM, change_append, role_of
from tingchao.engine.registry import procedures

LONGEST = {Unit.WORKING_DAY: 250, Unit.DAY: 366, Unit.MONTH: 24}
"""The most that a limit may be, by its unit: about a year; more is a slip of the keyboard."""

SOURCE_LEAST, SOURCE_MOST = 4, 200


@dataclass(frozen=True, slots=True)
class Line:
    """One limit as the screen lists it: where it holds, what ships, what is in force."""

    procedure: Procedure
    stage_label: str
    tier_label: str
    place: Place
    shipped: Limit
    in_force: Limit

    @property
    def changed(self) -> bool:
        return self.shipped != self.in_force


def limit_lines() -> list[Line]:
    """Every limit of every procedure, in the order of its stages, those that belong to no stage after them."""
    rules = limits_set()
    return [line for procedure in procedures() for line in _lines_of(procedure, rules)]


def _lines_of(procedure: Procedure, rules: Mapping[Place, Limit]) -> list[Line]:
    labels = {option.key: option.label for option in procedure.tiers}
    held = [
        (stage.key, tier, stage.label, shipped)
        for stage in procedure.stages
        if stage.limit is not None
        for tier, shipped in (("", stage.limit), *stage.tier_limits.items())
    ]
    held += [(period.key, "", period.label, period.limit) for period in procedure.periods]
    return [
        Line(
            procedure, label, labels.get(tier, ""), (procedure.key, key, tier), shipped,
            rules.get((procedure.key, key, tier), shipped),
        )
        for key, tier, label, shipped in held
    ]  # fmt: skip


def limit_line(place: Place) -> Line | None:
    """The limit of one place; None when there is none."""
    return next((line for line in limit_lines() if line.place == place), None)


def limit_checked(place: Place, amount: object, unit: object, source: object) -> Limit:
    """A limit as somebody gave it. Raises Refusal "input" naming every field at fault."""
    faults: dict[str, str] = {}
    units = {str(one): one for one in Unit}
    chosen = units.get(str(unit))
    if chosen is None:
        faults["unit"] = gettext_noop("单位只能是工作日、日或者月。")
    most = LONGEST[chosen or Unit.WORKING_DAY]
    number = int(str(amount)) if _whole(amount) else 0
    if not 1 <= number <= most:
        faults["amount"] = gettext_noop("请填一个整数，从 1 起，最多大约一年。")
    text = " ".join(clean_text(source).split())
    if not SOURCE_LEAST <= len(text) <= SOURCE_MOST:
        faults["source"] = gettext_noop("改期限要写明依据：哪个文件、第几条。")
    if limit_line(place) is None:
        faults["stage"] = gettext_noop("没有这个程序、环节或者轻重缓急。")
    if faults or chosen is None:
        raise refused_inputs(faults)
    return Limit(number, chosen, text)


def _whole(amount: object) -> bool:
    text = str(amount)
    return not isinstance(amount, bool) and text.isascii() and text.isdigit() and len(text) < 6


@transaction.atomic
def limit_set(
    *, place: Place, amount: object, unit: object, source: object, actor: Actor, now: datetime
) -> Limit:
    """Let another limit hold at a place from now on; what ships again when it is the same as that."""
    require_directory(actor)
    limit = limit_checked(place, amount, unit, source)
    line = limit_line(place)
    assert line is not None
    if limit == line.in_force:
        return limit
    if limit == line.shipped:
        return limit_reset(place=place, actor=actor, now=now)
    _require_proved({place: limit})
    row = _keep(place, limit, profile="", actor=actor, now=now)
    _record_one("limits.change", row, line, limit, actor, now)
    kept_limits.forget()
    return limit


@transaction.atomic
def limit_reset(*, place: Place, actor: Actor, now: datetime) -> Limit:
    """Let what ships hold again at a place."""
    require_directory(actor)
    line = limit_line(place)
    if line is None:
        raise Refusal("gone", gettext_noop("没有这个程序、环节或者轻重缓急。"))
    row = LimitRule.objects.filter(procedure=place[0], stage=place[1], tier=place[2]).first()
    if row is not None:
        _record_one("limits.reset", row, line, line.shipped, actor, now)
        row.delete()
    kept_limits.forget()
    return line.shipped


@transaction.atomic
def profile_load(*, profile: object, actor: Actor, now: datetime) -> int:
    """Let a whole profile hold in place of every rule there is. Returns how many limits changed by it.

    `profile` is `{"profile": name, "limits": [{procedure, stage, tier, amount, unit, source}]}`, as `profile_now`
    gives it. Raises Refusal "input"; with one line at fault nothing is taken.
    """
    require_directory(actor)
    name, wanted = _read(profile)
    _require_proved(wanted)
    before = dict(limits_set())
    lines = {line.place: line for line in limit_lines()}
    wanted = {place: limit for place, limit in wanted.items() if limit != lines[place].shipped}
    LimitRule.objects.all().delete()
    for place, limit in wanted.items():
        _keep(place, limit, profile=name, actor=actor, now=now)
    changes: dict[str, JSON] = {
        ".".join(filter(None, place)): [_spelled(before.get(place)), _spelled(wanted.get(place))]
        for place in {**before, **wanted}
        if before.get(place) != wanted.get(place)
    }
    data: dict[str, JSON] = {"kind": "limits", "id": "", "name": name, "region": "", "changes": changes}
    if changes:
        entry = record.Entry(action="limits.load", actor=actor, role=role_of(actor), now=now, data=data)
        record.append_to_stream(entry, stream=STREAM)
    kept_limits.forget()
    return len(changes)


def profile_now() -> dict[str, JSON]:
    """Every rule there is, as `profile_load` takes it."""
    rows = LimitRule.objects.order_by("procedure", "stage", "tier")
    limits: list[JSON] = [
        {
            "procedure": row.procedure,
            "stage": row.stage,
            "tier": row.tier,
            "amount": row.amount,
            "unit": row.unit,
            "source": row.source,
        }
        for row in rows
    ]
    return {"profile": rows[0].profile if rows else "", "limits": limits}


def _read(profile: object) -> tuple[str, dict[Place, Limit]]:
    wanted: dict[Place, Limit] = {}
    if not isinstance(profile, Mapping) or not isinstance(profile.get("limits"), list):
        raise Refusal("input", gettext_noop("这不是期限方案：要有 profile 和 limits。"))
    for number, line in enumerate(profile["limits"], start=1):
        given = line if isinstance(line, Mapping) else {}
        place = (str(given.get("procedure")), str(given.get("stage")), str(given.get("tier", "")))
        try:
            limit = limit_checked(place, given.get("amount"), given.get("unit"), given.get("source"))
        except Refusal as refusal:
            why = next(iter(refusal.fields.values()), refusal.message)
            text = gettext_noop("第 %(line)s 条（%(place)s）：%(why)s")
            raise Refusal(
                "input", text, {"line": str(number), "place": "/".join(place), "why": why}
            ) from None
        if place in wanted:
            raise Refusal("input", gettext_noop("第 %(line)s 条和前面的重复。"), {"line": str(number)})
        wanted[place] = limit
    return clean_text(profile.get("profile"))[:60], wanted


def _require_proved(rules: Mapping[Place, Limit]) -> None:
    """Raise Refusal "law" when a procedure with these limits breaks a closure law."""
    for procedure in procedures():
        own = {(stage, tier): limit for (key, stage, tier), limit in rules.items() if key == procedure.key}
        if own and check(with_limits(procedure, own)):
            raise Refusal("law", gettext_noop("这样改，程序就不能保证有始有终，没有保存。"))


def _keep(place: Place, limit: Limit, *, profile: str, actor: Actor, now: datetime) -> LimitRule:
    row, _ = LimitRule.objects.update_or_create(
        procedure=place[0],
        stage=place[1],
        tier=place[2],
        defaults={
            "amount": limit.amount,
            "unit": limit.unit.value,
            "source": limit.source,
            "profile": profile,
            "set_by": actor.name[:40],
            "set_at": now,
        },
    )
    return row


def _record_one(action: str, row: LimitRule, line: Line, limit: Limit, actor: Actor, now: datetime) -> None:
    about = " · ".join(filter(None, (line.procedure.label, line.stage_label, line.tier_label)))
    changes: dict[str, JSON] = {"limit": [_spelled(line.in_force), _spelled(limit)]}
    change_append(action=action, row=row, changes=changes, region_code="", actor=actor, now=now, about=about)


_UNITS = {Unit.WORKING_DAY: "个工作日", Unit.DAY: "日", Unit.MONTH: "个月"}


def _spelled(limit: Limit | None) -> str:
    """A limit in words that stay as they are in the record; empty for what ships."""
    return "" if limit is None else f"{limit.amount} {_UNITS[limit.unit]}（{limit.source}）"


def rules_words(lines: Iterable[Line]) -> list[str]:
    """Every limit as one line of text, those that differ from what ships marked; for the command line."""
    return [
        f"{'*' if line.changed else ' '} {'/'.join(filter(None, line.place))}  {_spelled(line.in_force)}"
        for line in lines
    ]
