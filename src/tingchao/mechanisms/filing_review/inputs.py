"""What the steps of filing and review ask for, and what there is to choose from."""

from __future__ import annotations

from tingchao.core.procedure import Audience, Input, InputKind, Option, public_account
from tingchao.core.text import gettext_noop

OUTCOMES = (
    Option("clean", gettext_noop("审查无问题"), done=True, told=gettext_noop("审查过，没有发现问题")),
    Option("explained", gettext_noop("说明成立"), done=True, told=gettext_noop("说明成立，不用修改")),
    Option("corrected", gettext_noop("已修改"), done=True, told=gettext_noop("改好了")),
    Option("repealed", gettext_noop("已废止"), done=True, told=gettext_noop("已经废止")),
    Option("annulled", gettext_noop("已撤销"), done=True, told=gettext_noop("已经撤销")),
    Option("returned", gettext_noop("不属备案范围，退回"), told=gettext_noop("不属备案范围，退回了")),
)
"""How the review of a document ends."""

EFFECTS = tuple(option for option in OUTCOMES if option.key in ("corrected", "repealed"))

SUBJECTS = (
    Option("finance", gettext_noop("财政经济")), Option("social", gettext_noop("社会建设")),
    Option("city", gettext_noop("城建环保")), Option("farm", gettext_noop("农业农村")),
    Option("culture", gettext_noop("教科文卫")), Option("law", gettext_noop("监察司法")),
)  # fmt: skip

METHODS = (
    Option("paper", gettext_noop("书面审查")), Option("symposium", gettext_noop("座谈论证")),
    Option("spot", gettext_noop("实地走访，现场抽查")), Option("joint", gettext_noop("联合审查")),
)  # fmt: skip

WAYS = (
    Option("own", gettext_noop("主动审查")), Option("request", gettext_noop("依申请审查")),
    Option("special", gettext_noop("专项审查")), Option("moved", gettext_noop("移送审查")),
)  # fmt: skip

GROUNDS = (
    Option("beyond", gettext_noop("超越权限，限制权利或者增加义务")),
    Option("against", gettext_noop("同法律、法规规定相抵触")),
    Option("unfit", gettext_noop("其他不适当的情形")),
)
"""《监督法》第三十九条."""

SUBJECT = Input("subject", gettext_noop("属于哪方面"), kind=InputKind.CHOICE, options=SUBJECTS)
COMMITTEES = Input(
    "committees",
    gettext_noop("分送哪些单位会同审查"),
    kind=InputKind.BODIES,
    required=False,
    most=6,
    organs=True,
    hint=gettext_noop("有关专门委员会、工作机构；法制工作机构同步审查"),
)
WAY = Input("way", gettext_noop("怎样启动"), kind=InputKind.CHOICE, options=WAYS)
METHOD = Input("method", gettext_noop("用什么方式审查"), kind=InputKind.CHOICE, options=METHODS)
AGAIN = Input("maker", gettext_noop("制定机关"), kind=InputKind.BODY, organs=True)
NOTE = Input("note", gettext_noop("说明"), required=False, most=1000)
GROUND = Input(
    "ground",
    gettext_noop("哪种情形"),
    kind=InputKind.CHOICE,
    options=GROUNDS,
    source="《各级人民代表大会常务委员会监督法》第三十九条",
)


def words(key: str, label: str, *, least: int = 5, hint: str = "") -> Input:
    """A text among staff that has to be written."""
    return Input(key, label, least=least, hint=hint)


def told(key: str, label: str, *, least: int = 5) -> Input:
    """A text that the maker, or whoever asked for the review, reads."""
    return Input(key, label, least=least, audience=Audience.REPORTER)


EFFECT = Input("effect", gettext_noop("怎样纠正的"), kind=InputKind.CHOICE, options=EFFECTS, sets="outcome")
REPEALED_ON = Input("on", gettext_noop("哪天废止的"), kind=InputKind.DATE)
PLAN_DAY = Input("by", gettext_noop("计划哪天改好"), kind=InputKind.DATE, ahead=True)

ACCOUNT = public_account(
    gettext_noop("公开的审查情况"), gettext_noop("写明审查了什么、结果怎样；不写个人信息")
)

REQUEST_OUTCOMES = (
    Option("taken_up", gettext_noop("审查后已纠正"), done=True, told=gettext_noop("审查过，文件改正了")),
    Option("no_problem", gettext_noop("审查后无问题"), done=True, told=gettext_noop("审查过，没有发现问题")),
    Option("not_taken_up", gettext_noop("不启动审查"), told=gettext_noop("没有启动审查，原因告诉了您")),
)
RESULT = Input(
    "result",
    gettext_noop("审查结果"),
    kind=InputKind.CHOICE,
    options=REQUEST_OUTCOMES[:2],
    sets="outcome",
)
ANSWER = told("answer", gettext_noop("给建议人的答复"))

CHASE_OUTCOMES = (
    Option("filed", gettext_noop("已补报"), done=True, told=gettext_noop("已经补报")),
    Option("explained", gettext_noop("说明成立，不用报备"), done=True, told=gettext_noop("说明成立")),
)
NOTIFIED = Input("maker", gettext_noop("通知哪个机关"), kind=InputKind.BODY, organs=True)
EXPLAINS = told("reply", gettext_noop("说明为什么没有报备"))
