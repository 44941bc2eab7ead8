"""A live event: opened, asked, shown, grouped, answered, made a matter, counted, closed; by its organiser alone."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tingchao.core.steps import Refusal
from tingchao.engine.models import Case, Event, Fact
from tingchao.engine.sealing import audit
from tingchao.instruments.live import counting, services, snapshots
from tingchao.instruments.live.models import Live, Question, Reacted, Seen
from tingchao.instruments.live.selectors import people_of, questions_moderated, reactions_of
from tingchao.instruments.meetings.models import CaseMeeting, Meeting
from tingchao.instruments.meetings.services import (
    Called,
    Invited,
    attendance_mark,
    attendees_invite,
    meeting_announce,
    meeting_create,
)

DAYS = timedelta(days=5)


@pytest.fixture
def meeting(town: SimpleNamespace, now: Any) -> Meeting:
    """A head of bureau and two deputies meet people in five days."""
    made = meeting_create(
        called=Called(
            kind="face_to_face",
            title="城管局长面对面",
            starts_at=now + DAYS,
            ends_at=now + DAYS + timedelta(hours=2),
            station=town.station,
            body=town.bodies.chengguan,
        ),
        actor=town.clerk,
        now=now,
    )
    guests = Invited(deputies=town.deputies[:2], bodies=[town.bodies.chengguan])
    attendees_invite(meeting_id=made.pk, invited=guests, actor=town.clerk, now=now)
    return meeting_announce(meeting_id=made.pk, actor=town.clerk, now=now)


@pytest.fixture
def live(town: SimpleNamespace, meeting: Meeting) -> Live:
    made = services.live_open(
        meeting_id=meeting.pk, stream="https://live.example.cn/7", actor=town.clerk, now=meeting.starts_at
    )
    snapshots.publish(made.pk, meeting.starts_at, at_once=True)
    return made


@pytest.fixture
def then(meeting: Meeting) -> Any:
    return meeting.starts_at + timedelta(minutes=10)


_keys = count(1)


def put(live: Live, text: str, then: Any, key: str = "") -> Question:
    key = key or f"key-{next(_keys):020d}"
    return Question.objects.get(pk=services.question_put(live_id=live.pk, text=text, key=key, now=then))


def token(number: int) -> str:
    return f"browser-{number:020d}"


# --- opening ----------------------------------------------------------------------------------------------


def test_opened_twice_it_is_open_once(live, town, meeting):
    again = services.live_open(meeting_id=meeting.pk, stream="", actor=town.clerk, now=meeting.starts_at)
    assert (again.pk, again.stream) == (live.pk, live.stream) and Live.objects.count() == 1
    assert Event.objects.filter(action="meeting.live_open").count() == 1


@pytest.mark.parametrize(
    "who", ["handler", "deputy", "leader", "administrator", "stranger", "liaison", "auditor"]
)
def test_who_may_not_open(who, town, meeting, now):
    with pytest.raises(Refusal) as refusal:
        services.live_open(meeting_id=meeting.pk, stream="", actor=getattr(town, who), now=now)
    assert refusal.value.code == "forbidden" and not Live.objects.exists()


def test_only_this_kind_and_only_once_it_is_announced(town, now):
    called = {"starts_at": now + DAYS, "ends_at": now + DAYS + timedelta(hours=1), "station": town.station}
    study = meeting_create(called=Called(kind="study", title="学习", **called), actor=town.clerk, now=now)
    planned = meeting_create(
        called=Called(kind="face_to_face", title="面对面", **called), actor=town.clerk, now=now
    )
    for one, words in ((study, services.NOT_THIS_KIND), (planned, services.NOT_ANNOUNCED)):
        with pytest.raises(Refusal) as refusal:
            services.live_open(meeting_id=one.pk, stream="", actor=town.clerk, now=now)
        assert refusal.value.message == words


def test_a_stream_that_is_not_allowed_leaves_nothing(town, meeting, now, settings):
    settings.LIVE_HOSTS = ["live.example.cn"]
    with pytest.raises(Refusal) as refusal:
        services.live_open(meeting_id=meeting.pk, stream="https://evil.example/", actor=town.clerk, now=now)
    assert "stream" in refusal.value.fields and not Live.objects.exists()


def test_a_stream_whose_host_is_allowed_no_longer_is_shown_no_longer(live, then, settings):
    settings.LIVE_HOSTS = ["other.example.cn"]
    assert snapshots.publish(live.pk, then, at_once=True)
    assert snapshots.read(live.pk).state["stream"] == {}


# --- questions --------------------------------------------------------------------------------------------


def test_a_question_waits_and_is_nobody_s_to_read_until_it_is_shown(live, town, then):
    one = put(live, "垃圾房什么时候搬走？", then)
    snapshots.publish(live.pk, then, at_once=True)
    assert one.state == "waiting" and "垃圾房" not in page(live)
    services.question_show(question_id=one.pk, actor=town.clerk, now=then)
    snapshots.publish(live.pk, then, at_once=True)
    assert "垃圾房" in page(live)
    services.question_hide(question_id=one.pk, actor=town.clerk, now=then)
    snapshots.publish(live.pk, then, at_once=True)
    assert "垃圾房" not in page(live)


def page(live: Live, language: str = "zh-hans") -> str:
    state = snapshots.read(live.pk)
    assert state is not None
    return (snapshots.piece(live.pk, state.state["pieces"][language]) or b"").decode()


def test_sent_twice_a_question_is_one(live, then):
    assert len({put(live, "垃圾房什么时候搬走？", then, "key-0123456789abcdef").pk for _ in range(2)}) == 1


def test_markup_in_a_question_is_text(live, town, then):
    one = put(live, "<script>alert(1)</script> & 路灯", then)
    services.question_show(question_id=one.pk, actor=town.clerk, now=then)
    snapshots.publish(live.pk, then, at_once=True)
    assert "<script>" not in page(live) and "&lt;script&gt;" in page(live)


def test_personal_data_is_masked_before_it_is_kept(live, then):
    one = put(live, "我电话13858000000，楼下井盖坏了", then)
    assert one.masked and "13858000000" not in one.text + one.plain


def test_what_says_the_same_is_put_together_and_counted(live, town, then):
    main = put(live, "白沙社区充电桩什么时候加装", then)
    other = put(live, "白沙社区的充电桩什么时候能加装好", then)
    apart = put(live, "洋溪菜场早市怎么管", then)
    assert (other.main_id, apart.main_id) == (main.pk, None)
    services.question_show(question_id=main.pk, actor=town.clerk, now=then)
    snapshots.publish(live.pk, then, at_once=True)
    assert "还有 1 人也问" in page(live)
    services.question_group(question_id=other.pk, main_id=None, actor=town.clerk, now=then)
    assert len(questions_moderated(live.pk).waiting) == 2


def test_grouped_by_hand_a_group_stays_flat_and_never_goes_round(live, town, then):
    first, second, third = (
        put(live, text, then) for text in ("路灯几时修好", "菜场几时开门", "公交几时加班")
    )
    given = {"actor": town.clerk, "now": then}
    services.question_group(question_id=second.pk, main_id=third.pk, **given)
    services.question_group(question_id=third.pk, main_id=first.pk, **given)
    assert set(Question.objects.exclude(main=None).values_list("main", flat=True)) == {first.pk}
    for main in (first.pk, second.pk):
        with pytest.raises(Refusal):
            services.question_group(question_id=first.pk, main_id=main, **given)


BAD = [("", "text"), ("停车", "text"), ("问" * 121, "text")]


@pytest.mark.parametrize(("text", "field"), BAD)
def test_what_is_no_question_is_not_kept(text, field, live, then):
    with pytest.raises(Refusal) as refusal:
        put(live, text, then)
    assert field in refusal.value.fields and not Question.objects.exists()


def test_without_a_proper_key_nothing_is_kept(live, then):
    for key in ("x", "键" * 20, "a" * 65):
        with pytest.raises(Refusal):
            services.question_put(live_id=live.pk, text="路灯什么时候修好", key=key, now=then)
    assert not Question.objects.exists()


def test_nothing_is_asked_before_or_after(live, town, then):
    for event in (live.pk, live.pk + 99):
        if event == live.pk:
            services.live_close(meeting_id=live.pk, on_site=0, actor=town.clerk, now=then)
        with pytest.raises(Refusal) as refusal:
            services.question_put(live_id=event, text="路灯什么时候修好", key="a" * 22, now=then)
        assert refusal.value.message == services.NOT_OPEN


def test_one_is_answered_at_a_time_and_by_whom_is_noted(live, town, then):
    first, second = (put(live, text, then) for text in ("路灯几时修好", "菜场几时开门"))
    given = {"actor": town.clerk, "now": then}
    services.question_take_up(question_id=first.pk, **given)
    services.question_take_up(question_id=second.pk, **given)
    with pytest.raises(Refusal) as refusal:
        services.question_answered(question_id=second.pk, by=" ", **given)
    assert "by" in refusal.value.fields
    services.question_answered(question_id=second.pk, by="城管局局长", **given)
    states = dict(Question.objects.values_list("pk", "state"))
    assert states == {first.pk: "shown", second.pk: "answered"}
    with pytest.raises(Refusal):
        services.question_hide(question_id=second.pk, **given)
    snapshots.publish(live.pk, then, at_once=True)
    assert "城管局局长答的" in page(live)


@pytest.mark.parametrize("who", ["liaison", "handler", "deputy", "leader", "stranger", "administrator"])
def test_who_may_not_moderate(who, live, town, then):
    one = put(live, "路灯什么时候修好", then)
    given = {"actor": getattr(town, who), "now": then}
    deeds: list[Any] = [
        lambda: services.question_show(question_id=one.pk, **given),
        lambda: services.question_hide(question_id=one.pk, **given),
        lambda: services.question_take_up(question_id=one.pk, **given),
        lambda: services.question_answered(question_id=one.pk, by="局长", **given),
        lambda: services.question_group(question_id=one.pk, main_id=None, **given),
        lambda: services.live_stream(meeting_id=live.pk, stream="", **given),
        lambda: services.live_close(meeting_id=live.pk, on_site=1, **given),
    ]
    for deed in deeds:
        with pytest.raises(Refusal) as refusal:
            deed()
        assert refusal.value.code == "forbidden"
    one.refresh_from_db()
    assert one.state == "waiting" and Live.objects.get().is_open


def test_a_question_becomes_a_matter_once_tied_to_the_gathering(live, town, then):
    one = put(live, "府前路三盏路灯不亮，什么时候修", then)
    given = {"question_id": one.pk, "procedure": "", "place": "府前路", "now": then}
    first = services.question_case(actor=town.clerk, **given)
    again = services.question_case(actor=town.clerk, **given)
    assert first.pk == again.pk and first.procedure == "public_voices"
    assert CaseMeeting.objects.get().meeting_id == live.pk
    with pytest.raises(Refusal):
        services.question_case(
            question_id=put(live, "菜场几时开门", then).pk,
            procedure="",
            place="",
            actor=town.stranger,
            now=then,
        )
    assert Case.objects.count() == 1 and audit().broken is None


# --- counts -----------------------------------------------------------------------------------------------


def test_each_browser_is_counted_once_and_those_who_left_are_there_no_more(live, then):
    for number in range(5):
        for _ in range(3):
            services.presence_note(live_id=live.pk, token=token(number), now=then)
    assert not Seen.objects.exists(), "nothing is written while somebody waits"
    counting.COUNTS.flush()
    people = people_of(live, then)
    assert (people.now, people.all) == (5, 5)
    services.presence_note(live_id=live.pk, token=token(0), now=then + timedelta(seconds=100))
    counting.COUNTS.flush()
    people = people_of(live, then + timedelta(seconds=100))
    assert (people.now, people.all) == (1, 5)


def test_the_peak_is_kept(live, then):
    for number in range(7):
        services.presence_note(live_id=live.pk, token=token(number), now=then)
    counting.COUNTS.flush()
    snapshots.publish(live.pk, then, at_once=True)
    snapshots.publish(live.pk, then + timedelta(minutes=10), at_once=True)
    assert Live.objects.get().peak == 7 and snapshots.read(live.pk).state["people"] == 0


def test_reactions_are_summed_and_one_browser_cannot_drum(live, then):
    for number in range(6):
        for _ in range(4):
            services.reaction_give(live_id=live.pk, kind="agree", token=token(number), now=then)
    counting.COUNTS.flush()
    services.reaction_give(live_id=live.pk, kind="thanks", token=token(0), now=then + timedelta(seconds=3))
    counting.COUNTS.flush()
    assert reactions_of(live) == {"agree": 6, "thanks": 1} and Reacted.objects.count() == 2


def test_counts_that_could_not_be_written_are_kept(live, then, monkeypatch):
    services.presence_note(live_id=live.pk, token=token(1), now=then)
    services.reaction_give(live_id=live.pk, kind="agree", token=token(1), now=then)

    def fails(*_: object) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(counting, "_write", fails)
        with pytest.raises(DatabaseError):
            counting.COUNTS.flush()
    assert counting.COUNTS.flush() == 2 and counting.COUNTS.flush() == 0
    assert (people_of(live, then).all, reactions_of(live)) == (1, {"agree": 1})


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [("shout", token(1), "input"), ("agree", "", "input"), ("agree", "x" * 100, "input")],
)
def test_what_is_no_reaction(kind, given, code, live, then):
    with pytest.raises(Refusal) as refusal:
        services.reaction_give(live_id=live.pk, kind=kind, token=given, now=then)
    assert refusal.value.code == code


# --- closing ----------------------------------------------------------------------------------------------


def test_closing_leaves_how_many_took_part_as_one_fact_and_no_trace_of_browsers(live, town, then, meeting):
    for number in range(9):
        services.presence_note(live_id=live.pk, token=token(number), now=then)
    ids = list(meeting.attendees.values_list("pk", flat=True))
    attendance_mark(meeting_id=meeting.pk, attendee_ids=ids, actor=town.clerk, now=then)
    put(live, "路灯什么时候修好", then)
    for _ in range(2):
        closed = services.live_close(meeting_id=live.pk, on_site=None, actor=town.clerk, now=then)
    assert (closed.online, closed.on_site) == (9, 3)
    fact = Fact.objects.get(kind="meeting.audience")
    assert (fact.amount, fact.detail, fact.subject) == (12, "face_to_face", meeting.stream)
    assert not Seen.objects.exists() and not Reacted.objects.exists()
    (event,) = Event.objects.filter(action="meeting.live_close")
    assert event.data["questions"] == 1 and len(event.data["digest"]) == 64
    assert audit().broken is None


@pytest.mark.parametrize("people", [-1, 100_001])
def test_a_number_of_people_that_cannot_be(people, live, town, then):
    with pytest.raises(Refusal) as refusal:
        services.live_close(meeting_id=live.pk, on_site=people, actor=town.clerk, now=then)
    assert "on_site" in refusal.value.fields and Live.objects.get().is_open


def test_what_came_a_moment_too_late_is_deleted(live, town, then):
    services.presence_note(live_id=live.pk, token=token(1), now=then)
    late = counting.Counts(every=None)
    late.seen(live.pk, "f" * 32, then)
    services.live_close(meeting_id=live.pk, on_site=0, actor=town.clerk, now=then)
    late.flush()
    assert services.counts_forget() == 1 and not Seen.objects.exists()


# --- the files --------------------------------------------------------------------------------------------


def test_a_snapshot_changes_only_when_something_changed_and_names_pieces_that_are_there(live, town, then):
    folder = snapshots.folder_of(live.pk)
    assert not snapshots.publish(live.pk, then, at_once=True)
    put(live, "路灯什么时候修好", then)
    assert not snapshots.publish(live.pk, then, at_once=True), "what waits is nobody's to read"
    services.question_show(question_id=Question.objects.get().pk, actor=town.clerk, now=then)
    assert snapshots.publish(live.pk, then, at_once=True)
    state = json.loads((folder / "state.json").read_bytes())
    assert all((folder / name).exists() for name in state["pieces"].values())
    assert not [one for one in folder.iterdir() if one.name.startswith(".state")]


def test_it_is_written_once_a_second_at_most(live, town, then):
    one = put(live, "路灯什么时候修好", then)
    services.question_show(question_id=one.pk, actor=town.clerk, now=then)
    assert not snapshots.publish(live.pk, then), "a second is not over"
    assert snapshots.publish(live.pk, then, at_once=True)


def test_old_pieces_are_deleted(live, town, then):
    for number in range(20):
        one = put(live, f"第{number}号楼的电梯{'好' * number}了吗", then)
        services.question_show(question_id=one.pk, actor=town.clerk, now=then)
        snapshots.publish(live.pk, then, at_once=True)
    kept = [one for one in snapshots.folder_of(live.pk).iterdir() if snapshots.PIECE.fullmatch(one.name)]
    assert len(kept) <= snapshots.KEPT + 2


@pytest.mark.parametrize(
    "name", ["../state.json", "state.json", ".turn", "p-0.html", "p-0123456789abcdef.fr.html"]
)
def test_nothing_else_is_served(name, live):
    assert snapshots.piece(live.pk, name) is None


@pytest.mark.parametrize("questions", [1, 40])
def test_how_many_statements(questions, live, town, then):
    """Of one question two, whatever was asked before; of a snapshot four, of what the moderator sees five."""
    for number in range(questions):
        one = put(live, f"第{number}个问题：{chr(0x4E00 + number * 7) * 4}怎么办", then)
        services.question_show(question_id=one.pk, actor=town.clerk, now=then)
    counted: list[tuple[int, Any]] = [
        (2, lambda: put_only(live, then)),
        (4, lambda: snapshots.publish(live.pk, then, at_once=True)),
        (4, lambda: questions_moderated(live.pk)),
        (0, lambda: services.presence_note(live_id=live.pk, token=token(1), now=then)),
        (0, lambda: services.reaction_give(live_id=live.pk, kind="agree", token=token(1), now=then)),
    ]
    for most, run in counted:
        with CaptureQueriesContext(connection) as captured:
            run()
        assert len(captured) <= most, "\n".join(one["sql"] for one in captured.captured_queries)


def put_only(live: Live, then: Any) -> int:
    return services.question_put(live_id=live.pk, text="还有一个新的问题要问", key="k" * 22, now=then)
