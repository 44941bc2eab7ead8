"""Kept files tied to a matter: to the step that they came with, for those who may see them."""

from __future__ import annotations

import pytest

from tingchao.core.steps import Refusal
from tingchao.directory.actors import reporter
from tingchao.engine.care import case_tend
from tingchao.engine.files import files_keep
from tingchao.engine.models import Attachment, Case, Event
from tingchao.engine.services import case_act
from tingchao.engine.tests.loop import brought, code_of, doer, opened, typed
from tingchao.engine.tests.test_files import PDF, jpeg, upload


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "files"


def test_a_photograph_is_tied_to_the_matter_and_its_digest_to_the_record(town, now):
    photo, paper = files_keep([upload(jpeg()), upload(PDF, "说明.pdf")])
    case = opened(town, now, files=(photo, paper))
    rows = Attachment.objects.filter(case=case).order_by("id")
    assert [(row.digest, row.kind, row.name, row.size, row.audience) for row in rows] == [
        (photo.digest, "image/jpeg", "照片.jpg", photo.size, "reporter"),
        (paper.digest, "application/pdf", "说明.pdf", paper.size, "reporter"),
    ]
    event = Event.objects.get(case=case)
    assert event.data["files"] == [photo.digest, paper.digest]
    assert {row.event_id for row in rows} == {event.pk}


def test_what_a_body_adds_to_its_answer_is_seen_by_the_reporter(town, handed, now):
    photos = files_keep([upload(jpeg()), upload(PDF)])
    case = brought(town, handed, now, "acting")
    case_act(
        case_id=case.pk,
        action="answer",
        raw=typed("answer", handed),
        actor=town.handler,
        now=now,
        files=photos,
    )
    rows = Attachment.objects.filter(case=case).select_related("event")
    assert [(row.event.action, row.audience) for row in rows] == [("answer", "reporter")] * 2


def test_what_a_reporter_adds_they_see_themselves(town, now):
    photos = files_keep([upload(jpeg())])
    case = opened(town, now)
    raw = {"said": "补一张照片"}
    case_tend(case_id=case.pk, tool="add", raw=raw, actor=reporter(case.pk), now=now, files=photos)
    (row,) = Attachment.objects.filter(case=case).select_related("event")
    assert (row.event.action, row.audience) == ("add", "reporter")


@pytest.mark.parametrize(
    ("stage", "action", "number", "taken", "why"),
    [
        ("acting", "answer", 6, True, "答复最多六张照片"),
        ("acting", "answer", 7, False, "第七张"),
        ("acting", "hand_back", 1, False, "退回没有传文件的地方"),
        ("rating", "rate_poor", 1, False, "评价没有传文件的地方"),
    ],
)
def test_an_action_takes_as_many_files_as_it_asks_for(town, handed, now, stage, action, number, taken, why):
    photos = files_keep([upload(PDF + bytes([count])) for count in range(number)])
    case = brought(town, handed, now, stage)
    actor = doer(action, case, town)
    call = {"case_id": case.pk, "action": action, "raw": typed(action, handed), "actor": actor, "now": now}
    assert code_of(case_act, files=photos, **call) == ("" if taken else "file"), why
    assert Attachment.objects.count() == (number if taken else 0)


def test_a_refused_step_ties_nothing(town, handed, now):
    (photo,) = files_keep([upload(jpeg())])
    case = brought(town, handed, now, "acting")
    before = Case.objects.values().get(pk=case.pk)
    with pytest.raises(Refusal):
        case_act(case_id=case.pk, action="answer", raw={}, actor=town.handler, now=now, files=[photo])
    assert Case.objects.values().get(pk=case.pk) == before
    assert not Attachment.objects.exists()
