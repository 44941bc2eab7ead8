"""A matter taken as far as a test needs it, through the services, on the loop of the first mechanism."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction

from tingchao.core.procedure import Procedure
from tingchao.core.steps import Refusal
from tingchao.directory.actors import Actor, reporter
from tingchao.engine.models import Case
from tingchao.engine.registry import procedure_get
from tingchao.engine.services import case_act, case_open

TEXT = "府前路三盏路灯不亮，晚上看不清台阶。"

INPUTS: Mapping[str, Mapping[str, object]] = {
    "deliberate": {"topic": "路灯谁来修", "tier": "ordinary"},
    "answer_now": {"answer": "路灯已报修，今晚就亮。"},
    "decline": {"ground": "lawsuit", "instead": "这件事已经在打官司，请等法院判决。"},
    "settle": {"conclusion": "先修三盏，再查线路"},
    "unmerge": {"reason": "不是同一段路"},
    "explain": {"answer": "商量过了，线路明年统一改造。"},
    "answer": {"result": "done", "answer": "三盏灯已经换好，请您看看。"},
    "hand_back": {"reason": "这段路归住建局管"},
    "decide": {"reason": "路灯一直由它养护"},
    "rate_good": {},
    "rate_fair": {},
    "rate_poor": {"missing": "还有一盏不亮"},
    "draft": {"public_title": "府前路路灯已修好", "public_text": "三盏路灯已经更换，线路查过。"},
    "revise": {"reason": "写明查了哪一段线路"},
    "withdraw": {"reason": "照片里拍到了车牌"},
    "keep": {"reason": "涉及个人隐私"},
    "reopen": {"reason": "灯又坏了"},
}
"""What is typed for each action; those that name bodies and deputies take `handed` beside it."""

HANDS = ("assign", "theme", "settle", "decide")

WAYS: Mapping[str, tuple[str, ...]] = {
    "sorting": (),
    "deliberating": ("deliberate",),
    "acting": ("assign",),
    "joined": ("merge",),
    "coordinating": ("assign", "hand_back") * 3,
    "rating": ("assign", "answer"),
    "publishing": ("assign", "answer", "rate_good"),
    "checking": ("assign", "answer", "rate_good", "draft"),
    "known": ("assign", "answer", "rate_good", "draft", "publish"),
}
"""Stage → the actions that lead to it."""


def procedure() -> Procedure:
    return procedure_get("public_voices")


@transaction.atomic
def opened(town: SimpleNamespace, now: datetime, **other: Any) -> Case:
    """A matter that a reporter has just raised."""
    given = {
        "region_code": town.region,
        "station_id": town.station.pk,
        "channel": "web",
        "actor": reporter(0),
    }
    return case_open(
        procedure=procedure(), title="路灯不亮", text=TEXT, raised_by="匿名", now=now, **(given | other)
    )


def typed(action: str, handed: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody types for an action."""
    return {**(handed if action in HANDS else {}), **INPUTS.get(action, {})}


def doer(action: str, case: Case, town: SimpleNamespace) -> Actor:
    """Whoever takes that action by the procedure."""
    roles = {str(role) for role in procedure().action(action).roles}
    if "reporter" in roles:
        return reporter(case.pk)
    names = (
        ("coordinator",)
        if procedure().action(action).second_person
        else ("liaison", "handler", "coordinator")
    )
    return next(getattr(town, name) for name in names if name in roles)


def brought(
    town: SimpleNamespace,
    handed: Mapping[str, Any],
    now: datetime,
    stage: str,
    *,
    tier: str = "ordinary",
    **other: Any,
) -> Case:
    """A matter that has come to `stage`, one second a step, and is there since about `now`."""
    case = opened(town, now, **other)
    main = opened(town, now).number if "merge" in WAYS[stage] else ""
    for number, action in enumerate(WAYS[stage], start=1):
        raw = typed(action, handed) | ({"tier": tier} if action in ("assign", "deliberate") else {})
        raw |= {"main": main} if action == "merge" else {}
        case = case_act(
            case_id=case.pk,
            action=action,
            raw=raw,
            actor=doer(action, case, town),
            now=now + timedelta(seconds=number),
        )
    assert case.stage == stage
    return case


def code_of(call: Any, **arguments: Any) -> str:
    """The code of the refusal that a service call meets; "" when it is done."""
    try:
        call(**arguments)
    except Refusal as refusal:
        return refusal.code
    return ""


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gives, all made at the same moment by people of their own; of a refusal its code."""
    together = threading.Barrier(len(calls))
    given: list[Any] = [None] * len(calls)

    def make(place: int) -> None:
        try:
            together.wait(30)
            given[place] = calls[place]()
        except Refusal as refusal:
            given[place] = refusal.code
        except Exception as fault:
            given[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given
