"""What core tasks and opinions on drafts ask for, and what there is to choose from."""

from __future__ import annotations

from tingchao.core.procedure import Audience, Input, InputKind, Option, public_account
from tingchao.core.text import gettext_noop

TASK_OUTCOMES = (
    Option("done", gettext_noop("已完成"), done=True, told=gettext_noop("完成了")),
    Option("partly", gettext_noop("部分完成"), told=gettext_noop("完成了一部分，说明了原因")),
    Option("dropped", gettext_noop("不适用本站"), told=gettext_noop("这个站不适用，说明了原因")),
)

DOER = Input(
    "doer",
    gettext_noop("谁来做"),
    kind=InputKind.LINE,
    required=False,
    most=40,
    hint=gettext_noop("不写就是站里的联络员"),
)
RESULT = Input(
    "result", gettext_noop("做得怎么样"), kind=InputKind.CHOICE, options=TASK_OUTCOMES, sets="outcome"
)
DONE_WITH = Input(
    "report",
    gettext_noop("做了什么、结果怎样"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("写清时间、地点、多少人；已经在系统里记过的接待、议事不用再写一遍"),
)
PHOTOS = Input("photos", gettext_noop("照片"), kind=InputKind.FILES, required=False, most=6)
NOTE = Input("note", gettext_noop("给站点的话"), required=False, most=500)

KNOWN = public_account(gettext_noop("公开的内容"), gettext_noop("在站点的网页上公开；不写姓名、电话"))

OPINION_OUTCOMES = (
    Option("adopted", gettext_noop("采纳"), done=True, told=gettext_noop("采纳了")),
    Option("adopted_partly", gettext_noop("部分采纳"), done=True, told=gettext_noop("采纳了一部分")),
    Option("not_adopted", gettext_noop("未采纳"), told=gettext_noop("没有采纳，原因告诉了您")),
    Option("not_of_it", gettext_noop("不是对草案的意见"), told=gettext_noop("告诉了您该到哪里说")),
)

ADOPTED = Input(
    "adopted", gettext_noop("采纳了没有"), kind=InputKind.CHOICE, options=OPINION_OUTCOMES, sets="outcome"
)
ANSWER = Input(
    "answer",
    gettext_noop("给提意见的人的答复"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("采纳的写改成了什么，没采纳的写为什么"),
)


def reason(label: str, *, least: int = 4, most: int = 500, audience: Audience = Audience.STAFF) -> Input:
    """Why something is done that is not the ordinary way."""
    return Input("reason", label, least=least, most=most, audience=audience)
