"""A deputy at the desk: the list of voters, and a conversation recorded with what became of it, in one form."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.pages.test_statements import taken
from tingchao.directory.models import Deputy
from tingchao.engine.models import Assignment, Case, Event, Fact
from tingchao.engine.sealing import audit
from tingchao.mechanisms.public_voices.models import Voice, VoterContact
from tingchao.mechanisms.public_voices.services.voters_file import sheet_bytes, sheet_rows

LIST, NEAR, RECORD = "/desk/voters/", "/desk/voters/near/", "/desk/voices/new/"
TEXT = "选民说菜场东门晚上太暗，老人走路不放心。"
GOOD = {"name": "王建国", "phone": "13800001234", "consented_on": "2026-03-01", "address": "白沙社区"}


@pytest.fixture
def deputy(browse):
    return browse("deputy following")


@pytest.fixture
def voter(deputy):
    deputy.post(LIST, GOOD)
    return VoterContact.objects.get()


def own(voter):
    return reverse("public_voices:voter", args=[voter.pk])


WHO = [
    # who, the list, a voter on the list of the first deputy
    ("deputy following", 200, 200),
    ("deputy not following", 200, 403),
    ("liaison here", 403, 403),
    ("liaison elsewhere", 403, 403),
    ("coordinator", 403, 403),
    ("handler of the lead", 403, 403),
    ("clerk", 403, 403),
    ("leader", 403, 403),
    ("expert", 403, 403),
    ("administrator", 403, 403),
    ("auditor", 403, 403),
    ("without a role", 403, 403),
    ("", 302, 302),
]


@pytest.mark.parametrize(("who", "listed", "one"), WHO)
def test_who_comes_to_a_list(who, listed, one, browse, voter):
    browser = browse(who)
    assert browser.get(LIST).status_code == listed
    assert browser.get(own(voter)).status_code == one
    answer = browser.post(own(voter), {"do": "erase"})
    assert answer.status_code == (302 if who == "deputy following" else one)
    assert VoterContact.objects.exists() is (who != "deputy following")


def test_the_liaison_reads_names_and_how_many_and_nothing_else(browse, voter):
    page = browse("liaison here").get(NEAR).content.decode()
    assert "王代表：1 人" in page and "王建国" in page
    assert "1234" not in page and "白沙社区" not in page
    assert "王建国" not in browse("liaison elsewhere").get(NEAR).content.decode()
    assert browse("liaison here").post(LIST, GOOD).status_code == 403


def test_a_deputy_whose_term_is_over_keeps_no_list(browse, town, voter):
    Deputy.objects.filter(pk=town.deputies[0].pk).update(until="2026-01-01")
    browser = browse("deputy following")
    for path in (LIST, own(voter), RECORD):
        assert browser.get(path).status_code == 403
    for name in ("copy", "confirm", "load", "take"):
        assert browser.post(f"/desk/voters/{name}/").status_code == 403


def test_the_number_is_masked_on_the_list_and_whole_on_its_own_page(deputy, voter):
    assert "13800001234" not in deputy.get(LIST).content.decode()
    page = deputy.get(own(voter))
    assert "13800001234" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_what_is_refused_keeps_what_was_typed(deputy):
    answer = deputy.post(LIST, {**GOOD, "phone": "13800O1234", "note": "老党员"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "这个电话号码不对" in page and "13800O1234" in page and "老党员" in page


def test_ending_and_erasing(deputy, voter):
    assert "不再联系" in deputy.post(own(voter), {"do": "end"}, follow=True).content.decode()
    assert deputy.get(own(voter)).status_code == 403
    deputy.post(LIST, GOOD)
    again = VoterContact.objects.get(ended_on__isnull=True)
    deputy.post(own(again), {"do": "erase"})
    assert not VoterContact.objects.filter(pk=again.pk).exists()


def test_a_file_is_read_and_its_faults_are_named_by_row(deputy):
    content = sheet_bytes([("李四", "", "", "", ""), ("赵六", "12", "", "", "2026-03-01")])
    answer = deputy.post("/desk/voters/load/", {"file": SimpleUploadedFile("名册.xlsx", content)})
    page = answer.content.decode()
    assert "加进 1 人" in page and "这个电话号码不对" in page
    assert "<td>3</td>" in page
    refused = deputy.post("/desk/voters/load/", {"file": SimpleUploadedFile("a.xlsx", b"no")})
    assert refused.status_code == 422
    assert "打不开" in refused.content.decode()


def test_a_list_is_taken_along(deputy, voter):
    answer = deputy.post("/desk/voters/take/", {"year": "2026"})
    assert "no-store" in answer["Cache-Control"]
    rows = sheet_rows(io.BytesIO(answer.content))
    assert [row["电话"] for _, row in rows] == ["13800001234"]
    assert sheet_rows(io.BytesIO(deputy.post("/desk/voters/take/", {"empty": "1"}).content)) == []


def test_last_year_is_copied_and_confirmed(deputy, voter):
    VoterContact.objects.update(year=2025)
    assert "抄去年的名册" in deputy.get(LIST).content.decode()
    page = deputy.post("/desk/voters/copy/", follow=True).content.decode()
    assert "待确认" in page
    assert "待确认" not in deputy.post("/desk/voters/confirm/", follow=True).content.decode()
    assert deputy.post("/desk/voters/copy/").status_code == 422


@pytest.mark.parametrize("voters", [1, 40])
def test_statements(voters, deputy, browse, town):
    VoterContact.objects.bulk_create(
        VoterContact(deputy=town.deputies[0], year=2026, name=f"王{number}") for number in range(voters)
    )
    assert len(taken(deputy, "get", LIST)) <= 6
    assert len(taken(browse("liaison here"), "get", NEAR)) <= 6


# --- a conversation ---------------------------------------------------------------------------------------


def said(town, **other):
    return {
        "text": TEXT,
        "channel": "reception",
        "station": str(town.station.pk),
        "outcome": "taken",
        **other,
    }


OUTCOMES = [
    ({}, "sorting", ""),
    ({"outcome": "answered", "answer": "已经请电力来看，今晚就亮。"}, "rating", "answered"),
    (
        {
            "outcome": "declined",
            "ground": "lawsuit",
            "instead": "请向建德市人民法院起诉或者咨询法律援助中心。",
        },
        "rating",
        "declined",
    ),
]


@pytest.mark.parametrize("who", ["deputy following", "liaison here"])
@pytest.mark.parametrize(("typed", "stage", "outcome"), OUTCOMES)
def test_what_became_of_it_is_taken_with_it_in_one_step(typed, stage, outcome, who, browse, town):
    answer = browse(who).post(RECORD, said(town, **typed))
    case = Case.objects.get()
    assert answer.url == reverse("desk:case", args=[case.number])
    assert (case.stage, case.outcome, case.channel) == (stage, outcome, "reception")
    assert browse(who).get(answer.url).status_code == 200
    assert audit().broken is None


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ("reception", "deputy.reception"),
        ("telephone", "deputy.reception"),
        ("visit", "deputy.reception"),
        ("paper", "deputy.reception"),
        ("call_on", "deputy.call_on"),
    ],
)
def test_the_record_bears_the_deputy(channel, kind, deputy, town):
    deputy.post(RECORD, said(town, channel=channel))
    fact = Fact.objects.get(kind__startswith="deputy.")
    assert (fact.kind, fact.deputy_id, fact.detail) == (kind, town.deputies[0].pk, channel)
    follows = Assignment.objects.get()
    assert (follows.kind, follows.deputy_id, follows.ended_at) == ("follow_up", town.deputies[0].pk, None)


def test_a_liaison_records_for_the_station_and_no_deputy(browse, town):
    browse("liaison here").post(RECORD, said(town))
    assert not Fact.objects.filter(kind__startswith="deputy.").exists()
    assert not Assignment.objects.exists()


def test_a_voter_of_the_list_is_called_back_on_their_own_number(deputy, voter, town):
    deputy.post(RECORD, said(town, voter=str(voter.pk)))
    kept = Voice.objects.get()
    assert (kept.voter, kept.phone_shown) == (voter, "138****1234")
    assert kept.consented_at is not None
    deputy.post(own(voter), {"do": "erase"})
    kept.refresh_from_db()
    assert kept.voter is None


def test_the_voter_of_another_deputy_is_refused(browse, voter, town):
    answer = browse("deputy not following").post(RECORD, said(town, voter=str(voter.pk)))
    assert answer.status_code == 422
    assert "名册里没有这位选民" in answer.content.decode()
    assert not Case.objects.exists()


REFUSED = [
    ("no answer", {"outcome": "answered", "answer": ""}, "这一项要填"),
    ("no ground", {"outcome": "declined", "instead": "请向法院起诉或者咨询法律援助中心。"}, "这一项要填"),
    ("a ground that is none", {"outcome": "declined", "ground": "x", "instead": "请去法院，那里受理。"}, "选项里选"),
    ("an outcome that is none", {"outcome": "forgotten"}, "请选当场怎么办的"),
    ("a way that is none", {"channel": "web"}, "请选是怎么来的"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed", "sentence"), REFUSED)
def test_both_or_nothing(what, typed, sentence, deputy, town):
    answer = deputy.post(RECORD, said(town, **typed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode() and TEXT in answer.content.decode()
    assert not Case.objects.exists() and not Event.objects.filter(case__isnull=False).exists()


def test_sent_twice_it_is_one_matter_answered_once(deputy, town):
    form = said(town, outcome="answered", answer="今晚就亮。", idempotency_key="k" * 20)
    first, second = deputy.post(RECORD, form), deputy.post(RECORD, form)
    assert first.url == second.url
    assert Event.objects.filter(action="answer_now").count() == 1
    assert Fact.objects.filter(kind="deputy.reception").count() == 1


def test_a_deputy_records_only_where_they_are_one(deputy, town):
    from tingchao.directory.actors import SYSTEM
    from tingchao.directory.services import station_create

    far = station_create(name="北山街道中心站", kind="centre", region_code="330106001000", actor=SYSTEM)
    assert deputy.post(RECORD, said(town, station=str(far.pk))).status_code == 422
    assert not Case.objects.exists()
