from __future__ import annotations

from tingchao.core.gatherings import MeetingKind
from tingchao.core.mechanism import DeskEntry, FactKind, Manifest, PublicEntry
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.deputy_duty.procedure import DUTY_APPEALS
from tingchao.mechanisms.deputy_duty.rules import OPINIONS_ABOVE, THEMED, UPPER

KEEPS_RECORDS = (Role.CLERK, Role.COORDINATOR)
"""Who takes lists of upper levels over, and checks appeals."""
SEES_RECORDS = (*KEEPS_RECORDS, Role.LEADER, Role.AUDITOR)
"""Who sees the records of all deputies within their scope."""

MANIFEST = Manifest(
    key="deputy_duty",
    label=gettext_noop("代表履职"),
    summary=gettext_noop("履职档案、参与情况、上级活动导入，全部从记录里来"),
    source="《全国人民代表大会和地方各级人民代表大会代表法》（2025）；代表履职数字化（西湖）；国办函〔2026〕12号",
    procedures=(DUTY_APPEALS,),
    fact_kinds=(
        FactKind("duty.appealed", gettext_noop("履职记录申诉"), gettext_noop("件")),
        FactKind("duty.appeal_answered", gettext_noop("履职记录申诉答复"), gettext_noop("件")),
        FactKind("duty.appeal_rated", gettext_noop("履职记录申诉评价"), gettext_noop("次")),
        FactKind(OPINIONS_ABOVE, gettext_noop("在上级活动中提的意见"), gettext_noop("条")),
    ),
    desk_entries=(
        DeskEntry(gettext_noop("履职档案"), "deputy_duty:records", (*SEES_RECORDS, Role.DEPUTY)),
        DeskEntry(gettext_noop("参与情况"), "deputy_duty:participation", SEES_RECORDS),
        DeskEntry(gettext_noop("代表故事"), "deputy_duty:desk_stories", (*SEES_RECORDS, Role.DEPUTY)),
    ),
    people_entries=(
        PublicEntry(
            label=gettext_noop("代表的故事"),
            hint=gettext_noop("他们做成的事，一件一件写下来"),
            url_name="deputy_duty:stories",
        ),
    ),
    menu=30,
    meeting_kinds=(
        MeetingKind(
            key=UPPER,
            label=gettext_noop("上级线上活动"),
            organisers=KEEPS_RECORDS,
            afterwards=True,
            procedure="public_voices",
        ),
        MeetingKind(
            key=THEMED,
            label=gettext_noop("主题活动"),
            organisers=(Role.LIAISON, *KEEPS_RECORDS),
            public=True,
            residents=True,
            procedure="public_voices",
        ),
    ),
)
