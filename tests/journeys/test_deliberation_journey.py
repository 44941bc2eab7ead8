"""A deliberation in the browser: from a resident's matter to a problem that is solved, rated and made known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW, SINCE
from django.utils import timezone

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_voice_journey import act, choose, send
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, reporter
from tingchao.directory.services import account_create, grant_give
from tingchao.engine.models import Case
from tingchao.engine.sealing import audit
from tingchao.instruments.meetings.models import CaseMeeting, Meeting
from tingchao.instruments.meetings.services import attendance_mark, resident_code, resident_sign_up
from tingchao.mechanisms.public_voices.services import voice_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def voice(city: Any) -> Case:
    account = account_create(
        username="daibiao", name="王代表", password=PASSWORD, actor=SYSTEM, now=NOW, deputy=city.deputies[0]
    )
    grant_give(account=account, role=Role.DEPUTY, scope="330182001", since=SINCE, actor=SYSTEM)
    return voice_file(
        text="白沙社区六百户只有六个充电桩，晚上要排队。",
        region_code=city.region,
        station_id=city.station.pk,
        channel="code",
        actor=reporter(0),
        now=timezone.now(),
    )


def the_day_comes(city: Any, meeting: Meeting) -> None:
    """The gathering begins: its time is now."""
    moment = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=moment - timedelta(minutes=30), ends_at=moment + timedelta(hours=1)
    )
    ids = list(meeting.attendees.values_list("pk", flat=True))
    attendance_mark(meeting_id=meeting.pk, attendee_ids=ids, actor=city.liaison, now=moment)


def test_from_a_topic_to_a_solved_problem(visitor: Any, city: Any, voice: Case) -> None:
    desk = visitor("desk")
    desk.logs_in("lianluo")

    # one press makes the topic; who takes part is proposed
    desk.go(f"/desk/case/{voice.number}/")
    desk.press("请大家议这件事")
    desk.reads("接下来定请谁来议")
    desk.look()
    topic = Case.objects.get(procedure="deliberations")
    desk.press("定参加的人", role="link")
    choose(desk.page, "take_part", "王代表")
    choose(desk.page, "take_part", "城管中队")
    send(desk, "take_part")

    # the gathering is called: tomorrow is too soon without a reason
    desk.go(f"/desk/deliberations/{topic.number}/")
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    for name, value in {"day": day, "begins": "19:00", "ends": "20:30", "place": "白沙社区樟树下"}.items():
        desk.page.fill(f"[name={name}]", value)
    desk.press("约好，公布")
    desk.reads("按规定要提前 3 天公布")
    assert desk.page.input_value("[name=place]") == "白沙社区樟树下"
    desk.page.fill("[name=reason]", "晚上已经起过火，等不得")
    desk.press("约好，公布")
    desk.reads("已记下。")
    desk.look()
    meeting = Meeting.objects.get(kind="deliberation")

    # a resident puts herself down, everybody comes, it is held and written down
    phone = visitor("phone")
    phone.go(f"/meetings/{meeting.pk}/")
    phone.reads("白沙社区樟树下")
    resident = resident_sign_up(
        meeting_id=meeting.pk, name="刘阿姨", submission="form:liu", now=timezone.now()
    )
    the_day_comes(city, meeting)
    desk.go(f"/desk/meetings/{meeting.pk}/")
    act(desk, "记“已经开了”", "hold")
    desk.page.locator("#act-hold").get_by_text("议成了，有办法").click()
    send(desk, "hold")
    act(desk, "写纪要", "minutes")
    desk.page.fill("#act-minutes [name=minutes]", "大家同意加十个桩，城管划线，物业每晚巡查。")
    send(desk, "minutes")

    # what was decided: a line at fault comes back with what was typed
    desk.go(f"/desk/deliberations/{topic.number}/")
    desk.page.fill("[name=conclusion]", "加十个桩，城管划线，物业巡查")
    desk.page.fill("[name=what-0]", "划十个车位的线，装桩")
    desk.press("议定，交给单位办")
    desk.reads("请选由哪个单位办")
    assert desk.page.input_value("[name=what-0]") == "划十个车位的线，装桩"
    desk.page.select_option("[name=body-0]", label="城管中队")
    desk.page.fill("[name=due-0]", (timezone.localdate() + timedelta(days=30)).isoformat())
    desk.press("议定，交给单位办")
    desk.look()
    task = Case.objects.get(procedure="deliberation_tasks")

    # the body reports, the liaison checks it and tells the result
    body = visitor("desk")
    body.logs_in("jingban")
    body.go(f"/desk/case/{task.number}/")
    act(body, "报办理结果", "carry_out")
    choose(body.page, "carry_out", "办成了")
    body.page.fill("[name='carry_out.report']", "十个车位划好，十个桩装好通电。")
    send(body, "carry_out")
    desk.go(f"/desk/case/{task.number}/")
    act(desk, "核实办结", "verified")
    send(desk, "verified")
    desk.go(f"/desk/case/{topic.number}/")
    act(desk, "说结果，请大家评", "finish")
    choose(desk.page, "finish", "解决了")
    desk.page.fill("[name='finish.answer']", "十个桩已经通电，物业每晚巡查，欢迎大家来试。")
    send(desk, "finish")

    # those who came rate it: a resident by her own page, the deputy by account
    phone.go(f"/meetings/{meeting.pk}/{resident.pk}/{resident_code(resident)}/")
    phone.press("看结果，评一评", role="link")
    phone.reads("十个桩已经通电")
    phone.look()
    phone.page.get_by_text("不满意", exact=True).click()
    phone.press("评好了")
    phone.reads("请写一句还差什么")
    phone.page.get_by_text("满意", exact=True).first.click()
    phone.press("评好了")
    phone.reads("记下了，谢谢您")
    deputy = visitor("phone")
    deputy.logs_in("daibiao")
    deputy.go(f"/desk/deliberations/judge/{meeting.pk}/")
    deputy.page.get_by_text("满意", exact=True).first.click()
    deputy.press("评好了")
    deputy.reads("记下了，谢谢您")

    # another person checks what is made known
    desk.go(f"/desk/case/{topic.number}/")
    act(desk, "写议事结果", "write_up")
    desk.page.fill("[name='write_up.public_title']", "白沙社区加了十个充电桩")
    desk.page.fill("[name='write_up.public_text']", "居民、代表、城管一起议定：加十个桩，已经通电。")
    send(desk, "write_up")
    other = visitor("desk")
    other.logs_in("xietiao")
    other.go(f"/desk/case/{topic.number}/")
    other.press("核对无误，公开")
    topic.refresh_from_db()
    assert (topic.stage, topic.outcome, topic.satisfaction) == ("deliberation_known", "done", "good")
    phone.go(f"/known/{topic.number}/")
    phone.reads("白沙社区加了十个充电桩")
    assert dict(CaseMeeting.objects.values_list("case_id", "tie"))[voice.pk] == "topic"
    assert audit().broken is None
