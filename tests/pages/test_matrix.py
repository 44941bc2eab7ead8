"""Every address of the site × every role × in scope and out of it: who gets which answer. The rows: matrix.py."""

from __future__ import annotations

import io
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from django.utils.timezone import localdate, now
from PIL import Image

from tests.meetings.conftest import announced
from tests.pages.matrix import EVERYBODY, ROLES, ROWS, Row
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.models import Region, Station
from tingchao.directory.services import account_create, grant_give, station_create
from tingchao.engine.files import files_keep
from tingchao.engine.links import passcode_for
from tingchao.engine.messages import unsubscribe_code
from tingchao.engine.models import Attachment, Fact
from tingchao.engine.services import case_act
from tingchao.engine.targets import Owner, target_add
from tingchao.engine.timing import local_day
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.documents.services import Written
from tingchao.instruments.letters.services import Drafted, letter_issue
from tingchao.instruments.live.services import live_open
from tingchao.instruments.live.snapshots import publish
from tingchao.instruments.meetings.services import Asked, Invited, plan_propose
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over
from tingchao.instruments.meetings.watching import watch_code
from tingchao.mechanisms.contact_stations.services.deliberations import deliberation_raise
from tingchao.mechanisms.contact_stations.services.drafts import draft_open
from tingchao.mechanisms.deputy_duty.services.stories import Words, story_write
from tingchao.mechanisms.filing_review.models import Receipt
from tingchao.mechanisms.filing_review.selectors import filing_of
from tingchao.mechanisms.filing_review.services import filing_file
from tingchao.mechanisms.public_voices.services import voice_file
from tingchao.mechanisms.public_voices.services.voters import Typed, voter_add

SCOPES = {"administrator": "", "auditor": "", "clerk": "3301"}
"""In scope: these roles hold theirs for more than the sub-district."""

MISSING = (
    "No row says who may come to {missing}. Add one for each to ROWS in tests/pages/matrix.py: its name, a path, "
    "who may come in, and what they get for GET and POST."
)
GONE = "tests/pages/matrix.py has rows for addresses that are no more: {gone}. Take them out."


def addresses(patterns: Any, space: str = "") -> Iterator[str]:
    """The names of all addresses, e.g. "desk:case", from the resolver itself."""
    for one in patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from addresses(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)


def test_every_address_of_the_site_has_a_row():
    there, rows = set(addresses(get_resolver().url_patterns)), {row.name for row in ROWS}
    assert not there - rows, MISSING.format(missing=sorted(there - rows))
    assert not rows - there, GONE.format(gone=sorted(rows - there))
    assert not any(name.endswith("None") for name in there), "an address without a name"


def test_the_roles_are_all_that_an_account_may_hold():
    assert {*ROLES, "reporter", "system"} == {str(role) for role in Role}


@pytest.mark.parametrize("role", [Role.REPORTER, Role.SYSTEM])
def test_no_account_is_a_reporter_or_the_clock(role, town):
    account = account_create(username="x", name="某人", password=None, actor=SYSTEM, now=NOW)
    with pytest.raises(ValueError, match="no account"):
        grant_give(account=account, role=role, scope="", since=SINCE, actor=SYSTEM)


# --- the world that the paths speak of --------------------------------------------------------------------


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")


@pytest.fixture
def names(town: Any, handed: dict[str, Any]) -> dict[str, str]:
    """What the paths of the rows may name: a matter that a body acts on, two deputies following."""
    station_create(name="北山街道中心站", kind=Station.Kind.CENTRE, region_code="330106001000", actor=SYSTEM)
    case = voice_file(
        text="府前路三盏路灯不亮，晚上看不清台阶。",
        region_code=town.region,
        station_id=town.station.pk,
        channel="code",
        actor=reporter(0),
        now=NOW,
        files=files_keep([photo()]),
    )
    case_act(case_id=case.pk, action="assign", raw=handed, actor=town.liaison, now=NOW)
    target = target_add(
        owner=Owner(role="liaison", scope="330182001"),
        kind="wecom",
        typed={"key": "k" * 36},
        actor=town.liaison,
        now=NOW,
    )
    return {
        "number": case.number,
        "passcode": passcode_for(case),
        "digest": Attachment.objects.get().digest,
        "token": token_of(town.station.pk) or "",
        "station": str(town.station.pk),
        "target": str(target.pk),
        "ending": unsubscribe_code(target),
        "voter": str(voter_add(typed=Typed(name="王建国"), actor=town.deputy, now=NOW).pk),
        "deputy": str(town.deputies[0].pk),
        **gatherings(town),
        "story": str(told(town).pk),
        "filed": filed(town),
        "letter": str(written(town, case).pk),
        "topic": topic(town),
        "receipt": str(Receipt.objects.get().pk),
        "maker": str(town.bodies.chengguan.pk),
        "draft": str(
            draft_open(
                title="小区停车管理办法（草案）",
                kind="legislation",
                issuer="",
                text="第一条 为了停车有序，制定本办法。\n第二条 夜间沿街车位开放给居民。",
                region=Region.objects.get(pk="330182000000"),
                until=localdate() + timedelta(days=31),
                submission="draft",
                actor=town.clerk,
                now=now(),
            ).pk
        ),
    }


def written(town: Any, case: Any) -> Any:
    """A letter to the body that leads the matter, which it has to answer."""
    drafted = Drafted(
        kind="ask",
        body=str(town.bodies.chengguan.pk),
        title="府前路路灯",
        text="请说明原因和修复的日子。",
        reply_by=(localdate() + timedelta(days=5)).isoformat(),
    )
    return letter_issue(case_id=case.pk, drafted=drafted, actor=town.clerk, now=now())


