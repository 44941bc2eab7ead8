"""Forms of entries: read and drawn from their description, as the forms of actions are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from tingchao.core.procedure import InputKind
from tingchao.core.steps import clean_input, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.desk.administration.kinds import Field
from tingchao.directory.listing import Scopes, found_of, look_up
from tingchao.directory.tags import tags_of, tags_spelled

NOT_FOUND = gettext_noop("没有找到，请从提示里选一个，或者写全名称。")
SEVERAL = gettext_noop("不止一个叫这个名字，请从提示里选一个（带编号的）。")
WHOLE = gettext_noop("请填一个整数，在说明的范围里。")
NUMBER = gettext_noop("请填一个数，在说明的范围里。")


def typed_in(fields: Iterable[Field], post: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by key, not yet cleaned."""
    return {field.item.key: str(post.get(field.item.key, "")) for field in fields}


def cleaned(fields: Iterable[Field], typed: Mapping[str, str], *, scopes: Scopes) -> dict[str, Any]:
    """What was typed as the services take it. Raises Refusal "input" naming every field at fault."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields:
        try:
            values[field.item.key] = _clean(field, typed.get(field.item.key, ""), scopes)
        except ValueError as fault:
            faults[field.item.key] = str(fault)
    if faults:
        raise refused_inputs(faults)
    return values


def _clean(field: Field, raw: str, scopes: Scopes) -> Any:
    value = clean_input(field.item, raw)
    if field.tags:
        return tags_of(str(value))
    if field.lookup:
        return _named(field, str(value), scopes)
    if field.number is not None:
        return _number(field.number, str(value)) if value else None
    if field.item.kind is InputKind.DATE:
        return date.fromisoformat(str(value)) if value else None
    return value


def _named(field: Field, text: str, scopes: Scopes) -> Any:
    """The key of the entry that a field names: an id, or a region's code; None for an empty field."""
    if not text:
        return None
    found = look_up(field.lookup, text, scopes=scopes)
    if len(found) != 1:
        raise ValueError(SEVERAL if found else NOT_FOUND)
    return found[0].key if field.lookup == "regions" else int(found[0].key)


def _number(bounds: tuple[float, float, bool], text: str) -> float | int:
    least, most, whole = bounds
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        raise ValueError(WHOLE if whole else NUMBER) from None
    if not least <= number <= most:
        raise ValueError(WHOLE if whole else NUMBER)
    return number


def values_of(fields: Iterable[Field], row: Any) -> dict[str, str]:
    """What the fields of an entry hold now, as it would be typed."""
    return {field.item.key: _typed(field, row) for field in fields if not field.first}


def _typed(field: Field, row: Any) -> str:
    value = getattr(row, field.item.key)
    if value is None:
        return ""
    if field.tags:
        return tags_spelled(value)
    return found_of(field.lookup, value).label if field.lookup else str(value)


def drawn(
    fields: Iterable[Field], typed: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The fields as `drawing.field` takes them."""
    told = faults or {}
    return [
        {
            "key": field.item.key,
            "name": field.item.key,
            "label": gettext(field.item.label),
            "kind": str(field.item.kind),
            "required": field.item.required,
            "value": typed.get(field.item.key, ""),
            "options": [
                {
                    "value": one.key,
                    "label": gettext(one.label),
                    "note": "",
                    "selected": one.key == typed.get(field.item.key),
                }
                for one in field.item.options
            ],
            "hint": gettext(field.item.hint) if field.item.hint else "",
            "error": gettext(told[field.item.key]) if field.item.key in told else "",
            "maxlength": field.item.most,
            "lookup": reverse("desk:admin_lookup", args=[field.lookup]) if field.lookup else "",
        }
        for field in fields
    ]


def told(fields: Iterable[Field], row: Any) -> list[dict[str, str]]:
    """The fields of an entry for those who only read."""
    return [
        {
            "label": gettext(field.item.label),
            "value": _label(field, _typed(field, row)),
            "tag": "",
            "hint": "",
        }
        for field in fields
        if not field.first
    ]


def _label(field: Field, value: str) -> str:
    return next((gettext(one.label) for one in field.item.options if one.key == value), value)
