"""Form: what sets rules for people must say on what basis; a notice of a meeting need not."""

from __future__ import annotations

import pytest

from tingchao.core.screening.documents import document_findings
from tingchao.core.screening.findings import Confidence

END = "\n　　望江镇人民政府\n　　2024年3月5日\n"
TO = "各村（社区）、镇属各单位：\n"


def notice(title: str, *lines: str, to: str = TO) -> str:
    body = "".join(f"　　{line}\n" for line in lines)
    return f"望江镇人民政府{title}\n望政〔2024〕7号\n{to}{body}{END}"


MEETING = (
    "经研究，定于3月8日（星期五）下午2时在镇政府三楼会议室召开全镇防汛工作会议。",
    "参加人员：各村（社区）主要负责人，镇农业农村办、应急管理站全体人员。",
    "与会人员必须提前十分钟到场签到，不得迟到早退，原则上不得请假；确有特殊情况的，应当向镇长书面请假。",
    "请各村于3月6日下班前把参会名单报镇党政办，联系人：王小明，电话：0571-12345678。",
    "会场内严禁吸烟，请将手机调至静音。",
)
LONG = (
    "请各单位高度重视，认真组织，按时完成各项任务。",
    "落实中遇到的困难和问题，请及时告诉镇党政办公室，由镇党政办公室汇总以后统一答复。",
) * 2

ORDINARY = {
    "a meeting": notice("关于召开全镇防汛工作会议的通知", *MEETING),
    "a training": notice("关于举办网格员培训班的通知", "4月2日集中培训，学员须带身份证，严禁代训。", *LONG),
    "a holiday": notice("关于2024年清明节放假安排的通知", "4月4日至6日放假，值班人员不得脱岗。", *LONG),
    "a power cut": notice("关于临江路片区计划停电的通知", "3月12日停电检修，居民必须关闭电器。", *LONG),
    "an appointment": notice("关于张三等同志任免职的通知", "张三任镇农业农村办主任。", *LONG),
    "a list": notice("关于公布2023年度先进村名单的通报", "下列村被评为先进村，必须戒骄戒躁。", *LONG),
    "a leading group": notice("关于调整防汛领导小组成员的通知", "调整如下，成员不得擅离职守。", *LONG),
    "a report asked for": notice("关于报送民生实事进展的通知", "各单位必须于每月25日前报送。", *LONG),
    "an activity": notice("关于开展义务植树活动的通知", "3月12日在江边集合，应当自带铁锹。", *LONG),
    "opinions asked for": notice("关于征求《望江镇村道管护办法》意见的通知", "逾期不得补报。", *LONG),
    "a watch in the flood season": notice(
        "关于切实做好梅雨期防汛值守工作的通知",
        "各村必须落实二十四小时值班，带班领导不得离岗，险情应当在十分钟内上报镇应急管理站。",
        "各单位应当备足沙袋、水泵，组织群众转移的预案要落实到人。",
        *LONG,
    ),
    "safety in winter": notice(
        "关于进一步加强冬季消防安全工作的通知", "各网格必须每周巡查一次，发现隐患应当当天登记。", *LONG
    ),
    "a greeting": notice("关于做好春节慰问工作的通知", "请各村走访困难群众，送去温暖。", *LONG),
}

BINDING = {
    "rules with articles": notice(
        "关于印发《望江镇集镇管理办法》的通知",
        "第一条 为了加强集镇管理，制定本办法。",
        "第二条 经营户应当保持门前整洁。",
        *LONG,
    ),
    "rules without articles": notice("村道管护办法", "一、村道由村负责。", "二、损坏的应当修复。", *LONG),
    "a ban": notice("关于禁止露天焚烧秸秆的通告", "禁止露天焚烧秸秆，违者处五百元罚款。", *LONG),
    "duties of shops": notice("关于加强沿街店铺管理的通知", "沿街店铺不得出店经营，必须每天清扫。", *LONG),
    "work that binds residents": notice(
        "关于做好冬季防火工作的通知", "村民不得在林缘烧荒，应当清理房前屋后的柴草。", *LONG
    ),
    "work that asks for money": notice(
        "关于做好环境整治工作的通知", "各村按每户一百元收取卫生费，专款专用。", *LONG
    ),
    "an opinion": notice("关于规范红白喜事的实施意见", "办酒不得超过十桌，应当提前报告。", *LONG),
    "a fee by the way of a meeting": notice(
        "关于召开摊位分配会议的通知", "参会经营户每户缴纳保证金二千元，不缴的不予办理摊位手续。", *LONG
    ),
    "a clean-up that tears down": notice(
        "关于开展违建整治活动的通知", "逾期不自行拆除的，由镇里强制拆除。", *LONG
    ),
}


def grades(text: str) -> list[Confidence]:
    return [one.confidence for one in document_findings(text) if one.rule == "form.no-basis"]


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_what_settles_an_affair_needs_no_basis(text: str):
    assert grades(text) == []


@pytest.mark.parametrize("text", BINDING.values(), ids=BINDING)
def test_what_sets_rules_must_name_its_basis(text: str):
    assert grades(text) == [Confidence.LIKELY]


@pytest.mark.parametrize("text", BINDING.values(), ids=BINDING)
def test_with_a_basis_nothing_is_said(text: str):
    assert grades(text.replace(TO, f"{TO}　　根据《浙江省河道管理条例》，现通知如下。\n")) == []


def test_rules_that_bind_nobody_are_asked_softly():
    text = notice("关于推广共享农具的若干措施", "一、建好农具库。", "二、方便农户借用。", *LONG)
    assert grades(text) == [Confidence.POSSIBLE]


def test_an_affair_without_number_is_noted_softly():
    """Official papers have a number and a day; for a notice of a meeting that is not worth a letter."""
    bare = ORDINARY["a meeting"].replace("望政〔2024〕7号\n", "")
    assert [(one.rule, one.confidence) for one in document_findings(bare)] == [
        ("form.no-number", Confidence.POSSIBLE)
    ]
    rules = BINDING["an opinion"].replace("望政〔2024〕7号\n", "")
    assert ("form.no-number", Confidence.LIKELY) in [
        (one.rule, one.confidence) for one in document_findings(rules)
    ]
