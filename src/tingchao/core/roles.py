"""The parts that people play in a closed loop. docs/glossary.md maps each to its Chinese term."""

from enum import StrEnum

from tingchao.core.text import gettext_noop


class Role(StrEnum):
    """Who may be named by a stage as its duty holder or by an action as its doer."""

    REPORTER = "reporter"  # 反映人: whoever raised the matter, known by number and secret link
    LIAISON = "liaison"  # 联络员: looks after a station
    DEPUTY = "deputy"  # 人大代表, 议事会成员
    HANDLER = "handler"  # 经办人: acts for a body that a matter was assigned to
    COORDINATOR = "coordinator"  # 协调人: decides between bodies, e.g. a street's 人大工委
    CLERK = "clerk"  # 人大机关工作人员
    EXPERT = "expert"  # 专家
    LEADER = "leader"  # 领导
    ADMINISTRATOR = "administrator"  # 系统管理员: keeps the directory, sees no matter
    AUDITOR = "auditor"  # 审计管理员: reads the records, changes nothing
    SYSTEM = "system"  # the clock itself


ROLE_LABELS: dict[Role, str] = {
    Role.REPORTER: gettext_noop("反映人"),
    Role.LIAISON: gettext_noop("联络员"),
    Role.DEPUTY: gettext_noop("代表"),
    Role.HANDLER: gettext_noop("经办人"),
    Role.COORDINATOR: gettext_noop("协调人"),
    Role.CLERK: gettext_noop("人大工作人员"),
    Role.EXPERT: gettext_noop("专家"),
    Role.LEADER: gettext_noop("领导"),
    Role.ADMINISTRATOR: gettext_noop("系统管理员"),
    Role.AUDITOR: gettext_noop("审计员"),
    Role.SYSTEM: gettext_noop("系统"),
}

PERSONAL_ROLES = frozenset({Role.REPORTER, Role.DEPUTY})
"""Held on one matter by being named on it, never by a region."""

BODY_ROLES = frozenset({Role.HANDLER})
"""Held for a body: only on matters assigned to that body."""
