"""The kinds of entries that administration keeps, each described as data: its fields, its list, how it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from tingchao.core.procedure import Input, InputKind, Option
from tingchao.core.roles import ROLE_LABELS, Role
from tingchao.core.text import gettext_noop
from tingchao.desk.administration import saving
from tingchao.directory.selectors import choice_labels, choices_of

LINE, CHOICE, DATE = InputKind.LINE, InputKind.CHOICE, InputKind.DATE


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry. `lookup` names the kind of entry that it names; `number` is (least, most, whole);
    a `fixed` one is asked of a new entry and stays as it is; one of `first` is no part of the entry afterwards;
    `tags` are written with 、 between them."""

    item: Input
    lookup: str = ""
    number: tuple[float, float, bool] | None = None
    fixed: bool = False
    first: bool = False
    tags: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry: where it stands in the menu, what is asked, what a row of its list tells, how it is saved."""

    key: str
    label: str
    one: str
    hint: str
    icon: str
    search: str
    empty: str
    fields: tuple[Field, ...]
    facts: Callable[[Any], tuple[str, ...]]
    save: Callable[..., Any]
    switched: str = ""
    """The attribute that says whether an entry is in use; empty where entries are never switched off."""


def options(*choices: tuple[str, object]) -> tuple[Option, ...]:
    return tuple(Option(key, str(label)) for key, label in choices)


GRANTABLE = tuple(
    Option(role.value, label)
    for role, label in ROLE_LABELS.items()
    if role not in (Role.REPORTER, Role.SYSTEM)
)
"""The roles that an account can be given."""

NAME = Field(Input("name", gettext_noop("名称"), LINE, most=60))
REGION = Field(
    Input("region", gettext_noop("地区"), LINE, most=80, hint=gettext_noop("写名称或 12 位代码")),
    lookup="regions",
)
SINCE = Field(Input("since", gettext_noop("从哪天起"), DATE))
UNTIL = Field(
    Input(
        "until",
        gettext_noop("到哪天为止"),
        DATE,
        required=False,
        hint=gettext_noop("这一天起就不再算；不填就是一直有效"),
    )
)
GRANT = (
    Field(Input("role", gettext_noop("角色"), CHOICE, options=GRANTABLE), first=True),
    Field(
        Input(
            "scope",
            gettext_noop("管哪里"),
            LINE,
            required=False,
            most=80,
            hint=gettext_noop("写地区名称或代码；空着是全系统"),
        ),
        lookup="regions",
        first=True,
    ),
    Field(
        Input(
            "body",
            gettext_noop("哪个单位的"),
            LINE,
            required=False,
            most=80,
            hint=gettext_noop("只有经办人要填"),
        ),
        lookup="bodies",
        first=True,
    ),
    Field(SINCE.item, first=True),
    Field(UNTIL.item, first=True),
)
MEMBER = (
    Field(Input("deputy", gettext_noop("谁"), LINE, most=80), lookup="deputies"),
    Field(Input("part", gettext_noop("担任"), LINE, required=False, most=40, hint=gettext_noop("例如组长"))),
    SINCE,
    UNTIL,
)


def _plain(text: object) -> str:
    return "" if text is None else str(text)


def _chosen(key: str) -> str:
    return gettext(choice_labels().get(key, key))


def term(since: object, until: object) -> str:
    """2022-01-10 起, or 2022-01-10 到 2026-01-10."""
    if until is None:
        return gettext("%(day)s 起") % {"day": since}
    return gettext("%(since)s 到 %(until)s") % {"since": since, "until": until}


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            key="regions",
            label=gettext_noop("地区"),
            one=gettext_noop("地区"),
            hint=gettext_noop("省、市、区县、街道乡镇、社区（村）"),
            icon="pin",
            search=gettext_noop("找名称或代码"),
            empty=gettext_noop("先建好地区，单位、站点、代表才有地方放。也可以从名单导入。"),
            fields=(
                Field(
                    Input(
                        "code",
                        gettext_noop("代码"),
                        LINE,
                        most=12,
                        hint=gettext_noop("国家统计局的 12 位区划代码；上级按代码认"),
                    ),
                    fixed=True,
                ),
                Field(Input("name", gettext_noop("名称"), LINE, most=40)),
            ),
            facts=lambda row: (row.pk, _plain(row.parent)),
            save=saving.region_save,
        ),
        Kind(
            key="bodies",
            label=gettext_noop("单位"),
            one=gettext_noop("单位"),
            hint=gettext_noop("承办事项的部门、街道、社区，还有人大、法院、检察院、监委"),
            icon="users",
            search=gettext_noop("找名称或单位号"),
            empty=gettext_noop("建好单位，群众反映的事才能交下去。也可以从名单导入。"),
            fields=(
                NAME,
                Field(
                    Input(
                        "key",
                        gettext_noop("单位号"),
                        LINE,
                        most=60,
                        hint=gettext_noop("名单里认它用的，只用字母、数字、- 和 _"),
                    )
                ),
                Field(Input("kind", gettext_noop("类别"), CHOICE, options=options(*choices_of("body")))),
                REGION,
            ),
            facts=lambda row: (_chosen(row.kind), row.region.name, row.key),
            save=saving.body_save,
            switched="active",
        ),
        Kind(
            key="stations",
            label=gettext_noop("站点"),
            one=gettext_noop("站点"),
            hint=gettext_noop("代表联络站：地址、开放时间、议事日、站码"),
            icon="station",
            search=gettext_noop("找站点名称"),
            empty=gettext_noop("建好站点就有站码和海报，群众扫码就能说事。也可以从名单导入。"),
            fields=(
                NAME,
                Field(Input("kind", gettext_noop("类别"), CHOICE, options=options(*choices_of("station")))),
                REGION,
                Field(
                    Input("parent", gettext_noop("上级站点"), LINE, required=False, most=80),
                    lookup="stations",
                ),
                Field(Input("address", gettext_noop("地址"), LINE, required=False, most=120)),
                Field(
                    Input(
                        "hours",
                        gettext_noop("开放时间"),
                        LINE,
                        required=False,
                        most=80,
                        hint=gettext_noop("例如：周一至周五 8:30–17:00"),
                    )
                ),
                Field(Input("phone", gettext_noop("电话"), LINE, required=False, most=30)),
                Field(
                    Input(
                        "meeting_day",
                        gettext_noop("议事日"),
                        LINE,
                        required=False,
                        most=2,
                        hint=gettext_noop("每月几号议小事，填 1 到 28"),
                    ),
                    number=(1, 28, True),
                ),
                Field(
                    Input(
                        "latitude",
                        gettext_noop("纬度"),
                        LINE,
                        required=False,
                        most=12,
                        hint=gettext_noop("地图上的位置，例如 29.4743（WGS-84）"),
                    ),
                    number=(-90, 90, False),
                ),
                Field(
                    Input(
                        "longitude",
                        gettext_noop("经度"),
                        LINE,
                        required=False,
                        most=12,
                        hint=gettext_noop("例如 119.2809"),
                    ),
                    number=(-180, 180, False),
                ),
                Field(
                    Input(
                        "functions",
                        gettext_noop("功能"),
                        LINE,
                        required=False,
                        most=200,
                        hint=gettext_noop("用顿号隔开，例如：立法联系点、余法驿站"),
                    ),
                    tags=True,
                ),
                Field(
                    Input(
                        "equipment",
                        gettext_noop("设备"),
                        LINE,
                        required=False,
                        most=200,
                        hint=gettext_noop("用顿号隔开，例如：无障碍坡道、视频会议屏"),
                    ),
                    tags=True,
                ),
            ),
            facts=lambda row: (_chosen(row.kind), row.region.name, _plain(row.parent), row.hours),
            save=saving.station_save,
            switched="active",
        ),
        Kind(
            key="deputies",
            label=gettext_noop("代表"),
            one=gettext_noop("代表"),
            hint=gettext_noop("人大代表和议事会成员，任期和进的站点"),
            icon="user",
            search=gettext_noop("找姓名或专长"),
            empty=gettext_noop("建好代表，站点的墙上和督办小组里就有他们。也可以从名单导入。"),
            fields=(
                Field(Input("name", gettext_noop("姓名"), LINE, most=40)),
                Field(Input("kind", gettext_noop("类别"), CHOICE, options=options(*choices_of("deputy")))),
                Field(Input("level", gettext_noop("层级"), CHOICE, options=options(*choices_of("level")))),
                REGION,
                Field(
                    Input("station", gettext_noop("进哪个站点"), LINE, required=False, most=80),
                    lookup="stations",
                ),
                Field(Input("constituency", gettext_noop("选区"), LINE, required=False, most=60)),
                Field(Input("expertise", gettext_noop("专长"), LINE, required=False, most=40)),
                Field(Input("since", gettext_noop("任期开始"), DATE)),
                Field(
                    Input(
                        "until",
                        gettext_noop("任期结束"),
                        DATE,
                        required=False,
                        hint=gettext_noop("这一天起不再是代表，账号上的代表身份也随之结束"),
                    )
                ),
            ),
            facts=lambda row: (
                _chosen(row.level),
                row.region.name,
                _plain(row.station),
                row.expertise,
                term(row.since, row.until),
            ),
            save=saving.deputy_save,
        ),
        Kind(
            key="groups",
            label=gettext_noop("小组"),
            one=gettext_noop("小组"),
            hint=gettext_noop("代表小组、专业监督小组，和各人在组里的时间"),
            icon="users",
            search=gettext_noop("找小组名称"),
            empty=gettext_noop("建好小组，再把代表加进来。"),
            fields=(
                NAME,
                Field(Input("purpose", gettext_noop("做什么"), LINE, required=False, most=120)),
                REGION,
            ),
            facts=lambda row: (row.region.name, row.purpose),
            save=saving.group_save,
        ),
        Kind(
            key="accounts",
            label=gettext_noop("账号"),
            one=gettext_noop("账号"),
            hint=gettext_noop("谁能登录，在哪里做什么，到哪天为止"),
            icon="key",
            search=gettext_noop("找姓名或用户名"),
            empty=gettext_noop("给要用工作台的人各开一个账号，不共用。"),
            fields=(
                Field(
                    Input("username", gettext_noop("用户名"), LINE, most=60, hint=gettext_noop("登录时用"))
                ),
                Field(Input("name", gettext_noop("姓名"), LINE, most=40)),
                Field(
                    Input(
                        "deputy",
                        gettext_noop("是哪位代表"),
                        LINE,
                        required=False,
                        most=80,
                        hint=gettext_noop("代表本人的账号要填"),
                    ),
                    lookup="deputies",
                ),
                *GRANT,
            ),
            facts=lambda row: (
                row.username,
                gettext("、").join(dict.fromkeys(_chosen_role(one.role) for one in row.grants.all())),
            ),
            save=saving.account_save,
            switched="is_active",
        ),
    )
}


def _chosen_role(role: str) -> str:
    return gettext(ROLE_LABELS[Role(role)])
