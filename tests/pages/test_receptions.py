"""A reception on a phone: who opens it, one press for the next one, the number to take along, the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import SINCE
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.pages.test_matrix import photo
from tests.pages.test_meetings import html, made
from tests.pages.test_statements import taken
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.models import Attachment, Case
from tingchao.engine.services import case_act
from tingchao.instruments.codes.selectors import token_of
from tingchao.instruments.meetings.models import Attendee, Meeting
from tingchao.instruments.meetings.services import Invited, resident_add, resident_sign_up
from tingchao.mechanisms.public_voices.models import VoterContact

TEXT = "选民说菜场东门晚上太暗，老人走路不放心。"
KEY = "k" * 20
HEARING = "/desk/hearing/"


@pytest.fixture
def today():
    return timezone.now()


@pytest.fixture
def reception(town, today):
    """It began ten minutes ago; 王代表 receives without having a duty there."""
    guests = Invited(deputies=town.deputies[:1])
    return made(town, today, starts=today - timedelta(minutes=10), invited=guests)


def room(meeting):
    return reverse("public_voices:room", args=[meeting.pk])


def turn(meeting, one):
    return reverse("public_voices:turn", args=[meeting.pk, one if isinstance(one, int) else one.pk])


def form(**values):
    return {"text": TEXT, "outcome": "taken", "idempotency_key": KEY} | values


def test_one_press_for_whoever_just_came_and_a_number_to_take_along(browse, town, reception):
    deputy = browse("deputy following")
    assert reception.title in html(deputy.get(HEARING))
    answer = deputy.post(room(reception), {"do": "add", "idempotency_key": "a" * 20})
    one = Attendee.objects.get(part="resident")
    assert answer.url == turn(reception, one) and one.turn_at is not None
    told = deputy.post(answer.url, form(photos=photo()))
    case = Case.objects.get()
    assert told.url == reverse("public_voices:told", args=[reception.pk, case.number])
    page = html(deputy.get(told.url))
    assert case.number in page and "<svg" in page and "口令" in page
    assert Attachment.objects.get().case == case
    assert TEXT[:10] in html(deputy.get(room(reception)))
    assert browse("liaison here").get(told.url).status_code == 404, "only whoever wrote it down shows it"


OPENS_IT = [
    # whose grant lies elsewhere, may open what was recorded at this station
    ("the deputy on turn who wrote it down", 200),
    ("another deputy of that place", 403),
    ("the handler of a body of that place", 403),
    ("the liaison of that place", 403),
]


@pytest.mark.parametrize(("who", "status"), OPENS_IT)
def test_a_deputy_of_elsewhere_opens_what_they_wrote_down_at_a_station(who, status, town, reception, today):
    """王代表 is on turn here and was granted his role in another district; what he takes on he follows up."""

    def at(role, *, deputy=None, body=None):
        name = f"{role}-of-elsewhere-{deputy}"
        made = account_create(username=name, name="某", password=None, actor=SYSTEM, now=today, deputy=deputy)
        grant_give(account=made, role=role, scope="330106", body=body, since=SINCE, actor=SYSTEM)
        browser = Client()
        browser.force_login(made)
        return browser

    deputy = at(Role.DEPUTY, deputy=town.deputies[0])
    one = resident_add(meeting_id=reception.pk, actor=town.liaison, now=today)
    told = deputy.post(turn(reception, one), form())
    case = Case.objects.get()
    assert told.url == reverse("public_voices:told", args=[reception.pk, case.number])
    browsers = {
        "the deputy on turn who wrote it down": lambda: deputy,
        "another deputy of that place": lambda: at(Role.DEPUTY, deputy=town.deputies[3]),
        "the handler of a body of that place": lambda: at(Role.HANDLER, body=town.bodies.chengguan),
        "the liaison of that place": lambda: at(Role.LIAISON),
    }
    page = reverse("desk:case", args=[case.number])
    assert browsers[who]().get(page).status_code == status
    lists = {view: html(deputy.get(f"/desk/?view={view}&place=330182001")) for view in ("mine", "open")}
    assert all(case.title in shown for shown in lists.values()), "narrowed to its place it is found too"
    assert case.title in html(deputy.get(f"/desk/?view=open&q={case.title[:4]}"))


def test_the_link_stands_on_the_page_of_the_gathering(browse, reception):
    for who in ("deputy following", "liaison here"):
        assert room(reception) in html(browse(who).get(reverse("desk:meeting", args=[reception.pk])))
    page = html(browse("deputy following").get(reverse("desk:meeting", args=[reception.pk])))
    assert "记一件说的事" in page
    assert room(reception) not in html(browse("leader").get(reverse("desk:meeting", args=[reception.pk])))


def test_the_next_one_is_called_from_the_page_of_the_number(browse, town, reception, today):
    for _ in range(2):
        resident_add(meeting_id=reception.pk, actor=town.deputy, now=today)
    first, second = Attendee.objects.filter(part="resident").order_by("id")
    deputy = browse("deputy following")
    assert deputy.post(room(reception), {"attendee": first.pk}).url == turn(reception, first)
    page = html(deputy.get(deputy.post(turn(reception, first), form()).url))
    assert f'value="{second.pk}"' in page and "请下一位，还有 1 位在等" in page


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"text": ""}, "aria-invalid"),
        ({"outcome": "answered"}, "这一项要填"),
        ({"people": "许多"}, "1 到 200"),
        ({"phone": "13800001234"}, "请勾选同意"),
        ({"idempotency_key": ""}, "开得太久"),
    ],
)
def test_what_is_wrong_keeps_what_was_typed(values, says, browse, town, reception, today):
    one = resident_add(meeting_id=reception.pk, actor=town.deputy, now=today)
    answer = browse("deputy following").post(turn(reception, one), form(place="菜场东门") | values)
    assert answer.status_code == 422
    assert says in html(answer) and "菜场东门" in html(answer)
    assert not Case.objects.exists()


def test_only_asked_and_by_mistake(browse, town, reception, today):
    one = resident_add(meeting_id=reception.pk, actor=town.deputy, now=today)
    deputy = browse("deputy following")
    assert deputy.post(turn(reception, one), form(outcome="nothing", text="")).url == room(reception)
    assert Meeting.objects.get().received == 1 and "记错了" in html(deputy.get(room(reception)))
    deputy.post(room(reception), {"do": "back", "attendee": one.pk})
    assert Meeting.objects.get().received == 0


def test_the_liaison_names_who_listens_and_closes(browse, town, reception, today):
    one = resident_add(meeting_id=reception.pk, name="王女士", actor=town.liaison, now=today)
    liaison = browse("liaison here")
    assert "王女士" in html(liaison.get(room(reception)))
    page = html(liaison.get(turn(reception, one)))
    assert f'<option value="{town.deputies[0].pk}" selected>' in page, "the only one is chosen"
    liaison.post(turn(reception, one), form(listener=str(town.deputies[0].pk)))
    answer = liaison.post(room(reception), {"do": "close", "received": "0"})
    assert answer.status_code == 422 and "不能比这少" in html(answer)
    assert liaison.post(room(reception), {"do": "close", "received": "4"}).status_code == 302
    assert (Meeting.objects.get().state, Meeting.objects.get().received) == ("held", 4)
    deputy = browse("deputy following").get(room(reception))
    assert deputy.status_code == 200 and "接待结束" not in html(deputy)


def test_two_deputies_do_not_take_the_same_one(browse, town, today):
    both = Invited(deputies=[town.deputies[0], town.deputies[3]])
    meeting = made(town, today, starts=today - timedelta(minutes=10), invited=both)
    one = resident_add(meeting_id=meeting.pk, actor=town.liaison, now=today)
    first, second = browse("deputy following"), browse("deputy not following")
    assert first.post(room(meeting), {"attendee": one.pk}).status_code == 302
    answer = second.post(room(meeting), {"attendee": one.pk})
    assert answer.status_code == 409 and "正在跟" in html(answer)


def test_a_walk_from_the_first_door_to_the_end(browse, town, today):
    deputy = browse("deputy following")
    deputy.post("/desk/voters/", {"name": "王建国", "address": "白沙社区"})
    voter = VoterContact.objects.get()
    assert "王建国" in html(deputy.get(HEARING))
    begun = deputy.post("/desk/hearing/walk/", {"idempotency_key": KEY})
    walk = Meeting.objects.get()
    assert begun.url == room(walk) == deputy.post("/desk/hearing/walk/", {"idempotency_key": KEY}).url
    assert f"?voter={voter.pk}" in html(deputy.get(room(walk)))
    assert f'value="{voter.pk}" selected' in html(deputy.get(f"{turn(walk, 0)}?voter={voter.pk}"))
    told = deputy.post(turn(walk, 0), form(voter=str(voter.pk), people="2"))
    assert deputy.get(told.url).status_code == 200
    deputy.post(turn(walk, 0), form(outcome="nothing", text="", idempotency_key="n" * 20))
    voter.refresh_from_db()
    assert voter.called_on is not None and "王建国" not in html(deputy.get(room(walk)))
    assert deputy.post(room(walk), {"do": "close", "received": "3"}).status_code == 302
    walk.refresh_from_db()
    assert (walk.state, walk.received) == ("held", 3)
    assert browse("deputy not following").get(room(walk)).status_code == 403
    listed = html(browse("liaison here").get("/desk/voters/near/"))
    assert "没联系" not in listed, "who was not called on is the deputy's own to know"


def test_a_resident_signs_up_comes_and_sees_how_many_are_before(town, reception, today):
    resident_add(meeting_id=reception.pk, actor=town.deputy, now=today)
    one = resident_sign_up(meeting_id=reception.pk, name="陈女士", submission="a", now=today)
    own = html(Client().get(_own(one)))
    assert "我到了，排上" in own
    Client().post(_own(one), {"do": "arrive"})
    assert "前面还有 1 位" in html(Client().get(_own(one)))


def _own(one):
    from tingchao.instruments.meetings.services import resident_code

    return reverse("public:meeting_mine", args=[one.meeting_id, one.pk, resident_code(one)])


def test_a_scan_leads_into_the_queue_once(town, reception, today):
    phone, token = Client(), token_of(town.station.pk)
    page = html(phone.get(f"/c/{token}/"))
    here = f"/meetings/{reception.pk}/here/?code={token}"
    assert here in page
    assert "/here/" not in html(phone.get(f"/stations/{town.station.pk}/")), "only beside the code"
    own = phone.post(here, {"name": "", "idempotency_key": KEY})
    assert own.status_code == 302 and "您已经排上了" in html(phone.get(own.url))
    assert phone.get(here).url == own.url == phone.post(here, {"name": ""}).url
    assert Attendee.objects.filter(part="resident").count() == 1


@pytest.mark.parametrize(
    ("code", "status", "says"),
    [("4K-7FQ2-MZ8AC", 422, ""), ("", 422, ""), ("of another station", 422, "不是这一场的")],
)
def test_a_code_of_elsewhere_lets_nobody_in(code, status, says, town, reception, now):
    from tingchao.directory.actors import SYSTEM
    from tingchao.directory.services import station_create
    from tingchao.instruments.codes.services import code_issue

    if code.startswith("of"):
        far = station_create(name="洋溪中心站", kind="centre", region_code="330182002000", actor=SYSTEM)
        code_issue(station=far, actor=SYSTEM, now=now)
        code = token_of(far.pk)
    answer = Client().post(f"/meetings/{reception.pk}/here/?code={code}", {"name": "甲"})
    assert answer.status_code == status and says in html(answer) and "甲" in html(answer)
    assert not Attendee.objects.filter(part="resident").exists()


def test_after_the_end_nobody_checks_in(town, today):
    over = made(town, today, starts=today - timedelta(hours=3))
    token = token_of(town.station.pk)
    here = f"/meetings/{over.pk}/here/?code={token}"
    assert "已经结束" in html(Client().get(here))
    assert Client().post(here, {"name": "甲"}).status_code == 409
    assert here not in html(Client().get(f"/c/{token}/"))


@pytest.mark.parametrize("count", [1, 60])
def test_statements(count, browse, town, reception, today):
    for number in range(count):
        resident_add(meeting_id=reception.pk, name=f"第{number}", actor=town.deputy, now=today)
    deputy = browse("deputy following")
    used = taken(deputy, "get", HEARING)
    assert len(used) <= 6, "\n".join(used)  # session, account, grants, counts, gatherings, voters to call
    used = taken(deputy, "get", room(reception))
    # session, account, grants, counts, gathering, own row, version, queue, its matters
    assert len(used) <= 9, "\n".join(used)


# --- an official's visit ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["visit", "committee"])
def test_what_came_of_a_visit_is_read_from_its_matters(kind, browse, town, today, now):
    """An official comes with a member of staff who writes down; the page tells later how each matter ended."""
    guests = Invited(named=[("staff", "副主任周某")], deputies=town.deputies[:1])
    visit = made(town, today, starts=today - timedelta(minutes=10), kind=kind, invited=guests)
    liaison = browse("liaison here")
    for number, more in enumerate(({}, {"outcome": "answered", "answer": "今晚就派人来修。"})):
        added = liaison.post(room(visit), {"do": "add", "idempotency_key": f"{number}" * 20})
        told = liaison.post(added.url, form(idempotency_key=f"{number}s" * 10, **more))
        assert told.status_code == 302
    running, answered = Case.objects.order_by("id")
    case_act(case_id=answered.pk, action="rate_good", raw={}, actor=reporter(answered.pk), now=timezone.now())
    case_act(
        case_id=answered.pk,
        action="keep",
        raw={"reason": "只说了一句，不用公开"},
        actor=town.liaison,
        now=timezone.now(),
    )
    page = html(liaison.get(reverse("desk:meeting", args=[visit.pk])))
    assert "副主任周某" in page and running.number in page and answered.number in page
    assert [(one["label"], one["count"]) for one in _came(liaison, visit)] == [
        ("听到", 2),
        ("在办", 1),
        ("已说明", 1),
    ]
    outside = html(Client().get(f"/meetings/{visit.pk}/"))
    assert "说的事怎么样了" in outside and TEXT[:6] not in outside, "counts for everybody, words for nobody"


def _came(browser, meeting):
    return browser.get(reverse("desk:meeting", args=[meeting.pk])).context["came_of"]
