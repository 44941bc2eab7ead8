"""Stories of deputies: written about deeds on a record, agreed to by the deputy, looked at by a second person, known.

个人信息保护法 arts 13–15, 25: nobody's story is made public without their consent, and they may take it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from tingchao.core.ledger import JSON
from tingchao.core.privacy import public_fault
from tingchao.core.roles import Role
from tingchao.core.steps import Fault, Refusal, clean_text, refused_inputs
from tingchao.core.text import gettext_noop
from tingchao.directory.actors import Actor
from tingchao.directory.models import Deputy
from tingchao.engine import record
from tingchao.engine.models import Fact, Notice
from tingchao.engine.notices import notice, to_deputy, to_role
from tingchao.mechanisms.deputy_duty.manifest import KEEPS_RECORDS
from tingchao.mechanisms.deputy_duty.models import Story, StoryTie

LEAST, MOST, MOST_TITLE, MOST_TIES = 30, 5000, 60, 20

NO_TITLE = gettext_noop("请写标题，4 到 60 个字。")
NO_TEXT = gettext_noop("请写这个故事，30 到 5000 个字。")
NO_TIES = gettext_noop("请至少勾一条履职记录，说明这个故事依据什么。")
NOT_THEIRS = gettext_noop("有的记录不在这位代表的档案里，请刷新页面再勾。")
NO_DEPUTY = gettext_noop("没有这位代表，请刷新页面再选。")
NOT_YOURS = gettext_noop("只有代表本人和管这里的人大工作人员能写、能改。")
ONLY_THE_DEPUTY = gettext_noop("只有代表本人能同意。")
ONLY_CLERKS = gettext_noop("公开要由管这里的人大工作人员来办。")
SECOND_PERSON = gettext_noop("写的人不能自己把关，请另一位人大工作人员看过再公开。")
NOT_AGREED = gettext_noop("代表还没有同意现在的文字，先不能公开。")
MOVED_ON = gettext_noop("文字刚被改过，请看过现在的再点；您写的还在。")
GONE = gettext_noop("没有这个故事，可能刚被撤下了，请刷新页面看看。")
NO_REASON = gettext_noop("请写一句为什么撤下。")
WITHDRAWN = gettext_noop("这个故事已经撤下，要再公开请改好再走一遍。")


@dataclass(frozen=True, slots=True)
class Words:
    """What a story says, and the facts on the record that it tells of."""

    title: str
    text: str
    fact_ids: Sequence[int] = ()


def may_keep(actor: Actor, region_code: str) -> Role | None:
    """The role under which somebody looks after the stories of a place; None when they do not."""
    roles = sorted(
        hold.role for hold in actor.holds if hold.role in KEEPS_RECORDS and region_code.startswith(hold.scope)
    )
    return roles[0] if roles else None


def _role(actor: Actor, deputy: Deputy) -> str:
    """The role under which somebody writes a story of a deputy; raises Refusal "forbidden"."""
    if actor.deputy_id is not None and actor.deputy_id == deputy.pk:
        return str(Role.DEPUTY)
    role = may_keep(actor, deputy.region_id)
    if role is None:
        raise Refusal("forbidden", NOT_YOURS)
    return str(role)


@transaction.atomic
def story_write(
    *, deputy_id: int, words: Words, actor: Actor, now: datetime, submission: str | None = None
) -> Story:
    """Write a story of a deputy. The deputy who writes it has agreed to it; anybody else asks for consent.

    The same `submission` is one story. Raises Refusal "forbidden", "input".
    """
    known = Story.objects.filter(submission=submission).first() if submission else None
    if known is not None:
        return known
    deputy = Deputy.objects.filter(pk=deputy_id).first() if 0 < deputy_id < 2**63 else None
    if deputy is None:
        raise refused_inputs({"deputy": NO_DEPUTY})
    role = _role(actor, deputy)
    title, text = _cleaned(words, deputy)
    story = Story(
        deputy=deputy,
        region_id=deputy.region_id,
        station_id=deputy.station_id,
        title=title,
        text=text,
        submission=submission,
    )
    _sign(story, actor, now)
    try:
        with transaction.atomic():
            story.save()
    except IntegrityError:
        return Story.objects.get(submission=submission)
    _tie(story, words)
    _record(story, "write", actor, role, now, told=_told(story), data=_said(story, words))
    return story


@transaction.atomic
def story_change(*, story_id: int, words: Words, seen: int, actor: Actor, now: datetime) -> Story:
    """Write it anew: other words need consent and a second person again, and are not public until then.

    `seen` is the version that the writer started from. Raises Refusal "gone", "forbidden", "moved_on", "input".
    """
    story = _locked(story_id)
    role = _role(actor, story.deputy)
    _require_seen(story, seen)
    title, text = _cleaned(words, story.deputy)
    story.title, story.text, story.version = title, text, story.version + 1
    story.known_at, story.checker_name, story.reason = None, "", ""
    _sign(story, actor, now)
    story.save()
    story.ties.all().delete()
    _tie(story, words)
    _record(story, "change", actor, role, now, told=_told(story), data=_said(story, words))
    return story


@transaction.atomic
def story_agree(*, story_id: int, seen: int, actor: Actor, now: datetime) -> Story:
    """The deputy agrees to these very words. Agreed twice, it is once."""
    story = _locked(story_id)
    if actor.deputy_id is None or actor.deputy_id != story.deputy_id:
        raise Refusal("forbidden", ONLY_THE_DEPUTY)
    _require_seen(story, seen)
    if story.state != Story.State.WRITTEN:
        return story
    story.state, story.agreed_at = Story.State.AGREED, now
    story.save(update_fields=["state", "agreed_at"])
    _record(story, "agree", actor, str(Role.DEPUTY), now, told=_told(story), data={"version": story.version})
    return story


@transaction.atomic
def story_publish(*, story_id: int, seen: int, actor: Actor, now: datetime) -> Story:
    """Make it known, by a second person who has looked at it for whoever might be recognised.

    Raises Refusal "forbidden", "second_person", "not_here" without consent, "moved_on", "input" where personal data
    stands in the words.
    """
    story = _locked(story_id)
    role = may_keep(actor, story.region_id)
    if role is None:
        raise Refusal("forbidden", ONLY_CLERKS)
    if actor.key == story.writer or actor.deputy_id == story.deputy_id:
        raise Refusal("second_person", SECOND_PERSON)
    _require_seen(story, seen)
    if story.state == Story.State.KNOWN:
        return story
    if story.state != Story.State.AGREED:
        raise Refusal("not_here", WITHDRAWN if story.state == Story.State.WITHDRAWN else NOT_AGREED)
    _require_public(story.title, story.text)
    story.state, story.known_at, story.checker_name = Story.State.KNOWN, now, actor.name[:40]
    story.save(update_fields=["state", "known_at", "checker_name"])
    data: dict[str, JSON] = {"version": story.version, "title": story.title, "text": story.text}
    _record(story, "publish", actor, str(role), now, data=data)
    return story


@transaction.atomic
def story_withdraw(*, story_id: int, reason: str, actor: Actor, now: datetime) -> Story:
    """Take it down: by the deputy, who takes their consent back, or by whoever looks after it, with a reason."""
    story = _locked(story_id)
    role = _role(actor, story.deputy)
    why = " ".join(clean_text(reason).split())[:200]
    if not why and role != Role.DEPUTY:  # 个人信息保护法 art. 15: consent is taken back without a reason
        raise refused_inputs({"reason": NO_REASON})
    if story.state == Story.State.WITHDRAWN:
        return story
    story.state, story.reason, story.known_at, story.agreed_at = Story.State.WITHDRAWN, why, None, None
    story.save(update_fields=["state", "reason", "known_at", "agreed_at"])
    _record(story, "withdraw", actor, role, now, note=why)
    return story


# --- parts ------------------------------------------------------------------------------------------------


def _locked(story_id: int) -> Story:
    rows = Story.objects.select_for_update(no_key=True, of=("self",)).select_related("deputy")
    found = rows.filter(pk=story_id).first() if 0 < story_id < 2**63 else None
    if found is None:
        raise Refusal("gone", GONE)
    return found


def _require_seen(story: Story, seen: int) -> None:
    if seen != story.version:
        raise Refusal("moved_on", MOVED_ON)


def _cleaned(words: Words, deputy: Deputy) -> tuple[str, str]:
    title, text = " ".join(clean_text(words.title).split()), clean_text(words.text)
    faults: dict[str, str | Fault] = {}
    if not 4 <= len(title) <= MOST_TITLE:
        faults["title"] = NO_TITLE
    if not LEAST <= len(text) <= MOST:
        faults["text"] = NO_TEXT
    ids = set(words.fact_ids)
    if not 1 <= len(ids) <= MOST_TIES:
        faults["facts"] = NO_TIES
    elif Fact.objects.filter(pk__in=[one for one in ids if 0 < one < 2**63], deputy=deputy).count() != len(
        ids
    ):
        faults["facts"] = NOT_THEIRS
    if faults:
        raise refused_inputs(faults)
    _require_public(title, text)
    return title, text


def _require_public(title: str, text: str) -> None:
    faults: dict[str, str | Fault] = {
        key: Fault(*found)
        for key, words in (("title", title), ("text", text))
        if (found := public_fault(words)) is not None
    }
    if faults:
        raise refused_inputs(faults)


def _sign(story: Story, actor: Actor, now: datetime) -> None:
    """Whose words they are now; a deputy agrees to their own."""
    own = actor.deputy_id is not None and actor.deputy_id == story.deputy.pk
    story.writer, story.writer_name, story.written_at = actor.key, actor.name[:40], now
    story.state = Story.State.AGREED if own else Story.State.WRITTEN
    story.agreed_at = now if own else None


def _tie(story: Story, words: Words) -> None:
    StoryTie.objects.bulk_create(StoryTie(story=story, fact_id=one) for one in sorted(set(words.fact_ids)))


def _said(story: Story, words: Words) -> dict[str, JSON]:
    facts: list[JSON] = [*sorted(set(words.fact_ids))]
    return {"version": story.version, "title": story.title, "text": story.text, "about": facts}


def _told(story: Story) -> list[Notice]:
    """Who acts next: the deputy, or whoever looks after stories there."""
    about: dict[str, JSON] = {"title": story.title, "link": ["deputy_duty:story", story.pk]}
    if story.state == Story.State.WRITTEN:
        return [notice(to_deputy(story.deputy_id), "story_written", **about)]
    return [notice(to_role(Role.CLERK, story.region_id), "story_agreed", **about)]


def _record(
    story: Story,
    action: str,
    actor: Actor,
    role: str,
    now: datetime,
    *,
    note: str = "",
    data: Mapping[str, JSON] | None = None,
    told: Sequence[Notice] = (),
) -> None:
    entry = record.Entry(
        action=f"story.{action}",
        actor=actor,
        role=role,
        now=now,
        note=note,
        data=dict(data or {}),
        notices=list(told),
    )
    record.append_to_stream(entry, stream=story.stream)
