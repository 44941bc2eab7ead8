"""Words for what the engine counts, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext, ngettext

from tingchao.core.limits import Limit, Unit
from tingchao.core.text import gettext_noop
from tingchao.engine.models import Notice
from tingchao.engine.timing import ZONE


def limit_words(limit: Limit) -> str:
    """5 个工作日内."""
    pattern = {
        Unit.WORKING_DAY: ngettext("%(n)s 个工作日内", "%(n)s 个工作日内", limit.amount),
        Unit.DAY: ngettext("%(n)s 天内", "%(n)s 天内", limit.amount),
        Unit.MONTH: ngettext("%(n)s 个月内", "%(n)s 个月内", limit.amount),
    }[limit.unit]
    return pattern % {"n": limit.amount}


NOTICES = {
    "arrived": gettext_noop("有新的事等您看：%(title)s（%(number)s），请在%(day)s前处理。"),
    "your_turn": gettext_noop("轮到您办了：%(title)s（%(number)s），请在%(day)s前办好。"),
    "moved": gettext_noop("您反映的“%(title)s”（%(number)s）有了新进展，请打开您的页面看看。"),
    "progress": gettext_noop("您反映的“%(title)s”（%(number)s）有了新进展，请打开您的页面看看。"),
    "extended": gettext_noop("您反映的“%(title)s”（%(number)s）延期了，%(day)s前答复您。"),
    "follow_up": gettext_noop("请您跟着督办：%(title)s（%(number)s）。"),
    "joint": gettext_noop("请贵单位会办：%(title)s（%(number)s），请在%(day)s前办好。"),
    "due_soon": gettext_noop("快到期了：%(title)s（%(number)s），%(day)s到期。"),
    "overdue": gettext_noop("已经逾期：%(title)s（%(number)s），%(day)s到期还没有办完。"),
    "urged": gettext_noop("有人催办：%(title)s（%(number)s），请尽快办理。"),
    "heard": gettext_noop("有人扫您的码，跟您说了一件事：%(title)s（%(number)s）。"),
    "time_asked": gettext_noop("承办单位申请延期：%(title)s（%(number)s），请决定。"),
    "time_granted": gettext_noop("同意延期：%(title)s（%(number)s），%(day)s前办好。"),
    "time_refused": gettext_noop("没有同意延期：%(title)s（%(number)s），请在%(day)s前办好。"),
    "consulted": gettext_noop("请您看一份文件，提出意见：%(title)s（%(number)s）。"),
    "consulted_said": gettext_noop("请人看的文件有了意见：%(title)s（%(number)s）。"),
    "consulted_late": gettext_noop(
        "请人看的文件过了日期还没有答复：%(title)s（%(number)s），请催一催或者另请人。"
    ),
    "opinion": gettext_noop("会办意见交来了：%(title)s（%(number)s）。"),
    "supervised": gettext_noop("列为督办：%(title)s（%(number)s），请在%(day)s前办好。"),
    "lifted": gettext_noop("解除督办：%(title)s（%(number)s）。"),
    "deputy_rated": gettext_noop("督办代表评了办理结果：%(title)s（%(number)s）。"),
    "name_another": gettext_noop("有督办代表任期到了：%(title)s（%(number)s），请另请一位。"),
    "invited": gettext_noop("请您来议一议：%(title)s（%(number)s）。"),
    "reassigned": gettext_noop("这件事换了承办的人：%(title)s（%(number)s），%(day)s到期，期限不变。"),
    "added": gettext_noop("反映人补充了内容：%(title)s（%(number)s）。"),
    "meeting_invited": gettext_noop("请您参加：%(title)s，%(when)s，%(place)s。能不能来，请打开说一声。"),
    "meeting_moved": gettext_noop(
        "改时间了：%(title)s，原定%(was)s，现在是%(when)s，%(place)s。原因：%(why)s。请再说一声能不能来。"
    ),
    "meeting_cancelled": gettext_noop("取消了：%(title)s，原定%(when)s。原因：%(why)s。"),
    "meeting_moved_up": gettext_noop("有位子了：%(title)s，%(when)s，%(place)s。您已经从候补转为参加。"),
    "meeting_leave": gettext_noop("有人请假：%(title)s，%(when)s，%(who)s来不了。原因：%(why)s。"),
    "meeting_off": gettext_noop("这次不用您来了：%(title)s，%(when)s，%(place)s。"),
    "meeting_soon": gettext_noop("快到了：%(title)s，%(when)s，%(place)s。"),
    "attendance_corrected": gettext_noop(
        "您的到会记录改了：%(title)s，%(when)s。请打开您的履职档案看看对不对。"
    ),
    "record_corrected": gettext_noop("您的履职档案改了一条，和“%(title)s”有关。请打开看看对不对。"),
    "letter_issued": gettext_noop("收到一封函：%(title)s（%(number)s）。要答复的，请在函上写的日子前答复。"),
    "letter_answered": gettext_noop("%(body)s答复了：%(title)s（%(number)s）。"),
    "letter_withdrawn": gettext_noop("函撤回了，不用再答复：%(title)s（%(number)s）。原因：%(why)s。"),
    "letter_late": gettext_noop("过了答复的日子还没有答复：%(title)s（%(number)s），%(body)s。"),
    "deliberation_result": gettext_noop("您参加的“%(title)s”有了结果，请打开看看，评一评办得怎么样。"),
    "story_written": gettext_noop("有人写了您的故事“%(title)s”，请看看，同意了才会公开。"),
    "story_agreed": gettext_noop("代表同意了故事“%(title)s”，请看过再公开。"),
    "sending_failed": gettext_noop("没有送到省里：%(title)s（%(number)s），请打开看看是哪里的问题。"),
    "target_off": gettext_noop(
        "%(whose)s的收信处“%(label)s”总送不到，已经自动停了，请打开看看是哪里的问题。"
    ),
}
"""Template of a notice → its words."""


def notice_words(row: Notice) -> str:
    """What a notice says to whoever receives it."""
    case = row.case
    if case is None:
        return str(gettext(NOTICES[row.template]) % {key: _spoken(value) for key, value in row.data.items()})
    day = case.due_on or row.created_at.astimezone(ZONE).date()
    return gettext(NOTICES[row.template]) % {
        "title": case.title,
        "number": case.number,
        "day": day_words(day),
    }


def day_words(day: date) -> str:
    """11月27日."""
    return gettext("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}


def _spoken(value: object) -> object:
    """What a notice bears, with a moment as people say it."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        moment = None
    return value if moment is None or moment.tzinfo is None else moment_words(moment)


def moment_words(moment: datetime) -> str:
    """A moment as people say it: 11月27日 周五 14:30."""
    local = moment.astimezone(ZONE)
    told = {"month": local.month, "day": local.day, "weekday": gettext(WEEKDAYS[local.weekday()])}
    return gettext("%(month)s月%(day)s日 %(weekday)s %(time)s") % {**told, "time": f"{local:%H:%M}"}


WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)
