from __future__ import annotations

from tingchao.core.mechanism import DeskEntry, FactKind, Manifest, PublicEntry
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.public_voices.procedure import FIVE_STEPS
from tingchao.mechanisms.public_voices.rules import proposed_meeting

MANIFEST = Manifest(
    key="public_voices",
    label=gettext_noop("群众意见"),
    summary=gettext_noop("听民说事、请民议事、帮民办事、邀民评事、让民知事"),
    source="《全国人民代表大会和地方各级人民代表大会代表法》（2025）；五事工作法",
    procedures=(FIVE_STEPS,),
    fact_kinds=(
        FactKind(
            "voice.heard", gettext_noop("听到的意见"), gettext_noop("件"), home=gettext_noop("今年听到")
        ),
        FactKind(
            "voice.closed", gettext_noop("办结"), gettext_noop("件"), home=gettext_noop("办成"), ends=True
        ),
        FactKind("voice.assigned", gettext_noop("交办"), gettext_noop("次")),
        FactKind("voice.deliberated", gettext_noop("议事"), gettext_noop("次")),
        FactKind("voice.answered", gettext_noop("答复"), gettext_noop("次")),
        FactKind("voice.declined", gettext_noop("不予受理"), gettext_noop("件")),
        FactKind("voice.handed_back", gettext_noop("退回"), gettext_noop("次")),
        FactKind(
            "voice.rated", gettext_noop("评价"), gettext_noop("次"), home=gettext_noop("满意率"), rates=True
        ),
        FactKind("voice.made_known", gettext_noop("公开"), gettext_noop("件"), known=True),
        FactKind("voice.merged", gettext_noop("并案"), gettext_noop("件")),
        FactKind("voice.withdrawn", gettext_noop("撤下公开"), gettext_noop("件")),
        FactKind("voice.followed", gettext_noop("跟着看"), gettext_noop("人次")),
        FactKind("voice.reopened", gettext_noop("重新打开"), gettext_noop("件")),
        FactKind("code.used", gettext_noop("扫码来的意见"), gettext_noop("件")),
        FactKind("deputy.follow_up", gettext_noop("代表督办"), gettext_noop("次")),
        FactKind("deputy.visit", gettext_noop("走访调研"), gettext_noop("次")),
        FactKind("deputy.rated", gettext_noop("代表评价"), gettext_noop("次")),
        FactKind("deputy.reception", gettext_noop("代表接待选民"), gettext_noop("次")),
        FactKind("deputy.call_on", gettext_noop("代表走访选民"), gettext_noop("次")),
    ),
    public_entries=(
        PublicEntry(
            label=gettext_noop("说一件事"),
            hint=gettext_noop("路灯、停车、老人吃饭……身边的事都可以说"),
            url_name="public_voices:say",
        ),
    ),
    desk_entries=(
        DeskEntry(
            gettext_noop("接待和走访"),
            "public_voices:hearing",
            (Role.DEPUTY, Role.LIAISON, Role.COORDINATOR, Role.CLERK),
        ),
        DeskEntry(
            gettext_noop("记一次来电来访"),
            "public_voices:record",
            (Role.LIAISON, Role.COORDINATOR, Role.DEPUTY),
        ),
        DeskEntry(gettext_noop("联系选民名册"), "public_voices:voters", (Role.DEPUTY,)),
        DeskEntry(gettext_noop("代表的联系名册"), "public_voices:voters_near", (Role.LIAISON,)),
    ),
    menu=10,
    room="public_voices:room",
    proposals={"deliberate.held_on": proposed_meeting},
)
