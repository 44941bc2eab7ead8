"""Words for what the engine counts, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from tingchao.core.limits import Limit, Unit
from tingchao.core.text import gettext_noop


def limit_words(limit: Limit) -> str:
    """5 个工作日内."""
    pattern = {
        Unit.WORKING_DAY: gettext_noop("%(n)s 个工作日内"),
        Unit.DAY: gettext_noop("%(n)s 天内"),
        Unit.MONTH: gettext_noop("%(n)s 个月内"),
    }[limit.unit]
    return gettext(pattern) % {"n": limit.amount}
