"""The yearly list of what a maker issued, matched with what was filed; notices for what is missing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tingchao.core.ledger import JSON
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Body
from tingchao.engine import record
from tingchao.engine.models import Case, Fact
from tingchao.engine.services import case_act, case_open
from tingchao.engine.timing import local_day
from tingchao.instruments.documents.models import Document
from tingchao.mechanisms.filing_review.models import Chase, IssuedItem, IssueList
from tingchao.mechanisms.filing_review.procedure import CHASES
from tingchao.mechanisms.filing_review.rules import (
    MOST_LISTED,
    NO_LINES,
    TOO_MANY,
    Known,
    Listed,
    listed,
    matched,
)

NOT_YOURS = gettext_noop("目录由制定机关报，或者由这里的人大工作人员代录。")
SOME_WRONG = gettext_noop("有几行没有认出来，改好再存；您写的都还在。")
NOT_OVER = gettext_noop("只能报今年和以前年份的目录。")
CHASERS_ONLY = gettext_noop("发通知由这里的人大工作人员来办。")
NOTHING_MISSING = gettext_noop("这一项现在没有缺的，不用发通知。")
CHASED_BEFORE = gettext_noop("这一项已经发过通知，在办的可以发催办函。")
WORDS = {
    Chase.Kind.MISSING: gettext_noop(
        "目录里的《%(what)s》没有报备，请在期限内补报，或者说明为什么不用报备。"
    ),
    Chase.Kind.NO_LIST: gettext_noop(
        "还没有报送 %(what)s 年制定、修改和废止的规范性文件目录，请在期限内报送。"
    ),
    Chase.Kind.UNLISTED: gettext_noop("报备过的《%(what)s》没有列入年度目录，请补进目录，或者说明原因。"),
    Chase.Kind.LATE: gettext_noop("《%(what)s》没有按期限报备，请说明原因。"),
}
"""What a notice says when whoever sends it writes nothing else."""


def role_for(actor: Actor, maker: Body) -> Role | None:
    """Under which role somebody hands in a list for a maker; None when they may not."""
    for hold in actor.holds:
        if hold.role is Role.HANDLER and hold.body_id == maker.pk:
            return Role.HANDLER
        if hold.role in (Role.CLERK, Role.SYSTEM) and maker.region_id.startswith(hold.scope):
            return hold.role
    return None


@transaction.atomic
def list_keep(*, maker: Body, year: int, text: str, nothing: bool, actor: Actor, now: datetime) -> IssueList:
    """Keep a maker's list of a year, in place of the one before; matched with what was filed as it is kept.

    `nothing` says that there were none. Raises Refusal "forbidden", or "input" when a line cannot be read.
    """
    role = role_for(actor, maker)
    if role is None:
        raise Refusal("forbidden", NOT_YOURS)
    today = local_day(now)
    if not 2000 <= year <= today.year:
        raise refused_inputs({"text": NOT_OVER})
    items = [] if nothing else listed(clean_text(text), year)
    if fault := _fault(items, nothing):
        raise refused_inputs({"text": fault})
    kept, _ = IssueList.objects.update_or_create(
        maker=maker, year=year, defaults={"handed_on": today, "by": actor.name[:40]}
    )
    kept.items.all().delete()
    IssuedItem.objects.bulk_create(
        IssuedItem(
            list=kept, place=place, number=one.number, title=one.title, issued_on=one.day or today,
        )
        for place, one in enumerate(items, start=1)
    )  # fmt: skip
    list_match(kept)
    _note(kept, role, actor, now, items)
    _answer(maker, year, "list", gettext_noop("已经报送目录"), actor, now)
    return kept


def _fault(items: list[Listed], nothing: bool) -> str:
    if nothing:
        return ""
    if not items:
        return NO_LINES
    if len(items) > MOST_LISTED:
        return TOO_MANY
    return SOME_WRONG if any(one.fault for one in items) else ""


def _note(kept: IssueList, role: Role, actor: Actor, now: datetime, items: list[Listed]) -> None:
    told: list[JSON] = [[one.number, one.title, str(one.day)] for one in items]
    data: dict[str, JSON] = {"maker": kept.maker_id, "year": kept.year, "items": told}
    subject = f"issue_list:{kept.maker_id}:{kept.year}"
    facts = [
        Fact(
            kind="filing.listed", region_id=kept.maker.region_id, body_id=kept.maker_id, subject=subject,
            detail=str(kept.year), amount=len(items),
        )
    ]  # fmt: skip
    entry = record.Entry("filing.list", actor, str(role), now, data=data, facts=facts)
    record.append_to_stream(entry, stream=subject)


def list_match(kept: IssueList) -> int:
    """Tie each line of a list to the document it names, as far as one was filed; how many were."""
    items = list(kept.items.order_by("place"))
    rows = Document.objects.filter(maker=kept.maker_id, published_on__year=kept.year)
    filed = [Known(*row) for row in rows.values_list("pk", "number", "title", "published_on")]
    lines = [Listed(one.number, one.title, one.issued_on) for one in items]
    for item, document in zip(items, matched(lines, filed), strict=True):
        item.document_id = document
    IssuedItem.objects.bulk_update(items, ["document"])
    return sum(item.document_id is not None for item in items)


def listed_match(*, document: Document, actor: Actor, now: datetime) -> None:
    """A document that is filed takes its place on the list it stands on, and answers the notice that asked for it."""
    year = document.published_on.year
    kept = IssueList.objects.filter(maker=document.maker_id, year=year).first()
    if kept is None:
        return
    list_match(kept)
    for item in kept.items.filter(document=document):
        _answer(document.maker, year, key_of(item), gettext_noop("已经补报"), actor, now)


def key_of(item: IssuedItem) -> str:
    """What a notice about a line of a list is known by: its number, or else its title."""
    return f"item:{item.number or item.title}"[:60]


def _answer(maker: Body, year: int, key: str, reply: str, actor: Actor, now: datetime) -> None:
    """What a notice asked for is there: whoever handed it in answers it, where they are the maker's."""
    chase = Chase.objects.select_related("case").filter(maker=maker, year=year, key=key).first()
    if chase is None or chase.case.stage != "notified" or role_for(actor, maker) is not Role.HANDLER:
        return
    case_act(case_id=chase.case_id, action="comply", raw={"reply": reply}, actor=actor, now=now, apart=True)


