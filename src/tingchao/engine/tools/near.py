"""What people nearby may know of an open matter: the station shows it under a title of its own, or hides it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tingchao.core.procedure import Audience, Input, InputKind
from tingchao.core.steps import Refusal, Value
from tingchao.core.text import gettext_noop
from tingchao.engine import policy
from tingchao.engine.record import Entry
from tingchao.engine.tools.base import Scene, Tool, not_now, tool_action

ANNOUNCE = tool_action(
    "announce",
    gettext_noop("让附近的人看到"),
    tuple(policy.ANNOUNCES),
    Input(
        "title",
        gettext_noop("写给附近的人看的标题"),
        kind=InputKind.LINE,
        least=4,
        most=60,
        audience=Audience.PUBLIC,
        hint=gettext_noop("不写姓名、电话、门牌号；遇到同样事的人可以跟着看"),
        source="《个人信息保护法》第二十五条",
    ),
)
CONCEAL = tool_action(
    "conceal",
    gettext_noop("不再让附近的人看到"),
    tuple(policy.ANNOUNCES),
    Input("note", gettext_noop("为什么"), least=4, most=500),
)


def _seen_or_merged(scene: Scene) -> Refusal | None:
    if scene.case.joined_id is not None:
        return not_now(gettext_noop("这件事已经并入另一件，请在主件上办。"))
    return not_now(gettext_noop("附近的人已经看得到这件事。")) if scene.case.announced else None


def _announce(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    scene.case.announced = str(values["title"])
    entry.data["announced"] = scene.case.announced
    return ("announced",)


def _unseen(scene: Scene) -> Refusal | None:
    return None if scene.case.announced else not_now(gettext_noop("附近的人本来就看不到这件事。"))


def _conceal(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    scene.case.announced = ""
    entry.data["announced"] = ""
    return ("announced",)


NEAR = (Tool(ANNOUNCE, _announce, _seen_or_merged), Tool(CONCEAL, _conceal, _unseen))
