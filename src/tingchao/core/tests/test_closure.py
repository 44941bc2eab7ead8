"""The closure laws: a procedure that breaks one is refused with the law's name and the place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tingchao.core.closure import LAWS, ProcedureRefused, check, prove
from tingchao.core.mechanism import FactKind, Manifest
from tingchao.core.procedure import (
    Action,
    Audience,
    Branch,
    FactRule,
    Input,
    InputKind,
    Option,
    Procedure,
    Publicity,
    Rating,
    Stage,
)
from tingchao.core.roles import Role
from tingchao.core.tests.small import (
    ANSWER,
    ANSWERED,
    ASKED,
    DONE,
    GOOD,
    HANDED,
    LEAD,
    TWO_DAYS,
    WORDS,
    add,
    change,
    drop,
)

A, H = ANSWERED, HANDED
COORDINATOR, DEPUTY, HANDLER = Role.COORDINATOR, Role.DEPUTY, Role.HANDLER
LIAISON, REPORTER, SYSTEM = Role.LIAISON, Role.REPORTER, Role.SYSTEM
EXHAUSTED, NO_LEAD = Branch.RETURNS_EXHAUSTED, Branch.NO_LEAD
DEPUTIES = Input("deputies", "督办代表", kind=InputKind.DEPUTIES, least=2, most=3)
ACCOUNT = (
    Input("title", "公开的标题", audience=Audience.PUBLIC, sets="public_title"),
    Input("text", "公开的内容", audience=Audience.PUBLIC, sets="public_text"),
)


def refused(procedure: Procedure) -> set[tuple[str, str]]:
    """The law and the place of every breach."""
    return {(breach.law, breach.at) for breach in check(procedure)}


def act(key: str, leaves: str, reaches: str, *roles: Role, **more: object) -> Action:
    return Action(key, key, (leaves,), reaches, roles, **more)  # type: ignore[arg-type]


def waiting(key: str, duty: Role, *escalates_to: Role) -> Stage:
    return Stage(key, key, "one", duty=duty, limit=TWO_DAYS, escalates_to=escalates_to or (Role.LEADER,))


def test_a_closed_procedure_has_no_breach() -> None:
    assert check(ANSWERED) == check(HANDED) == ()
    prove(ANSWERED)
    prove(HANDED)


REACH = [
    ("一个环节没有路通到", add(A, waiting("lost", LIAISON), act("leave", "lost", "asked", LIAISON)), "lost"),
    ("一个终点没有路通到", add(A, replace(DONE, key="kept")), "kept"),
    ("唯一的路没有人能走", change(H, "assign", roles=()), "acting"),
    ("没有人能做的操作", add(A, act("idle", "asked", "asked")), "idle"),
    ("只写给系统、却不是到期自动做的操作", add(A, act("idle", "asked", "asked", SYSTEM)), "idle"),
    ("只写给审计员的操作", add(A, act("peek", "asked", "asked", Role.AUDITOR)), "peek"),
    ("不从任何环节出发的操作", add(A, Action("nowhere", "无处", (), "asked", (LIAISON,))), "nowhere"),
    ("到期自动做、却没写由系统做", change(A, "lapse", roles=(LIAISON,)), "lapse"),
    ("到期自动做、却要人填写", change(A, "lapse", inputs=(WORDS,)), "lapse"),
    (
        "到期自动做的排在第二，永远轮不到",
        add(A, act("later", "rating", "done", SYSTEM, on_due=True)),
        "later",
    ),
    ("终点没有期限，不会到期", add(A, act("wake", "done", "asked", SYSTEM, on_due=True)), "wake"),
    ("没有主办单位时，单位做不了", add(A, act("do", "asked", "asked", HANDLER)), "do"),
    ("没有请代表督办时，代表做不了", add(A, act("say", "asked", "asked", DEPUTY)), "say"),
    ("协调环节只有退回用完才到，却没有退回", drop(H, "back"), "deciding"),
]

END = [
    ("有一个环节出不去", add(A, waiting("pit", LIAISON), act("fall", "asked", "pit", LIAISON)), "pit"),
    ("两个环节互相绕，走不到终点", add(
        A,
        waiting("east", LIAISON),
        waiting("west", LIAISON),
        act("enter", "asked", "east", LIAISON),
        act("go", "east", "west", LIAISON),
        act("return", "west", "east", LIAISON),
    ), "east"),
    ("没有终点", change(drop(A, "lapse"), "done", end=False), "done"),
    ("反映人不评，就永远停在那里", drop(A, "lapse"), "rating"),
    ("要反映人补充，反映人不说就停在那里", add(
        A,
        waiting("asking", REPORTER, LIAISON),
        act("ask", "asked", "asking", LIAISON),
        act("tell", "asking", "asked", REPORTER),
    ), "asking"),
    ("退回用完以后出不去", drop(H, "answer"), "acting"),
    ("终点还写着谁办", change(A, "done", duty=LIAISON), "done"),
    ("终点还有期限", change(A, "done", limit=TWO_DAYS), "done"),
    ("终点还请人评价", change(A, "done", rates=True), "done"),
]  # fmt: skip

DUTY = [
    ("没写谁办", change(A, "asked", duty=None), "asked"),
    ("写的人在这里没有操作", change(A, "asked", duty=COORDINATOR), "asked"),
    ("写系统办，等于没人办", change(A, "asked", duty=SYSTEM), "asked"),
    ("写审计员办，他什么也改不了", change(A, "asked", duty=Role.AUDITOR), "asked"),
    ("没写期限", change(A, "asked", limit=None), "asked"),
    ("有一档没有期限", change(
        replace(A, tiers=(Option("hard", "难事"),)), "asked", tier_limits={"hard": None}
    ), "asked"),
    ("没写逾期报给谁", change(A, "asked", escalates_to=()), "asked"),
    ("逾期只报给经办的自己", change(A, "asked", escalates_to=(LIAISON,)), "asked"),
    ("逾期报给系统", change(A, "asked", escalates_to=(Role.LEADER, SYSTEM)), "asked"),
    ("逾期报给反映人", change(A, "asked", escalates_to=(REPORTER,)), "asked"),
    ("该单位办，但还没有定单位", change(H, "assign", inputs=()), "acting"),
    ("该单位办，但单位可以不填", change(H, "assign", inputs=(replace(LEAD, required=False),)), "acting"),
    ("没有单位办过的事，不满意退到单位", add(
        H, act("reply", "asked", "rating", LIAISON, inputs=(WORDS,), answers=True)
    ), "acting"),
    ("退回时单位已经卸下，却还停在单位", change(H, "back", reaches="acting"), "acting"),
    ("重新打开直接回到单位，单位早已办结", change(H, "reopen", reaches="acting"), "acting"),
    ("该代表办，但没有请代表", change(A, "asked", duty=DEPUTY), "asked"),
    ("单位只能退回，退回用完就没有操作", change(H, "answer", roles=(COORDINATOR,)), "acting"),
    ("到期自动做不算经办人的操作", change(
        drop(A, "good", "poor"), "rating", rates=False
    ), "rating"),
    ("到期自动回到原处，永远不逾期", add(A, act("again", "asked", "asked", SYSTEM, on_due=True)), "asked"),
    ("到期自动绕一圈回来，永远不逾期", add(
        A,
        waiting("later", LIAISON),
        act("put_off", "asked", "later", SYSTEM, on_due=True),
        act("take_up", "later", "asked", SYSTEM, on_due=True),
        act("take_up_now", "later", "asked", LIAISON),
    ), "asked"),
]  # fmt: skip

ANSWERS = [
    ("一步就办结，没有答复", add(
        A, act("drop", "asked", "done", LIAISON, publishes=Publicity.COUNT)
    ), "done"),
    ("该答复的操作没有答复", change(A, "answer", answers=False), "done"),
    ("起点就是终点", replace(A, stages=(DONE,), actions=()), "done"),
    ("重新打开后不再答复就办结", add(
        H, act("shut", "asked", "done", LIAISON, publishes=Publicity.COUNT)
    ), "done"),
    ("重新打开后走另一条路，没有答复", add(
        H,
        waiting("looking", LIAISON),
        act("look", "done", "looking", LIAISON),
        act("shut", "looking", "done", LIAISON, publishes=Publicity.COUNT),
    ), "done"),
    ("到期自动当作答复", change(H, "answer", roles=(SYSTEM,), inputs=(), on_due=True), "answer"),
    ("答复里没有一个字", change(A, "answer", inputs=()), "answer"),
    ("答复可以不写", change(A, "answer", inputs=(replace(WORDS, required=False),)), "answer"),
    ("答复只写给内部看", change(A, "answer", inputs=(replace(WORDS, audience=Audience.STAFF),)), "answer"),
    ("反映人自己答复自己", change(A, "answer", roles=(LIAISON, REPORTER)), "answer"),
]  # fmt: skip

RATINGS = [
    ("答复后不请人评", change(A, "rating", rates=False), "answer"),
    ("答复后可以绕过评价", change(A, "answer", branches=((NO_LEAD, "done"),), publishes=Publicity.COUNT), "answer"),
    ("请评的环节，联络员可以直接办结", add(
        A, act("shut", "rating", "done", LIAISON, publishes=Publicity.COUNT)
    ), "answer"),
    ("评过以后又答复，没有再请人评", add(
        A,
        waiting("thanking", LIAISON),
        act("fair", "rating", "thanking", REPORTER, rating=Rating.FAIR),
        act("thank", "thanking", "done", LIAISON, inputs=(WORDS,), answers=True, publishes=Publicity.COUNT),
    ), "thank"),
    ("没有不满意", drop(A, "poor"), "rating"),
    ("不满意不是反映人评的", change(A, "poor", roles=(COORDINATOR,)), "rating"),
    ("只能评不满意", drop(A, "good"), "rating"),
    ("请评的环节不是反映人办", change(A, "rating", duty=LIAISON, escalates_to=(Role.LEADER,)), "rating"),
    ("不满意直接办结", change(A, "poor", reaches="done", publishes=Publicity.COUNT), "poor"),
    ("不满意退到的地方可以不再答复就办结", add(
        change(A, "poor", reaches="looking"),
        waiting("looking", LIAISON),
        act("shut", "looking", "done", LIAISON, publishes=Publicity.COUNT),
    ), "poor"),
    ("不满意原地不动，再评满意就办结", change(A, "poor", reaches="rating"), "poor"),
    ("不满意只有重新打开才有人再看", change(
        H, "poor", reaches="done", publishes=Publicity.COUNT
    ), "poor"),
    ("没有办过的退到别处，那里直接办结", change(
        A, "poor", branches=((NO_LEAD, "done"),), publishes=Publicity.COUNT
    ), "poor"),
    ("到期没评算满意", change(A, "lapse", rating=Rating.GOOD), "lapse"),
    ("联络员替反映人记未评", change(A, "lapse", roles=(LIAISON,), on_due=False), "lapse"),
    ("答复的人自己评", change(A, "good", roles=(LIAISON,)), "good"),
    ("答复的人也能替反映人评", change(A, "good", roles=(REPORTER, LIAISON)), "good"),
    ("不在请评的环节评", change(A, "answer", rating=Rating.GOOD), "answer"),
]  # fmt: skip

PUBLISHED_ONCE = add(
    change(
        change(change(A, "answer", publishes=Publicity.COUNT), "good", publishes=None),
        "lapse",
        publishes=None,
    ),
    waiting("again", LIAISON),
    replace(ANSWER, key="answer_again", leaves=("again",)),
)
"""What becomes public is said with the first answer; an answer from `again` says nothing of it."""

KNOWN = [
    ("满意后没写公开什么", change(A, "good", publishes=None), "done"),
    ("到期未评没写公开什么", change(A, "lapse", publishes=None), "done"),
    ("重新打开后没再写公开什么", add(PUBLISHED_ONCE, act("reopen", "done", "again", LIAISON)), "done"),
    ("公开以后不满意退回，重办后没再写", change(PUBLISHED_ONCE, "poor", reaches="again"), "done"),
    ("公开的内容没有人写", change(A, "good", publishes=Publicity.ACCOUNT), "good"),
    ("公开的内容可以不写", change(
        A, "good", publishes=Publicity.ACCOUNT, inputs=tuple(replace(one, required=False) for one in ACCOUNT)
    ), "good"),
    ("公开的内容只写了标题", change(A, "good", publishes=Publicity.ACCOUNT, inputs=ACCOUNT[:1]), "good"),
]  # fmt: skip

PASSED_ON = act("pass_on", "acting", "asked", HANDLER)

RETURN = [
    ("没写可以退回几次", replace(H, max_returns=None), "back"),
    ("写了可以退回零次", replace(H, max_returns=0), "back"),
    ("没写退回用完到哪里", change(H, "back", branches=()), "back"),
    ("先看有没有单位，退回用完排在后面", change(
        H, "back", branches=((NO_LEAD, "asked"), (EXHAUSTED, "deciding"))
    ), "back"),
    ("退回用完还是回到原处", change(H, "back", branches=((EXHAUSTED, "asked"),)), "asked"),
    ("退回用完没有人定", change(H, "decide", decides_returns=False), "deciding"),
    ("退回用完由联络员定", change(H, "decide", roles=(LIAISON,)), "deciding"),
    ("退回用完联络员也能定", change(H, "decide", roles=(COORDINATOR, LIAISON)), "deciding"),
    ("退回用完联络员能绕开协调人", add(H, act("round", "deciding", "asked", LIAISON)), "deciding"),
    ("退回用完到期自动过去", add(H, act("slip", "deciding", "asked", SYSTEM, on_due=True)), "deciding"),
    ("退回用完不是协调人办", change(H, "deciding", duty=LIAISON), "deciding"),
    ("另有一个退回不计次数", add(H, PASSED_ON), "pass_on"),
    ("退回不计次数", change(H, "back", hands_back=False, branches=()), "back"),
    ("退回绕过第二个环节，不计次数", add(
        H,
        waiting("desk", LIAISON),
        act("pass_on", "acting", "desk", HANDLER),
        act("put_back", "desk", "asked", LIAISON),
    ), "pass_on"),
    ("单位直接转给别的单位", add(H, act("transfer", "acting", "acting", HANDLER, inputs=(LEAD,))), "transfer"),
    ("放到到期，自动退回不计次数", add(H, act("expire", "acting", "asked", SYSTEM, on_due=True)), "expire"),
]  # fmt: skip

TABLE = [
    pytest.param(law, procedure, at, id=f"{law}: {what}")
    for law, rows in (
        ("reach", REACH),
        ("end", END),
        ("duty", DUTY),
        ("answer", ANSWERS),
        ("rating", RATINGS),
        ("known", KNOWN),
        ("return", RETURN),
    )
    for what, procedure, at in rows
]


@pytest.mark.parametrize(("law", "procedure", "at"), TABLE)
def test_what_breaks_a_law_is_refused_with_its_name_and_place(
    law: str, procedure: Procedure, at: str
) -> None:
    assert (law, at) in refused(procedure)
    with pytest.raises(ProcedureRefused, match=rf"procedure {procedure.key} is refused: .*{law} at {at}: ."):
        prove(procedure)


def test_every_law_has_procedures_that_break_it() -> None:
    assert {param.values[0] for param in TABLE} == set(LAWS)


ALLOWED = [
    ("两个环节退回，共用一个次数", add(
        H,
        waiting("checking", HANDLER),
        act("check", "acting", "checking", HANDLER),
        act("finish", "checking", "acting", HANDLER),
        act("back_late", "checking", "asked", HANDLER, branches=((EXHAUSTED, "deciding"),), hands_back=True),
    )),
    ("协调人把事从单位收回来另派", add(H, act("take", "acting", "asked", COORDINATOR))),
    ("稿子退给同一个单位改", add(
        H,
        waiting("review", LIAISON),
        act("submit", "acting", "review", HANDLER),
        act("revise", "review", "acting", LIAISON),
    )),
    ("反映人自己重新打开", change(H, "reopen", roles=(REPORTER,))),
    ("办结后撤下公开的内容，不算重新打开", add(
        H, replace(DONE, key="kept"), act("hide", "done", "kept", LIAISON, publishes=Publicity.COUNT)
    )),
    ("先写公开的内容，评价后才公开", change(change(
        A, "answer", inputs=(WORDS, *ACCOUNT)), "good", publishes=Publicity.ACCOUNT
    )),
    ("请反映人补充，到期自动回来", add(
        A,
        waiting("asking", REPORTER, LIAISON),
        act("ask", "asked", "asking", LIAISON),
        act("tell", "asking", "asked", REPORTER),
        act("silent", "asking", "asked", SYSTEM, on_due=True),
    )),
    ("请了代表以后，代表办", add(
        change(A, "answer", leaves=("visiting",), roles=(DEPUTY,)),
        waiting("visiting", DEPUTY),
        act("send", "asked", "visiting", LIAISON, inputs=(DEPUTIES,)),
    )),
    ("不答复的人可以替反映人记电话里的评价", change(A, "good", roles=(REPORTER, Role.CLERK))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "procedure"), ALLOWED, ids=[what for what, _ in ALLOWED])
def test_what_keeps_every_law_is_let_through(what: str, procedure: Procedure) -> None:
    assert check(procedure) == (), what


CHOICE = Input("how", "怎么办", kind=InputKind.CHOICE, options=(Option("a", "甲"),))

LOOSE = [
    ("没有环节", replace(A, stages=(), actions=()), "answered"),
    ("两个环节同一个键", add(A, ASKED), "asked"),
    ("两个操作同一个键", add(A, GOOD), "good"),
    ("环节的段不存在", change(A, "asked", segment="two"), "asked"),
    ("环节有一档不存在的期限", change(A, "asked", tier_limits={"hard": TWO_DAYS}), "asked"),
    ("操作从不存在的环节出发", change(A, "good", leaves=("rating", "moon")), "good"),
    ("操作到不存在的环节", change(A, "good", reaches="moon"), "good"),
    ("操作分支到不存在的环节", change(A, "good", branches=((NO_LEAD, "moon"),)), "good"),
    ("同一个条件有两个分支", change(A, "good", branches=((NO_LEAD, "done"), (NO_LEAD, "asked"))), "good"),
    ("操作的办理结果不存在", change(A, "good", outcome="solved"), "good"),
    ("两个要填的项同一个键", change(A, "answer", inputs=(WORDS, WORDS)), "answer"),
    ("最少比最多还多", change(A, "answer", inputs=(replace(WORDS, least=9, most=8),)), "answer"),
    ("要填却一个字也不许写", change(A, "answer", inputs=(replace(WORDS, least=0, most=0),)), "answer"),
    ("选择没有选项", change(A, "answer", inputs=(WORDS, replace(CHOICE, options=()))), "answer"),
    ("写到事项没有的栏", change(A, "answer", inputs=(WORDS, replace(CHOICE, sets="mood"))), "answer"),
    ("选的档不存在", change(A, "answer", inputs=(WORDS, replace(CHOICE, sets="tier"))), "answer"),
    ("选的办理结果不存在", change(A, "answer", inputs=(WORDS, replace(CHOICE, sets="outcome"))), "answer"),
    ("按代表计的事实，操作却不选代表", change(A, "answer", facts=(FactRule("met", "deputy"),)), "answer"),
    ("按不存在的单位计的事实", change(A, "answer", facts=(FactRule("met", "month"),)), "answer"),
    ("打开时按代表计的事实", replace(A, opening_facts=(FactRule("met", "deputy"),)), "answered"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "procedure", "at"), LOOSE, ids=[what for what, *_ in LOOSE])
def test_loose_ends_are_refused_before_anything_is_proved(what: str, procedure: Procedure, at: str) -> None:
    assert refused(procedure) == {("reach", at)}, what


def test_every_breach_is_named_at_once() -> None:
    broken = change(change(A, "asked", duty=None, limit=None, escalates_to=()), "rating", rates=False)
    with pytest.raises(ProcedureRefused) as refusal:
        prove(broken)
    assert {breach.law for breach in refusal.value.breaches} == {"duty", "rating"}
    assert len([breach for breach in refusal.value.breaches if breach.at == "asked"]) == 3
    assert str(refusal.value).count(" at asked: ") == 3


def manifest(procedure: Procedure, *kinds: str) -> Manifest:
    return Manifest(
        key="questions",
        label="一问一答",
        summary="一问一答",
        source="站点约定",
        procedures=(procedure,),
        fact_kinds=tuple(FactKind(kind, kind, "次") for kind in kinds),
    )


def test_a_mechanism_with_a_broken_procedure_cannot_be_made() -> None:
    with pytest.raises(ProcedureRefused, match="answer at done"):
        manifest(change(A, "answer", answers=False))


@pytest.mark.parametrize(
    ("procedure", "missing"),
    [
        (replace(A, opening_facts=(FactRule("asked"),)), "asked"),
        (change(A, "answer", facts=(FactRule("answered"), FactRule("told"))), "answered, told"),
    ],
)
def test_a_mechanism_declares_every_fact_that_it_leaves(procedure: Procedure, missing: str) -> None:
    with pytest.raises(ValueError, match=f"questions leaves facts it does not declare: {missing}"):
        manifest(procedure, "other")
    manifest(procedure, "asked", "answered", "told")
