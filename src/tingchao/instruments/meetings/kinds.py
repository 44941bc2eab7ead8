"""The gatherings that every congress knows, and where one finds those that mechanisms add."""

from __future__ import annotations

from tingchao.core.gatherings import MeetingKind
from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop
from tingchao.engine.registry import manifests

STATION = (Role.LIAISON, Role.COORDINATOR, Role.CLERK)
CONGRESS = (Role.COORDINATOR, Role.CLERK)

VOICES = "public_voices"
"""The procedure by which what people say goes on; a kind names it by its key and knows nothing else of it."""

PLAN_SOURCE = "《代表法》（2025）关于联系群众的规定；代表联络站接待制度：提前 3 天公布"

SETTLED = (
    ("answered", gettext_noop("当场说清了")),
    ("taken", gettext_noop("记下来接着办")),
    ("not_accepted", gettext_noop("不属于这里受理，已说明去处")),
)
DECIDED = (
    ("agreed", gettext_noop("议成了，有办法")),
    ("again", gettext_noop("还要再议")),
    ("dropped", gettext_noop("不办，已说明")),
)

SHIPPED: tuple[MeetingKind, ...] = (
    MeetingKind(
        key="reception",
        label=gettext_noop("接待选民"),
        organisers=STATION,
        public=True,
        residents=True,
        notice_days=3,
        source=PLAN_SOURCE,
        procedure=VOICES,
        channel="reception",
        outcomes=SETTLED,
        receives=True,
    ),
    MeetingKind(
        key="visit",
        label=gettext_noop("领导进站"),
        organisers=STATION,
        public=True,
        residents=True,
        notice_days=3,
        source=PLAN_SOURCE,
        procedure=VOICES,
        outcomes=SETTLED,
        receives=True,
    ),
    MeetingKind(
        key="deliberation",
        label=gettext_noop("议事"),
        organisers=STATION,
        public=True,
        residents=True,
        notice_days=3,
        source="代表联络站议事制度：提前 3 天公布",
        procedure=VOICES,
        outcomes=DECIDED,
        names=(
            gettext_noop("樟树下议事"),
            gettext_noop("围炉议事"),
            gettext_noop("请民议事会"),
        ),
    ),
    MeetingKind(
        key="face_to_face",
        label=gettext_noop("局长·代表面对面"),
        organisers=CONGRESS,
        public=True,
        residents=True,
        notice_days=3,
        source=PLAN_SOURCE,
        procedure=VOICES,
        live=True,
        outcomes=SETTLED,
    ),
    MeetingKind(key="training", label=gettext_noop("培训"), organisers=STATION),
    MeetingKind(key="study", label=gettext_noop("学习"), organisers=STATION),
    MeetingKind(key="online", label=gettext_noop("线上讨论"), organisers=STATION, procedure=VOICES),
    MeetingKind(
        key="inspection", label=gettext_noop("视察"), organisers=CONGRESS, afterwards=True, procedure=VOICES
    ),
    MeetingKind(
        key="research", label=gettext_noop("调研"), organisers=STATION, afterwards=True, procedure=VOICES
    ),
    MeetingKind(
        key="symposium", label=gettext_noop("座谈会"), organisers=STATION, procedure=VOICES, receives=True
    ),
    MeetingKind(
        key="unannounced",
        label=gettext_noop("暗访"),
        organisers=CONGRESS,
        hidden=True,
        afterwards=True,
        procedure=VOICES,
    ),
    MeetingKind(key="matching", label=gettext_noop("对接活动"), organisers=STATION, procedure=VOICES),
    MeetingKind(
        key="enforcement",
        label=gettext_noop("执法检查"),
        organisers=CONGRESS,
        afterwards=True,
        procedure=VOICES,
    ),
)


def kinds() -> dict[str, MeetingKind]:
    """Key → kind: those that ship, then those of mechanisms. Raises ValueError when two have one key."""
    found = {kind.key: kind for kind in SHIPPED}
    for manifest in manifests():
        for kind in manifest.meeting_kinds:
            if found.setdefault(kind.key, kind) is not kind:
                raise ValueError(f"{manifest.key} adds a kind of meeting {kind.key}, which there is already")
    return found


def kind_get(key: str) -> MeetingKind:
    """The kind of that key; KeyError when there is none."""
    return kinds()[key]
