"""One submission is one voice, however often it is sent."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine.models import Case, Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.tests.loop import at_once
from tingchao.instruments.codes.signing import token_for
from tingchao.mechanisms.public_voices.models import Voice
from tingchao.mechanisms.public_voices.services import voice_file

KEY = "form:Zm9ybS1rZXktMQ"


def filed(town, now, text="府前路三盏路灯不亮。", **other):
    given = {"region_code": town.region, "channel": "web", "actor": reporter(0), "submission": KEY}
    return voice_file(text=text, now=now, **(given | other))


def counted() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Voice, Event, Fact, Notice))


def test_sent_twice_it_is_one_voice(town, now):
    first = filed(town, now)
    again = filed(town, now)
    assert again.pk == first.pk
    assert counted() == (1, 1, 1, 1, 1)


def test_what_came_first_stands(town, now):
    first = filed(town, now, phone="13800001234", consent=True)
    again = filed(town, now, text="改过的说法：五盏不亮。", phone="13900001234", consent=True)
    assert again.pk == first.pk
    assert Case.objects.get().text == "府前路三盏路灯不亮。"
    assert Voice.objects.get().phone_shown == "138****1234"


@pytest.mark.parametrize("keys", [("form:1", "form:2"), (None, None)])
def test_other_submissions_are_other_voices(town, now, keys):
    assert len({filed(town, now, submission=key).pk for key in keys}) == 2


def test_a_submission_that_was_refused_may_be_sent_again(town, now):
    with pytest.raises(Refusal):
        filed(town, now, text="。。。")
    assert counted() == (0, 0, 0, 0, 0)
    filed(town, now)
    assert counted() == (1, 1, 1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_it_is_one_voice(town, now):
    given = at_once(*[lambda: filed(town, now).pk] * 4)
    assert len(set(given)) == 1 and isinstance(given[0], int), given
    assert counted() == (1, 1, 1, 1, 1)
    assert audit().broken is None


def test_a_form_sent_twice_leads_to_the_same_page(town, client):
    form = {
        "text": "府前路三盏路灯不亮。",
        "code": token_for(town.code.pk),
        "idempotency_key": "Zm9ybS1rZXktMQxx",
    }
    first, again = (client.post(reverse("public_voices:say"), form) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302)
    assert first.url == again.url
    assert counted() == (1, 1, 1, 2, 1)  # two facts: heard, and by which code


def test_a_form_without_a_proper_key_is_taken_each_time(town, client):
    form = {"text": "府前路三盏路灯不亮。", "code": token_for(town.code.pk), "idempotency_key": "1"}
    assert {client.post(reverse("public_voices:say"), form).status_code for _ in range(2)} == {302}
    assert counted()[0] == 2
