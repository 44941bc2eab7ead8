"""The pages of a deputy's duty: record, appeal from the entry to the rating, workbook; persons are never ranked."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tingchao.core.attendance import Result
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM, Actor, Hold
from tingchao.directory.models import Deputy
from tingchao.engine.models import Case, Event
from tingchao.instruments.meetings.models import Meeting
from tingchao.instruments.meetings.services.past import Comer, Past, meetings_take_over
from tingchao.mechanisms.public_voices.services.conversations import Said, at_station, conversation_record


def taken_over(town: Any, kind: str, title: str, results: str, **values: Any) -> None:
    """A gathering of three days ago; of the town's deputies came "y", were excused "e", stayed away "n"."""
    said = {"y": Result.ATTENDED, "e": Result.EXCUSED, "n": Result.ABSENT}
    starts = timezone.now() - timedelta(days=3)
    comers = [
        Comer(one.name, deputy_id=one.pk, result=said[mark])
        for one, mark in zip(town.deputies, results, strict=False)
    ]
    past = Past(kind, title, town.region, starts, starts + timedelta(hours=1), title, comers=comers, **values)
    meetings_take_over(pasts=[past], actor=SYSTEM)


@pytest.fixture
def lived(town: Any) -> Deputy:
    taken_over(town, "inspection", "道路视察", "nyyy")
    taken_over(town, "reception", "代表接待日", "yy", received=9)
    taken_over(town, "study", "学习会", "eyy")
    deputy: Deputy = town.deputies[0]
    return deputy


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_clerk_reads_it_and_has_no_button_to_appeal(lived, browse):
    page = text(browse("clerk").get(f"/desk/duty/{lived.pk}/"))
    assert "王代表的履职档案" in page
    assert "道路视察" in page
    assert "这条不对" not in page
    assert "提出议案、建议" not in page  # what did not happen is left out


def test_a_deputy_comes_to_their_own_with_a_button_at_each_entry(lived, browse):
    mine = browse("deputy following")
    page = text(mine.get("/desk/duty/"))
    assert "我的履职档案" in page
    assert page.count("这条不对</a>") == 3
    assert mine.get(f"/desk/duty/{lived.pk + 1}/").status_code == 403


def test_a_term_that_ended_is_read_to_its_last_day(lived, browse):
    Deputy.objects.filter(pk=lived.pk).update(until=timezone.localdate())
    page = text(browse("clerk").get(f"/desk/duty/{lived.pk}/"))
    assert "任期已结束" in page
    assert "道路视察" in page
    assert browse("deputy following").get("/desk/duty/appeals/new/").status_code == 403


def test_the_workbook_holds_the_entries_by_day_and_leaves_a_record(lived, browse):
    answer = browse("clerk").post(f"/desk/duty/{lived.pk}/export/", {"year": "term"})
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)
    assert rows[0] == ("日期", "做了什么", "活动或事项", "地点", "数量", "事项现在")
    assert {row[2] for row in rows[1:]} == {"道路视察", "代表接待日", "学习会"}
    assert Event.objects.filter(stream="export").count() == 1


def test_from_the_wrong_entry_to_the_right_record(lived, town, browse):
    mine, clerk = browse("deputy following"), browse("clerk")
    links = [part.split("</a>")[0] for part in text(mine.get("/desk/duty/")).split('href="')]
    wrong = next(link for link in links if "appeals/new/?entry" in link and "缺席" in link).split('"')[0]
    assert "实际是什么情况" in text(mine.get(wrong))
    entry = wrong.rpartition("=")[2]
    short = mine.post("/desk/duty/appeals/new/", {"entry": entry, "text": "到了"})
    assert (short.status_code, "到了</textarea>" in text(short)) == (422, True)
    sent = {"entry": entry, "text": "我到了，签到表第三行。", "idempotency_key": "k" * 22}
    assert mine.post("/desk/duty/appeals/new/", sent).status_code == 302
    case = Case.objects.get(procedure="duty_appeals")
    there = reverse("deputy_duty:appeal", args=[case.number])
    assert "正在核对您的记录" in text(mine.get(there)) or "前核对完告诉您" in text(mine.get(there))
    assert browse("deputy not following").get(there).status_code == 404
    desk = text(clerk.get(reverse("desk:case", args=[case.number])))
    correct = reverse("deputy_duty:appeal_correct", args=[case.number])
    assert correct in desk
    assert "缺席" in desk
    assert clerk.post(correct, {"result": "offline"}).status_code == 422  # no ground
    assert clerk.post(correct, {"result": "offline", "ground": "签到表第三行"}).status_code == 302
    answer = {"action": "correct", "correct.answer": "签到表上有您，改好了。", "seq": ""}
    page = clerk.get(reverse("desk:case", args=[case.number]))
    answer["seq"] = page.context["seq"]
    assert clerk.post(reverse("desk:act", args=[case.number]), answer).status_code == 302
    assert clerk.post(correct, {"result": "absent", "ground": "又改"}).status_code == 409
    page = mine.get(there)
    assert "签到表上有您，改好了。" in text(page)
    rated = mine.post(there, {"action": "right", "seq": page.context["seq"]})
    assert rated.status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.satisfaction) == ("appeal_closed", "good")
    record = mine.get("/desk/duty/")
    assert record.context["attendance"].absent == 0
    assert record.context["attendance"].attended == 2


