"""Gatherings on the screen: who may do what, what is refused keeps what was typed, the public page tells no names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.meetings.conftest import called
from tingchao.core.activity_codes import code_in, window_of
from tingchao.engine.models import Case, Fact
from tingchao.instruments.meetings.feeds import feed_renew
from tingchao.instruments.meetings.models import Attendee, Meeting, Plan, Turn
from tingchao.instruments.meetings.services import (
    Invited,
    attendees_invite,
    meeting_announce,
    meeting_create,
)
from tingchao.instruments.meetings.services.attending import code_key

DAY = timedelta(days=1)


@pytest.fixture
def today():
    return timezone.now()


def made(town, today, *, starts=None, invited=None, announce=True, **values):
    """A gathering five days from today, announced, with the first deputy receiving."""
    starts = starts or today + 5 * DAY
    earlier = starts - 10 * DAY
    wanted = called(town, today, starts_at=starts, ends_at=starts + timedelta(hours=2), **values)
    meeting = meeting_create(called=wanted, actor=town.clerk, now=earlier)
    guests = Invited(deputies=town.deputies[:1], duty="接待") if invited is None else invited
    attendees_invite(meeting_id=meeting.pk, invited=guests, actor=town.clerk, now=earlier)
    return meeting_announce(meeting_id=meeting.pk, actor=town.clerk, now=earlier) if announce else meeting


def path(name, *args):
    return reverse(f"desk:{name}", args=args)


def do(browser, meeting, action, **data):
    return browser.post(path("meeting_do", meeting.pk), {"action": action, **data})


def html(answer):
    return answer.content.decode()


# --- who sees and does what -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "public", "internal", "hidden", "screen"),
    [
        ("liaison here", 200, 200, 403, 200),
        ("coordinator", 200, 200, 200, 200),
        ("clerk", 200, 200, 200, 200),
        ("leader", 200, 200, 403, 403),
        ("auditor", 200, 200, 403, 403),
        ("deputy following", 200, 200, 200, 403),
        ("deputy not following", 200, 403, 403, 403),
        ("handler of the lead", 200, 403, 403, 403),
        ("expert", 200, 403, 403, 403),
        ("administrator", 200, 403, 403, 403),
        ("liaison elsewhere", 200, 403, 403, 403),
        ("without a role", 403, 403, 403, 403),
        ("", 302, 302, 302, 302),
    ],
)
def test_who_sees_which_page(who, public, internal, hidden, screen, browse, town, today):
    shown, study, quiet = (
        made(town, today),
        made(town, today, kind="study"),
        made(town, today, kind="unannounced"),
    )
    browser = browse(who)
    found = [browser.get(path("meeting", one.pk)).status_code for one in (shown, study, quiet)]
    assert found == [public, internal, hidden]
    assert browser.get(path("meeting_screen", shown.pk)).status_code == screen
    assert browser.get(path("meeting_sheet", shown.pk)).status_code == screen


ORGANISER = (
    "announce",
    "invite",
    "move",
    "change",
    "cancel",
    "agenda",
    "hold",
    "code",
    "mark",
    "unmark",
    "remove",
)


@pytest.mark.parametrize("who", ["leader", "auditor", "deputy following", "handler of the lead", "expert"])
def test_only_organisers_change_a_gathering(who, browse, town, today):
    meeting = made(town, today)
    fields = {
        "reason": "台风", "title": "改名", "day": "2030-01-01", "begins": "9:00", "ends": "10:00", "agenda": "一",
        "attendee": str(meeting.attendees.get().pk),
    }  # fmt: skip
    for action in ORGANISER:
        assert do(browse(who), meeting, action, **fields).status_code == 403, action
    meeting.refresh_from_db()
    assert (meeting.state, meeting.title, meeting.revision) == ("announced", "代表接待日", 0)


def test_pages_of_what_is_not_there(browse):
    for name in ("meeting", "meeting_in", "meeting_screen", "meeting_sheet", "plan"):
        for pk in (1, 2**40, 2**70):
            assert browse("clerk").get(path(name, pk)).status_code == 404
    for name in ("meeting", "station_calendar"):
        for pk in (1, 2**70):
            assert Client().get(reverse(f"public:{name}", args=[pk])).status_code == 404


# --- calling ----------------------------------------------------------------------------------------------


def form(town, today, **values):
    given = {
        "kind": "reception", "day": (today + 9 * DAY).date().isoformat(), "begins": "9:00", "ends": "11:00",
        "station": str(town.station.pk), "mode": "offline", "who": "station",
        "idempotency_key": "k" * 20,
    }  # fmt: skip
    return given | values


def test_a_reception_in_four_inputs(browse, town, today):
    liaison = browse("liaison here")
    for _ in range(2):
        answer = liaison.post(path("meeting_new"), form(town, today))
        assert answer.status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.title == "新安江街道中心站接待选民"
    assert meeting.attendees.count() == 4 and meeting.state == "planned"
    page = html(liaison.get(answer["Location"]))
    assert "还没公布" in page and "王代表" in page
    assert do(liaison, meeting, "announce").status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == "announced"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"day": ""}, "请选一个日期"),
        ({"begins": "25:00"}, "请填时间"),
        ({"ends": "8:00"}, "结束时间要在开始时间之后"),
        ({"day": "2020-01-01"}, "开始时间已经过去"),
        ({"station": "", "place": ""}, "请选站点，或者写明地点"),
        ({"station": "99999"}, "请从名单里选一个站点"),
        ({"kind": "x"}, "请选活动的种类"),
        ({"mode": "hybrid"}, "线上参加的人需要会议号"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(values, says, browse, town, today):
    answer = browse("liaison here").post(path("meeting_new"), form(town, today, title="邻里会客厅", **values))
    assert answer.status_code == 422
    assert says in html(answer) and "邻里会客厅" in html(answer)
    assert not Meeting.objects.exists()


def test_a_liaison_calls_nothing_elsewhere(browse, town, today):
    answer = browse("liaison elsewhere").post(path("meeting_new"), form(town, today))
    assert answer.status_code == 403 and not Meeting.objects.exists()


def test_moved_with_a_reason(browse, town, today):
    meeting = made(town, today)
    day = (today + 12 * DAY).date().isoformat()
    answer = do(browse("liaison here"), meeting, "move", day=day, begins="14:00", ends="16:00", place="二楼")
    assert answer.status_code == 422 and "请写明原因" in html(answer) and "14:00" in html(answer)
    moved = do(
        browse("liaison here"),
        meeting,
        "move",
        day=day,
        begins="14:00",
        ends="16:00",
        place="二楼",
        reason="漏水",
    )
    assert moved.status_code == 302
    assert "改过时间或地点：漏水" in html(Client().get(reverse("public:meeting", args=[meeting.pk])))


# --- coming -----------------------------------------------------------------------------------------------


def test_a_deputy_answers_and_signs_in_from_their_own_page(browse, town, today):
    meeting = made(town, today, starts=today + timedelta(minutes=10))
    deputy = browse("deputy following")
    assert do(deputy, meeting, "come").status_code == 302
    page = html(deputy.get(path("meeting", meeting.pk)))
    assert path("meeting_in", meeting.pk) in page and "来不了，请假" in page
    wrong = deputy.post(path("meeting_in", meeting.pk), {"code": "000000"})
    assert wrong.status_code == 422 and "签到码不对" in html(wrong)
    code = code_in(code_key(), meeting.stream, window_of(timezone.now()))
    assert f'value="{code}"' in html(deputy.get(path("meeting_in", meeting.pk), {"code": code}))
    assert not Fact.objects.filter(subject=meeting.stream).exists(), "opening the link signs nobody in"
    for _ in range(2):
        assert deputy.post(path("meeting_in", meeting.pk), {"code": code}).status_code == 302
    assert Fact.objects.get(subject=meeting.stream).kind == "meeting.attended.reception"
    assert "您已签到" in html(deputy.get(path("meeting", meeting.pk)))


def test_codes_are_not_tried_out(browse, town, today):
    meeting = made(town, today, starts=today)
    deputy = browse("deputy following")
    codes = [deputy.post(path("meeting_in", meeting.pk), {"code": "000000"}).status_code for _ in range(12)]
    assert codes == [422] * 10 + [429] * 2


def test_leave_keeps_the_form_open_until_there_is_a_reason(browse, town, today):
    meeting = made(town, today)
    answer = do(browse("deputy following"), meeting, "leave", reason=" ")
    assert answer.status_code == 422 and "请写一句为什么来不了" in html(answer)
    assert do(browse("deputy following"), meeting, "leave", reason="出差").status_code == 302
    assert Attendee.objects.get().state == "excused"
    assert "出差" in html(browse("liaison here").get(path("meeting", meeting.pk)))


def test_the_list_of_the_organiser(browse, town, today):
    meeting = made(town, today, starts=today - timedelta(minutes=5))
    one = meeting.attendees.get()
    liaison = browse("liaison here")
    assert do(liaison, meeting, "mark", attendee=str(one.pk)).status_code == 302
    one.refresh_from_db()
    assert (one.signed_by, one.result) == ("list", "attended")
    assert do(liaison, meeting, "unmark", attendee=str(one.pk)).status_code == 302
    assert do(liaison, meeting, "mark").status_code == 422
    assert do(liaison, meeting, "mark", attendee="999999").status_code == 422
    assert do(liaison, meeting, "nothing").status_code == 422


def test_the_screen_shows_the_code_of_this_minute(browse, town, today):
    meeting = made(town, today, starts=today)
    page = html(browse("liaison here").get(path("meeting_screen", meeting.pk)))
    code = code_in(code_key(), meeting.stream, window_of(timezone.now()))
    assert f"{code[:3]} {code[3:]}" in page and "<svg" in page and "data-renews" in page
    later = made(town, today)
    assert "还没到签到时间" in html(browse("liaison here").get(path("meeting_screen", later.pk)))


# --- holding ----------------------------------------------------------------------------------------------


def test_minutes_words_and_results(browse, town, today):
    meeting = made(town, today, starts=today - timedelta(minutes=30))
    liaison, deputy = browse("liaison here"), browse("deputy following")
    text = "菜场东门晚上太暗，老人走路不放心。"
    for _ in range(2):
        answer = do(deputy, meeting, "word", text=text, place="菜场", seq="0:" + "t" * 20)
        assert answer.status_code == 302, html(answer)
    case = Case.objects.get()
    assert case.channel == "reception"
    assert case.title in html(liaison.get(path("meeting", meeting.pk)))
    assert meeting.title in html(liaison.get(path("case", case.number)))
    written = do(
        deputy, meeting, "minutes", minutes="说了照明", conclusions="装灯｜城管｜2026-12-01", seq="0:x"
    )
    assert written.status_code == 302
    stale = do(liaison, meeting, "minutes", minutes="我写的另一份", seq="0:x")
    assert stale.status_code == 409 and "我写的另一份" in html(stale)
    assert do(liaison, meeting, "hold", received="2", outcome="taken").status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.received, meeting.conclusions[0]["who"]) == ("held", 2, "城管")
    public = html(Client().get(reverse("public:meeting", args=[meeting.pk])))
    assert "装灯" in public and "说了照明" not in public
    assert do(liaison, meeting, "hold", received="x").status_code in (302, 422)


def test_a_matter_is_tied(browse, town, today, case):
    meeting = made(town, today)
    assert do(browse("liaison here"), meeting, "tie", number="2026-0000-001-1").status_code == 422
    for _ in range(2):
        assert do(browse("liaison here"), meeting, "tie", number=case.number).status_code == 302
    assert case.number in html(browse("liaison here").get(path("meeting", meeting.pk)))


def test_invited_by_group_name_and_line(browse, town, today):
    meeting = made(town, today, invited=Invited())
    liaison = browse("liaison here")
    fields = {"people": "李代表\n", "names": "张教授\n刘女士", "part": "expert", "duty": "主讲"}
    assert do(liaison, meeting, "invite", group=str(town.group.pk), **fields).status_code == 302
    assert meeting.attendees.count() == 5
    wrong = do(liaison, meeting, "invite", people="没有这个人")
    assert wrong.status_code == 422 and "没有找到在任的“没有这个人”" in html(wrong)


# --- anybody ----------------------------------------------------------------------------------------------


def test_the_public_page_tells_who_listens_and_never_who_comes(town, today):
    meeting = made(town, today, places=1, mode="hybrid", online_at="https://room.example/1")
    page, browser = reverse("public:meeting", args=[meeting.pk]), Client()
    shown = html(browser.get(page))
    assert "王代表" in shown and "还有 1 个名额" in shown and "room.example" not in shown
    answer = browser.post(page, {"name": "钱女士", "idempotency_key": "a" * 20})
    assert answer.status_code == 302
    own = answer["Location"]
    assert "给您留了位子" in html(browser.get(own))
    second = browser.post(page, {"name": "刘先生", "idempotency_key": "b" * 20})["Location"]
    assert "您在候补里" in html(browser.get(second))
    assert "钱女士" not in html(browser.get(page))
    browser.post(own, {"do": "leave"})
    assert "给您留了位子" in html(browser.get(second))
    assert browser.get(own[:-3] + "22/").status_code == 404
    empty = browser.post(page, {"name": " "})
    assert empty.status_code == 422 and "怎么称呼您" in html(empty)


def test_what_is_not_public_has_no_page(town, today):
    study = made(town, today, kind="study")
    quiet = made(town, today, public=False)
    planned = made(town, today, announce=False)
    for one in (study, quiet, planned):
        page = reverse("public:meeting", args=[one.pk])
        assert (
            Client().get(page).status_code == 404 and Client().post(page, {"name": "王"}).status_code == 404
        )


def test_one_network_does_not_fill_the_list(town, today):
    meeting = made(town, today)
    page = reverse("public:meeting", args=[meeting.pk])
    codes = [Client().post(page, {"name": f"王{n}"}).status_code for n in range(22)]
    assert codes == [302] * 20 + [429] * 2


def test_a_station_says_when_the_next_reception_is(town, today):
    meeting = made(town, today)
    page = html(Client().get(reverse("public:station_page", args=[town.station.pk])))
    assert reverse("public:meeting", args=[meeting.pk]) in page and "王代表" in page


def test_calendars(browse, accounts, town, today):
    meeting = made(town, today)
    feed = Client().get(reverse("public:station_calendar", args=[town.station.pk]))
    assert feed["Content-Type"] == "text/calendar; charset=utf-8" and b"BEGIN:VEVENT" in feed.content
    liaison = browse("liaison here")
    assert "生成地址" in html(liaison.get(path("calendar")))
    assert liaison.post(path("calendar")).status_code == 302
    page = html(liaison.get(path("calendar")))
    account = accounts["liaison here"]
    from tingchao.instruments.meetings.feeds import feed_secret

    url = reverse("public:calendar", args=[account.pk, feed_secret(account.pk)])
    assert url in page and Client().get(url).status_code == 200
    assert Client().get(reverse("public:calendar", args=[account.pk, "A" * 20])).status_code == 404
    assert meeting and feed_renew


# --- plans ------------------------------------------------------------------------------------------------


def plan_form(town, today, **values):
    given = {
        "station": str(town.station.pk), "year": str(today.year + 1), "nth": "2", "weekday": "2",
        "begins": "9:00", "ends": "11:00", "least": "2", "room": "",
    }  # fmt: skip
    return given | values


def test_a_year_is_planned_changed_and_accepted(browse, town, today):
    liaison = browse("liaison here")
    answer = liaison.post(path("plans"), plan_form(town, today))
    plan = Plan.objects.get()
    assert answer["Location"] == path("plan", plan.pk)
    page = html(liaison.get(answer["Location"]))
    assert "没有冲突" in page and page.count("王代表") >= 2
    turn = Turn.objects.order_by("day").first()
    day = turn.day.replace(month=12, day=16)
    fields = {"action": "set", "deputy": turn.deputy_id, "was": turn.day.isoformat(), "day": day.isoformat()}
    assert liaison.post(path("plan_do", plan.pk), fields).status_code == 302
    assert "手改" in html(liaison.get(answer["Location"]))
    assert liaison.post(path("plan_do", plan.pk), fields | {"day": "x"}).status_code == 422
    assert liaison.post(path("plan_do", plan.pk), {"action": "accept"}).status_code == 302
    assert Meeting.objects.count() == Turn.objects.values("day").distinct().count()
    assert liaison.post(path("plan_do", plan.pk), {"action": "propose"}).status_code == 302
    assert liaison.post(path("plan_do", plan.pk), {"action": "?"}).status_code == 422
    assert plan.station.name in html(liaison.get(path("plans")))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"station": ""}, "请从名单里选一个站点"),
        ({"year": "1999"}, "只能排今年和明年的"),
        ({"least": "1"}, "接待制度要求至少 2 次"),
        ({"ends": "8:00"}, "结束时间要在开始时间之后"),
        ({"room": "x"}, "请填一个整数"),
    ],
)
def test_a_plan_that_cannot_be(values, says, browse, town, today):
    answer = browse("liaison here").post(path("plans"), plan_form(town, today, **values))
    assert answer.status_code == 422 and says in html(answer)


def test_who_plans(browse, town, today):
    browse("liaison here").post(path("plans"), plan_form(town, today))
    plan = Plan.objects.get()
    for who in ("leader", "deputy following", "expert", "administrator", "auditor", "handler of the lead"):
        assert browse(who).get(path("plans")).status_code == 403, who
    for who in ("leader", "liaison elsewhere", "deputy following"):
        assert browse(who).get(path("plan", plan.pk)).status_code == 403, who
        assert browse(who).post(path("plan_do", plan.pk), {"action": "accept"}).status_code == 403, who
