"""A station's code: printed, scanned, typed off a poster, copied, forged, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
import segno
from hypothesis import example, given
from hypothesis import strategies as st

from tingchao.core.steps import Refusal
from tingchao.directory.actors import NOBODY, SYSTEM, reporter
from tingchao.directory.models import Station
from tingchao.engine.links import ALPHABET
from tingchao.instruments.codes.models import Code
from tingchao.instruments.codes.selectors import (
    CLOSED,
    FORGED,
    REVOKED,
    address_of,
    code_resolve,
    qr_svg,
    token_of,
    tokens_of,
)
from tingchao.instruments.codes.services import code_issue, code_revoke
from tingchao.instruments.codes.signing import code_id_of, token_for

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
    place = data.draw(st.integers(0, len(token) - 1))
    wrong = data.draw(st.sampled_from([char for char in ALPHABET if char != token[place]]))
    assert code_id_of(token[:place] + wrong + token[place + 1 :]) is None


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
    assert code_id is None or token.strip().upper() == token_for(code_id)


@pytest.mark.parametrize(
    ("typed", "taken", "how"),
    [
        (lambda token: token, True, "照抄"),
        (lambda token: token.lower(), True, "小写"),
        (lambda token: f"  {token}\n", True, "前后有空白"),
        (lambda token: token[:-1], False, "少抄一位"),
        (lambda token: f"{token}2", False, "多抄一位"),
        (lambda token: token.replace("-", ""), False, "漏了横线"),
        (lambda token: token.replace("-", "－"), False, "全角横线"),
        (lambda token: f"2{token}", False, "前面多一个零（2 是零）"),
        (lambda token: token[::-1], False, "倒着"),
        (lambda token: f"{token}-{token}", False, "两个连着"),
        (lambda token: f"http://127.0.0.1:8000/c/{token}/", False, "整个网址"),
        (lambda token: token.split("-")[0], False, "只有编号"),
        (lambda token: f"{token_for(8).split('-')[0]}-{token.split('-')[1]}", False, "别的编号配这个签名"),
        (lambda token: "１-２３４５６７８９", False, "全角"),
        (lambda token: "这不是码", False, "汉字"),
        (lambda token: token * 10_000, False, "十几万字"),
    ],
)
def test_a_token_as_people_type_it(typed, taken, how):
    assert (code_id_of(typed(token_for(7))) == 7) is taken, how


def test_another_installation_makes_other_tokens(settings):
    token = token_for(7)
    settings.LINK_KEY = "another installation's key"
    assert token_for(7) != token
    assert code_id_of(token) is None


# --- what it opens ----------------------------------------------------------------------------------------


def test_a_code_opens_its_station(town, django_assert_num_queries):
    token = token_for(town.code.pk)
    with django_assert_num_queries(1):
        scan = code_resolve(token)
    assert (scan.station.id, scan.refused) == (town.station.pk, "")
    assert (scan.station.name, scan.station.region_name) == ("新安江街道中心站", "新安江街道")


def test_a_forged_code_costs_no_statement(town, django_assert_num_queries):
    with django_assert_num_queries(0):
        scan = code_resolve("2-22222222")
    assert (scan.station, scan.refused) == (None, FORGED)


def test_a_genuine_code_that_was_never_given_out_is_forged(town):
    assert code_resolve(token_for(town.code.pk + 1000)).refused == FORGED
    assert code_resolve(token_for(LARGEST)).refused == FORGED
    assert code_resolve(token_for(2**64)).refused == FORGED, "an id that the database could not hold"


def test_a_closed_station_opens_nothing(town):
    Station.objects.filter(pk=town.station.pk).update(active=False)
    assert code_resolve(token_for(town.code.pk)).refused == CLOSED


def test_a_revoked_code_opens_nothing_and_the_new_one_does(town, now):
    old = token_of(town.station.pk)
    fresh = code_revoke(station=town.station, actor=SYSTEM, now=now + timedelta(days=1))
    new = token_of(town.station.pk)
    assert new == token_for(fresh.pk) != old
    assert code_resolve(old).refused == REVOKED
    assert code_resolve(new).station.id == town.station.pk
    assert Code.objects.get(pk=town.code.pk).revoked_at == now + timedelta(days=1)


def test_a_code_issued_again_is_the_one_in_force(town, now):
    again = code_issue(station=town.station, actor=SYSTEM, now=now + timedelta(days=9))
    assert (again.pk, again.created_at) == (town.code.pk, town.code.created_at)
    assert Code.objects.count() == 1


def test_stations_and_their_tokens(town):
    other = Station.objects.create(name="无码站", kind=Station.Kind.MICRO, region_id=town.region)
    assert tokens_of([town.station.pk, other.pk]) == {town.station.pk: token_for(town.code.pk)}
    assert token_of(other.pk) is None


@pytest.mark.parametrize("write", [code_issue, code_revoke])
def test_only_the_administrator_gives_out_codes(town, now, write):
    for actor in (town.liaison, town.coordinator, town.clerk, town.leader, town.auditor, reporter(0), NOBODY):
        with pytest.raises(Refusal) as refusal:
            write(station=town.station, actor=actor, now=now)
        assert refusal.value.code == "forbidden"
    assert list(Code.objects.values_list("pk", "revoked_at")) == [(town.code.pk, None)]


# --- the QR code ------------------------------------------------------------------------------------------


def test_the_qr_code_bears_the_stations_address(settings):
    token = token_for(7)
    assert address_of(token) == f"{settings.PUBLIC_ADDRESS}/c/{token}/"
    svg = qr_svg(token)
    assert svg.startswith("<svg") and svg.count("<path") >= 1
    assert "width=" not in svg.split(">")[0], "its size is the page's to say"
    code = segno.make(address_of(token), error="h", boost_error=False)
    assert (code.error, svg) == ("H", code.svg_inline(scale=8, border=2, omitsize=True))