def appealed(mine: Any, **about: Any) -> tuple[Case, str]:
    """An appeal of one's own, and the address at which it is put right."""
    sent = {"text": "这里不对，请核对。", "idempotency_key": "k" * 22} | about
    assert mine.post("/desk/duty/appeals/new/", sent).status_code == 302
    case = Case.objects.get(procedure="duty_appeals")
    return case, reverse("deputy_duty:appeal_correct", args=[case.number])


GROUND = "接待登记本第二页"


def test_how_many_were_received_is_put_right_on_the_page(lived, browse):
    mine, clerk = browse("deputy following"), browse("clerk")
    case, correct = appealed(mine, meeting=Meeting.objects.get(title="代表接待日").pk)
    assert correct in text(clerk.get(reverse("desk:case", args=[case.number])))
    page = text(clerk.get(correct))
    assert "更正到会记录" in page and "更正接待的人数" in page and "现在记的：" in page
    for typed, status in ((" ", 422), ("许多", 422), ("-3", 422)):
        wrong = clerk.post(correct, {"way": "received", "received": typed, "ground": GROUND})
        assert wrong.status_code == status and GROUND in text(wrong), "what was typed stays"
    before = mine.get("/desk/duty/").context["numbers"]
    assert clerk.post(correct, {"way": "received", "received": "31", "ground": GROUND}).status_code == 302
    after = mine.get("/desk/duty/").context["numbers"]
    people = [{one["label"]: one["value"] for one in rows}["这些活动里来的群众"] for rows in (before, after)]
    assert people[0] != people[1] == "31"


def test_what_was_missing_is_put_right_on_the_page(lived, browse):
    mine, clerk = browse("deputy following"), browse("clerk")
    _, correct = appealed(mine)
    page = text(clerk.get(correct))
    assert all(one in page for one in ("名单里没有他", "没有人记过，补记", "有一件事是他听到的"))
    assert "视察" in page and "上级线上活动" not in page
    day = (timezone.localdate() - timedelta(days=30)).isoformat()
    sent = {
        "way": "gathering", "kind": "inspection", "title": "消防站点视察", "region": "330182000000",
        "day": day, "begins": "9:00", "ends": "11:00", "place": "洋溪", "ground": GROUND,
    }  # fmt: skip
    wrong = clerk.post(correct, sent | {"begins": "九点"})
    assert wrong.status_code == 422 and "消防站点视察" in text(wrong)
    assert clerk.post(correct, sent).status_code == 302
    assert "消防站点视察" in text(mine.get("/desk/duty/"))
    assert "更正到会记录" in text(clerk.get(correct)), "now the appeal is about that one"


def test_a_matter_that_another_heard_is_put_right_on_the_page(lived, town, browse):
    mine, clerk = browse("deputy following"), browse("clerk")
    said = Said(text="菜场东门的路灯不亮，晚上看不清台阶。", channel="reception")
    other = Actor("account", 9, "陈代表", (Hold(Role.DEPUTY, "330182001"),), town.deputies[1].pk)
    voice = conversation_record(
        said=said, where=at_station(town.station, other), actor=other, now=timezone.now()
    )
    _, correct = appealed(mine)
    for number in ("", "2026-0000-000-0", "一"):
        sent = {"way": "heard", "number": number, "ground": GROUND}
        assert clerk.post(correct, sent).status_code == 422
    sent = {"way": "heard", "number": voice.number, "ground": GROUND}
    assert clerk.post(correct, sent).status_code == 302
    record = text(mine.get("/desk/duty/"))
    assert "接待时听到一件事" in record
    assert voice.title not in record, "the matter was not given to them, so they do not read it"
    page = text(clerk.get(correct))
    assert "更正记在谁名下" in page and "不记在代表名下" in page
    given = {"way": "credit", "deputy": str(town.deputies[1].pk), "ground": GROUND}
    assert clerk.post(correct, given | {"deputy": "999999"}).status_code == 422
    assert clerk.post(correct, given).status_code == 302
    assert "接待时听到一件事" not in text(mine.get("/desk/duty/"))
    assert "已经更正，不在" in text(clerk.get(correct))
    assert clerk.post(correct, {"way": "nothing"}).status_code == 409


