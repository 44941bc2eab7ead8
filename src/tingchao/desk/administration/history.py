"""Changes of the directory in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.text import gettext_noop
from tingchao.directory.selectors import choice_labels
from tingchao.engine.models import Event

KINDS = {
    "region": gettext_noop("地区"),
    "body": gettext_noop("单位"),
    "station": gettext_noop("站点"),
    "deputy": gettext_noop("代表"),
    "group": gettext_noop("小组"),
    "membership": gettext_noop("小组成员"),
    "account": gettext_noop("账号"),
    "grant": gettext_noop("授权"),
    "installation": gettext_noop("本系统"),
    "code": gettext_noop("码"),
    "roster": gettext_noop("名单"),
    "limits": gettext_noop("办理期限"),
}
"""First part of an action's key → what was changed."""

DEEDS = {
    "create": gettext_noop("新建%(kind)s"),
    "change": gettext_noop("改%(kind)s"),
    "close": gettext_noop("停用%(kind)s"),
    "reopen": gettext_noop("恢复%(kind)s"),
    "end": gettext_noop("结束%(kind)s"),
    "password": gettext_noop("重设密码"),
    "own_password": gettext_noop("本人改了密码"),
    "unlock": gettext_noop("解除锁定"),
    "issue": gettext_noop("发码"),
    "revoke": gettext_noop("作废旧码，换发新码"),
    "load": gettext_noop("导入%(kind)s"),
    "reset": gettext_noop("恢复默认%(kind)s"),
}
"""Last part of an action's key → what was done."""

ATTRIBUTES = {
    "name": gettext_noop("名称"),
    "parent": gettext_noop("上级"),
    "key": gettext_noop("单位号"),
    "kind": gettext_noop("类别"),
    "region": gettext_noop("地区"),
    "active": gettext_noop("在用"),
    "is_active": gettext_noop("能登录"),
    "address": gettext_noop("地址"),
    "hours": gettext_noop("开放时间"),
    "phone": gettext_noop("电话"),
    "latitude": gettext_noop("纬度"),
    "longitude": gettext_noop("经度"),
    "meeting_day": gettext_noop("议事日"),
    "functions": gettext_noop("功能"),
    "equipment": gettext_noop("设备"),
    "photo": gettext_noop("照片"),
    "level": gettext_noop("层级"),
    "constituency": gettext_noop("选区"),
    "expertise": gettext_noop("专长"),
    "station": gettext_noop("站点"),
    "since": gettext_noop("从哪天"),
    "until": gettext_noop("到哪天前"),
    "purpose": gettext_noop("用途"),
    "deputy": gettext_noop("代表"),
    "part": gettext_noop("担任"),
    "username": gettext_noop("用户名"),
    "role": gettext_noop("角色"),
    "scope": gettext_noop("范围"),
    "body": gettext_noop("单位"),
    "limit": gettext_noop("期限"),
}


def history_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Each change as the timeline draws it: what, who, when, and each attribute from what to what."""
    labels = choice_labels()
    return [
        {
            "when": event.at,
            "what": _deed(event),
            "who": gettext(event.actor_name),
            "role_label": gettext(ROLE_LABELS[Role(event.role)]),
            "note": "\n".join([*_lines(event.data, labels), *([event.note] if event.note else [])]),
            "seq": event.sequence,
            "digest": event.digest,
        }
        for event in events
    ]


def _deed(event: Event) -> str:
    kind, _, deed = event.action.partition(".")
    done = gettext(DEEDS.get(deed, deed)) % {"kind": gettext(KINDS.get(kind, kind))}
    name = str(event.data.get("name", ""))
    return gettext("%(deed)s：%(name)s") % {"deed": done, "name": name} if name else done


def _lines(data: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    changes: Mapping[str, tuple[object, object]] = data.get("changes", {})
    for key, (old, new) in changes.items():
        label = gettext(ATTRIBUTES.get(key, key))
        was, becomes = _word(old, labels), _word(new, labels)
        pattern = gettext("%(label)s：%(was)s → %(is)s") if was else gettext("%(label)s：%(is)s")
        lines.append(pattern % {"label": label, "was": was, "is": becomes or gettext("（空）")})
    return lines


def _word(value: object, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    text = labels.get(str(value), str(value))
    return gettext(text) if text else ""
