"""What core tasks, opinions on drafts and deliberations ask for, and what there is to choose from."""

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

GUIDED = Input(
    "answer",
    gettext_noop("给总站的回话"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("写清怎么改的、做到哪一步；不照做的写为什么"),
)

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


DELIBERATION_OUTCOMES = (
    Option("done", gettext_noop("解决了"), done=True, told=gettext_noop("议过，解决了")),
    Option("partly", gettext_noop("部分解决"), told=gettext_noop("解决了一部分，说明了原因")),
    Option("impossible", gettext_noop("目前解决不了"), told=gettext_noop("目前解决不了，说明了原因")),
    Option("explained", gettext_noop("议而未成"), told=gettext_noop("议过，没有办法，说明了原因")),
    Option("dropped", gettext_noop("不议"), told=gettext_noop("没有议，说明了原因")),
)
"""Only the first is solved; every other one ends with an explanation, which is never the same."""

DECISION_OUTCOMES = (
    Option("done", gettext_noop("办成了"), done=True, told=gettext_noop("办成了")),
    Option("partly", gettext_noop("办成一部分"), told=gettext_noop("办成了一部分，说明了原因")),
    Option("impossible", gettext_noop("办不了"), told=gettext_noop("办不了，说明了原因")),
)

COMING = Input(
    "deputies",
    gettext_noop("请哪些代表来议"),
    kind=InputKind.DEPUTIES,
    most=20,
    assigns="deliberate",
    hint=gettext_noop("排在前面的离得近、懂行、手上事少"),
)
SUPERVISORS = Input(
    "group",
    gettext_noop("请哪个专业监督小组"),
    kind=InputKind.GROUP,
    required=False,
    assigns="deliberate",
    hint=gettext_noop("小组现任成员都会收到通知"),
)
CONCERNED = Input(
    "bodies",
    gettext_noop("请哪些单位来"),
    kind=InputKind.BODIES,
    required=False,
    most=8,
    hint=gettext_noop("这件事归它管的单位"),
)
NEIGHBOURS = Input(
    "note",
    gettext_noop("还请谁来议"),
    required=False,
    most=500,
    hint=gettext_noop("居民、商户、物业等；也可以在会议公开页上自己报名"),
)
CONCLUSION = Input(
    "conclusion",
    gettext_noop("议定了什么"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("到会的人都会看到"),
)
WHY_NOT = Input(
    "answer",
    gettext_noop("向大家说明"),
    least=10,
    audience=Audience.REPORTER,
    hint=gettext_noop("说清为什么，还可以怎么办"),
)
CAME_OF_IT = Input(
    "result",
    gettext_noop("解决了没有"),
    kind=InputKind.CHOICE,
    options=DELIBERATION_OUTCOMES[:3],
    sets="outcome",
)
TOLD_ALL = Input(
    "answer",
    gettext_noop("向到会的人说结果"),
    least=10,
    audience=Audience.REPORTER,
    hint=gettext_noop("办了哪些、哪些没办成、为什么"),
)
STILL_MISSING = Input("missing", gettext_noop("还差什么"), least=2, most=2000, audience=Audience.REPORTER)
DELIBERATION_KNOWN = public_account(
    gettext_noop("公开的内容"),
    gettext_noop("在站点的网页上公开：议了什么、定了什么、办成没有；不写姓名、电话"),
)
CARRIER = Input("lead", gettext_noop("哪个单位办"), kind=InputKind.BODY)
DONE_SO_FAR = Input(
    "result", gettext_noop("办得怎么样"), kind=InputKind.CHOICE, options=DECISION_OUTCOMES, sets="outcome"
)
CARRIED_OUT = Input(
    "report",
    gettext_noop("做了什么、结果怎样"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("没办成的写清原因和打算"),
)
