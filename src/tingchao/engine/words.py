"""Words for what the engine counts, in the reader's language."""

from __future__ import annotations

from django.utils.translation import ngettext

from tingchao.core.limits import Limit, Unit


def limit_words(limit: Limit) -> str:
    """5 个工作日内."""
    pattern = {
        Unit.WORKING_DAY: ngettext("%(n)s 个工作日内", "%(n)s 个工作日内", limit.amount),
        Unit.DAY: ngettext("%(n)s 天内", "%(n)s 天内", limit.amount),
        Unit.MONTH: ngettext("%(n)s 个月内", "%(n)s 个月内", limit.amount),
    }[limit.unit]
    return pattern % {"n": limit.amount}
