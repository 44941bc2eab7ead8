"""Putting a draft to the public, hearing opinions on its articles, telling everybody what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from tingchao.core.ledger import GENESIS, link
from tingchao.core.limits import Limit, Unit
from tingchao.core.privacy import masked, public_fault
from tingchao.core.roles import Role
from tingchao.core.steps import Fault, Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Region, Station
from tingchao.engine import record
from tingchao.engine.lived import Deed, Life
from tingchao.engine.models import Case
from tingchao.engine.services import case_open
from tingchao.engine.timing import local_day
from tingchao.mechanisms.contact_stations.models import Draft, DraftOpinion
from tingchao.mechanisms.contact_stations.procedure import DRAFT_OPINIONS
from tingchao.mechanisms.contact_stations.rules import (
    ANSWERED_WITHIN,
    articles_of,
    draft_faults,
    opinion_fault,
)
from tingchao.mechanisms.contact_stations.services.tasks import STREAM, require_head
from tingchao.mechanisms.contact_stations.stages import DRAFTS

OVER = gettext_noop("这份草案的征求意见已经结束。您可以看看采纳了哪些意见。")
NO_ARTICLE = gettext_noop("没有这一条，请重新选。")
STILL_OPEN = gettext_noop("还在征求意见，截止以后再写总的答复。")
UNANSWERED = gettext_noop("还有 %(n)s 条意见没有答复，逐条答复以后再公布。")
SUMMARY_SHORT = gettext_noop("请写清收到多少条、采纳了哪些、没采纳的为什么，20 个字以上。")


@transaction.atomic
def draft_open(
    *,
    title: str,
    kind: str,
    issuer: str,
    text: str,
    region: Region,
    until: date | None,
    submission: str,
    actor: Actor,
    now: datetime,
) -> Draft:
    """Put a draft to the public until the end of a day. The same submission twice gives the same draft."""
    require_head(actor, region.pk)
    known = Draft.objects.filter(submission=submission).first()
    if known is not None:
        return known
    text, typed, issuer = (
        clean_text(text),
        " ".join(clean_text(title).split()),
        " ".join(clean_text(issuer).split()),
    )
    found, articles = articles_of(text)
    typed = typed or found[:100]
    today = local_day(now)
    faults = draft_faults(typed, text, len(articles), until=until, today=today)
    if kind not in Draft.Kind.values:
        faults["kind"] = gettext_noop("请从给出的选项里选一个。")
    if faults or until is None:
        raise refused_inputs(faults)
    draft = Draft.objects.create(
        title=typed,
        kind=kind,
        issuer=issuer[:60],
        region=region,
        text=text,
        articles=[asdict(one) for one in articles],
        since=today,
        until=until,
        submission=submission,
    )
    _note("draft.opened", draft, actor, now, text=link(GENESIS, {"text": text}))
    return draft


def _note(action: str, draft: Draft, actor: Actor, now: datetime, **data: str) -> None:
    entry = record.Entry(
        action=action,
        actor=actor,
        role=str(Role.CLERK),
        now=now,
        data={"draft": draft.pk, "title": draft.title, "until": draft.until.isoformat(), **data},
    )
    record.append_to_stream(entry, stream=STREAM)


def opinion_file(
    *,
    draft: Draft,
    article: str,
    text: str,
    station: Station | None,
    channel: str,
    submission: str,
    actor: Actor,
    now: datetime,
    simulated: bool = False,
) -> Case:
    """Hear one opinion on an article, or with an empty one on the whole. The same submission twice is one."""
    opening, beside = _opinion(
        draft=draft,
        article=article,
        text=text,
        station=station,
        channel=channel,
        submission=submission,
        actor=actor,
        now=now,
        simulated=simulated,
    )
    try:
        with transaction.atomic():
            return case_open(**opening, beside=beside)
    except IntegrityError:
        known = Case.objects.filter(submission=submission).first()
        if known is None:
            raise
        return known


def opinion_life(*, deeds: Callable[[Case], Iterator[Deed]], **told: Any) -> Life:
    """An opinion with what became of it, to be written in bulk by `engine.lived`; `told` is what `opinion_file` takes
    and is refused as there."""
    opening, beside = _opinion(**told)
    return Life(opening, deeds, beside)


def _opinion(
    *,
    draft: Draft,
    article: str,
    text: str,
    station: Station | None,
    channel: str,
    submission: str,
    actor: Actor,
    now: datetime,
    simulated: bool = False,
) -> tuple[dict[str, Any], Callable[[Case], DraftOpinion]]:
    """What a case is opened with, and what makes the opinion's own row. Raises Refusal "over", "input"."""
    today, text = local_day(now), clean_text(text)
    if draft.replied_at is not None or today > draft.until:
        raise Refusal("over", OVER)
    label = next((row["label"] for row in draft.articles if row["key"] == article), "")
    faults = {"text": opinion_fault(text), "article": NO_ARTICLE if article and not label else ""}
    if any(faults.values()):
        raise refused_inputs({key: fault for key, fault in faults.items() if fault})
    region = (
        station.region_id
        if station is not None and station.region_id.startswith(draft.region_id.rstrip("0"))
        else draft.region_id
    )
    days = (draft.until - today).days + ANSWERED_WITHIN
    opening = {
        "procedure": DRAFT_OPINIONS,
        "title": masked(f"{label or gettext_noop('全文')}：{' '.join(text.split())[:40]}"),
        "text": text,
        "region_code": region,
        "station_id": station.pk if station is not None else None,
        "channel": channel,
        "raised_by": gettext_noop("匿名"),
        "actor": actor,
        "now": now,
        "submission": submission,
        "simulated": simulated,
        "limit": Limit(days, Unit.DAY, DRAFTS),
    }
    return opening, lambda case: DraftOpinion(case=case, draft=draft, article=article)


@transaction.atomic
def draft_reply(*, draft_id: int, summary: str, actor: Actor, now: datetime) -> Draft:
    """Tell everybody what became of the opinions, once each of them is answered and the time is over."""
    draft = Draft.objects.select_for_update(of=("self",)).select_related("region").get(pk=draft_id)
    require_head(actor, draft.region_id)
    if local_day(now) <= draft.until:
        raise Refusal("input", STILL_OPEN)
    waiting = draft.opinions.filter(case__stage="weighing").count()
    if waiting:
        raise Refusal("input", UNANSWERED, {"n": str(waiting)})
    summary = clean_text(summary)
    if len(summary) < 20:
        raise refused_inputs({"summary": SUMMARY_SHORT})
    if fault := public_fault(summary):
        raise refused_inputs({"summary": Fault(*fault)})
    draft.summary, draft.replied_at = summary[:5000], now
    draft.save(update_fields=["summary", "replied_at"])
    _note("draft.replied", draft, actor, now, summary=draft.summary)
    return draft
