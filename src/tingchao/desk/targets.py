"""Where notices go, as screens show it: whose, how, when, what went wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.quiet import Rhythm
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.text import gettext_noop
from tingchao.desk.forms import Retry
from tingchao.desk.templatetags.tide import daytime
from tingchao.engine.messages import TEMPLATES, WANTS
from tingchao.engine.targets import Owner
from tingchao.engine.words import notice_words

Given = dict[str, Any]

KINDS: dict[str, tuple[str, str, str]] = {
    "mail": (gettext_noop("邮件"), gettext_noop("发到一个邮箱"), "file"),
    "dingtalk": (gettext_noop("钉钉群机器人"), gettext_noop("发到一个钉钉群"), "speak"),
    "wecom": (gettext_noop("企业微信群机器人"), gettext_noop("发到一个企业微信群"), "users"),
    "webhook": (gettext_noop("网址推送"), gettext_noop("用 POST 发到贵单位自己的系统"), "chain"),
    "other": (gettext_noop("其他"), gettext_noop("飞书、Server 酱、Bark、ntfy 等，用 Apprise 地址"), "bell"),
}
"""Kind → its label, what it is for, its icon."""

FIELDS: dict[str, tuple[tuple[str, str, str, str, bool], ...]] = {
    "mail": (("mail", gettext_noop("邮箱地址"), "", "mail", True),),
    "dingtalk": (
        (
            "token",
            gettext_noop("机器人的 Webhook 地址"),
            gettext_noop("群设置 → 机器人 → 自定义，复制整段地址贴在这里"),
            "line",
            True,
        ),
        (
            "secret",
            gettext_noop("加签密钥"),
            gettext_noop("安全设置请选“加签”，把 SEC 开头的密钥贴在这里"),
            "line",
            False,
        ),
    ),
    "wecom": (
        (
            "key",
            gettext_noop("机器人的 Webhook 地址"),
            gettext_noop("群聊 → 添加群机器人，复制整段地址贴在这里"),
            "line",
            True,
        ),
    ),
    "webhook": (("url", gettext_noop("网址"), gettext_noop("https:// 开头，收 JSON"), "line", True),),
    "other": (
        (
            "address",
            gettext_noop("Apprise 地址"),
            gettext_noop("像 feishu://… 、barks://… 这样"),
            "line",
            True,
        ),
    ),
}
"""Kind → its fields: key, label, hint, kind of field, whether it must be filled in."""

RHYTHMS = (
    (Rhythm.AT_ONCE, gettext_noop("随时"), gettext_noop("有一条发一条")),
    (Rhythm.DAILY, gettext_noop("每天汇总一次"), gettext_noop("攒到一个时间一起发")),
    (Rhythm.WEEKLY, gettext_noop("每周汇总一次"), gettext_noop("攒到每周一个时间一起发")),
)
WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)

FAULTS: dict[str, tuple[str, str]] = {
    "http": (
        gettext_noop("对方答复了错误 %(detail)s"),
        gettext_noop("请核对地址，或联系管那边系统的人。"),
    ),
    "service": (
        gettext_noop("机器人不收，答复代码 %(detail)s"),
        gettext_noop("多半是机器人被删了、密钥变了，或者关键词对不上，请到群设置里看看。"),
    ),
    "smtp": (
        gettext_noop("邮件服务器不收，答复 %(detail)s"),
        gettext_noop("550 多半是邮箱地址不存在，请核对；其他的请系统管理员看邮件服务器。"),
    ),
    "timeout": (gettext_noop("对方一直没有回应"), gettext_noop("会再试。一直这样，请联系管那边系统的人。")),
    "refused": (gettext_noop("连不上对方"), gettext_noop("会再试。一直这样，请核对地址和端口。")),
    "dns": (gettext_noop("找不到这个网址"), gettext_noop("请核对网址，或请系统管理员看看网络。")),
    "tls": (gettext_noop("对方的证书有问题"), gettext_noop("请管那边系统的人换好证书。")),
    "inside": (
        gettext_noop("这是内部网络的地址，没有放行"),
        gettext_noop("要用请联系系统管理员（TINGCHAO_NOTICE_PRIVATE_HOSTS）。"),
    ),
    "setup": (gettext_noop("地址的写法不对"), gettext_noop("请删掉这个收信处，重新添加。")),
    "mail": (
        gettext_noop("发信的邮件服务器还没接好"),
        gettext_noop("请系统管理员设好 TINGCHAO_NOTICE_MAIL。"),
    ),
    "broken": (gettext_noop("发送的程序出了错"), gettext_noop("会再试。一直这样，请联系系统管理员。")),
    "off": (gettext_noop("收信处停了，没有发"), gettext_noop("重新启用后，最近三天的会补发。")),
    "unknown": (gettext_noop("没有送到"), gettext_noop("会再试。一直这样，请核对地址。")),
}
"""Code of a fault → what happened, what to do."""


def fault_words(error: str) -> tuple[str, str]:
    """What went wrong and what to do, from a fault as it is kept."""
    code, _, detail = error.partition(":")
    happened, help_ = FAULTS.get(code, FAULTS["unknown"])
    return gettext(happened) % {"detail": detail}, gettext(help_)


def owner_words(owner: Owner, names: Mapping[tuple[str, str], str]) -> str:
    """Whose targets they are."""
    if owner.account_id is not None:
        return gettext("发给我自己")
    if owner.body_id is not None:
        return gettext("发给%(name)s") % {"name": names.get(("body", str(owner.body_id)), gettext("本单位"))}
    where = names.get(("region", owner.scope), "")
    return gettext("发给%(where)s的%(role)s") % {
        "where": where,
        "role": gettext(ROLE_LABELS[Role(owner.role)]),
    }


def owner_key(owner: Owner) -> str:
    """An owner in an address: me, body-3, liaison-330182001."""
    if owner.account_id is not None:
        return "me"
    return f"body-{owner.body_id}" if owner.body_id is not None else f"{owner.role}-{owner.scope}"


def target_row(target: Any) -> Given:
    """A target as a line of a list: what it is, how it stands, when it hears."""
    state, label = _state(target)
    failing = state == "late"
    happened, help_ = fault_words(target.last_error) if failing else ("", "")
    if failing and not target.active:
        help_ = gettext("弄好以后重新启用，最近三天没送到的会补发。")
    return {
        "title": target.label or gettext(KINDS[target.kind][0]),
        "shown": target.shown,
        "kind": gettext(KINDS[target.kind][0]) if target.label else "",
        "icon": KINDS[target.kind][2],
        "url": reverse("desk:notice_target", args=[target.pk]),
        "state": state,
        "state_label": label,
        "happened": happened,
        "help": help_,
        "when": plan_words(target),
        "last": daytime(target.last_success_at) if target.last_success_at else "",
    }


def _state(target: Any) -> tuple[str, str]:
    if not target.active:
        return ("late" if target.off == "failed" else "paused"), gettext(str(target.get_off_display()))
    if target.failures or (target.last_error and not _since_good(target)):
        return "late", gettext("最近没送到")
    return ("done", gettext("正常")) if target.last_success_at else ("plain", gettext("还没发过"))


def _since_good(target: Any) -> bool:
    """Whether something has arrived since the last fault."""
    good, bad = target.last_success_at, target.last_error_at
    return good is not None and (bad is None or good >= bad)


def plan_words(target: Any) -> str:
    """When a target hears, in a line: 每天 08:30 汇总，22:00–07:00 不发，休息日不发。"""
    at = f"{target.collect_at:%H:%M}"
    parts = [
        {
            Rhythm.AT_ONCE: gettext("随时发"),
            Rhythm.DAILY: gettext("每天 %(at)s 汇总") % {"at": at},
            Rhythm.WEEKLY: gettext("每%(day)s %(at)s 汇总")
            % {"day": gettext(WEEKDAYS[target.weekday]), "at": at},
        }[Rhythm(target.rhythm)]
    ]
    if target.quiet_from and target.quiet_to:
        parts.append(
            gettext("%(from)s–%(to)s 不发")
            % {"from": f"{target.quiet_from:%H:%M}", "to": f"{target.quiet_to:%H:%M}"}
        )
    if target.days_off_quiet:
        parts.append(gettext("休息日不发"))
    return gettext("，").join(parts)


def delivery_rows(rows: Iterable[Any], *, reads: bool) -> list[Given]:
    """What was sent last, each with what became of it; the matters only for somebody who `reads` them."""
    return [_delivery_row(row, reads) for row in rows]


def _delivery_row(row: Any, reads: bool) -> Given:
    happened, help_ = fault_words(row.error) if row.error else ("", "")
    case = row.notice.case
    state, label = _delivery_state(row)
    return {
        "text": notice_words(row.notice) if reads else gettext(TEMPLATES.get(row.notice.template, "")),
        "url": reverse("desk:case", args=[case.number]) if reads and case is not None else "",
        "when": row.delivered_at or row.try_at or row.created_at,
        "state": state,
        "state_label": label,
        "happened": happened,
        "help": help_ if row.try_at is None else "",
    }


def _delivery_state(row: Any) -> tuple[str, str]:
    if row.delivered_at:
        return "done", gettext("已送到")
    if row.settled:
        return "plain", gettext("事已办过，没有发")
    if row.try_at is None:
        return "late", gettext("没送到")
    return ("soon", gettext("到时候再试")) if row.error else ("plain", gettext("到时候发"))


# --- forms ------------------------------------------------------------------------------------------------


def address_fields(kind: str, retry: Retry) -> list[Given]:
    """The fields that name a target of a kind."""
    return [
        _field(key, label, field_kind, hint, need, retry)
        for key, label, hint, field_kind, need in FIELDS[kind]
    ]


NAMED = gettext_noop("方便认，比如“值班群”")


def wish_fields(target: Any | None, retry: Retry) -> Given:
    """The fields of when and what somebody wants to hear, filled in from what was typed, else from the target."""
    typed = retry.typed or _kept(target)
    wanted = typed.get("wanted", list(WANTS))
    return {
        "label": _field("label", gettext_noop("名称"), "line", NAMED, False, retry, typed, 40),
        "rhythm": {
            **_field("rhythm", gettext_noop("多久发一次"), "choice", "", True, retry, typed),
            "options": [
                {
                    "value": str(key),
                    "label": gettext(label),
                    "note": gettext(note),
                    "selected": typed.get("rhythm", Rhythm.AT_ONCE) == key,
                }
                for key, label, note in RHYTHMS
            ],
        },
        "collect_at": _field("collect_at", gettext_noop("汇总的时间"), "time", "", False, retry, typed),
        "weekday": [
            {"value": str(n), "label": gettext(label), "selected": str(typed.get("weekday", "0")) == str(n)}
            for n, label in enumerate(WEEKDAYS)
        ],
        "quiet_from": _field("quiet_from", gettext_noop("从"), "time", "", False, retry, typed),
        "quiet_to": _field("quiet_to", gettext_noop("到"), "time", "", False, retry, typed),
        "days_off_quiet": bool(typed.get("days_off_quiet")),
        "urgent_at_once": bool(typed.get("urgent_at_once", not retry.typed)),
        "wanted": {
            **_field("wanted", gettext_noop("想收哪些"), "several", "", True, retry, typed),
            "options": [
                {"value": key, "label": gettext(label), "note": "", "selected": key in wanted}
                for key, (label, _) in WANTS.items()
            ],
        },
    }


def _kept(target: Any | None) -> Given:
    if target is None:
        return {"collect_at": "08:30"}
    clock = {
        key: f"{value:%H:%M}" if (value := getattr(target, key)) else ""
        for key in ("quiet_from", "quiet_to", "collect_at")
    }
    plain = {
        key: getattr(target, key)
        for key in ("label", "rhythm", "weekday", "days_off_quiet", "urgent_at_once")
    }
    return {
        **plain,
        **clock,
        "wanted": [key for key, (_, of) in WANTS.items() if not set(of) & set(target.unwanted)],
    }


def _field(
    key: str,
    label: str,
    kind: str,
    hint: str,
    required: bool,
    retry: Retry,
    typed: Mapping[str, Any] | None = None,
    most: int = 500,
) -> Given:
    return {
        "key": key,
        "name": key,
        "label": gettext(label),
        "kind": kind,
        "required": required,
        "value": (typed if typed is not None else retry.typed).get(key, ""),
        "options": [],
        "hint": gettext(hint) if hint else "",
        "source": "",
        "error": retry.faults.get(key, ""),
        "maxlength": most,
    }


def typed_target(post: Any, keys: Sequence[str]) -> Given:
    """What a form of a target sent."""
    single = ("label", "rhythm", "collect_at", "weekday", "quiet_from", "quiet_to", *keys)
    return {
        **{key: post.get(key, "") for key in single},
        "wanted": [key for key in post.getlist("wanted") if key in WANTS],
        "days_off_quiet": "days_off_quiet" in post,
        "urgent_at_once": "urgent_at_once" in post,
    }
