"""What became of each document: who did what on which working day, from its filing to where it stands today."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tingchao.core.calendar import WorkingCalendar
from tingchao.directory.actors import Actor
from tingchao.directory.models import Body
from tingchao.engine.timing import ZONE
from tingchao.instruments.documents.past import Judged, Move, Rewritten
from tingchao.instruments.documents.services import Written
from tingchao.mechanisms.filing_review.demo.texts import Made, day_said
from tingchao.mechanisms.filing_review.services.past import Done, Past, SentOn

TOLD = {
    "clean": "经审查，这件文件没有发现违反法律、法规或者不适当的内容，请按规定公布实施。",
    "explained": "你们的说明有法律依据，审查意见不再提出，请在执行中把握好界限。",
    "corrected": "修改后的文本已经审查，问题条款纠正到位，请及时公布修改后的文本。",
    "repealed": "废止的情况已经核对，请做好宣传和后续工作的衔接。",
    "annulled": "县级人大常委会会议已经作出撤销这件文件的决定，请停止执行并公布。",
}
KNOWN = {
    "clean": "审查了这件文件，没有发现同法律、法规相抵触的内容，文件有效。",
    "explained": "审查中就有关条款同制定机关作了沟通，制定机关作了说明，文件有效。",
    "corrected": "审查中发现有的条款不合法，制定机关已经修改，执行修改后的文本。",
    "repealed": "审查中发现文件存在问题，制定机关已经废止，不再执行。",
    "annulled": "文件超越权限，制定机关没有纠正，已经由人大常委会决定撤销，不再执行。",
}
SET_ASIDE = "条款转述上位法的规定，没有增设内容，不作为问题提出。"
POSSIBLE = "属于一般性表述，执行中注意即可。"
QUIET = (
    "文件只涉及单位内部分工，不公开审查情况",
    "文件施行期将满，由制定机关自行公布",
    "制定机关已经自行公布审查结果",
)

LADDERS = {
    "explained": (("talk", "explain_talk"), ("inquire", "explain_letter")),
    "corrected": (("talk",), ("inquire",), ("inquire", "plan"), ("talk", "inquire"), ("opine",)),
    "repealed": (("inquire",), ("talk", "inquire", "opine"), ("opine", "plan")),
    "annulled": (("inquire", "explain_letter", "opine", "explain_opinion", "move"),),
}
"""How far up it went before the review ended so."""

FLAWS = {"clean": "", "returned": "", "explained": "lawful"}
"""What a document must be like for its review to end so; any other has a planted problem."""


@dataclass(slots=True)
class Story:
    """One document on its way. `days` is how many working days each step takes, drawn from the dice."""

    made: Made
    maker: Body
    handler: Actor
    clerk: Actor
    published: date
    filed: date
    calendar: WorkingCalendar
    dice: random.Random
    at: datetime = field(init=False)
    begun: datetime = field(init=False)
    sent: SentOn | None = None
    steps: list[Done] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.begun = self._moment(self.filed)

    def wait(self, least: int, most: int) -> None:
        """Let working days pass."""
        day = self.at.astimezone(ZONE).date()
        self.at = self._moment(self.calendar.add_working_days(day, self.dice.randint(least, most)).day)

    def _moment(self, day: date) -> datetime:
        hour = self.dice.choice((9, 9, 10, 10, 11, 14, 14, 15, 16))
        return datetime.combine(day, time(hour, self.dice.randrange(60)), ZONE)

    def clerks(self, action: str, **raw: object) -> None:
        self.steps.append(Done(action, raw, self.clerk, self.at))

    def makers(self, action: str, **raw: object) -> None:
        self.steps.append(Done(action, raw, self.handler, self.at))

    # --- the stages, one after the other ---------------------------------------------------------------------

    def register(self) -> None:
        if self.dice.random() < 0.07:
            self.wait(1, 2)
            self.clerks("suspend", missing="备案报告没有写制定依据和公布日期，请补充后再报。")
            self.wait(1, 4)
            self.makers("supplement", note="补上了制定依据和公布日期")
        self.wait(1, 2)
        self.clerks("register", note="")

    def assign(self) -> None:
        self.wait(1, 4)
        method = self.dice.choice(("paper", "paper", "paper", "symposium", "spot", "joint"))
        way = self.dice.choice(("own", "own", "own", "special"))
        self.clerks(
            "assign", subject=self.made.subject.review, way=way, method=method, committees=[], note=""
        )

    def judge(self, accept: bool) -> None:
        """Decide about what screening found."""
        self.wait(2, 12)
        self.moves.append(Judged(accept, SET_ASIDE, POSSIBLE, self.clerk, self.at))

    def climb(self, ladder: tuple[str, ...]) -> None:
        for action in ladder:
            self.wait(3, 12)
            self._rung(action)

    def _rung(self, action: str) -> None:
        if action.startswith("explain"):
            self.makers(
                action, reply=f"{self.made.why or '我们认为这一条是工作需要，群众也支持，暂不修改。'}"
            )
        elif action == "plan":
            month = (self.at + timedelta(days=50)).astimezone(ZONE).date()
            self.makers(
                action, by=month.isoformat(), plan=f"计划在{month.month}月底前修改{self.made.article}。"
            )
        else:
            self.clerks(action, ground=self._ground(), letter=self._letter())

    def _ground(self) -> str:
        return "beyond" if self.made.why or "罚款" in self.made.problem else "against"

    def _letter(self) -> str:
        said = f"{self.made.article}规定“{self.made.problem.rstrip('。')}”。"
        if self.made.why:
            return f"{said}请说明这一条的法律依据，以及执行中由哪个机关处理。"
        why = "规范性文件不得减损公民、法人的权利或者增加其义务，这一规定没有上位法依据"
        return f"{said}{why}，请在三十日内研究处理并书面反馈。"

    def mend(self, outcome: str) -> None:
        self.wait(4, 15)
        if outcome == "corrected":
            note = f"{self.made.article}改为：{self.made.instead}"
            self.moves.append(Rewritten(self.made.mended, note[:200], self.handler, self.at))
            self.makers("correct", done=note)
        else:
            self.makers("correct", done="经集体研究，这件文件已经发文废止，不再执行。")

    def conclude(self, outcome: str) -> None:
        self.wait(2, 6)
        told = TOLD[outcome]
        if outcome == "clean":
            self.clerks("no_problem", answer=told)
        elif outcome == "explained":
            self.clerks("accept_explanation", answer=told)
        elif outcome == "annulled":
            self.clerks("annul", answer=told)
        else:
            self.clerks("effect", effect=outcome, answer=told)

    def make_known(self, outcome: str) -> None:
        self.wait(1, 8)
        self.makers("confirm")
        self.wait(1, 9)
        if outcome in ("clean", "explained") and self.dice.random() < 0.18:
            self.clerks("file_away", reason=self.dice.choice(QUIET))
            return
        title = f"{self.made.title.partition('关于')[2].removeprefix('印发')[:50]}审查情况"
        self.clerks("make_known", public_title=title, public_text=KNOWN[outcome])

    def send_on(self) -> None:
        self.wait(1, 4)
        serial = self.dice.randrange(10**6)
        self.sent = SentOn(f"浙备收{self.at.year}{serial:06d}", self.clerk, self.at)

    # --- the whole --------------------------------------------------------------------------------------------

    def past(self, now: datetime, submission: str) -> Past:
        """What has happened by now."""
        return Past(
            written=Written(
                maker=self.maker,
                text=self.made.text,
                published_on=self.published,
                title=self.made.title,
                number=self.made.number,
                papers=self._papers(),
            ),
            submission=submission,
            actor=self.handler,
            at=self.begun,
            steps=[step for step in self.steps if step.at <= now],
            moves=[move for move in self.moves if move.at <= now],
            sent=self.sent,
            simulated=True,
        )

    def _papers(self) -> dict[str, str]:
        made, published = self.made, day_said(self.published)
        return {
            "report": f"现将《{made.title}》（{made.number}）报请备案。文件经合法性审核、集体讨论，于"
            f"{published}公布。",
            "explanation": f"{made.subject.aim}，我们起草了这件文件。起草中走访了群众，开了座谈会，"
            "在公示栏公开征求意见，经司法所合法性审核后提交集体讨论通过。",
            "bases": "、".join(made.subject.bases),
            "notice": f"{self.maker.name}政务公开栏、公示栏，{published}",
        }


def reviewed(story: Story, outcome: str) -> None:
    """Take a document to the end of its review, send it on, and make known what was found."""
    story.register()
    story.assign()
    story.judge(outcome not in FLAWS)
    if outcome in LADDERS:
        story.climb(story.dice.choice(LADDERS[outcome]))
    if outcome in ("corrected", "repealed"):
        story.mend(outcome)
    story.conclude(outcome)
    concluded = story.at
    story.send_on()
    story.at = concluded
    story.make_known(outcome)


def returned(story: Story, _: str) -> None:
    """A document that was none to be filed."""
    story.wait(1, 2)
    story.clerks("return_filing", why="这是内部值班安排，不涉及公民、法人的权利义务，不属于备案范围。")
    story.wait(1, 4)
    story.makers("confirm")
    story.wait(1, 4)
    story.clerks("file_away", reason="不属于备案范围，退回制定机关")


def under_way(story: Story, stage: str) -> None:
    """Take a document as far as a stage and leave it there."""
    if stage == "checking":
        return
    if stage == "supplementing":
        story.wait(1, 2)
        story.clerks("suspend", missing="备案报告没有写制定依据，请补充后再报。")
        return
    story.register()
    if stage == "assigning":
        return
    story.assign()
    if stage == "reviewing":
        return
    story.judge(accept=True)
    story.climb(WAYS[stage])
    if stage == "verifying":
        story.mend("corrected")


WAYS = {
    "talking": ("talk",),
    "weighing_talk": ("talk", "explain_talk"),
    "lettered": ("inquire",),
    "weighing_letter": ("inquire", "explain_letter"),
    "opinion": ("talk", "inquire", "opine"),
    "weighing_opinion": ("opine", "explain_opinion"),
    "planned": ("opine", "plan"),
    "verifying": ("inquire",),
    "motion": ("inquire", "explain_letter", "opine", "explain_opinion", "move"),
}
"""Stage → the steps that lead to it from the review."""
