"""Suggestions by anybody 审查建议, and requests by organs 审查要求, that a document be reviewed."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from tingchao.core.finding import plain
from tingchao.core.privacy import masked
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Body
from tingchao.engine.models import Case
from tingchao.engine.services import case_open
from tingchao.instruments.documents.models import Document
from tingchao.mechanisms.filing_review.models import ReviewRequest
from tingchao.mechanisms.filing_review.procedure import DEMANDS, REQUESTS
from tingchao.mechanisms.filing_review.rules import may_demand, suggestion_fault

NO_ORGAN = gettext_noop("审查要求由政府、监委、法院、检察院和下级人大常委会提出；别的单位请提审查建议。")
NO_DOCUMENT = gettext_noop("没有找到这个文号或者标题的文件，请核对。")
SEVERAL = gettext_noop("不止一份文件是这个标题，请写文号。")


def suggestion_file(
    *, document: Document, text: str, submission: str, actor: Actor, now: datetime, simulated: bool = False
) -> Case:
    """Anybody's suggestion that a public document be reviewed. The same submission twice is one."""
    text = clean_text(text)
    if fault := suggestion_fault(text):
        raise refused_inputs({"text": fault})
    try:
        with transaction.atomic():
            return case_open(
                procedure=REQUESTS,
                title=masked(gettext_noop("审查建议：") + document.title)[:120],
                text=text,
                region_code=document.region_id,
                channel="web",
                raised_by=gettext_noop("匿名"),
                actor=actor,
                now=now,
                submission=submission,
                simulated=simulated,
                beside=lambda case: ReviewRequest(case=case, document=document),
            )
    except IntegrityError:
        known = Case.objects.filter(submission=submission).first()
        if known is None:
            raise
        return known


@transaction.atomic
def demand_file(*, organ: Body, named: str, text: str, submission: str, actor: Actor, now: datetime) -> Case:
    """An organ's request 审查要求 that a document be reviewed: it must be taken up. `named` is its number or title."""
    known = Case.objects.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    mine = any(hold.role is Role.HANDLER and hold.body_id == organ.pk for hold in actor.holds)
    if not mine or not may_demand(organ.kind, organ.name):
        raise Refusal("forbidden", NO_ORGAN)
    text, document = clean_text(text), _document(named, organ.region_id[:4])
    faults = {
        key: fault
        for key, fault in (("named", _missing(document)), ("text", suggestion_fault(text)))
        if fault
    }
    if faults or not isinstance(document, Document):
        raise refused_inputs(faults)
    return case_open(
        procedure=DEMANDS,
        title=(gettext_noop("审查要求：") + document.title)[:120],
        text=text,
        region_code=document.region_id,
        channel="desk",
        raised_by=organ.name[:40],
        actor=actor,
        now=now,
        submission=submission,
        lead_id=organ.pk,
        beside=lambda case: ReviewRequest(case=case, document=document),
    )


def _missing(found: Document | int) -> str:
    if isinstance(found, Document):
        return ""
    return SEVERAL if found else NO_DOCUMENT


def _document(named: str, city: str) -> Document | int:
    """The one document of a number or title in a city; else how many there are."""
    words = clean_text(named)
    if not words:
        return 0
    rows = Document.objects.filter(region__code__startswith=city).defer("plain", "words")
    number = list(rows.filter(number="".join(words.split()))[:2])
    found = number or [
        one for one in rows.filter(title__contains=words.strip("《》"))[:20] if plain(one.title)
    ]
    return found[0] if len(found) == 1 else len(found)


__all__ = ["demand_file", "suggestion_file"]
