"""Letters as pages show them: a line beside their matter, a row of a list, the whole letter."""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from tingchao.core.roles import Role
from tingchao.desk.cards import Line
from tingchao.desk.templatetags.tide import day as day_words
from tingchao.desk.templatetags.tide import short_day
from tingchao.directory.actors import Actor
from tingchao.engine.models import Case
from tingchao.instruments.letters.kinds import letter_kind
from tingchao.instruments.letters.models import Letter
from tingchao.instruments.letters.policy import answers, may_read, may_write
from tingchao.instruments.letters.selectors import letters_of

Given = dict[str, Any]


def kind_label(letter: Letter) -> str:
    """What kind of letter it is, in the reader's language."""
    kind = letter_kind(letter.kind)
    return gettext(kind.label) if kind is not None else gettext("函")


def state_of(letter: Letter, today: date) -> tuple[str, str]:
    """(words, colour of the tag) of where a letter stands."""
    if letter.withdrawn_at is not None:
        return gettext("已撤回"), "plain"
    if letter.replied_at is not None:
        return gettext("已答复"), "done"
    if letter.reply_by is None:
        return gettext("不用答复"), "plain"
    due = {"day": short_day(letter.reply_by)}
    if letter.late_on(today):
        return gettext("%(day)s前要答复，已经过期") % due, "late"
    return gettext("请在%(day)s前答复") % due, "wait"


def letter_lines(case: Case, actor: Actor, roles: Set[Role]) -> list[Line]:
    """The letters about a matter that somebody may read, as lines of the card beside it. One SQL statement."""
    today = localdate()
    return [
        Line(
            kind_label(one),
            state_of(one, today)[0],
            hint=f"{one.number} · {one.body.name}",
            link=reverse("desk:letter", args=[one.pk]),
            link_label=one.title,
        )
        for one in letters_of(case)
        if may_read(actor, one, roles)
    ]


def letter_row(letter: Letter, today: date) -> Given:
    """One letter of a list."""
    words, colour = state_of(letter, today)
    return {
        "url": reverse("desk:letter", args=[letter.pk]),
        "title": letter.title,
        "kind": kind_label(letter),
        "number": letter.number,
        "body": letter.body.name,
        "issued": letter.issued_at,
        "state": words,
        "colour": colour,
    }


def letter_page(letter: Letter, actor: Actor, roles: Set[Role], today: date) -> Given:
    """The whole letter, and what its reader may do with it; the matter itself is linked for those who see it."""
    words, colour = state_of(letter, today)
    open_now = letter.withdrawn_at is None and letter.replied_at is None
    return {
        "number": letter.number,
        "kind": kind_label(letter),
        "title": letter.title,
        "body": letter.body.name,
        "signed": letter.signed,
        "issued": letter.issued_at,
        "text": letter.text,
        "state": words,
        "colour": colour,
        "until": "" if letter.reply_by is None else day_words(letter.reply_by),
        "reply": letter.reply,
        "replier": letter.replier if letter.replier != letter.body.name else "",
        "replied": letter.replied_at,
        "reason": letter.reason,
        "case_number": letter.case.number,
        "case_url": reverse("desk:case", args=[letter.case.number]) if roles else "",
        "sheet_url": reverse("desk:letter_sheet", args=[letter.pk]),
        "answer_url": reverse("desk:letter_answer", args=[letter.pk])
        if open_now and letter.reply_by is not None and answers(actor, letter)
        else "",
        "withdraw_url": reverse("desk:letter_withdraw", args=[letter.pk])
        if open_now and may_write(roles)
        else "",
    }
