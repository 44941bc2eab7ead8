"""A station's code: printed, scanned, typed off a poster, copied, forged, ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import segno
from hypothesis import example, given
from hypothesis import strategies as st

from tingchao.core.steps import Refusal
from tingchao.directory.actors import NOBODY, SYSTEM, reporter
from tingchao.directory.models import Deputy, Station
from tingchao.engine.links import ALPHABET
from tingchao.engine.models import Event
from tingchao.engine.sealing import audit
from tingchao.instruments.codes.models import Activity, Code
from tingchao.instruments.codes.selectors import (
    CLOSED,
    NO_STATION,
    NOT_YET,
    OUT_OF_OFFICE,
    OVER,
    REVOKED,
    address_of,
    code_resolve,
    token_of,
    tokens_of,
)
from tingchao.instruments.codes.services import activity_create, code_end, code_issue, code_revoke
from tingchao.instruments.codes.sheets import qr_plain
from tingchao.instruments.codes.signing import (
    FORGED,
    LOOKS_ALIKE,
    MISTYPED,
    STRANGE,
    TOO_LONG,
    TOO_SHORT,
    code_id_of,
    token_for,
    token_plain,
    token_read,
)

DAY = date(2026, 11, 20)
LARGEST = 32**12 - 1
"""The largest id that a token holds: twelve characters, far more codes than will ever be printed."""


# --- the token --------------------------------------------------------------------------------------------


@given(st.integers(min_value=1, max_value=LARGEST))
@example(1)
@example(31)
@example(32)
@example(LARGEST)
def test_a_token_leads_back_to_its_code(code_id):
    token = token_for(code_id)
    assert code_id_of(token) == code_id
    assert set(token) <= set(ALPHABET) | {"-"}


@given(st.integers(min_value=1, max_value=10**9), st.data())
def test_one_wrong_character_is_noticed(code_id, data):
    token = token_for(code_id)
    place = data.draw(st.sampled_from([at for at, char in enumerate(token) if char != "-"]))
    wrong = data.draw(st.sampled_from([char for char in ALPHABET if char != token[place]]))
    assert token_read(token[:place] + wrong + token[place + 1 :]).fault == MISTYPED


@given(st.integers(min_value=1, max_value=10**9), st.data())
def test_two_characters_that_changed_places_are_noticed(code_id, data):
    token = token_plain(token_for(code_id))
    one = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.integers(one + 1, len(token) - 1))
    swapped = list(token)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    fault = token_read("".join(swapped)).fault
    assert fault == ("" if token[one] == token[other] else MISTYPED)


@given(st.text(max_size=60) | st.text(alphabet=ALPHABET + "-", max_size=24))
@example("")
@example("-")
@example("--------")
@example("2-")
@example("2-22222222")
@example("\x00-\x00")
@example("ß-ſ")
@example("ſ" * 40)
@example("9" * 5000)
@example("Z" * 12 + "-ZZZZZZZZ")
def test_whatever_is_scanned_is_taken_only_when_it_was_made_here(token):
    code_id = code_id_of(token)
    assert code_id is None or token_plain(token) == token_plain(token_for(code_id))


TYPED = [
    # what was typed, why it is refused ("" when it is taken), how it was typed
    (lambda token: token, "", "照抄"),
    (lambda token: token.lower(), "", "小写"),
    (lambda token: f"  {token}\n", "", "前后有空白"),
    (lambda token: token.replace("-", ""), "", "漏了横线"),
    (lambda token: token.replace("-", " "), "", "横线写成空格"),
    (lambda token: token.replace("-", "－"), "", "全角横线"),
    (lambda token: token.replace("7", "７").replace("-", "—"), "", "全角数字，破折号"),
    (lambda token: f"http://127.0.0.1:8000/c/{token}/", "", "整个网址"),
    (lambda token: f"127.0.0.1:8000/c/{token}?public", "", "带参数的网址"),
    (lambda token: token[:-1], TOO_SHORT, "少抄一位"),
    (lambda token: f"{token}3", MISTYPED, "多抄一位"),
    (lambda token: token[::-1], MISTYPED, "倒着"),
    (lambda token: token[2:], TOO_SHORT, "少了编号"),
    (lambda token: token.split("-")[0], TOO_SHORT, "只有编号"),
    (lambda token: "", TOO_SHORT, "空的"),
    (lambda token: f"{token}-{token}-{token}", TOO_LONG, "三个连着"),
    (lambda token: token * 10_000, TOO_LONG, "十几万字"),
    (lambda token: f"0{token}", LOOKS_ALIKE, "多写一个零"),
    (lambda token: token[:-1] + "O", LOOKS_ALIKE, "字母 O"),
    (lambda token: token[:-2] + "I1", LOOKS_ALIKE, "I 和 1"),
    (lambda token: "这不是码", STRANGE, "汉字"),
    (lambda token: f"{token}!", STRANGE, "标点"),
]


@pytest.mark.parametrize(("typed", "fault", "how"), TYPED)
def test_a_token_as_people_type_it(typed, fault, how):
    read = token_read(typed(token_for(7)))
    assert read.fault == fault, how
    assert (read.code_id == 7) is (fault == "")
    assert read.typed_amiss is bool(fault)


def test_a_signature_made_up_with_its_check_character_is_forged():
    read = token_read(with_check("9" + "2" * 8))
    assert (read.code_id, read.fault, read.typed_amiss) == (None, FORGED, False)


def test_a_number_with_zeros_before_it_is_not_another_spelling():
    plain = token_plain(token_for(7))
    assert token_read(with_check(f"2{plain[:-1]}")).fault == FORGED


def with_check(plain: str) -> str:
    """The characters with the check character that fits them."""
    return next(plain + char for char in ALPHABET if token_read(plain + char).fault != MISTYPED)


def test_another_installation_makes_other_tokens(settings):
    token = token_for(7)
    settings.LINK_KEY = "another installation's key"
    assert token_for(7) != token
    assert code_id_of(token) is None


# --- what it opens ----------------------------------------------------------------------------------------


def test_a_code_opens_its_station(town, django_assert_num_queries):
    token = token_for(town.code.pk)
    with django_assert_num_queries(1):
        scan = code_resolve(token, today=DAY)
    assert (scan.station.id, scan.refused) == (town.station.pk, "")
    assert (scan.station.name, scan.station.region_name) == ("新安江街道中心站", "新安江街道")


def test_a_forged_code_costs_no_statement(town, django_assert_num_queries):
    forged = with_check("9" + "2" * 8)
    with django_assert_num_queries(0):
        scan = code_resolve(forged, today=DAY)
    assert (scan.station, scan.refused, scan.code_id) == (None, FORGED, 0)


def test_a_genuine_code_that_was_never_given_out_is_forged(town):
    assert code_resolve(token_for(town.code.pk + 1000), today=DAY).refused == FORGED
    assert code_resolve(token_for(LARGEST), today=DAY).refused == FORGED
    assert code_resolve(token_for(2**64), today=DAY).refused == TOO_LONG, "the database could not hold it"


def test_a_closed_station_opens_nothing(town):
    Station.objects.filter(pk=town.station.pk).update(active=False)
    assert code_resolve(token_for(town.code.pk), today=DAY).refused == CLOSED


def test_a_revoked_code_opens_nothing_and_the_new_one_does(town, now):
    old = token_of(town.station.pk)
    fresh = code_revoke(station=town.station, actor=SYSTEM, now=now + timedelta(days=1))
    new = token_of(town.station.pk)
    assert new == token_for(fresh.pk) != old
    assert code_resolve(old, today=DAY).refused == REVOKED
    assert code_resolve(new, today=DAY).station.id == town.station.pk
    assert Code.objects.get(pk=town.code.pk).revoked_at == now + timedelta(days=1)


def test_a_code_issued_again_is_the_one_in_force(town, now):
    again = code_issue(station=town.station, actor=SYSTEM, now=now + timedelta(days=9))
    assert (again.pk, again.created_at) == (town.code.pk, town.code.created_at)
    assert Code.objects.count() == 1


def test_stations_and_their_tokens(town):
    other = Station.objects.create(name="无码站", kind=Station.Kind.MICRO, region_id=town.region)
    assert tokens_of([town.station.pk, other.pk]) == {town.station.pk: token_for(town.code.pk)}
    assert token_of(other.pk) is None


# --- whose code it is -------------------------------------------------------------------------------------


@pytest.fixture
def deputy(town):
    return town.deputies[0]


@pytest.fixture
def activity(town, now):
    return activity_create(
        title="  小区停车\n怎么办 ",
        station=town.station,
        day=DAY,
        last=DAY + timedelta(days=7),
        actor=town.liaison,
        now=now,
    )


def test_a_deputys_code_opens_the_deputy_and_their_station(town, deputy, now, django_assert_num_queries):
    token = token_for(code_issue(deputy=deputy, actor=town.liaison, now=now).pk)
    with django_assert_num_queries(1):
        scan = code_resolve(token, today=DAY)
    assert (scan.deputy.id, scan.deputy.name, scan.station.id) == (deputy.pk, "王代表", town.station.pk)
    assert (scan.channel, scan.through.deputy_id, scan.activity) == ("deputy_code", deputy.pk, None)


def test_an_activitys_code_opens_the_activity_and_its_station(town, activity, django_assert_num_queries):
    token = token_for(Code.objects.get(activity=activity).pk)
    with django_assert_num_queries(1):
        scan = code_resolve(token, today=DAY)
    assert (scan.activity.title, scan.station.id) == ("小区停车 怎么办", town.station.pk)
    assert (scan.channel, scan.through.deputy_id, scan.deputy) == ("activity_code", None, None)


def test_a_station_keeps_its_own_channel(town):
    scan = code_resolve(token_for(town.code.pk), today=DAY)
    assert (scan.channel, scan.through.code_id, scan.deputy, scan.activity) == (
        "code",
        town.code.pk,
        None,
        None,
    )


ENDED = [
    # what became of the deputy, why the code is refused
    ({"until": DAY}, OUT_OF_OFFICE),
    ({"until": DAY - timedelta(days=400)}, OUT_OF_OFFICE),
    ({"since": DAY + timedelta(days=1)}, NOT_YET),
    ({"station": None}, NO_STATION),
    ({"until": DAY + timedelta(days=1)}, ""),
]


@pytest.mark.parametrize(("became", "reason"), ENDED)
def test_when_a_deputys_code_is_refused(became, reason, town, deputy, now):
    token = token_for(code_issue(deputy=deputy, actor=SYSTEM, now=now).pk)
    Deputy.objects.filter(pk=deputy.pk).update(**became)
    scan = code_resolve(token, today=DAY)
    assert scan.refused == reason and (scan.station is None) is bool(reason)


def test_a_deputys_code_is_refused_when_the_station_has_closed(town, deputy, now):
    token = token_for(code_issue(deputy=deputy, actor=SYSTEM, now=now).pk)
    Station.objects.filter(pk=town.station.pk).update(active=False)
    assert code_resolve(token, today=DAY).refused == CLOSED


@pytest.mark.parametrize(("after", "reason"), [(0, ""), (7, ""), (8, OVER), (400, OVER), (-30, "")])
def test_when_an_activitys_code_is_refused(after, reason, town, activity):
    token = token_for(Code.objects.get(activity=activity).pk)
    assert code_resolve(token, today=DAY + timedelta(days=after)).refused == reason


WRONG_ACTIVITIES = [
    ({"title": " "}, "title"),
    ({"title": "停" * 61}, "title"),
    ({"last": DAY - timedelta(days=1)}, "last"),
    ({"day": DAY - timedelta(days=9), "last": DAY - timedelta(days=2)}, "last"),
    ({"last": DAY + timedelta(days=400)}, "last"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG_ACTIVITIES)
def test_what_is_no_activity(wrong, field, town, now):
    given = {"title": "小区停车怎么办", "station": town.station, "day": DAY, "last": DAY, **wrong}
    with pytest.raises(Refusal) as refusal:
        activity_create(**given, actor=town.liaison, now=now)
    assert set(refusal.value.fields) == {field} and not Activity.objects.exists()


NO_CODE = [
    ("deputy out of office", {"until": DAY}),
    ("deputy not yet in office", {"since": DAY + timedelta(days=1)}),
    ("deputy without a station", {"station": None}),
]


@pytest.mark.parametrize(("what", "became"), NO_CODE)
@pytest.mark.parametrize("write", [code_issue, code_revoke])
def test_who_takes_no_voices_is_given_no_code(what, became, write, town, deputy, now):
    for name, value in became.items():
        setattr(deputy, name, value)
    deputy.save()
    with pytest.raises(Refusal) as refusal:
        write(deputy=deputy, actor=town.liaison, now=now)
    assert refusal.value.code == "input", what
    assert not Code.objects.filter(deputy=deputy).exists()


def test_an_activity_that_is_over_is_given_no_code(town, activity, now):
    with pytest.raises(Refusal):
        code_revoke(activity=activity, actor=town.liaison, now=now + timedelta(days=30))


def test_a_code_that_ended_is_refused_and_may_be_given_out_anew(town, deputy, now):
    old = token_for(code_issue(deputy=deputy, actor=town.liaison, now=now).pk)
    code_end(deputy=deputy, actor=town.liaison, now=now)
    code_end(deputy=deputy, actor=town.liaison, now=now)  # a second press changes nothing
    assert code_resolve(old, today=DAY).refused == REVOKED
    new = token_for(code_issue(deputy=deputy, actor=town.liaison, now=now).pk)
    assert new != old and code_resolve(new, today=DAY).deputy.id == deputy.pk
    actions = list(Event.objects.order_by("sequence").values_list("action", "role"))
    assert actions == [("code.issue", "liaison"), ("code.close", "liaison"), ("code.issue", "liaison")]
    assert audit().broken is None


def test_a_code_has_one_holder(town, deputy, now):
    with pytest.raises(ValueError, match="one holder"):
        code_issue(deputy=deputy, station=town.station, actor=SYSTEM, now=now)
    with pytest.raises(ValueError, match="one holder"):
        code_issue(actor=SYSTEM, now=now)


# --- who gives them out -----------------------------------------------------------------------------------

KEEPERS = [
    ("liaison", True),
    ("coordinator", True),
    ("administrator", True),
    ("stranger", False),
    ("deputy", False),
    ("handler", False),
    ("clerk", False),
    ("leader", False),
    ("expert", False),
    ("auditor", False),
]


@pytest.mark.parametrize(("who", "may"), KEEPERS)
@pytest.mark.parametrize("write", [code_issue, code_revoke, code_end])
@pytest.mark.parametrize("holder", ["station", "deputy", "activity"])
def test_who_gives_out_and_ends_codes(who, may, write, holder, town, deputy, activity, now):
    given = {"station": town.station, "deputy": deputy, "activity": activity}[holder]
    try:
        write(**{holder: given}, actor=getattr(town, who), now=now)
        went = True
    except Refusal as refusal:
        assert refusal.code == "forbidden"
        went = False
    assert went is may


@pytest.mark.parametrize("write", [code_issue, code_revoke, code_end])
@pytest.mark.parametrize("actor", [NOBODY, reporter(0)])
def test_nobody_else_gives_out_codes(write, actor, town, now):
    with pytest.raises(Refusal):
        write(station=town.station, actor=actor, now=now)
    assert list(Code.objects.values_list("pk", "revoked_at")) == [(town.code.pk, None)]


# --- the QR code ------------------------------------------------------------------------------------------


def test_the_qr_code_bears_the_stations_address(settings):
    token = token_for(7)
    assert address_of(token) == f"{settings.PUBLIC_ADDRESS}/c/{token}/"
    svg = qr_plain(token)
    assert svg.startswith("<svg") and svg.count("<path") >= 1
    assert segno.make(address_of(token), error="h", boost_error=False).error == "H"
