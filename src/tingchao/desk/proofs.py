"""Proof that no machine is filling a form: a short calculation by the browser (altcha), or a small question in words.

Both are bound to this installation by HMAC and to an hour, and each serves once. The question is for phones without
scripts; a machine can answer it too, which is why the number of voices is limited besides.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import altcha
from django.conf import settings
from django.utils.translation import gettext

from tingchao.core.text import gettext_noop
from tingchao.engine.tallies import Allowance, tally_take

LEAST_WORK, MOST_WORK = 20_000, 60_000
"""Hashes that the browser computes: a tenth of a second on a new phone, about one on a very old one."""

GOOD_FOR = 3600
"""Seconds for which a calculation or a question may be answered."""

LONGEST = 4000
NUMERALS = (
    gettext_noop("二"), gettext_noop("三"), gettext_noop("四"), gettext_noop("五"), gettext_noop("六"),
    gettext_noop("七"), gettext_noop("八"), gettext_noop("九"),
)  # fmt: skip
"""The numbers from 2 to 9 in words."""

_DIGITS = "零一二三四五六七八九"
_SPOKEN = {
    **{digit: value for value, digit in enumerate(_DIGITS)},
    **{f"十{digit}": 10 + value for value, digit in enumerate(_DIGITS)},
    **{f"一十{digit}": 10 + value for value, digit in enumerate(_DIGITS)},
    "十": 10,
    "一十": 10,
    "两": 2,
}


@dataclass(frozen=True, slots=True)
class Task:
    """What a form bears for its sender: the calculation as JSON, the question and the token that binds its answer."""

    challenge: str
    question: str
    token: str


def task_new(now: datetime) -> Task:
    """A fresh calculation and a fresh question, good for an hour."""
    until = int(now.timestamp()) + GOOD_FOR
    challenge = altcha.create_challenge(
        "SHA-256",
        1,
        counter=LEAST_WORK + secrets.randbelow(MOST_WORK - LEAST_WORK),
        expires_at=until,
        hmac_secret=_key("altcha"),
    )
    first, second = (2 + secrets.randbelow(len(NUMERALS)) for _ in range(2))
    nonce = secrets.token_hex(12)
    asked = gettext("%(first)s加%(second)s等于几") % {
        "first": gettext(NUMERALS[first - 2]),
        "second": gettext(NUMERALS[second - 2]),
    }
    return Task(
        challenge=json.dumps(challenge.to_dict()),
        question=asked,
        token=f"{nonce}.{until}.{_bound(nonce, until, first + second)}",
    )


def work_holds(payload: str, now: datetime) -> bool:
    """Whether a calculation is right, in time, and was never used before. One SQL statement when it is right."""
    if not payload or len(payload) > LONGEST or not altcha.verify_solution(payload, _key("altcha")).verified:
        return False
    parameters = altcha.Payload.from_base64(payload).challenge.parameters
    return _in_time(parameters.expires_at or 0, now) and _spend(parameters.nonce, now)


def answer_holds(token: str, typed: str, now: datetime) -> bool:
    """Whether a question was answered rightly, in time, for the first time: a wrong answer uses it up too."""
    nonce, _, rest = token[:LONGEST].partition(".")
    until, _, bound = rest.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 12 and _in_time(int(until), now)):
        return False
    right = [
        value
        for value in range(4, 19)
        if hmac.compare_digest(_bound(nonce, int(until), value).encode(), bound.encode())
    ]
    return bool(right) and _spend(nonce, now) and number_said(typed) == right[0]


def number_said(typed: str) -> int | None:
    """The number that somebody typed, in digits of any width or in Chinese; None when it is none."""
    said = unicodedata.normalize("NFKC", typed[:20]).strip().rstrip("。.")
    return int(said) if said.isascii() and said.isdigit() else _SPOKEN.get(said)


def _in_time(until: int, now: datetime) -> bool:
    return until - GOOD_FOR <= now.timestamp() + 60 and now.timestamp() < until


def _spend(nonce: str, now: datetime) -> bool:
    return tally_take(key=f"proof:{nonce}"[:64], allowance=Allowance(1, 2 * GOOD_FOR), now=now) is not None


def _key(purpose: str) -> str:
    return hmac.new(settings.LINK_KEY.encode(), f"proof:{purpose}".encode(), hashlib.sha256).hexdigest()


def _bound(nonce: str, until: int, answer: int) -> str:
    told = f"{nonce}.{until}.{answer}".encode()
    return hmac.new(_key("question").encode(), told, hashlib.sha256).hexdigest()[:32]