def topic(town: Any) -> str:
    """A topic that people will deliberate, put at the station."""
    made = deliberation_raise(
        title="充电桩怎么加",
        text="小区六百户只有六个桩，怎么加、谁出钱。",
        station=town.station,
        actor=town.liaison,
        now=NOW,
    )
    return made.number


def told(town: Any) -> Any:
    """A story of the first deputy that a clerk has written; the deputy has not agreed to it yet."""
    deputy = town.deputies[0]
    starts = now() - timedelta(days=2)
    came = Comer(deputy.name, deputy_id=deputy.pk)
    past = Past("study", "学习会", town.region, starts, starts + timedelta(hours=1), "study", comers=[came])
    meetings_take_over(pasts=[past], actor=SYSTEM)
    fact = Fact.objects.get(deputy=deputy, kind="meeting.attended.study")
    words = Words("路灯亮了", "菜场东门的路灯不亮，代表陪着城管中队去看，三天就修好了。" * 2, [fact.pk])
    return story_write(deputy_id=deputy.pk, words=words, actor=town.clerk, now=now())


def filed(town: Any) -> str:
    """A document that the body of the handler here has filed; it is under review."""
    text = "城管中队停车管理办法\n\n第一条 为了停车有序，制定本办法。\n第二条 沿街车位夜间开放。"
    written = Written(maker=town.bodies.chengguan, text=text, published_on=local_day(NOW))
    case = filing_file(written=written, submission=None, actor=town.handler, now=NOW)
    return str(filing_of(case).document_id)


def gatherings(town: Any) -> dict[str, str]:
    """A reception that is announced to everybody, a study with the first deputy on its list, a plan."""
    moment = timezone.now()
    guests = Invited(deputies=town.deputies[:1])
    reception = announced(town, moment, invited=guests)
    study = announced(town, moment, kind="study", invited=guests)
    asked = Asked(moment.year + 1, weekday=2, nth=2, begins=time(9), ends=time(11))
    plan, _ = plan_propose(station=town.station, asked=asked, actor=town.liaison, now=moment)
    return {
        "meeting": str(reception.pk),
        "watch": watch_code(reception.pk),
        "study": str(study.pk),
        "plan": str(plan.pk),
        "faces": str(faces(town, moment)),
    }


def faces(town: Any, moment: datetime) -> int:
    """A head of bureau face to face with people, whose live side is open."""
    meeting = announced(
        town, moment, kind="face_to_face", by=town.clerk, invited=Invited(bodies=[town.bodies.zhujian])
    )
    live_open(meeting_id=meeting.pk, stream="", actor=town.clerk, now=moment)
    publish(meeting.pk, moment, at_once=True)
    return meeting.pk


@pytest.fixture
def browsers(town: Any) -> dict[str, Client]:
    """A browser for each: every role in scope and elsewhere, an account without a role, nobody."""
    found = {"nobody": Client(), "without a role": _browser(_account("without"))}
    for role in ROLES:
        here = town.deputies[0] if role == "deputy" else None
        other = town.deputies[3] if role == "deputy" else None
        bodies = (town.bodies.chengguan, town.bodies.jiaojing) if role == "handler" else (None, None)
        # a handler of another body and a deputy who does not follow stand in the very same place
        near = SCOPES.get(role, "330182001")
        far = near if role in ("handler", "deputy") else "330106"
        found[role] = _browser(_account(role, near, bodies[0], here))
        found[f"{role} elsewhere"] = _browser(_account(role, far, bodies[1], other, "-elsewhere"))
    return found


def _account(role: str, scope: str = "", body: Any = None, deputy: Any = None, mark: str = "") -> Any:
    made = account_create(
        username=f"{role}{mark}", name="某人", password=None, actor=SYSTEM, now=NOW, deputy=deputy
    )
    if role in ROLES:
        grant_give(account=made, role=Role(role), scope=scope, body=body, since=SINCE, actor=SYSTEM)
    return made


def _browser(account: Any) -> Client:
    made = Client()
    made.force_login(account, "tingchao.desk.backends.AccountBackend")
    return made


# --- the table --------------------------------------------------------------------------------------------


def expected(row: Row, who: str, method: str) -> int:
    """What `who` gets: a method that is not taken is refused to everybody before anything else is asked."""
    status = row.get if method == "get" else row.post
    if who in row.who or (status == 405 and not row.door_first):
        return status
    if who == "without a role" and row.others == 404:
        return 403  # the door of the desk stands before what hides itself
    return row.nobody if who == "nobody" else row.others


def faults(row: Row, names: dict[str, str], browsers: dict[str, Client]) -> list[str]:
    """Every answer of an address that is not the one its row says."""
    path, wrong = row.path.format(**names), []
    for method in ("get", "post"):
        for who, browser in browsers.items():
            kept = deepcopy(browser.cookies)
            with transaction.atomic():  # so that what one does is not there for the next
                answer = getattr(browser, method)(path, row.form if method == "post" else {})
                transaction.set_rollback(True)
            browser.cookies = kept
            if answer.status_code != expected(row, who, method):
                told = f"{answer.status_code}, not {expected(row, who, method)}"
                wrong.append(f"{row.name} {path}: {method} by {who}: {told}")
    return wrong


PARTS = 4
"""The rows are looked at in so many tests: making all the accounts takes longer than asking for a page."""


@pytest.mark.parametrize("part", range(PARTS))
def test_who_gets_which_answer(part, names, browsers):
    assert set(browsers) == EVERYBODY
    wrong = [fault for row in ROWS[part::PARTS] for fault in faults(row, names, browsers)]
    assert not wrong, "\n" + "\n".join(wrong)