def test_participation_opens_and_is_taken_away_by_place_and_level(lived, browse):
    clerk = browse("clerk")
    page = clerk.get("/desk/duty/participation/?in=330182000000")
    assert page.context["whole"]["rate"] == "77.8%"  # 7 of 9
    assert [row["label"] for row in page.context["below"]] == ["新安江街道", "洋溪街道"]
    listed = clerk.get(page.context["whole"]["rate_url"])
    assert {row["title"] for row in listed.context["rows"]} == {"道路视察", "代表接待日", "学习会"}
    answer = clerk.post("/desk/duty/participation/export/", {"in": "330182000000"})
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)
    assert [row[:4] for row in rows[1:3]] == [
        ("建德市", "330182000000", "各级合计", 4),
        ("建德市", "330182000000", "县（市、区）", 4),
    ]
    assert [row[1] for row in rows[1:]] == sorted(row[1] for row in rows[1:])  # by code, never by a number
    names = {one.name for one in Deputy.objects.all()}
    assert not names & {cell for row in rows for cell in row if isinstance(cell, str)}


def test_a_list_of_an_upper_level_is_tried_then_taken_in_the_desk(town, browse):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.duty.test_upper import COUNTY, TWO, row, workbook

    def sent(rows: Any) -> dict[str, Any]:
        return {"place": COUNTY, "file": SimpleUploadedFile("上级.xlsx", workbook(rows))}

    clerk = browse("clerk")
    wrong = clerk.post("/desk/duty/upper/", sent([*TWO, row("钱代表")]))
    assert (wrong.status_code, "名册里没有叫“钱代表”的代表" in text(wrong)) == (422, True)
    tried = clerk.post("/desk/duty/upper/", sent(TWO))
    assert "试收通过，还没有保存" in text(tried)
    assert Meeting.objects.count() == 0
    taking = {"place": COUNTY, "token": tried.context["token"], "file_name": "上级.xlsx"}
    assert "已经收下" in text(clerk.post("/desk/duty/upper/", taking))
    assert Meeting.objects.count() == 1
    again = clerk.post("/desk/duty/upper/", sent(TWO))
    assert "都已经有了，没有新的" in text(again)
    assert again.context["token"] == ""
    assert browse("coordinator").post("/desk/duty/upper/", sent(TWO)).status_code == 422  # not their place


def test_everybody_reads_what_was_done_and_no_more(lived, town, client):
    said = Said(text="李家巷 3 号王建国家门口路灯不亮，电话 13800001111。", channel="reception")
    where = at_station(town.station, town.deputy)
    conversation_record(said=said, where=where, actor=town.deputy, now=timezone.now())
    page = text(client.get(f"/deputies/{lived.pk}/"))
    told = page.split('id="deeds-title"')[1].split("</section>")[0]
    assert "接待选民</dt><dd>1 次" in told
    assert "跟进的事</dt><dd>1 件" in told
    assert "在办 1" in told
    for hidden in ("路灯", "王建国", "13800001111", "缺席", "请假", "参与率", "%", "名次"):
        assert hidden not in told
    other = text(client.get(f"/deputies/{town.deputies[3].pk}/"))
    assert "deeds-title" not in other  # nothing was done yet: nothing is said of it


