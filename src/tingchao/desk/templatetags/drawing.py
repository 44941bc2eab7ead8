"""Markup drawn in Python: rows of lists and fields of forms, which a page repeats too often for the template engine.

Everything that comes from outside is escaped here.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from tingchao.core.text import gettext_noop

CHOICES = frozenset({"choice", "body", "group", "bodies", "deputies", "pictures", "several"})
SEVERAL = frozenset({"bodies", "deputies", "pictures", "several"})
TYPES = {"date": "date", "time": "time", "mail": "email"}
"""Kind of a field → type of its input; text for every other."""
QUICKER = gettext_noop("输入几个字，找得快")
SIFT = gettext_noop("筛选")
NOTHING = gettext_noop("没有可以选的")
OPTIONAL = gettext_noop("（可不填）")
SOURCE = gettext_noop("依据：")
WATCHED = gettext_noop("督办")
CHOOSE = gettext_noop("选中")
LONG = 8
"""From so many options on a list scrolls and can be filtered."""


def icon(name: str, kind: str = "") -> str:
    """One icon of the set."""
    return (
        f'<svg class="i {kind}" width="20" height="20" aria-hidden="true" focusable="false">'
        f'<use href="{staticfiles_storage.url("icons.svg")}#{name}"/></svg>'
    )


def of(thing: Any, key: str) -> Any:
    """A key of a mapping or an attribute of an object; empty when there is none."""
    found = thing.get(key, "") if isinstance(thing, Mapping) else getattr(thing, key, "")
    return "" if found is None else found


def escape(value: Any) -> str:
    """Text made safe for markup and for attributes in double quotes; many times quicker than Django's own."""
    return html.escape(str(value))


def rows(
    lines: Iterable[Mapping[str, Any]], short_day: Any, numbered: bool, choosable: bool = False
) -> SafeString:
    """The rows of a worklist; the number is shown where the list was searched. A page has few different days.

    With `choosable` each has a box by which several are chosen for the form "together".
    """
    days: dict[Any, str] = {}
    drawn: list[str] = []
    for line in lines:
        day = line["due_on"]
        if day not in days:
            days[day] = short_day(day) if day else ""
        row = _row(line, days[day], numbered)
        drawn.append(f'<div class="line">{_box(line)}{row}</div>' if choosable else row)
    return mark_safe("".join(drawn))  # noqa: S308


def _box(line: Mapping[str, Any]) -> str:
    return (
        f'<label class="choose"><input type="checkbox" name="case" form="together" value="{escape(line["number"])}">'
        f'<span class="sr">{gettext(CHOOSE)} {escape(line["title"])}</span></label>'
    )


def _row(line: Mapping[str, Any], day: str, numbered: bool) -> str:
    here = ' on" aria-current="page' if line["on"] else ""
    label, state = line["due_label"], line["due_state"]
    tag = f'<span class="tag {state}">{escape(label)}</span>' if label else ""
    if line.get("watched"):
        tag = f'<span class="tag watched">{escape(gettext(WATCHED))}</span>{tag}'
    facts = (line["number"] if numbered else "", line["station"], line["stage"], line["who"], day)
    told = "</span><span>".join([escape(fact) for fact in facts if fact])
    return (
        f'<a class="row{here}" href="{escape(line["url"])}"><span class="row-t"><b>{escape(line["title"])}</b>{tag}'
        f'</span><span class="row-s"><span>{told}</span></span></a>'
    )


def options(field: Any) -> str:
    """The radio buttons or check boxes of a field."""
    several = of(field, "kind") in SEVERAL
    need = " required" if of(field, "required") and not several else ""
    kind = "checkbox" if several else "radio"
    if of(field, "kind") == "pictures":
        return "".join(_picture(escape(of(field, "name")), one) for one in of(field, "options"))
    fills = of(field, "fills")
    need += f' data-fills="{escape(fills)}"' if fills else ""
    lead = f'<label class="opt"><input type="{kind}" name="{escape(of(field, "name"))}"{need}'
    return "".join(_option(lead, one) for one in of(field, "options"))


def _option(lead: str, one: Any) -> str:
    note = of(one, "note")
    small = f"<small>{escape(note)}</small>" if note else ""
    checked = " checked" if of(one, "selected") else ""
    return f'{lead} value="{escape(of(one, "value"))}"{checked}><span>{escape(of(one, "label"))}{small}</span></label>'


