from __future__ import annotations

from tingchao.core.gatherings import MeetingKind
from tingchao.core.mechanism import DeskEntry, FactKind, Manifest, PublicEntry
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.mechanisms.filing_review.procedure import CHASES, DEMANDS, FILING, REQUESTS

SEES_FILINGS = (Role.CLERK, Role.LEADER, Role.AUDITOR, Role.HANDLER)
PIECE = gettext_noop("件")
TIME = gettext_noop("次")

KINDS = {
    "filing.filed": (gettext_noop("报备"), PIECE),
    "filing.registered": (gettext_noop("登记"), PIECE),
    "filing.suspended": (gettext_noop("暂缓登记"), TIME),
    "filing.supplemented": (gettext_noop("补充材料"), TIME),
    "filing.returned": (gettext_noop("退回"), PIECE),
    "filing.assigned": (gettext_noop("分送审查"), TIME),
    "filing.reviewed": (gettext_noop("审查"), PIECE),
    "filing.talk": (gettext_noop("沟通"), TIME),
    "filing.inquire": (gettext_noop("函询"), TIME),
    "filing.opine": (gettext_noop("书面审查意见"), TIME),
    "filing.move": (gettext_noop("提请撤销"), TIME),
    "filing.replied": (gettext_noop("制定机关说明"), TIME),
    "filing.interrupted": (gettext_noop("中止审查"), TIME),
    "filing.corrected": (gettext_noop("报改正情况"), TIME),
    "filing.put_right": (gettext_noop("纠正"), PIECE),
    "filing.term_set": (gettext_noop("责令限期修改"), TIME),
    "filing.confirmed": (gettext_noop("制定机关确认"), TIME),
    "filing.closed": (gettext_noop("审查办结"), PIECE),
    "filing.expert_asked": (gettext_noop("征求专家意见"), TIME),
    "filing.expert_said": (gettext_noop("专家意见"), TIME),
    "filing.sent_on": (gettext_noop("报送省级"), PIECE),
    "filing.casebook": (gettext_noop("入选省级案例选编"), PIECE),
    "filing.reopened": (gettext_noop("再次审查"), TIME),
    "filing.inquiry": (gettext_noop("审查活动"), TIME),
    "filing.reminded": (gettext_noop("催办函"), TIME),
    "filing.listed": (gettext_noop("报送年度目录"), PIECE),
    "filing.chased": (gettext_noop("未报备通知"), TIME),
    "filing.chase_answered": (gettext_noop("答复未报备通知"), TIME),
    "filing.chase_closed": (gettext_noop("未报备通知办结"), PIECE),
    "review_request.heard": (gettext_noop("审查建议"), PIECE),
    "review_request.demanded": (gettext_noop("审查要求"), PIECE),
    "review_request.taken_up": (gettext_noop("启动审查"), PIECE),
    "review_request.answered": (gettext_noop("答复审查建议"), TIME),
    "review_request.rated": (gettext_noop("审查建议评价"), TIME),
}

GUIDANCE = {
    "review_training": gettext_noop("备案审查培训"),
    "joint_review": gettext_noop("联合审查会"),
    "review_exchange": gettext_noop("备案审查交流"),
}
"""Kinds of gatherings by which those who review in districts and townships are helped."""

MANIFEST = Manifest(
    key="filing_review",
    label=gettext_noop("备案审查"),
    summary=gettext_noop("有件必备、有备必审、有错必纠"),
    source="《中华人民共和国各级人民代表大会常务委员会监督法》（2024）第五章",
    procedures=(FILING, REQUESTS, DEMANDS, CHASES),
    fact_kinds=tuple(FactKind(key, label, unit) for key, (label, unit) in KINDS.items()),
    public_entries=(
        PublicEntry(
            label=gettext_noop("查规范性文件"),
            hint=gettext_noop(
                "乡镇街道、政府、法院、检察院定的规矩，全文可查；觉得哪条不合法，可以提审查建议"
            ),
            url_name="filing_review:catalogue",
        ),
    ),
    desk_entries=(
        DeskEntry(gettext_noop("规范性文件"), "filing_review:filings", SEES_FILINGS),
        DeskEntry(gettext_noop("征求我的意见"), "filing_review:consultations", (Role.EXPERT, Role.HANDLER)),
    ),
    menu=30,
    meeting_kinds=tuple(
        MeetingKind(key=key, label=label, organisers=(Role.CLERK,), afterwards=True)
        for key, label in GUIDANCE.items()
    ),
)
