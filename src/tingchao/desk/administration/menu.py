"""The screens of administration, in the order of the menu. A further screen is one more entry here and its address."""

from __future__ import annotations

from dataclasses import dataclass

from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.desk.administration.kinds import KINDS

BOTH = (Role.ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class AdminEntry:
    """A door in the menu's group 管理 and on the overview: what stands behind it and for whom."""

    label: str
    hint: str
    url_name: str
    args: tuple[str, ...] = ()
    icon: str = "file"
    roles: tuple[Role, ...] = BOTH


ENTRIES: tuple[AdminEntry, ...] = (
    *(
        AdminEntry(kind.label, kind.hint, "desk:admin_list", args=(kind.key,), icon=kind.icon)
        for kind in KINDS.values()
    ),
    AdminEntry(
        gettext_noop("名单导入"),
        gettext_noop("用 .xlsx 一次建好，先试收再收下"),
        "desk:admin_rosters",
        icon="clip",
        roles=(Role.ADMINISTRATOR,),
    ),
    AdminEntry(
        gettext_noop("收信处"),
        gettext_noop("单位和联络站的通知发到哪里，哪些送不到"),
        "desk:notices_all",
        icon="bell",
        roles=(Role.ADMINISTRATOR,),
    ),
    AdminEntry(
        gettext_noop("办理期限"),
        gettext_noop("每个环节多久办好，依据是什么"),
        "desk:admin_limits",
        icon="clock",
    ),
    AdminEntry(
        gettext_noop("工作日历"),
        gettext_noop("哪天放假、哪天调休，期限怎么数"),
        "desk:admin_calendar",
        icon="calendar",
    ),
    AdminEntry(
        gettext_noop("本系统"), gettext_noop("叫什么，是哪里的"), "desk:admin_installation", icon="info"
    ),
    AdminEntry(
        gettext_noop("改动记录"),
        gettext_noop("谁改过什么，从什么改成什么"),
        "desk:admin_history",
        icon="chain",
    ),
    AdminEntry(
        gettext_noop("谁看过电话"),
        gettext_noop("谁在什么时候看过反映人的电话和遮住的全文，为什么"),
        "desk:looks",
        icon="eye",
        roles=(Role.AUDITOR,),
    ),
)
