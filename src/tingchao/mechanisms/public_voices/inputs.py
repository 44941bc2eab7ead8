"""What the five steps ask for, and what there is to choose from: tiers, outcomes, grounds, inputs."""

from __future__ import annotations

from tingchao.core.procedure import Audience, Input, InputKind, Option, public_account
from tingchao.core.text import gettext_noop

TIERS = (
    Option("urgent", gettext_noop("急事")), Option("ordinary", gettext_noop("一般")),
    Option("small", gettext_noop("小事")), Option("hard", gettext_noop("难事")),
)  # fmt: skip

OUTCOMES = (
    Option("done", gettext_noop("已解决"), done=True, told=gettext_noop("办成了")),
    Option("planned", gettext_noop("已列入计划"), told=gettext_noop("列入了计划，还没有办")),
    Option("impossible", gettext_noop("目前办不了"), told=gettext_noop("目前办不了，原因告诉了您")),
    Option("answered", gettext_noop("当场答复"), told=gettext_noop("当场答复了您")),
    Option("explained", gettext_noop("议后说明"), told=gettext_noop("商量后给了您说明")),
    Option("declined", gettext_noop("不予受理"), told=gettext_noop("不归这里办，告诉了您该去哪里")),
    Option(
        "merged", gettext_noop("并入同一件事"), told=gettext_noop("和同一件事一起答复了您"), counted=False
    ),
)

GROUNDS = (
    Option(
        "lawsuit",
        gettext_noop("已经或应当打官司"),
        text=gettext_noop(
            "这件事已经进了法院，或者要由法院来断，代表不能过问案子。请向法院问进展；还没起诉的，可以打 12348 问律师。"
        ),
    ),
    Option(
        "review",
        gettext_noop("应当申请行政复议"),
        text=gettext_noop(
            "您不服行政机关的决定，可以在知道之日起 60 天内，向本级人民政府申请行政复议，不收费。"
        ),
    ),
    Option(
        "arbitration",
        gettext_noop("应当申请仲裁"),
        text=gettext_noop(
            "这是劳动或合同上的争议，要先申请仲裁。劳动争议请到区县劳动人事争议仲裁委员会，电话 12333。"
        ),
    ),
    Option(
        "petition",
        gettext_noop("已进入信访程序"),
        text=gettext_noop(
            "您这件事信访部门已经受理，正在办理期限内。请凭信访的编号，向受理的信访部门问进展。"
        ),
    ),
    Option(
        "internal",
        gettext_noop("单位内部事务"),
        text=gettext_noop(
            "这是单位内部的事，请先向本单位或者它的主管部门反映；涉及干部违纪的，可以打 12388。"
        ),
    ),
    Option(
        "private",
        gettext_noop("民间纠纷，可申请人民调解"),
        text=gettext_noop(
            "这是邻里或家里的纠纷，可以到社区的人民调解委员会申请调解，不收费；谈不拢的，可以起诉。"
        ),
    ),
)
"""Grounds on which a voice is not accepted here, each with where to go instead as a wording to begin with."""

LEAD = Input("lead", gettext_noop("主办单位"), kind=InputKind.BODY)
JOINT = Input("joint", gettext_noop("会办单位"), kind=InputKind.BODIES, required=False, most=5)
FOLLOW_UP = Input(
    "deputies",
    gettext_noop("督办代表"),
    kind=InputKind.DEPUTIES,
    least=2,
    most=3,
    hint=gettext_noop("请 2 到 3 位代表全程跟着"),
    source="五事工作法：帮民办事",
)
TIER = Input("tier", gettext_noop("轻重缓急"), kind=InputKind.CHOICE, options=TIERS, sets="tier")
ANSWER = Input(
    "answer",
    gettext_noop("给反映人的答复"),
    least=5,
    audience=Audience.REPORTER,
    hint=gettext_noop("用大白话写清做了什么、接下来什么时候"),
)

GROUND = Input(
    "ground",
    gettext_noop("为什么不受理"),
    kind=InputKind.CHOICE,
    options=GROUNDS,
    suggests="instead",
    source="《信访工作条例》第三十一条",
)
INSTEAD = Input("instead", gettext_noop("告诉反映人该去哪里"), least=10, audience=Audience.REPORTER)
TOPIC = Input("topic", gettext_noop("议什么"), kind=InputKind.LINE, least=2, most=60)
HELD_ON = Input(
    "held_on",
    gettext_noop("哪天议"),
    kind=InputKind.DATE,
    required=False,
    ahead=True,
    hint=gettext_noop("急事、常见的事马上议；小事等站里每月固定的议事日"),
)
INVITED = Input(
    "deputies",
    gettext_noop("请哪些代表来议"),
    kind=InputKind.DEPUTIES,
    required=False,
    most=12,
    assigns="deliberate",
)
SUPERVISORS = Input(
    "group",
    gettext_noop("请哪个小组来议"),
    kind=InputKind.GROUP,
    required=False,
    assigns="deliberate",
    hint=gettext_noop("专业监督小组或代表小组，成员都会收到通知"),
)
RESIDENTS = Input(
    "note",
    gettext_noop("还请谁来议"),
    required=False,
    most=500,
    hint=gettext_noop("居民、商户、物业等，写清是谁"),
)
THEME = Input(
    "group",
    gettext_noop("哪个小组的专题"),
    kind=InputKind.GROUP,
    hint=gettext_noop("小组现任成员一起督办，可以走访调研"),
    source="五事工作法：帮民办事",
)
CONCLUSION = Input("conclusion", gettext_noop("议定了什么"), least=5, audience=Audience.REPORTER)
RESULT = Input(
    "result", gettext_noop("办得怎么样"), kind=InputKind.CHOICE, options=OUTCOMES[:3], sets="outcome"
)
PHOTOS = Input("photos", gettext_noop("办理后的照片"), kind=InputKind.FILES, required=False, most=6)

ACCOUNT = (
    *public_account(gettext_noop("公开的内容"), gettext_noop("不写姓名、电话、门牌号")),
    Input(
        "before",
        gettext_noop("办理前的照片"),
        kind=InputKind.PICTURES,
        required=False,
        most=3,
        audience=Audience.PUBLIC,
        sets="before",
        hint=gettext_noop("拍到人脸、车牌、门牌的不要选"),
    ),
    Input(
        "after",
        gettext_noop("办理后的照片"),
        kind=InputKind.PICTURES,
        required=False,
        most=3,
        audience=Audience.PUBLIC,
        sets="after",
    ),
    Input(
        "photos",
        gettext_noop("另外上传办理后的照片"),
        kind=InputKind.FILES,
        required=False,
        most=3,
        audience=Audience.PUBLIC,
        sets="after",
    ),
)
"""The account for everybody, with pictures before and after: chosen among the matter's own, or sent with it."""


MAIN = Input(
    "main",
    gettext_noop("并入哪一件"),
    kind=InputKind.CASE,
    hint=gettext_noop("填主件的编号。主件答复时，这位反映人同时收到同样的答复，各评各的"),
)
SAME_WORDS = Input("answer", gettext_noop("主件的答复"), most=20_000, audience=Audience.REPORTER)


def reason(label: str, *, least: int = 4, most: int = 500, audience: Audience = Audience.STAFF) -> Input:
    """Why something is done that is not the ordinary way."""
    return Input("reason", label, least=least, most=most, audience=audience)
