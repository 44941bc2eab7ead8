"""What channels, steps of the engine and ratings are called on screen."""

from __future__ import annotations

from tingchao.core.text import gettext_noop

CHANNELS = {
    "code": gettext_noop("扫站点码"),
    "deputy_code": gettext_noop("扫代表码"),
    "activity_code": gettext_noop("扫活动码"),
    "case_code": gettext_noop("扫事项码"),
    "web": gettext_noop("网上"),
    "telephone": gettext_noop("来电"),
    "visit": gettext_noop("来访"),
    "paper": gettext_noop("来信"),
    "reception": gettext_noop("接待"),
    "call_on": gettext_noop("走访"),
    "meeting": gettext_noop("会上"),
    "import": gettext_noop("名单导入"),
    "handed": gettext_noop("总站布置"),
    "desk": gettext_noop("工作台上提的"),
    "station": gettext_noop("站点提出"),
}

PASSED_ON = "passed_on"
MERGED = "merged"
"""The outcome of a matter that was answered with the one it was merged into."""

ENGINE_STEPS = {
    "open": gettext_noop("收到意见"),
    "followed": gettext_noop("有人也遇到了，跟着看"),
    "remind": gettext_noop("到期前提醒"),
    "escalate": gettext_noop("逾期，已上报"),
    "term_ended": gettext_noop("督办代表任期到了"),
    "repointed": gettext_noop("随主件并入另一件"),
    PASSED_ON: gettext_noop("转告主件的进展"),
    "due.recomputed": gettext_noop("按新公布的工作日历重算到期日"),
    "conversed": gettext_noop("代表听到，记了下来"),
    "phone_seen": gettext_noop("看了反映人的电话"),
    "text_seen": gettext_noop("看了全文"),
    "phone_erased": gettext_noop("删掉了反映人的电话"),
    "credit_corrected": gettext_noop("更正了这件事记在哪位代表名下"),
    "reassigned": gettext_noop("换了主办单位"),
    "reassigned.joint": gettext_noop("换了会办单位"),
    "reassigned.deputy": gettext_noop("换了督办代表"),
    "reassigned.station": gettext_noop("换了站点"),
}

TOLD_STEPS = {
    "reassigned": gettext_noop("换了承办单位"),
    "phone_seen": gettext_noop("工作人员看过您的电话，用来联系您"),
    "phone_erased": gettext_noop("您的电话已经删掉"),
}
"""Steps of the engine that whoever raised the matter is told of (个人信息保护法 arts 44, 47)."""

RATINGS = {
    "good": gettext_noop("满意"),
    "fair": gettext_noop("基本满意"),
    "poor": gettext_noop("不满意"),
    "unrated": gettext_noop("未评"),
}
