"""Words: a note among staff, progress to whoever raised the matter, urging, and what they add themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tingchao.core.procedure import Action, Audience, Input, InputKind
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, Value
from tingchao.core.text import gettext_noop
from tingchao.engine import notices, policy
from tingchao.engine.record import Entry
from tingchao.engine.tools.base import Scene, Tool, not_now, nothing

NOTE = Action(
    key="note",
    label=gettext_noop("内部留言"),
    leaves=(),
    reaches="",
    roles=tuple(policy.NOTES),
    inputs=(Input("note", gettext_noop("留言"), most=1000, hint=gettext_noop("只有办这件事的人看得到")),),
)
TELL = Action(
    key="tell",
    label=gettext_noop("告诉反映人进展"),
    leaves=(),
    reaches="",
    roles=(Role.HANDLER, Role.LIAISON, Role.COORDINATOR),
    inputs=(Input("said", gettext_noop("进展"), least=5, most=1000, audience=Audience.REPORTER),),
)
URGE = Action(
    key="urge",
    label=gettext_noop("催办"),
    leaves=(),
    reaches="",
    roles=tuple(policy.URGES),
    inputs=(Input("note", gettext_noop("催什么"), most=500),),
)
ADD = Action(
    key="add",
    label=gettext_noop("补充一句或一张照片"),
    leaves=(),
    reaches="",
    roles=(Role.REPORTER,),
    inputs=(
        Input("said", gettext_noop("补充什么"), most=1000, audience=Audience.REPORTER),
        Input("photos", gettext_noop("照片"), kind=InputKind.FILES, required=False, most=6),
    ),
)


def _tell(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    entry.notices = [notices.notice(notices.TO_REPORTER, "progress")]
    return ()


def _add(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    if scene.stage.duty is not Role.REPORTER:
        entry.notices = notices.to_duty_holder(scene.case, scene.stage, "added")
    return ()


def _urge(scene: Scene, values: Mapping[str, Value], entry: Entry) -> Sequence[str]:
    entry.notices = notices.to_duty_holder(scene.case, scene.stage, "urged")
    return ()


def _nobody_to_urge(scene: Scene) -> Refusal | None:
    """Whoever raised the matter is asked for a rating and not urged."""
    if scene.stage.duty is not Role.REPORTER:
        return None
    return not_now(gettext_noop("现在等反映人评价，不用催；到期没有评价，会自动办结。"))


TALK = (
    Tool(NOTE, nothing, closed=True),
    Tool(TELL, _tell),
    Tool(URGE, _urge, why_not=_nobody_to_urge),
    Tool(ADD, _add, inside=True),
)
