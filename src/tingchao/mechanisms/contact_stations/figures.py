"""The figures of the network of stations: what it is, who stands on its walls, what happened at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from tingchao.core.text import gettext_noop
from tingchao.directory.models import Deputy, Station
from tingchao.engine.models import Case
from tingchao.engine.timing import ZONE
from tingchao.instruments.figures.declared import Figure, Window
from tingchao.instruments.figures.sources import Facts, Rows
from tingchao.instruments.meetings.models import CaseMeeting
from tingchao.mechanisms.contact_stations.models import CoreTask

RECEPTIONS = ("reception", "walk")


def _stations(kind: Station.Kind) -> Callable[[Window], QuerySet[Any]]:
    return lambda window: Station.objects.filter(
        region__code__startswith=window.scope, kind=kind, active=True
    )


def _on_the_wall(window: Window) -> QuerySet[Any]:
    rows = Deputy.objects.filter(station__region__code__startswith=window.scope, station__active=True)
    return rows.filter(Q(until=None) | Q(until__gte=window.until), since__lt=window.until)


def _tasks(window: Window) -> QuerySet[Any]:
    return CoreTask.objects.filter(
        case__region__code__startswith=window.scope,
        case__opened_at__date__gte=window.since,
        case__opened_at__date__lt=window.until,
    ).select_related("case")


def _said_at(*kinds: str) -> Callable[[Window], QuerySet[Any]]:
    """Matters that came of gatherings of some kinds within a window."""
    return lambda window: CaseMeeting.objects.filter(
        tie__in=CaseMeeting.PROBLEMS,
        meeting__kind__in=kinds,
        meeting__region__code__startswith=window.scope,
        meeting__starts_at__date__gte=window.since,
        meeting__starts_at__date__lt=window.until,
    ).select_related("case")


def _solved_at(*kinds: str) -> Callable[[Window], QuerySet[Any]]:
    """Of these, the ones that ended with what was asked for having been done."""
    return lambda window: _said_at(*kinds)(window).filter(case__outcome="done", case__closed_at__isnull=False)


def _case(row: Any) -> str:
    case: Case = row.case
    return f"{case.opened_at.astimezone(ZONE).date()} {case}"


def _said(key: str, label: str, *kinds: str) -> Figure:
    return Figure(
        key,
        label,
        "cases",
        Rows(_said_at(*kinds), text=_case),
        gettext_noop("会上说的话变成的事，每件算一次"),
    )


IN_USE = gettext_noop("现在在用的站点")
ONCE = gettext_noop("每场只算一次")

FIGURES = (
    Figure("stations.head", gettext_noop("总站"), "stations", Rows(_stations(Station.Kind.HEAD)), IN_USE),
    Figure(
        "stations.centre", gettext_noop("中心站"), "stations", Rows(_stations(Station.Kind.CENTRE)), IN_USE
    ),
    Figure(
        "stations.constituency",
        gettext_noop("选区站"),
        "stations",
        Rows(_stations(Station.Kind.CONSTITUENCY)),
        IN_USE,
    ),
    Figure(
        "stations.people_on_the_wall",
        gettext_noop("进站上墙"),
        "people",
        Rows(_on_the_wall),
        gettext_noop("在任的各级代表和议事会成员，站点墙上有的"),
    ),
    Figure(
        "stations.core_tasks",
        gettext_noop("核心任务"),
        "tasks",
        Rows(_tasks, distinct="item", text=_case),
        gettext_noop("布置给站点的任务有几项；背后是每个站的每一件"),
    ),
    Figure(
        "stations.legislation_opinions",
        gettext_noop("立法和监督意见"),
        "cases",
        Facts(("opinion.heard",)),
        gettext_noop("对法规草案和监督议题提的，每条算一次"),
    ),
    _said("stations.themed_opinions", gettext_noop("主题活动中的意见"), "themed"),
    Figure(
        "stations.leader_visits", gettext_noop("领导进站"), "visits", Facts(("meeting.held.visit",)), ONCE
    ),
    _said("stations.leader_visit_opinions", gettext_noop("领导进站听到的意见"), "visit"),
    Figure(
        "stations.committee_visits",
        gettext_noop("常委会组成人员进站"),
        "visits",
        Facts(("meeting.held.committee",)),
        ONCE,
    ),
    _said("stations.committee_visit_opinions", gettext_noop("常委会组成人员进站听到的意见"), "committee"),
    Figure(
        "stations.face_to_face_heads",
        gettext_noop("面对面到场的局长"),
        "people",
        Facts(("meeting.attended.face_to_face",), details=("body",)),
        gettext_noop("面对面签到的部门负责人，每人每场算一次"),
    ),
    Figure(
        "stations.face_to_face_deputies",
        gettext_noop("面对面到场的代表和选民"),
        "people",
        Facts(("meeting.attended.face_to_face",), details=("deputy", "resident")),
        gettext_noop("面对面签到的代表和选民，每人每场算一次"),
    ),
    Figure(
        "stations.face_to_face_audience",
        gettext_noop("面对面参与的人"),
        "people",
        Facts(("meeting.audience",), details=("face_to_face",)),
        gettext_noop("现场和线上一起，一场记一个数"),
    ),
    _said("stations.face_to_face_opinions", gettext_noop("面对面中的意见"), "face_to_face"),
    Figure(
        "stations.deliberations",
        gettext_noop("专题议事"),
        "meetings",
        Facts(("meeting.held.deliberation",)),
        ONCE,
    ),
    Figure(
        "stations.deliberation_problems_solved",
        gettext_noop("议事解决的问题"),
        "cases",
        Rows(_solved_at("deliberation"), text=_case),
        gettext_noop("议过并且办成了的事"),
    ),
    Figure(
        "stations.deputy_visits",
        gettext_noop("代表进站"),
        "visits",
        Facts(("meeting.attended.reception",), details=("deputy",)),
        gettext_noop("代表到站接待，每人每场算一次"),
    ),
    Figure(
        "stations.people_received",
        gettext_noop("接待群众"),
        "people",
        Facts(("meeting.received",), details=("reception",)),
        gettext_noop("接待选民时到站的人数"),
    ),
    Figure(
        "stations.voters_called_on",
        gettext_noop("走访选民"),
        "people",
        Facts(
            ("meeting.received", "deputy.call_on"),
            spelled=("meeting.received.walk", "deputy.call_on.call_on"),
        ),
        gettext_noop("走访到的选民人数；一趟走访里的按趟数，不再一件一件数"),
    ),
    _said("stations.voices_collected", gettext_noop("接待和走访中的意见"), *RECEPTIONS),
)
