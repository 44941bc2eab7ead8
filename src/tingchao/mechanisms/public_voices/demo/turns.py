"""The harder turns of the loop, one voice each: merged, split, supervised, withdrawn, waiting, a group's theme."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold, reporter
from tingchao.directory.models import Account, Group
from tingchao.engine.models import Case
from tingchao.engine.services import case_act
from tingchao.engine.timing import local_day
from tingchao.mechanisms.public_voices.demo.teller import (
    HOME_STREET,
    Place,
    Step,
    Story,
    Teller,
    Turn,
    handler,
    holder,
    step,
    tool,
)


def _handed(teller: Teller, story: Story, place: Place) -> Step:
    given = {**teller.handed_to(story, place), "joint": [], "tier": story["tier"]}
    return step("assign", place.liaison, given)


def _merged(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """Another resident says the same: merged, and both hear how it goes on."""

    def same(case_id: int, moment: datetime) -> datetime:
        other = teller.hear(story, place, moment, 10_000 + case_id)
        raw = {"main": Case.objects.get(pk=case_id).number}
        case_act(case_id=other.pk, action="merge", raw=raw, actor=place.liaison, now=moment)
        return moment

    yield _handed(teller, story, place)
    yield same
    yield tool("tell", handler, said="师傅已经来看过，材料到了就动手。")


def _split(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """Parts for two more bodies, of which one has handed in its opinion; the lead asks for more time."""
    done, open_ = [body for key, body in place.bodies.items() if key != story["body"]][:2]
    joint = Actor("account", 0, "会办单位经办人", (Hold(Role.HANDLER, "", done.pk),))
    yield _handed(teller, story, place)
    yield tool("split", place.liaison, body=str(done.pk), note="请到现场看看，有没有别的管线。")
    yield tool("split", place.liaison, body=str(open_.pk), note="请定施工那天怎么安排。")
    yield tool("opinion", joint, note="看过了，没有别的管线，可以施工。")
    yield tool("ask_time", handler, amount="5", note="材料要从外地调，下周才到。")


def _supervised(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    yield _handed(teller, story, place)
    yield tool("supervise", holder(Role.LEADER, place.station.region_id), note="群众反映多次，请一周内办好。")


def _withdrawn(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """Made known, then taken back since a photograph showed too much."""
    yield from _drafted(teller, story, place)
    yield step("publish", place.coordinator, {})
    yield step("withdraw", place.liaison, {"reason": "有居民说照片里看得出是谁家，先撤下。"})


def _drafted(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """Written, and waiting for a second person."""
    yield _handed(teller, story, place)
    yield step("answer", handler, {"result": "done", "answer": story["answer"]})
    yield step("rate_good", reporter, {})
    account = {"public_title": story["public_title"], "public_text": story["public_text"]}
    yield step("draft", place.liaison, account)


def _themed(teller: Teller, story: Story, place: Place) -> Iterator[Step]:
    """A deputies' group takes it as its theme, visits, and rates the answer apart from the reporter."""
    group = Group.objects.filter(region__code__startswith=HOME_STREET).order_by("id").first()
    assert group is not None
    raw = {"lead": place.bodies[story["body"]].pk, "group": group.pk, "tier": story["tier"]}
    yield step("theme", place.liaison, raw)
    deputy = Account.objects.get(username="daibiao")
    actor = Actor("account", deputy.pk, deputy.name, (Hold(Role.DEPUTY, HOME_STREET),), deputy.deputy_id)
    visited = local_day(teller.now - timedelta(days=3)).isoformat()
    yield tool("visit", actor, on=visited, note="走了三个小区，和十来位居民聊过，都说晚上最不方便。")
    yield step("answer", handler, {"result": "planned", "answer": story["answer"]})
    yield tool("deputy_rate", actor, rating="fair", said="方案可以，开工的日子还要再定准。")
    yield tool("reply_rating", handler, said="开工日期定了就告诉大家，欢迎代表来看。")


TURNS: tuple[Turn, ...] = (_merged, _split, _supervised, _withdrawn, _drafted, _themed)