def test_a_story_is_written_agreed_to_looked_at_and_read(lived, town, browse, client, accounts):
    clerk, mine, second = browse("clerk"), browse("deputy following"), browse("coordinator")
    form = clerk.get(f"/desk/duty/{lived.pk}/story/")
    entry = next(row["id"] for row in form.context["rows"] if row["title"] == "代表接待日")
    sent = {
        "title": "接待日的一盏灯",
        "text": "接待日上有人说菜场东门的路灯不亮，代表陪着去看了两回，第三天灯就亮了。",
        "fact": [entry],
        "idempotency_key": "k" * 22,
    }
    short = clerk.post(f"/desk/duty/{lived.pk}/story/", sent | {"text": "短"})
    assert (short.status_code, "短</textarea>" in text(short), "checked" in text(short)) == (422, True, True)
    there = clerk.post(f"/desk/duty/{lived.pk}/story/", sent).headers["Location"]
    assert "同意公开这些文字" not in text(clerk.get(there))
    assert client.get("/stories/").context["rows"] == []
    assert "同意公开这些文字" in text(mine.get(there))
    assert mine.post(f"{there}do/", {"action": "agree", "seen": "1"}).status_code == 302
    assert clerk.post(f"{there}do/", {"action": "publish", "seen": "1"}).status_code == 403  # who wrote it
    assert second.post(f"{there}do/", {"action": "publish", "seen": "1"}).status_code == 302
    listed = client.get("/stories/?in=330182001000")
    assert [row["title"] for row in listed.context["rows"]] == ["接待日的一盏灯"]
    page = text(client.get(listed.context["rows"][0]["url"]))
    assert "依据 1 条履职记录写成" in page
    assert "故事</dt><dd>1 篇" in text(client.get(f"/deputies/{lived.pk}/"))
    assert "/stories/?in=330182001000" in text(client.get("/deputies/?in=330182001000"))
    assert mine.post(f"{there}do/", {"action": "withdraw"}).status_code == 302
    assert client.get(listed.context["rows"][0]["url"]).status_code == 404


@pytest.mark.parametrize("sort", ["-attended", "attended", "rank", "name", "amount", "score"])
def test_no_parameter_orders_persons_by_a_number(sort, lived, town, browse):
    """Rankings of persons are off, not hidden (国办函〔2026〕12号): whatever is asked, the roster's order stands."""
    clerk = browse("clerk")
    plain = clerk.get("/desk/duty/").context["rows"]
    for key in ("sort", "order", "by", "rank"):
        assert clerk.get(f"/desk/duty/?{key}={sort}").context["rows"] == plain
    assert [row["name"] for row in plain] == [one.name for one in town.deputies]
    assert all(
        set(row) == {"url", "name", "role", "place", "term", "ended"} for row in plain
    )  # no number at all


@pytest.mark.parametrize(
    "path",
    [
        "?q=%00", "?in=%00&after=9999999999999999999999", "{id}/?year=%00&after=%00", "{id}/entries/?of=%00",
        "{id}/entries/?of=attended&after=%ff", "participation/?in=%00", "participation/?period=%00",
        "participation/gatherings/?of=%00", "participation/gatherings/?level=%00&after=%00",
        "appeals/%00/correct/", "appeals/x/", "stories/?after=%00", "stories/99999999999999999999/",
        "99999999999999999999/", "99999999999999999999/story/",
    ],
)  # fmt: skip
def test_odd_addresses_are_answered(path, lived, browse):
    assert browse("clerk").get(f"/desk/duty/{path.format(id=lived.pk)}").status_code in (200, 403, 404)


@pytest.mark.parametrize("odd", ["\x00", "k" * 200, "'; --"])
def test_odd_words_are_refused_and_break_nothing(odd, lived, browse):
    mine, clerk = browse("deputy following"), browse("clerk")
    sent = {"idempotency_key": odd, "text": odd, "title": odd, "entry": odd, "meeting": odd, "fact": odd}
    for who, path in (
        (mine, "appeals/new/"),
        (mine, f"{lived.pk}/story/"),
        (clerk, "upper/"),
    ):
        sent |= {"token": odd, "place": odd, "file_name": odd} if path == "upper/" else {}
        assert who.post(f"/desk/duty/{path}", sent).status_code in (200, 302, 422), path


def test_a_gathering_shows_that_its_list_was_corrected(lived, town, browse, now):
    from tingchao.instruments.meetings.services import attendance_correct

    meeting = Meeting.objects.get(title="道路视察")
    attendance_correct(
        meeting_id=meeting.pk,
        deputy_id=lived.pk,
        result=Result.ATTENDED,
        ground="签到表",
        actor=town.clerk,
        now=timezone.now(),
    )
    assert "更正了到会记录" in text(browse("clerk").get(f"/desk/meetings/{meeting.pk}/"))
