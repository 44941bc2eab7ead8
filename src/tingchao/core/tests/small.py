"""Two small closed procedures, and how to change one thing in a procedure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tingchao.core.limits import Limit, Unit
from tingchao.core.procedure import (
    Action,
    Audience,
    Branch,
    Input,
    InputKind,
    Merging,
    Procedure,
    Publicity,
    Rating,
    Segment,
    Stage,
)
from tingchao.core.roles import Role

TWO_DAYS = Limit(2, Unit.WORKING_DAY, "站点约定")
WORDS = Input("words", "答复", least=2, audience=Audience.REPORTER)
LEAD = Input("lead", "主办单位", kind=InputKind.BODY)

ASKED = Stage("asked", "有人问", "one", duty=Role.LIAISON, limit=TWO_DAYS, escalates_to=(Role.LEADER,))
RATING = Stage(
    "rating", "请评", "one", duty=Role.REPORTER, limit=TWO_DAYS, escalates_to=(Role.LIAISON,), rates=True
)
DONE = Stage("done", "办完", "one", end=True)

ANSWER = Action("answer", "答复", ("asked",), "rating", (Role.LIAISON,), inputs=(WORDS,), answers=True)
GOOD = Action(
    "good", "满意", ("rating",), "done", (Role.REPORTER,), rating=Rating.GOOD, publishes=Publicity.COUNT
)
POOR = Action("poor", "不满意", ("rating",), "asked", (Role.REPORTER,), rating=Rating.POOR)
LAPSE = Action(
    "lapse",
    "到期未评",
    ("rating",),
    "done",
    (Role.SYSTEM,),
    rating=Rating.UNRATED,
    publishes=Publicity.COUNT,
    on_due=True,
)

ANSWERED = Procedure(
    key="answered",
    label="一问一答",
    source="站点约定",
    segments=(Segment("one", "答", "答"),),
    stages=(ASKED, RATING, DONE),
    actions=(ANSWER, GOOD, POOR, LAPSE),
)
"""As small as a closed procedure can be: asked, answered, rated, done."""

ACTING = Stage("acting", "单位办", "one", duty=Role.HANDLER, limit=TWO_DAYS, escalates_to=(Role.LEADER,))
DECIDING = Stage(
    "deciding", "定谁办", "one", duty=Role.COORDINATOR, limit=TWO_DAYS, escalates_to=(Role.LEADER,)
)

HANDED = Procedure(
    key="handed",
    label="交单位办",
    source="站点约定",
    segments=(Segment("one", "办", "办"),),
    stages=(ASKED, ACTING, DECIDING, RATING, DONE),
    actions=(
        Action("assign", "交办", ("asked",), "acting", (Role.LIAISON,), inputs=(LEAD,)),
        Action("answer", "答复", ("acting",), "rating", (Role.HANDLER,), inputs=(WORDS,), answers=True),
        Action(
            "back",
            "退回",
            ("acting",),
            "asked",
            (Role.HANDLER,),
            branches=((Branch.RETURNS_EXHAUSTED, "deciding"),),
            hands_back=True,
        ),
        Action(
            "decide",
            "定办",
            ("deciding",),
            "acting",
            (Role.COORDINATOR,),
            inputs=(LEAD,),
            decides_returns=True,
        ),
        GOOD,
        replace(POOR, reaches="acting"),
        LAPSE,
        Action("reopen", "重开", ("done",), "asked", (Role.LIAISON,)),
    ),
    max_returns=2,
)
"""With a body that acts, may hand the matter back twice, and a matter that may be opened again."""


JOINED = Stage("joined", "并在一起办", "one", duty=Role.LIAISON, limit=TWO_DAYS, escalates_to=(Role.LEADER,))
SAME = Input("main", "并入哪一件", kind=InputKind.CASE)

MERGED = replace(
    HANDED,
    key="merged",
    stages=(*HANDED.stages, JOINED),
    actions=(
        *(
            replace(one, branches=((Branch.NO_LEAD, "asked"),)) if one.key == "poor" else one
            for one in HANDED.actions
        ),
        Action("merge", "并入", ("asked",), "joined", (Role.LIAISON,), inputs=(SAME,)),
        Action("share", "一并答复", ("joined",), "rating", (Role.SYSTEM,), inputs=(WORDS,), answers=True),
        Action("part", "分开办", ("joined",), "asked", (Role.LIAISON,)),
    ),
    merging=Merging(stage="joined", relay="share", into=("asked", "acting", "deciding")),
)
"""The one with a body, where a matter may also wait for another one that says the same."""


def change(procedure: Procedure, key: str, **changes: Any) -> Procedure:
    """The same procedure with the stage or action of that key changed; KeyError when there is none."""
    if key in {stage.key for stage in procedure.stages}:
        changed = {key: replace(procedure.stage(key), **changes)}
        return replace(procedure, stages=tuple(changed.get(one.key, one) for one in procedure.stages))
    action = {key: replace(procedure.action(key), **changes)}
    return replace(procedure, actions=tuple(action.get(one.key, one) for one in procedure.actions))


def add(procedure: Procedure, *more: Stage | Action) -> Procedure:
    """The same procedure with more stages or actions at the end."""
    return replace(
        procedure,
        stages=(*procedure.stages, *(one for one in more if isinstance(one, Stage))),
        actions=(*procedure.actions, *(one for one in more if isinstance(one, Action))),
    )


def drop(procedure: Procedure, *keys: str) -> Procedure:
    """The same procedure without the stages or actions of these keys."""
    return replace(
        procedure,
        stages=tuple(one for one in procedure.stages if one.key not in keys),
        actions=tuple(one for one in procedure.actions if one.key not in keys),
    )
