"""What every template may use: icons, dates in Hangzhou's time, words and lists that are quick to draw."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from tingchao.desk.templatetags import drawing
from tingchao.desk.templatetags.samples import samples

register = template.Library()

ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Moment = date | datetime | None

_KEPT = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:（周.）|\(周.\)| 周.)?|\d+ ?(?:个工作日|天|小时)"
    rf"|(?:{'|'.join(WEEKDAYS_EN)}) \d{{1,2}} (?:{'|'.join(MONTHS_EN)})(?: \d{{4}})?"
    r"|\d+ (?:working )?(?:day|hour)s?\b"
)


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """One icon of the set; it says nothing to a screen reader, the words beside it do."""
    return mark_safe(drawing.icon(name, kind))  # noqa: S308 - both names are written in templates


@register.simple_tag
def stylesheet_if_there() -> SafeString:
    """The stylesheet's link, or nothing: the page for errors must draw even when the bundle is missing."""
    try:
        return format_html('<link rel="stylesheet" href="{}">', staticfiles_storage.url("tide.css"))
    except (ImproperlyConfigured, ValueError, OSError):
        return SafeString("")


@register.filter
def tr(text: object) -> str:
    """The translation of a text that a variable holds."""
    words = str(text) if text is not None else ""
    return gettext(words) if words else ""


@register.filter
def day(value: Moment) -> str:
    """11月27日（周五）; Fri 27 Nov. The year is said when it is not this year."""
    when = _local(value)
    if when is None:
        return ""
    year = "" if when.year == _this_year() else when.year
    if _english():
        return f"{WEEKDAYS_EN[when.weekday()]} {when.day} {MONTHS_EN[when.month - 1]} {year}".rstrip()
    return f"{f'{year}年' if year else ''}{when.month}月{when.day}日（周{WEEKDAYS[when.weekday()]}）"


@register.filter
def daytime(value: Moment) -> str:
    """11月23日 周一 10:40; Mon 23 Nov 10:40. A date alone has no time."""
    when = _local(value)
    if when is None:
        return ""
    time = f" {when:%H:%M}" if isinstance(when, datetime) else ""
    if _english():
        return day(value) + time
    year = "" if when.year == _this_year() else f"{when.year}年"
    return f"{year}{when.month}月{when.day}日 周{WEEKDAYS[when.weekday()]}{time}"


@register.filter
def short_day(value: Moment) -> str:
    """11-27 周五; Fri 27 Nov. For rows and columns."""
    when = _local(value)
    if when is None:
        return ""
    if _english():
        return day(value)
    year = "" if when.year == _this_year() else f"{when.year}-"
    return f"{year}{when.month:02d}-{when.day:02d} 周{WEEKDAYS[when.weekday()]}"


@register.filter
def clock(value: Moment) -> str:
    """10:40."""
    when = _local(value)
    return f"{when:%H:%M}" if isinstance(when, datetime) else ""


@register.filter
def iso(value: Moment) -> str:
    """The machine's form, for the datetime attribute of <time>."""
    when = _local(value)
    if isinstance(when, datetime):
        return when.isoformat(timespec="minutes")
    return when.isoformat() if when else ""


@register.filter
def keep(text: str | None) -> SafeString:
    """The sentence with its dates and limits made strong and never broken across lines."""
    plain = conditional_escape(text or "")
    return mark_safe(_KEPT.sub(r'<b class="nb">\g<0></b>', plain))  # noqa: S308 - escaped above


@register.simple_tag
def field(one: Any, prefix: str = "") -> SafeString:
    """One field of a form; see drawing.field."""
    return drawing.field(one, prefix)


@register.simple_tag
def worklist_rows(worklist: Any, choosable: bool = False) -> SafeString:
    """The rows of a worklist; see drawing.rows."""
    return drawing.rows(
        drawing.of(worklist, "rows"), short_day, bool(drawing.of(worklist, "q")), bool(choosable)
    )


@register.simple_tag
def keys_sheet() -> SafeString:
    """The sheet of keys, the same on every page of the desk: drawn once in each language."""
    return _keys_sheet(get_language() or "")


@cache
def _keys_sheet(language: str) -> SafeString:
    return render_to_string("desk/parts/keys.html")


@register.simple_tag
def parts_samples() -> dict[str, Any]:
    """What the page of all parts shows."""
    return samples()


def _local(value: Moment) -> date | datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(ZONE) if timezone.is_aware(value) else value
    return value or None


def _this_year() -> int:
    return timezone.now().astimezone(ZONE).year


def _english() -> bool:
    return (get_language() or "").startswith("en")
