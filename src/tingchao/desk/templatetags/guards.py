"""What a public form bears when many voices came from one address."""

from __future__ import annotations

from typing import Any

from django import template

from tingchao.desk.filing import filing_check

register = template.Library()


@register.inclusion_tag("public/guard.html", takes_context=True)
def guard(context: dict[str, Any]) -> dict[str, Any]:
    """A calculation for the browser, a question for those without scripts; nothing as long as few voices came."""
    return {"check": filing_check(context["request"])}
