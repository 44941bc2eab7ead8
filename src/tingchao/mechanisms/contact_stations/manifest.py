from __future__ import annotations

from tingchao.core.gatherings import MeetingKind
from tingchao.core.mechanism import CaseEntry, DeskEntry, FactKind, Manifest, PublicEntry
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.contact_stations.procedure import (
    CORE_TASKS,
    DELIBERATION_TASKS,
    DELIBERATIONS,
    DRAFT_OPINIONS,
    GUIDANCE,
)

SEES_TASKS = (Role.CLERK, Role.LIAISON, Role.COORDINATOR, Role.LEADER, Role.AUDITOR)

MANIFEST = Manifest(
    key="contact_stations",
    label=gettext_noop("代表联络站"),
    summary=gettext_noop("站点网络、核心任务、进站上墙、征求意见"),
    source="《全国人民代表大会和地方各级人民代表大会代表法》（2025）；代表联络站建设（余杭）",
    procedures=(CORE_TASKS, DRAFT_OPINIONS, DELIBERATIONS, DELIBERATION_TASKS, GUIDANCE),
    fact_kinds=(
        FactKind("task.handed", gettext_noop("布置核心任务"), gettext_noop("件")),
        FactKind("task.accepted", gettext_noop("核心任务接单"), gettext_noop("件")),
        FactKind("task.reported", gettext_noop("核心任务报结果"), gettext_noop("次")),
        FactKind("task.confirmed", gettext_noop("核心任务确认完成"), gettext_noop("件")),
        FactKind("task.sent_back", gettext_noop("核心任务退回补做"), gettext_noop("次")),
        FactKind("task.made_known", gettext_noop("核心任务公开"), gettext_noop("件")),
        FactKind("task.withdrawn", gettext_noop("核心任务撤下公开"), gettext_noop("件")),
        FactKind("task.reopened", gettext_noop("核心任务重新打开"), gettext_noop("件")),
        FactKind("opinion.heard", gettext_noop("草案意见"), gettext_noop("条")),
        FactKind("opinion.answered", gettext_noop("草案意见答复"), gettext_noop("条")),
        FactKind("opinion.rated", gettext_noop("草案意见评价"), gettext_noop("次")),
        FactKind("opinion.reopened", gettext_noop("草案意见重新研究"), gettext_noop("条")),
        FactKind("guidance.given", gettext_noop("总站指导"), gettext_noop("条")),
        FactKind("guidance.answered", gettext_noop("总站指导回话"), gettext_noop("次")),
        FactKind("guidance.closed", gettext_noop("总站指导办结"), gettext_noop("条")),
        FactKind("guidance.sent_back", gettext_noop("总站指导再改"), gettext_noop("次")),
        FactKind("guidance.reopened", gettext_noop("总站指导重新打开"), gettext_noop("条")),
        FactKind("station.checked", gettext_noop("每日检查"), gettext_noop("天")),
        FactKind("deliberation.raised", gettext_noop("议题"), gettext_noop("个")),
        FactKind("deliberation.called", gettext_noop("议题上会"), gettext_noop("次")),
        FactKind("deliberation.settled", gettext_noop("议定"), gettext_noop("次")),
        FactKind("deliberation.answered", gettext_noop("议事结果告知"), gettext_noop("次")),
        FactKind("deliberation.rated", gettext_noop("议事结果评价"), gettext_noop("次")),
        FactKind("deliberation.closed", gettext_noop("议事办结"), gettext_noop("个")),
        FactKind("deliberation.made_known", gettext_noop("议事结果公开"), gettext_noop("个")),
        FactKind("deliberation.withdrawn", gettext_noop("议事结果撤下公开"), gettext_noop("个")),
        FactKind("deliberation.reopened", gettext_noop("重新议"), gettext_noop("个")),
        FactKind("deliberation.task", gettext_noop("议定的任务"), gettext_noop("件")),
        FactKind("deliberation.task_given", gettext_noop("议定的任务交办"), gettext_noop("次")),
        FactKind("deliberation.task_reported", gettext_noop("议定的任务报结果"), gettext_noop("次")),
        FactKind("deliberation.task_handed_back", gettext_noop("议定的任务退回"), gettext_noop("次")),
        FactKind("deliberation.task_sent_back", gettext_noop("议定的任务退回补办"), gettext_noop("次")),
        FactKind("deliberation.task_closed", gettext_noop("议定的任务办结"), gettext_noop("件")),
    ),
    public_entries=(
        PublicEntry(
            label=gettext_noop("给草案提意见"),
            hint=gettext_noop("法规草案、监督议题，一条一条地说，采纳没有都答复您"),
            url_name="contact_stations:drafts",
        ),
    ),
    desk_entries=(
        DeskEntry(gettext_noop("站点情况"), "contact_stations:network", SEES_TASKS),
        DeskEntry(gettext_noop("核心任务"), "contact_stations:task_sets", SEES_TASKS),
        DeskEntry(gettext_noop("草案征求意见"), "contact_stations:desk_drafts", SEES_TASKS),
        DeskEntry(gettext_noop("议事"), "contact_stations:deliberations", SEES_TASKS),
    ),
    case_entries=(
        CaseEntry(
            gettext_noop("请大家议这件事"),
            "contact_stations:deliberate_case",
            (Role.LIAISON, Role.COORDINATOR),
        ),
        CaseEntry(gettext_noop("给站里提一条指导"), "contact_stations:guide_case", (Role.CLERK,)),
    ),
    menu=20,
    meeting_kinds=(
        MeetingKind(
            key="committee",
            label=gettext_noop("常委会组成人员进站"),
            organisers=(Role.LIAISON, Role.COORDINATOR, Role.CLERK),
            public=True,
            residents=True,
            procedure="public_voices",
            receives=True,
        ),
        MeetingKind(
            key="walk",
            label=gettext_noop("走访选民"),
            organisers=(Role.LIAISON, Role.COORDINATOR, Role.CLERK),
            afterwards=True,
            procedure="public_voices",
            channel="call_on",
            receives=True,
            own=True,
        ),
    ),
)
