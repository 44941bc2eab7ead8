"""Lists narrowed by what a clerk would ask for, and the views that an account keeps of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW

from tests.pages.conftest import heard
from tests.pages.test_lists import rows
from tests.pages.test_statements import taken
from tingchao.directory.models import Account
from tingchao.directory.saved_views import MOST_VIEWS
from tingchao.engine.models import Case
from tingchao.engine.selectors import LISTS, worklist
from tingchao.engine.services import case_act
from tingchao.engine.sifting import Sift, conditions, sift_from
from tingchao.engine.tests.loop import brought


@pytest.fixture
def worked(town, handed, now):
    """One matter at each stage: waiting to be sorted, with a body, closed as done, closed without being done."""
    sorting = heard(town, 1)
    acting = brought(town, handed, now, "acting", tier="urgent")
    done = brought(town, handed, now, "known")
    declined = case_act(
        case_id=heard(town, 2).pk,
        action="decline",
        raw={"ground": "lawsuit", "instead": "这件事已经在打官司，请等法院判决。"},
        actor=town.liaison,
        now=now,
    )
    Case.objects.filter(pk=declined.pk).update(stage="kept", duty="", closed_at=now + timedelta(hours=1))
    return {"sorting": sorting.pk, "acting": acting.pk, "done": done.pk, "declined": declined.pk}


NARROWED = [
    # who, view, what the list is narrowed to, what is left
    ("liaison", "mine", {}, ["sorting"]),
    ("liaison", "open", {}, ["acting", "sorting"]),
    ("liaison", "open", {"stage": "acting"}, ["acting"]),
    ("liaison", "open", {"tier": "urgent"}, ["acting"]),
    ("liaison", "open", {"tier": "small"}, []),
    ("liaison", "open", {"channel": "code"}, ["sorting"]),
    ("liaison", "open", {"station": "STATION"}, ["acting", "sorting"]),
    ("liaison", "open", {"station": "999999"}, []),
    ("liaison", "open", {"body": "BODY"}, ["acting"]),
    ("liaison", "open", {"place": "330182001"}, ["acting", "sorting"]),
    ("liaison", "open", {"place": "330182001001"}, []),
    ("liaison", "open", {"place": "330106001"}, []),
    ("liaison", "open", {"due": "overdue"}, []),
    ("liaison", "waiting", {"tier": "urgent"}, ["acting"]),
    ("liaison", "closed", {}, ["declined", "done"]),
    ("liaison", "closed", {"end": "done"}, ["done"]),
    ("liaison", "closed", {"end": "undone"}, ["declined"]),
    ("liaison", "closed", {"end": "declined"}, ["declined"]),
    ("liaison", "closed", {"end": "planned"}, []),
    ("stranger", "open", {}, []),
    ("stranger", "closed", {}, []),
    ("clerk", "open", {"place": "330182001"}, ["acting", "sorting"]),
    ("clerk", "closed", {"place": "330182"}, ["declined", "done"]),
    ("auditor", "open", {"place": "330182001000"}, ["acting", "sorting"]),
    ("auditor", "closed", {"place": "330106"}, []),
    ("handler", "mine", {"tier": "urgent"}, ["acting"]),
    ("handler", "open", {}, ["acting"]),
    ("handler", "closed", {}, ["done"]),
    ("other_handler", "open", {}, []),
    ("other_handler", "closed", {}, []),
    ("deputy", "open", {"place": "330182001"}, ["acting"]),
    ("deputy", "closed", {}, ["done"]),
    ("expert", "open", {}, []),
    ("expert", "closed", {}, []),
    ("administrator", "open", {}, []),
    ("administrator", "closed", {}, []),
]


@pytest.mark.parametrize(("who", "view", "typed", "left"), NARROWED)
def test_what_is_left_of_a_list(who, view, typed, left, worked, town, now):
    named = {"STATION": str(town.station.pk), "BODY": str(town.bodies.chengguan.pk)}
    sift = sift_from({key: named.get(value, value) for key, value in typed.items()})
    page = worklist(getattr(town, who), view=view, now=now, sift=sift)
    assert [row.pk for row in page.rows] == [worked[key] for key in left]


def test_only_what_is_under_supervision(worked, town, now):
    Case.objects.filter(pk=worked["acting"]).update(supervised_at=now)
    page = worklist(town.liaison, view="open", now=now, sift=sift_from({"watched": "yes"}))
    assert [row.pk for row in page.rows] == [worked["acting"]]


DUE = [
    # hours from Friday nine o'clock to the due time, what it counts as
    (-9, {"overdue"}),  # 24:00 of Thursday
    (15, {"today", "week"}),  # 24:00 of Friday
    (15 + 24 * 2, {"week"}),  # 24:00 of Sunday
    (15 + 24 * 3, set()),
]


@pytest.mark.parametrize(("hours", "counts_as"), DUE)
def test_when_it_is_due(hours, counts_as, town, now):
    case = heard(town, 1)
    Case.objects.filter(pk=case.pk).update(due_at=NOW + timedelta(hours=hours))
    found = {
        due
        for due in ("overdue", "today", "week")
        if worklist(town.liaison, view="open", now=now, sift=Sift(due=due)).rows
    }
    assert found == counts_as


MEANT_NOTHING = [
    "stage=x",
    "tier=' OR 1=1",
    "place=33018",
    "place=３３０１８２",
    "station=-1",
    "body=x",
    "due=never",
]
MEANT_NOTHING += [
    "end=%00",
    "station=99999999999999999999",
    "channel=a b",
    "view=secret",
    "after=xx",
    "sift=",
]


@pytest.mark.parametrize("asked", MEANT_NOTHING)
def test_what_cannot_be_understood_narrows_nothing(asked, browse, case):
    assert rows(browse("liaison here").get(f"/desk/?{asked}").content.decode()) == 1


def test_closed_ones_go_on_from_page_to_page(town, now):
    for number in range(30):
        case = heard(town, number)
        Case.objects.filter(pk=case.pk).update(
            stage="kept", duty="", closed_at=now - timedelta(hours=number % 7), due_at=None
        )
    first = worklist(town.liaison, view="closed", now=now)
    second = worklist(town.liaison, view="closed", now=now, after=first.after)
    got = [row.pk for row in (*first.rows, *second.rows)]
    expected = Case.objects.order_by("-closed_at", "-pk").values_list("pk", flat=True)
    assert got == list(expected) and not second.after


def test_the_page_shows_chips_and_the_form(browse, town, worked):
    liaison = browse("liaison here")
    address = f"/desk/?view=open&tier=small&station={town.station.pk}"
    page = liaison.get(address).content.decode()
    assert "小事" in page and town.station.name in page and "没有符合的" in page
    assert 'href="/desk/?view=open&amp;tier=small"' in page  # without the station
    assert "<select" not in page
    form = liaison.get(f"{address}&sift=1").content.decode()
    assert form.count("<select") == 8 and "城管中队" in form and "西湖城管" not in form
    closed = liaison.get("/desk/?view=closed&sift=1").content.decode()
    assert "没有解决就结了" in closed and 'name="due"' not in closed


@pytest.mark.parametrize("view", LISTS)
@pytest.mark.parametrize("query", ["", "&tier=urgent&place=330182001", "&tier=urgent&sift=1"])
def test_statements_of_a_narrowed_list(view, query, browse, worked):
    used = taken(browse("liaison here"), "get", f"/desk/?view={view}{query}")
    assert len(used) <= (6 if query else 5), "\n".join(used)


# --- views ------------------------------------------------------------------------------------------------


def keep(client, name, query="view=open&tier=urgent"):
    return client.post("/desk/views/", {"name": name, "query": query}, follow=True).content.decode()


def test_a_view_stands_in_the_menu_of_its_account_and_no_other(browse, accounts, case):
    liaison = browse("liaison here")
    page = keep(liaison, "我的急事")
    assert 'href="/desk/?view=open&amp;tier=urgent" class="on"' in page and "我的视图" in page
    assert "我的急事" not in browse("coordinator").get("/desk/").content.decode()
    gone = liaison.post("/desk/views/delete/", {"name": "我的急事"}, follow=True).content.decode()
    assert "我的视图" not in gone
    assert Account.objects.get(pk=accounts["liaison here"].pk).views == []


NAMES = [
    ("", "起个名字"),
    ("   ", "起个名字"),
    ("\u202e\x00", "起个名字"),
    ("名" * 21, "名字太长"),
    ("我的急事", "换个名字"),
]


@pytest.mark.parametrize(("name", "said"), NAMES)
def test_a_name_that_cannot_be_kept(name, said, browse, accounts, case):
    liaison = browse("liaison here")
    keep(liaison, "我的急事")
    assert said in keep(liaison, name)
    assert len(Account.objects.get(pk=accounts["liaison here"].pk).views) == 1


def test_twenty_views_are_the_most(browse, case):
    liaison = browse("liaison here")
    for number in range(MOST_VIEWS):
        keep(liaison, f"第{number}个")
    assert "已经存了 20 个" in keep(liaison, "再一个")


def test_an_address_of_elsewhere_does_not_get_into_a_view(browse, accounts, case):
    keep(browse("liaison here"), "怪的", query="view=evil&next=https://evil.example&tier=urgent&q=x")
    (view,) = Account.objects.get(pk=accounts["liaison here"].pk).views
    assert view["query"] == "view=mine&tier=urgent"


def test_statements_with_twenty_views(browse, case):
    liaison = browse("liaison here")
    for number in range(MOST_VIEWS):
        keep(liaison, f"第{number}个")
    assert len(taken(liaison, "get", "/desk/")) <= 5


def test_every_role_has_its_lists(accounts, browse, worked):
    for who in accounts:
        if who != "without a role":
            for view in LISTS:
                assert browse(who).get(f"/desk/?view={view}&tier=urgent&sift=1").status_code == 200


@pytest.mark.parametrize("channel", ["web' OR '1'='1", "网页", "a b", "x" * 21, "1web", "web;", '"'])
def test_what_is_no_key_narrows_nothing(channel, browse, case):
    assert sift_from({"channel": channel}).channel == ""
    page = browse("liaison here").get("/desk/", {"view": "open", "channel": channel})
    assert page.status_code == 200 and case.title in page.content.decode()


@pytest.mark.parametrize("channel", ["web' OR '1'='1", "网页", "a b", "1web", "web;", "a'b"])
def test_what_is_no_key_never_stands_in_sql(channel):
    with pytest.raises(ValueError, match="no key"):
        conditions(Sift(channel=channel), NOW)
