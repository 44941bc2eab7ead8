"""Writes of the casebook 案例选编: a correction written up without names, checked by a second person, published,
offered to the province, taken into its book; and what the province's book holds of other places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from tingchao.core.ledger import GENESIS, JSON, link
from tingchao.core.roles import Role
from tingchao.core.steps import Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.selectors import site
from tingchao.engine import record
from tingchao.engine.models import Fact
from tingchao.engine.timing import local_day
from tingchao.mechanisms.filing_review.models import Example, Filing
from tingchao.mechanisms.filing_review.rules import EXAMPLE_FIELDS, PUT_RIGHT, example_faults
from tingchao.mechanisms.filing_review.selectors.casebook import names_left, names_to_hide

CLERKS_ONLY = gettext_noop("案例由这里的人大工作人员来写、来核。")
NOT_PUT_RIGHT = gettext_noop("纠正到位的文件才能写成案例：已修改、已废止或者已撤销。")
WRITTEN_BEFORE = gettext_noop("这件文件已经写过案例，请在原来的案例上改。")
GONE = gettext_noop("没有找到这个案例，请回到列表看看。")
OTHER_STATE = gettext_noop("这个案例刚刚有了变化，请刷新看看。")
SECOND = gettext_noop("写案例的人不能自己核，请换一位同事。")
NO_BOOK = gettext_noop("请写明是哪一本案例选编，例如“浙江省备案审查案例选编（2026）”。")
NO_ORIGIN = gettext_noop("请写明是哪个地方的案例。")
AHEAD = gettext_noop("这一天还没有到，请填已经过去的日子。")
WHY = gettext_noop("请写明理由，5 个字以上。")
NAMES = gettext_noop("还有能认出是谁的内容，请换成甲、乙或者“某”：%(found)s")


@dataclass(frozen=True, slots=True)
class Written:
    """A case as it is written up: no maker, place, company or person can be known from it."""

    title: str
    problem: str
    ground: str
    handling: str
    lesson: str = ""

    def cleaned(self) -> dict[str, str]:
        return {key: clean_text(getattr(self, key)) for key in EXAMPLE_FIELDS}


@transaction.atomic
def example_write(*, case_id: int, written: Written, actor: Actor, now: datetime) -> Example:
    """Write up a correction. Refusal "input" names what is missing, or which names still stand in it."""
    filing = Filing.objects.select_related("case", "document").filter(pk=case_id).first()
    if filing is None:
        raise Refusal("gone", GONE)
    role = _require_clerk(actor, filing.case.region_id)
    if filing.case.outcome not in PUT_RIGHT:
        raise Refusal("not_here", NOT_PUT_RIGHT)
    texts = _sound(written, filing)
    try:
        with transaction.atomic():
            example = Example.objects.create(
                filing=filing,
                region_id=filing.document.region_id,
                origin=site().name[:40],
                **texts,
                **_by(actor, now),
            )
    except IntegrityError:
        raise Refusal("input", WRITTEN_BEFORE) from None
    _note(example, "written", actor, role, now, text=_digest(texts), filing=filing.case.number)
    return example


@transaction.atomic
def example_rewrite(*, example_id: int, written: Written, actor: Actor, now: datetime) -> Example:
    """Change a case that waits to be checked; whoever does is now its writer. A checked one waits again."""
    example, role = _locked(example_id, actor, Example.State.WRITTEN, Example.State.CHECKED)
    texts = _sound(written, example.filing)
    for key, value in (texts | _by(actor, now)).items():
        setattr(example, key, value)
    example.state, example.checked_by, example.checked_name = Example.State.WRITTEN, "", ""
    example.checked_at = None
    example.save()
    _note(example, "written", actor, role, now, text=_digest(texts))
    return example


@transaction.atomic
def example_check(*, example_id: int, actor: Actor, now: datetime) -> Example:
    """A second person has read it and knows nobody from it. Refusal "second_person" for whoever wrote it."""
    example, role = _locked(example_id, actor, Example.State.WRITTEN)
    if example.written_by == actor.key:
        raise Refusal("second_person", SECOND)
    _require_nameless({key: getattr(example, key) for key in EXAMPLE_FIELDS}, example.filing)
    example.state = Example.State.CHECKED
    example.checked_by, example.checked_name, example.checked_at = actor.key, actor.name[:40], now
    example.save(update_fields=["state", "checked_by", "checked_name", "checked_at"])
    _note(example, "checked", actor, role, now)
    return example


@transaction.atomic
def example_publish(*, example_id: int, actor: Actor, now: datetime) -> Example:
    """Let everybody read a case that was checked."""
    example, role = _locked(example_id, actor, Example.State.CHECKED)
    example.state, example.published_at = Example.State.PUBLISHED, now
    example.save(update_fields=["state", "published_at"])
    words: dict[str, JSON] = {key: str(getattr(example, key)) for key in EXAMPLE_FIELDS}
    _note(example, "published", actor, role, now, words=words)
    return example


@transaction.atomic
def example_withdraw(*, example_id: int, reason: str, actor: Actor, now: datetime) -> Example:
    """Take a case out of the book and off the public page, with a reason. Another may be written instead."""
    states = (Example.State.WRITTEN, Example.State.CHECKED, Example.State.PUBLISHED)
    example, role = _locked(example_id, actor, *states)
    reason = clean_text(reason)[:500]
    if len(reason) < 5:
        raise refused_inputs({"reason": WHY})
    example.state = Example.State.WITHDRAWN
    example.save(update_fields=["state"])
    _note(example, "withdrawn", actor, role, now, reason=reason)
    return example


@transaction.atomic
def example_offer(*, example_id: int, actor: Actor, now: datetime) -> Example:
    """Offer a checked case to the province as a candidate. Offered twice, it is once."""
    example, role = _locked(example_id, actor, Example.State.CHECKED, Example.State.PUBLISHED)
    if example.offered_on is None:
        example.offered_on = local_day(now)
        example.save(update_fields=["offered_on"])
        _note(example, "offered", actor, role, now)
    return example


@transaction.atomic
def example_select(*, example_id: int, book: str, day: date, actor: Actor, now: datetime) -> Example:
    """Record that the province took a case into its book. Selected twice, it counts once."""
    example, role = _locked(example_id, actor, Example.State.CHECKED, Example.State.PUBLISHED)
    if example.selected_on is not None:
        return example
    if example.offered_on is None:
        raise Refusal("not_here", gettext_noop("先报省里作候选，选上了再记。"))
    _take_in(example, book, day, role, actor, now)
    return example


@transaction.atomic
def example_known(
    *, origin: str, written: Written, book: str, day: date, actor: Actor, now: datetime
) -> Example:
    """Enter a case of another place as the province's book has it. It is the book's own text, checked like ours."""
    region = f"{site().region_code[:2]}0000000000"
    role = _require_clerk(actor, site().region_code)
    origin = clean_text(origin)[:40]
    if not origin:
        raise refused_inputs({"origin": NO_ORIGIN})
    texts = _sound(written, None)
    known = Example.objects.filter(filing=None, origin=origin, title=texts["title"]).first()
    if known is not None:
        return known
    example = Example.objects.create(region_id=region, origin=origin, **texts, **_by(actor, now))
    _note(example, "written", actor, role, now, text=_digest(texts), origin=origin)
    _take_in(example, book, day, role, actor, now)
    return example


def _take_in(example: Example, book: str, day: date, role: Role, actor: Actor, now: datetime) -> None:
    book = clean_text(book)[:60]
    if len(book) < 4:
        raise refused_inputs({"book": NO_BOOK})
    if day > local_day(now):
        raise refused_inputs({"day": AHEAD})
    example.book, example.selected_on = book, day
    example.save(update_fields=["book", "selected_on"])
    fact = Fact(
        kind="filing.casebook",
        region_id=example.region_id,
        subject=example.stream,
        day=day,
        detail="own" if example.filing_id else "elsewhere",
    )
    _note(example, "selected", actor, role, now, facts=[fact], book=book, day=day.isoformat())


def _sound(written: Written, filing: Filing | None) -> dict[str, str]:
    """The cleaned texts; Refusal "input" when something is missing, too long, or names somebody."""
    texts = written.cleaned()
    if faults := example_faults(texts):
        raise refused_inputs(faults)
    _require_nameless(texts, filing)
    return texts


def _require_nameless(texts: Mapping[str, str], filing: Filing | None) -> None:
    hidden = names_to_hide(filing)
    for key, text in texts.items():
        if found := names_left(text, hidden):
            raise Refusal("input", NAMES, {"found": "、".join(found[:6])}, fields={key: NAMES})


def _require_clerk(actor: Actor, region_code: str) -> Role:
    holds = (hold for hold in actor.holds if hold.role in (Role.CLERK, Role.SYSTEM))
    if not any(region_code.startswith(hold.scope) for hold in holds):
        raise Refusal("forbidden", CLERKS_ONLY)
    return Role.CLERK


def _locked(example_id: int, actor: Actor, *states: Example.State) -> tuple[Example, Role]:
    rows = Example.objects.select_for_update(of=("self",)).select_related("filing__document")
    example = rows.filter(pk=example_id).first() if example_id < 2**63 else None
    if example is None:
        raise Refusal("gone", GONE)
    role = _require_clerk(actor, example.region_id if example.filing_id else site().region_code)
    if example.state not in states:
        raise Refusal("moved_on", OTHER_STATE)
    return example, role


def _by(actor: Actor, now: datetime) -> dict[str, object]:
    return {"written_at": now, "written_by": actor.key, "written_name": actor.name[:40]}


def _digest(texts: Mapping[str, str]) -> str:
    return link(GENESIS, dict(texts))


def _note(
    example: Example,
    action: str,
    actor: Actor,
    role: Role,
    now: datetime,
    *,
    facts: list[Fact] | None = None,
    **data: JSON,
) -> None:
    entry = record.Entry(
        action=f"example.{action}", actor=actor, role=str(role), now=now, data=dict(data), facts=facts or []
    )
    record.append_to_stream(entry, stream=example.stream)
