"""Two people on one matter at the same moment, over HTTP: one wins, the other sees what happened and loses nothing.

Both have the page before them; a gate holds each back where it would lock the row until the other has come there too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, SINCE, build_town
from django.db import connection
from django.test import Client
from django.utils.timezone import now as clock

from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.services import account_create, grant_give
from tingchao.engine import care, services
from tingchao.engine.links import passcode_for
from tingchao.engine.models import Assignment, Case, Event
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act, stage_token
from tingchao.engine.sweep import cases_sweep
from tingchao.mechanisms.public_voices.services import voice_file

ANSWER = "三盏灯已经换好，请您今晚看看。"
WHY = "这一段路不归我们管，请交给住建局。"


@pytest.fixture
def city(transactional_db) -> SimpleNamespace:
    """The small directory with a browser for each part, and a matter."""
    town = build_town()
    town.browsers = {
        "liaison": _browser("l1", Role.LIAISON),
        "other liaison": _browser("l2", Role.LIAISON),
        "coordinator": _browser("c", Role.COORDINATOR),
        "handler": _browser("h1", Role.HANDLER, town.bodies.chengguan),
        "other handler": _browser("h2", Role.HANDLER, town.bodies.chengguan),
    }
    town.handed = {
        "lead": str(town.bodies.chengguan.pk),
        "deputies": [str(one.pk) for one in town.deputies[:2]],
        "tier": "ordinary",
    }
    return town


def _browser(name: str, role: Role, body: Any = None) -> Client:
    account = account_create(username=name, name=name, password=None, actor=SYSTEM, now=NOW)
    scope = "330182" if body else "330182001"
    grant_give(account=account, role=role, scope=scope, body=body, since=SINCE, actor=SYSTEM)
    made = Client(raise_request_exception=False)
    made.force_login(account, "tingchao.desk.backends.AccountBackend")
    return made


def heard(city: SimpleNamespace, text: str = "府前路三盏路灯不亮，晚上看不清台阶。") -> Case:
    return voice_file(
        text=text,
        region_code=city.region,
        station_id=city.station.pk,
        channel="code",
        actor=reporter(0),
        now=clock() - timedelta(minutes=5),
    )


def at_stage(city: SimpleNamespace, stage: str) -> Case:
    """A matter that stands at a stage."""
    case = heard(city)
    moment = clock() - timedelta(minutes=4)
    if stage in ("acting", "rating", "publishing"):
        case = case_act(case_id=case.pk, action="assign", raw=city.handed, actor=city.liaison, now=moment)
    if stage in ("rating", "publishing"):
        raw = {"result": "done", "answer": ANSWER}
        case = case_act(case_id=case.pk, action="answer", raw=raw, actor=city.handler, now=moment)
    if stage == "publishing":
        case = case_act(case_id=case.pk, action="rate_good", raw={}, actor=reporter(case.pk), now=moment)
    return case


@pytest.fixture
def gate(monkeypatch) -> threading.Barrier:
    """Nobody locks a matter before both have come to where they lock it."""
    barrier = threading.Barrier(2)

    def meeting(case_id: int, locked: Callable[[int], Case] = services.locked_case) -> Case:
        barrier.wait(timeout=60)
        return locked(case_id)

    monkeypatch.setattr(services, "locked_case", meeting)
    monkeypatch.setattr(care, "locked_case", meeting)
    return barrier


def both(*steps: Callable[[], Any]) -> list[Any]:
    """What each step gives, all taken at once, each over a connection of its own."""
    given: list[Any] = [None] * len(steps)

    def run(place: int) -> None:
        try:
            given[place] = steps[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive(), "two of them wait for each other"
    return given


def sends(city: SimpleNamespace, who: str, case: Case, action: str, **typed: Any) -> Callable[[], Any]:
    """Somebody presses the button of an action or a tool on the page that they have before them."""
    form = {"action": action, "seq": stage_token(case)}
    form |= {f"{action}.{key}": value for key, value in typed.items()}
    if who == "reporter":
        phone = Client(raise_request_exception=False)
        path = f"/m/{case.number}/{passcode_for(case)}/"
        return lambda: phone.post(path, form)
    return lambda: city.browsers[who].post(f"/desk/case/{case.number}/act/", form)


ASSIGN = {"lead": "lead", "deputies": "deputies", "tier": "ordinary"}

ONE_WINS = [
    # what, stage, (who, action, typed), (who, action, typed)
    (
        "assign and answer",
        "sorting",
        ("liaison", "assign", ASSIGN),
        ("other liaison", "answer_now", {"answer": ANSWER}),
    ),
    (
        "the same answer twice",
        "sorting",
        ("liaison", "answer_now", {"answer": ANSWER}),
        ("liaison", "answer_now", {"answer": ANSWER}),
    ),
    (
        "decline and deliberate",
        "sorting",
        ("coordinator", "decline", {"ground": "lawsuit", "instead": "请向建德市人民法院起诉。"}),
        ("liaison", "deliberate", {"topic": "路灯谁来修", "tier": "small"}),
    ),
    (
        "answer and hand back",
        "acting",
        ("handler", "answer", {"result": "done", "answer": ANSWER}),
        ("other handler", "hand_back", {"reason": WHY}),
    ),
    (
        "rated on two phones",
        "rating",
        ("reporter", "rate_good", {}),
        ("reporter", "rate_poor", {"missing": "第三盏还是不亮"}),
    ),
    ("one tap, twice", "rating", ("reporter", "rate_good", {}), ("reporter", "rate_good", {})),
    (
        "drafted and kept",
        "publishing",
        (
            "liaison",
            "draft",
            {"public_title": "府前路路灯已修好", "public_text": "居民反映的三盏路灯已全部更换。"},
        ),
        ("coordinator", "keep", {"reason": "涉及个人隐私"}),
    ),
]


@pytest.mark.parametrize(("what", "stage", "first", "second"), ONE_WINS)
def test_one_wins_and_the_other_sees_what_happened(what, stage, first, second, city, request):
    case = at_stage(city, stage)
    before = case.events
    steps = [sends(city, who, case, action, **_filled(city, typed)) for who, action, typed in (first, second)]
    request.getfixturevalue("gate")
    answers = both(*steps)
    assert sorted(answer.status_code for answer in answers) == [302, 409], what
    lost = next(place for place, answer in enumerate(answers) if answer.status_code == 409)
    page = answers[lost].content.decode()
    assert "刚刚有了新进展" in page
    for typed in (first, second)[lost][2].values():
        if len(typed) > 8 and typed not in ("lead", "deputies", "ordinary"):
            assert typed in page, f"{what}: what was typed is lost"
    case.refresh_from_db()
    assert case.events == before + 1 == Event.objects.filter(case=case).count()
    assert audit().broken is None
    leads = Assignment.objects.filter(case=case, kind="lead", ended_at=None)
    assert leads.count() <= 1


def _filled(city: SimpleNamespace, typed: dict[str, Any]) -> dict[str, Any]:
    return city.handed if typed is ASSIGN else typed


TOOLS = [
    # what, stage, who acts, what, who uses which tool
    ("note", "sorting", ("liaison", "assign", ASSIGN), ("coordinator", "note", {"note": "已电话问过社区。"})),
    (
        "urge",
        "acting",
        ("handler", "answer", {"result": "done", "answer": ANSWER}),
        ("liaison", "urge", {"note": "居民又来问了。"}),
    ),
    (
        "pause",
        "acting",
        ("handler", "answer", {"result": "done", "answer": ANSWER}),
        ("liaison", "pause", {"note": "等反映人补充地点", "until": "UNTIL"}),
    ),
    (
        "extend",
        "acting",
        ("handler", "hand_back", {"reason": WHY}),
        ("coordinator", "extend", {"amount": "3", "note": "等配件到货，要多几天"}),
    ),
    ("add", "rating", ("reporter", "rate_good", {}), ("reporter", "add", {"said": "第四盏也不亮了。"})),
]


@pytest.mark.parametrize(("tool", "stage", "acts", "tends"), TOOLS)
def test_an_action_and_a_tool_at_once_end_in_words(tool, stage, acts, tends, city, request):
    """A tool moves nothing, so both may go through; where the action took its ground away it says so."""
    case = at_stage(city, stage)
    before = case.events
    until = (clock() + timedelta(days=3)).date().isoformat()
    typed = {key: until if value == "UNTIL" else value for key, value in tends[2].items()}
    steps = [
        sends(city, acts[0], case, acts[1], **_filled(city, acts[2])),
        sends(city, tends[0], case, tends[1], **typed),
    ]
    request.getfixturevalue("gate")
    acted, tended = both(*steps)
    assert acted.status_code == 302
    assert tended.status_code in (302, 403, 409, 422), tended.content.decode()[:2000]
    if tended.status_code != 302:
        page = tended.content.decode()
        assert all(typed[key] in page for key in ("note", "said") if key in typed), "what was typed is lost"
    case.refresh_from_db()
    went = [acted, tended]
    assert case.events == before + sum(answer.status_code == 302 for answer in went)
    assert audit().broken is None


@pytest.mark.parametrize("action", ["rate_good", "rate_poor"])
def test_the_clock_and_a_rating_at_once(action, city, request):
    case = at_stage(city, "rating")
    case.refresh_from_db()
    over = case.due_at + timedelta(seconds=1)
    rate = sends(city, "reporter", case, action, **({"missing": "不亮"} if action == "rate_poor" else {}))
    request.getfixturevalue("gate")
    rated, lapsed = both(rate, lambda: cases_sweep_once(over))
    case.refresh_from_db()
    assert (rated.status_code == 302) is not lapsed, "exactly one of them"
    assert rated.status_code in (302, 409)
    assert case.satisfaction == ("unrated" if lapsed else "good" if action == "rate_good" else "poor")
    assert audit().broken is None


def cases_sweep_once(moment) -> bool:
    """Whether the sweep ended the stage; it looks once, since the gate lets two through."""
    from tingchao.core.steps import Refusal

    case = Case.objects.get()
    try:
        services.case_lapse(case_id=case.pk, now=moment)
    except Refusal:
        return False
    return True


def test_two_workers_sweep_at_once(city):
    cases = [at_stage(city, "rating") for _ in range(6)]
    over = max(Case.objects.values_list("due_at", flat=True)) + timedelta(seconds=1)
    done = both(lambda: cases_sweep(now=over), lambda: cases_sweep(now=over))
    assert Event.objects.filter(action="lapse").count() == len(cases) <= sum(done)
    assert audit().broken is None


def test_two_matters_merged_into_each_other_at_once(city):
    one, other = heard(city), heard(city, "府前路那几盏路灯还是不亮，晚上不敢走。")
    first, second = both(
        sends(city, "liaison", one, "merge", main=other.number),
        sends(city, "other liaison", other, "merge", main=one.number),
    )
    assert sorted((first.status_code, second.status_code)) == [302, 422]
    assert audit().broken is None


def test_two_codes_given_to_one_deputy_at_once_are_one(city):
    from tingchao.instruments.codes.models import Code

    path = f"/desk/codes/deputy/{city.deputies[0].pk}/"
    answers = both(
        *(
            lambda who=who: city.browsers[who].post(path, {"do": "issue"})
            for who in ("liaison", "other liaison")
        )
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Code.objects.filter(deputy=city.deputies[0], revoked_at=None).count() == 1


def test_one_form_sent_five_times_at_once_is_one_matter(city):
    form = {
        "text": "菜场东门晚上太暗，老人走路不放心。",
        "station": str(city.station.pk),
        "idempotency_key": "k" * 24,
    }
    answers = both(*(lambda: Client(raise_request_exception=False).post("/say/", form) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1 and Case.objects.count() == 1
