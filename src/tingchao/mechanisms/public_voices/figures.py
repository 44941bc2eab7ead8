"""The figures of voices and of the network in which they are heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from tingchao.core.text import gettext_noop
from tingchao.directory.models import Region, Station
from tingchao.instruments.figures.declared import Figure, Window
from tingchao.instruments.figures.sources import Facts, Rows


def _stations(kind: Station.Kind) -> Callable[[Window], QuerySet[Any]]:
    return lambda window: Station.objects.filter(
        region__code__startswith=window.scope, kind=kind, active=True
    )


def _communities(window: Window) -> QuerySet[Any]:
    return Region.objects.filter(code__startswith=window.scope).exclude(code__endswith="000")


IN_USE = gettext_noop("现在在用的站点")

FIGURES = (
    Figure(
        "duty.voices_collected",
        gettext_noop("收到的群众意见"),
        "cases",
        Facts(("voice.heard",)),
        gettext_noop("线上线下听到的，每件算一次"),
    ),
    Figure(
        "voices.centre_station",
        gettext_noop("中心站"),
        "stations",
        Rows(_stations(Station.Kind.CENTRE)),
        IN_USE,
    ),
    Figure(
        "voices.area_stations", gettext_noop("片区站"), "stations", Rows(_stations(Station.Kind.AREA)), IN_USE
    ),
    Figure(
        "voices.micro_stations",
        gettext_noop("微站点"),
        "stations",
        Rows(_stations(Station.Kind.MICRO)),
        IN_USE,
    ),
    Figure(
        "voices.communities",
        gettext_noop("覆盖的村和社区"),
        "regions",
        Rows(_communities),
        gettext_noop("区划里登记的村和社区"),
    ),
)
