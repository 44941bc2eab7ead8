"""What a letter may be for, and who writes one."""

from __future__ import annotations

from dataclasses import dataclass

from tingchao.core.roles import Role
from tingchao.core.text import gettext_noop


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter: what it is called, what it is for, whether an answer must be asked for."""

    key: str
    label: str
    hint: str
    answered: bool


KINDS = (
    LetterKind("ask", gettext_noop("询问函"), gettext_noop("问清一件事：怎么回事、为什么、打算怎么办"), True),
    LetterKind("urge", gettext_noop("催办函"), gettext_noop("过了期限还没有结果，请限期办好并答复"), True),
    LetterKind(
        "supervise", gettext_noop("督办函"), gettext_noop("领导定了要督办的事，写明要求和答复的日子"), True
    ),
    LetterKind(
        "advise", gettext_noop("建议函"), gettext_noop("把代表和群众的建议转给单位研究，告诉结果"), True
    ),
    LetterKind("tell", gettext_noop("告知函"), gettext_noop("把情况或决定告诉单位，不要求答复"), False),
)

WRITES = frozenset({Role.CLERK, Role.COORDINATOR, Role.LEADER})
"""Who writes letters in the name of the congress or the station network: whoever may put a matter under supervision."""

_BY_KEY = {kind.key: kind for kind in KINDS}


def letter_kind(key: str) -> LetterKind | None:
    """The kind of that key; None when there is none."""
    return _BY_KEY.get(key)
