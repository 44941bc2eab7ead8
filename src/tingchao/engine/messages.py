"""What a message to a target says: one notice, or several in one, each with the way to its matter, never more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tingchao.core.text import gettext_noop
from tingchao.directory.selectors import site
from tingchao.engine.links import code_for
from tingchao.engine.models import Notice, NoticeTarget
from tingchao.engine.words import notice_words

TEMPLATES = {
    "arrived": gettext_noop("有新的事"),
    "heard": gettext_noop("有人扫您的码说了事"),
    "invited": gettext_noop("请您来议"),
    "your_turn": gettext_noop("轮到您办"),
    "reassigned": gettext_noop("换了承办的人"),
    "joint": gettext_noop("请贵单位会办"),
    "follow_up": gettext_noop("请您督办"),
    "added": gettext_noop("反映人补充了内容"),
    "opinion": gettext_noop("会办意见来了"),
    "consulted": gettext_noop("请您提意见"),
    "consulted_said": gettext_noop("意见来了"),
    "consulted_late": gettext_noop("意见过了日期"),
    "time_asked": gettext_noop("申请延期"),
    "time_granted": gettext_noop("同意延期"),
    "time_refused": gettext_noop("没有同意延期"),
    "supervised": gettext_noop("列为督办"),
    "lifted": gettext_noop("解除督办"),
    "deputy_rated": gettext_noop("代表评了结果"),
    "name_another": gettext_noop("请另请督办代表"),
    "due_soon": gettext_noop("快到期"),
    "overdue": gettext_noop("已经逾期"),
    "urged": gettext_noop("有人催办"),
    "meeting_invited": gettext_noop("请您参加"),
    "meeting_moved": gettext_noop("改时间了"),
    "meeting_cancelled": gettext_noop("取消了"),
    "meeting_moved_up": gettext_noop("有位子了"),
    "meeting_leave": gettext_noop("有人请假"),
    "meeting_off": gettext_noop("这次不用来了"),
    "meeting_soon": gettext_noop("会议活动快到了"),
    "attendance_corrected": gettext_noop("到会记录改了"),
    "record_corrected": gettext_noop("履职档案改了"),
    "letter_issued": gettext_noop("收到一封函"),
    "letter_answered": gettext_noop("函答复了"),
    "letter_withdrawn": gettext_noop("函撤回了"),
    "letter_late": gettext_noop("函过期没有答复"),
    "deliberation_result": gettext_noop("议事有了结果"),
    "story_written": gettext_noop("请您看看写您的故事"),
    "story_agreed": gettext_noop("有故事等着公开"),
    "sending_failed": gettext_noop("没有送到省里"),
    "target_off": gettext_noop("有收信处送不到"),
}
"""Template of a notice to staff → what the subject of its message begins with."""

WANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "new": (gettext_noop("有新的事，或请我来议"), ("arrived", "heard", "invited")),
    "turn": (
        gettext_noop("轮到我办，或请我会办、督办、提意见"),
        ("your_turn", "joint", "follow_up", "reassigned", "consulted"),
    ),
    "course": (
        gettext_noop("办的当中有变化：补充、延期、会办意见、督办"),
        (
            "added",
            "opinion",
            "consulted_said",
            "consulted_late",
            "time_asked",
            "time_granted",
            "time_refused",
            "supervised",
            "lifted",
            "deputy_rated",
            "name_another",
        ),
    ),
    "meetings": (
        gettext_noop("会议活动：邀请、改期、取消、候补、请假、提醒"),
        (
            "meeting_invited",
            "meeting_moved",
            "meeting_cancelled",
            "meeting_moved_up",
            "meeting_leave",
            "meeting_off",
            "meeting_soon",
            "attendance_corrected",
            "record_corrected",
            "deliberation_result",
        ),
    ),
    "letters": (
        gettext_noop("函：收到、答复、撤回、过期"),
        ("letter_issued", "letter_answered", "letter_withdrawn", "letter_late"),
    ),
    "stories": (gettext_noop("代表故事：请同意、请把关"), ("story_written", "story_agreed")),
    "due_soon": (gettext_noop("快到期"), ("due_soon",)),
    "overdue": (gettext_noop("已经逾期"), ("overdue",)),
    "urged": (gettext_noop("有人催办"), ("urged",)),
    "target_off": (gettext_noop("有收信处送不到，或者没有送到省里"), ("target_off", "sending_failed")),
}
"""What one may choose to hear of → its words, and the templates that belong to it."""


def unwanted_but(wanted: Collection[str]) -> list[str]:
    """The templates that are not sent where only `wanted`, keys of WANTS, are."""
    return sorted(one for key, (_, templates) in WANTS.items() if key not in wanted for one in templates)


URGENT = frozenset({"overdue", "urged"})
"""Sent at once, whatever the quiet hours and the rhythm, unless that is switched off."""

CALLS_TO_ACT = frozenset(
    {
        "arrived",
        "invited",
        "your_turn",
        "joint",
        "added",
        "time_asked",
        "name_another",
        "due_soon",
        "overdue",
        "urged",
    }
)
"""Say what somebody is to do; out of date once the matter has moved on."""

LISTED = 20
"""How many notices a message spells out."""

MOST_BYTES = {NoticeTarget.Kind.WECOM: 1900}
"""What a service takes: WeCom 2,048 bytes of text in all."""
ELSE_BYTES = 12_000


def moved_on(row: Notice) -> bool:
    """Whether what a notice asks for has been done meanwhile: its matter is closed, or in another stage."""
    case, stage = row.case, row.data.get("stage")
    if case is None or row.template not in CALLS_TO_ACT:
        return False
    return case.closed_at is not None or (stage is not None and stage != case.stage)


def title_of(rows: Sequence[Notice]) -> str:
    """The subject, in one line."""
    if len(rows) > 1:
        told = ngettext("有 %(n)s 条通知", "有 %(n)s 条通知", len(rows)) % {"n": len(rows)}
        return f"{site().name}：{told}"
    row = rows[0]
    label = gettext(TEMPLATES.get(row.template, gettext_noop("通知")))
    return f"{label}：{row.case.title}" if row.case is not None else f"{site().name}：{label}"


def body_of(rows: Sequence[Notice], target: NoticeTarget, *, left_out: int = 0) -> str:
    """The text: each notice in a sentence with its link; what is too much is counted."""
    end = _end(rows, target, left_out)
    room = MOST_BYTES.get(NoticeTarget.Kind(target.kind), ELSE_BYTES) - _size(end) - 120
    lines: list[str] = []
    for number, row in enumerate(rows[:LISTED], start=1):
        line = f"{f'{number}. ' if len(rows) > 1 else ''}{notice_words(row)}\n{link_of(row)}"
        room -= _size(line) + 2
        if room < 0 and lines:
            break
        lines.append(line)
    if len(rows) > len(lines):
        more = {"n": len(rows) - len(lines), "url": _absolute("desk:worklist")}
        lines.append(gettext("还有 %(n)s 条，打开工作台看：%(url)s") % more)
    return "\n\n".join([*lines, *end])


def _size(text: str | Sequence[str]) -> int:
    return len("\n\n".join([text] if isinstance(text, str) else text).encode())


def _end(rows: Sequence[Notice], target: NoticeTarget, left_out: int) -> list[str]:
    end = []
    if left_out:
        told = ngettext(
            "另有 %(n)s 条的事已经办过了，没有列出。", "另有 %(n)s 条的事已经办过了，没有列出。", left_out
        )
        end.append(told % {"n": left_out})
    if target.kind == NoticeTarget.Kind.MAIL or len(rows) > 1:
        end.append(gettext("不想再收到：%(url)s") % {"url": unsubscribe_url(target)})
    return end


def link_of(row: Notice) -> str:
    """Where whoever receives a notice reads on; the desk asks who they are. What somebody was sent of a matter that
    they do not see has a page of its own."""
    if row.case is None or row.data.get("link"):
        name, *args = row.data.get("link") or ["desk:notices_all"]
        return _absolute(name, *args)
    return _absolute("desk:case", row.case.number)


def unsubscribe_url(target: NoticeTarget) -> str:
    """The address of the page that ends notices to a target, for whoever has the message."""
    return _absolute("public:unsubscribe", str(target.pk), unsubscribe_code(target))


def unsubscribe_code(target: NoticeTarget) -> str:
    """The secret in the unsubscribe link; computed, so that nothing is stored that could leak."""
    return code_for(f"target:{target.pk}:{int(target.created_at.timestamp())}", 12)


def _absolute(name: str, *args: str) -> str:
    return str(settings.PUBLIC_ADDRESS + reverse(name, args=args))