# --- notices ----------------------------------------------------------------------------------------------


@transaction.atomic
def chase_open(
    *, maker: Body, year: int, kind: str, key: str, what: str, actor: Actor, now: datetime, letter: str = ""
) -> Case:
    """Send a notice of missing filing 未报备通知: a matter with a day for the answer, once for each thing."""
    if not any(
        hold.role in (Role.CLERK, Role.SYSTEM) and maker.region_id.startswith(hold.scope)
        for hold in actor.holds
    ):
        raise Refusal("forbidden", CHASERS_ONLY)
    Body.objects.select_for_update(no_key=True).get(pk=maker.pk)  # two who send the same at once take turns
    if Chase.objects.filter(maker=maker, year=year, key=key).exists():
        raise Refusal("input", CHASED_BEFORE)
    chosen = Chase.Kind(kind)
    said = clean_text(letter) or WORDS[chosen] % {"what": what}
    case = case_open(
        procedure=CHASES,
        title=f"{chosen.label}：{what}"[:120],
        text=said,
        region_code=maker.region_id,
        channel="desk",
        raised_by=actor.name[:40],
        actor=actor,
        now=now,
        beside=lambda case: Chase(case=case, kind=chosen, maker=maker, year=year, key=key),
    )
    raw = {"maker": str(maker.pk), "letter": said[:2000]}
    return case_act(case_id=case.pk, action="notify", raw=raw, actor=actor, now=now, apart=True)


@transaction.atomic
def items_chase(
    *, maker: Body, year: int, picked: list[str], actor: Actor, now: datetime, letter: str = ""
) -> int:
    """A notice for each of the things picked from the page of a maker: "list", or the lines and documents by key."""
    wanted = missing_of(maker, year, local_day(now))
    chosen = [one for one in wanted if one[1] in picked]
    if not chosen:
        raise Refusal("input", NOTHING_MISSING)
    for kind, key, what in chosen:
        chase_open(maker=maker, year=year, kind=kind, key=key, what=what, actor=actor, now=now, letter=letter)
    return len(chosen)


def missing_of(maker: Body, year: int, today: date) -> list[tuple[str, str, str]]:
    """What of a maker's year may be asked for, as (kind, key, what it is), without what was asked for before."""
    kept = IssueList.objects.filter(maker=maker, year=year).first()
    found: list[tuple[str, str, str]] = []
    if kept is None:
        if year < today.year:
            found.append((Chase.Kind.NO_LIST, "list", str(year)))
    else:
        rows = kept.items.filter(document__isnull=True).order_by("place")
        found += [(Chase.Kind.MISSING, key_of(item), item.title) for item in rows]
    documents = Document.objects.filter(maker=maker, published_on__year=year).exclude(
        state=Document.State.OUTSIDE
    )
    if kept is not None:
        hidden = documents.filter(listed__isnull=True).order_by("pk")
        found += [(Chase.Kind.UNLISTED, f"document:{one.pk}", one.title) for one in hidden]
    late = documents.filter(filing__late_by__gt=0).order_by("pk")
    found += [(Chase.Kind.LATE, f"late:{one.pk}", one.title) for one in late]
    before = set(Chase.objects.filter(maker=maker, year=year).values_list("key", flat=True))
    return [one for one in found if one[1] not in before]


@transaction.atomic
def lists_chase(*, makers: list[Body], year: int, actor: Actor, now: datetime) -> int:
    """A notice to each of these makers that gave no list of a year and was not asked for it; how many went out."""
    ids = [one.pk for one in makers]
    gave = set(IssueList.objects.filter(year=year, maker__in=ids).values_list("maker", flat=True))
    asked = set(Chase.objects.filter(year=year, maker__in=ids, key="list").values_list("maker", flat=True))
    open_ones = [one for one in makers if one.pk not in gave | asked]
    for maker in open_ones:
        chase_open(
            maker=maker, year=year, kind=Chase.Kind.NO_LIST, key="list", what=str(year), actor=actor, now=now
        )
    return len(open_ones)
