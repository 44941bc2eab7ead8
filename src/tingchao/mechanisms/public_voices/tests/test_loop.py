"""One voice round its whole loop, through the services."""

from __future__ import annotations

from datetime import timedelta

from tingchao.directory.actors import reporter
from tingchao.engine.models import Event, Fact, Notice
from tingchao.engine.sealing import audit
from tingchao.engine.services import case_act
from tingchao.mechanisms.public_voices.services import voice_file


def test_a_voice_goes_round_its_whole_loop(town, handed, now):
    case = voice_file(
        text="府前路三盏路灯不亮，晚上看不清台阶。",
        place="府前路58号",
        region_code=town.region,
        station_id=town.station.pk,
        channel="code",
        actor=reporter(0),
        now=now,
    )
    steps = [
        ("deliberate", town.liaison, {"topic": "路灯谁来修", "tier": "ordinary"}),
        ("settle", town.liaison, {"conclusion": "先修三盏，再查线路", **handed}),
        ("answer", town.handler, {"result": "done", "answer": "三盏灯已经换好，请您看看。"}),
        ("rate_poor", reporter(case.pk), {"missing": "还有一盏不亮"}),
        ("answer", town.handler, {"result": "done", "answer": "剩下一盏也换好了。"}),
        ("rate_good", reporter(case.pk), {}),
        (
            "draft",
            town.liaison,
            {"public_title": "府前路路灯已修好", "public_text": "三盏路灯已经更换，线路查过。"},
        ),
        ("publish", town.coordinator, {}),
    ]
    for number, (action, actor, raw) in enumerate(steps, start=1):
        case = case_act(
            case_id=case.pk, action=action, raw=raw, actor=actor, now=now + timedelta(hours=number)
        )
    assert (case.stage, case.outcome, case.satisfaction, case.visibility) == (
        "known",
        "done",
        "good",
        "public",
    )
    assert case.due_at is None and case.duty == "" and case.closed_at is not None
    assert Event.objects.filter(case=case).count() == case.events == 9
    assert set(Fact.objects.values_list("kind", flat=True)) == {
        "voice.heard", "voice.deliberated", "voice.assigned", "voice.answered", "voice.rated", "voice.closed",
        "voice.made_known", "deputy.follow_up",
    }  # fmt: skip
    assert Notice.objects.filter(recipient="reporter").exists()
    assert audit().broken is None