def _picture(name: str, one: Any) -> str:
    """A photograph of the matter to choose; it opens no page, since a tap chooses it."""
    checked = " checked" if of(one, "selected") else ""
    return (
        f'<label class="opt opt-shot"><input type="checkbox" name="{name}" value="{escape(of(one, "value"))}"{checked}>'
        f'<span><img src="{escape(of(one, "note"))}" alt="{escape(of(one, "label"))}" loading="lazy"></span></label>'
    )


def field(one: Any, prefix: str) -> SafeString:
    """One field of a form with its label, hint, source and error; `prefix` makes its id single on the page."""
    name = f"{escape(prefix)}-{escape(of(one, 'key'))}"
    drawn = _choices(one, name) if of(one, "kind") in CHOICES else _single(one, name)
    return mark_safe(drawn)  # noqa: S308


def _choices(one: Any, name: str) -> str:
    error, label, count = of(one, "error"), escape(of(one, "label")), len(of(one, "options"))
    long = count > LONG and of(one, "kind") != "several"  # a few that all want to be seen
    told = f' aria-describedby="{name}-err"' if error else ""
    scroll = f' long" tabindex="0" role="group" aria-label="{label}' if long else ""
    inner = options(one) if count else f'<p class="opt muted">{gettext(NOTHING)}</p>'
    return (
        f'<fieldset class="field{" field-invalid" if error else ""}"{told}>'
        f'<legend class="label">{label}{_optional(one)}</legend>{_audience(one)}{_hint(one, name)}'
        f"{_sift(name, label) if long else ''}"
        f'<div class="opts{scroll}" id="{name}">{inner}</div>{_after(one, name)}</fieldset>'
    )


def _sift(name: str, label: str) -> str:
    return (
        f'<input class="box filter when-js" type="search" data-filter="{name}" '
        f'placeholder="{gettext(QUICKER)}" aria-label="{gettext(SIFT)} {label}">'
    )


def _single(one: Any, name: str) -> str:
    return (
        f'<div class="field{" field-invalid" if of(one, "error") else ""}">{_audience(one)}'
        f'<label class="label" for="{name}">{escape(of(one, "label"))}{_optional(one)}</label>'
        f"{_hint(one, name)}{_control(one, name)}{_after(one, name)}</div>"
    )


def _control(one: Any, name: str) -> str:
    kind, most, value = of(one, "kind"), of(one, "maxlength"), escape(of(one, "value"))
    common = f'id="{name}" name="{escape(of(one, "name"))}"{_said_by(one, name)}'
    if kind == "text":
        count = f' data-count="{most}"' if most else ""
        return (
            f'<textarea class="box" rows="4" {common}{count}>{value}</textarea>'
            f'<span class="count" id="{name}-count"></span>'
        )
    if kind == "files":
        return f'<input class="box filebox" type="file" multiple {common}>'
    limit = f' maxlength="{most}"' if most and kind == "line" else ""
    offered = ""
    if source := of(one, "lookup"):
        limit = f' list="{name}-list" autocomplete="off" data-lookup="{escape(source)}"'
        offered = f'<datalist id="{name}-list"></datalist>'
    typed = TYPES.get(kind, "text")
    return f'<input class="box" type="{typed}" value="{value}" {common}{limit}>{offered}'


def _said_by(one: Any, name: str) -> str:
    need = " required" if of(one, "required") else ""
    if of(one, "error"):
        return f'{need} aria-invalid="true" aria-describedby="{name}-err"'
    return f'{need} aria-describedby="{name}-hint"' if of(one, "hint") else need


def _optional(one: Any) -> str:
    return "" if of(one, "required") else f' <span class="opt-mark">{gettext(OPTIONAL)}</span>'


def _audience(one: Any) -> str:
    label = of(one, "audience_label")
    return f'<span class="tag plain who-reads">{escape(label)}</span>' if label else ""


def _hint(one: Any, name: str) -> str:
    hint = of(one, "hint")
    return f'<p class="hint" id="{name}-hint">{escape(hint)}</p>' if hint else ""


def _after(one: Any, name: str) -> str:
    source, error = of(one, "source"), of(one, "error")
    drawn = f'<p class="hint">{gettext(SOURCE)}{escape(source)}</p>' if source else ""
    if error:
        drawn += f'<p class="err" id="{name}-err">{icon("alert")}<span>{escape(error)}</span></p>'
    return drawn
