"""What is printed of codes: posters, desk cards, badges; one by one or for a whole network.

The words stand here, the layout in `typst/`. What hangs on walls here is Chinese.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import segno
from django.utils.translation import gettext

from tingchao.core.steps import Refusal
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy, Station
from tingchao.directory.selectors import site
from tingchao.engine.models import Case
from tingchao.instruments.codes.listing import holders_get
from tingchao.instruments.codes.models import Activity, Code
from tingchao.instruments.codes.policy import require_codes
from tingchao.instruments.codes.selectors import address_of
from tingchao.instruments.codes.services import Holder, code_issue, place_of_holder
from tingchao.instruments.codes.signing import token_for
from tingchao.instruments.paper.sheets import Sheet, sheet_register

POSTER, CARD, BADGE = "poster", "card", "badge"

SHEETS = {
    "station": (POSTER, CARD),
    "deputy": (BADGE, CARD, POSTER),
    "activity": (POSTER, CARD),
    "case": (CARD, POSTER),
}
"""Whose code → the sheets there are of it, the usual one first."""

LABELS = {POSTER: gettext_noop("海报"), CARD: gettext_noop("桌牌"), BADGE: gettext_noop("胸牌")}
BATCHES = {POSTER: 20, CARD: 20, BADGE: 48}
NETWORKS = ("station", "deputy")
"""Kinds that are printed for a whole network at once."""

WEEKDAYS = "一二三四五六日"
STEPS = (
    (gettext_noop("说"), gettext_noop("写一句，拍张照，姓名电话可以不留")),
    (gettext_noop("看"), gettext_noop("交给谁办、哪天前答复，随时能看")),
    (gettext_noop("评"), gettext_noop("办得好不好，您说了算")),
)


def template_of(sheet: str) -> str:
    """The Typst template of a kind of sheet, below the package."""
    return f"instruments/codes/typst/{sheet}.typ"


def key_of(kind: str, sheet: str) -> str:
    """Under which key a kind of sheet is printed in long runs."""
    return f"codes.{kind}.{sheet}"


def sheet_row(holder: Holder, token: str) -> dict[str, Any]:
    """What every kind of sheet shows of one code."""
    house, station = site(), _station(holder)
    said = _said(holder)
    return {
        "mark": house.name,
        "demo": gettext("演示数据") if house.demo else "",
        "qr": qr_plain(token),
        "host": f"{address_of('').rstrip('/').removeprefix('https://').removeprefix('http://')}",
        "token": token,
        "typed": gettext("扫不了，就打开"),
        "address": station.address if station else "",
        "when": " · ".join(part for part in (station.hours, station.phone) if part) if station else "",
        "come": gettext("也可以来站里当面说") if station else "",
        "name": str(getattr(holder, "name", said["head"])),
        "steps": [[gettext(head), gettext(text)] for head, text in STEPS]
        if not isinstance(holder, Case)
        else [],
        **said,
    }


def _said(holder: Holder) -> dict[str, str]:
    """Heading, what stands below it, and what a scan is for."""
    scan = gettext("微信扫一扫，不用注册")
    if isinstance(holder, Deputy):
        station = holder.station.name if holder.station else ""
        return {
            "head": gettext("有事，跟%(name)s说") % {"name": holder.name},
            "sub": " · ".join(part for part in (_part(holder), station) if part),
            "scan": gettext("微信扫一扫，有事跟我说"),
        }
    if isinstance(holder, Activity):
        return {"head": holder.title, "sub": f"{holder.station.name} · {_day(holder.day)}", "scan": scan}
    if isinstance(holder, Case):
        where = holder.station.name if holder.station else holder.region.name
        return {
            "head": gettext("这件事办到哪了"),
            "sub": gettext("编号 %(number)s · %(place)s") % {"number": holder.number, "place": where},
            "scan": gettext("微信扫一扫，看办到哪一步"),
        }
    return {"head": gettext("身边的事，跟代表说"), "sub": holder.name, "scan": scan}


def _part(deputy: Deputy) -> str:
    kind = str(deputy.get_kind_display())
    return f"{deputy.get_level_display()}{kind}" if deputy.kind == Deputy.Kind.DEPUTY else kind


def _station(holder: Holder) -> Station | None:
    return holder if isinstance(holder, Station) else holder.station


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def qr_plain(token: str) -> str:
    """The QR code of a token as SVG for paper, error correction H, so that a scratched sheet still reads."""
    out = io.BytesIO()
    code = segno.make(address_of(token), error="h", boost_error=False)
    code.save(out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue().decode()


def sheet_rows(kind: str, keys: Sequence[int], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The rows of a run; who has no code is given one, who may have none now is left out.

    Raises Refusal "forbidden" when one of them is not the actor's to keep.
    """
    tokens = {
        key: token_for(code)
        for key, code in Code.objects.filter(**{f"{kind}__in": keys}, revoked_at=None).values_list(
            f"{kind}_id", "pk"
        )
    }
    rows = []
    for holder in holders_get(kind, keys):
        require_codes(actor, place_of_holder(holder), kind)
        token = tokens.get(holder.pk) or _given(kind, holder, actor, now)
        if token:
            rows.append(sheet_row(holder, token))
    return rows


def _given(kind: str, holder: Holder, actor: Actor, now: datetime) -> str:
    """The token of a code given out now; empty where the holder may have none."""
    try:
        return token_for(code_issue(actor=actor, now=now, **{kind: holder}).pk)  # type: ignore[arg-type]
    except Refusal as refusal:
        if refusal.code == "forbidden":
            raise
        return ""


def sheets_register() -> None:
    """Make the sheets of whole networks known to the instrument that prints them."""
    for kind in NETWORKS:
        for sheet in SHEETS[kind]:
            sheet_register(
                Sheet(key_of(kind, sheet), template_of(sheet), partial(sheet_rows, kind), BATCHES[sheet])
            )
