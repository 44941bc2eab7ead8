"""Documents of a court, a procuratorate and a supervisory commission in the demonstration: in order, or with a planted
problem, each as far as it has come. They are of the county's level: what townships filed is counted as before."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor, Hold
from tingchao.directory.models import Account, Body
from tingchao.directory.selectors import working_calendar
from tingchao.engine.timing import local_day
from tingchao.mechanisms.filing_review.demo.stories import Story, reviewed, under_way
from tingchao.mechanisms.filing_review.demo.texts import Made, Subject, day_said
from tingchao.mechanisms.filing_review.services.past import filings_take_over

COUNTY = "330182"
"""建德市, where one can log in as somebody of the court or the procuratorate."""

LAW = "law"
"""The committee for supervision and justice has it, whatever it is about."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it lies in data/justice. `planted` are the problems, each with what takes its place."""

    maker: str
    mark: str
    serial: int
    aim: str
    bases: tuple[str, ...]
    lines: tuple[str, ...]
    planted: tuple[tuple[str, str], ...]

    def made(self, published: date) -> Made:
        """The document of a day, in force from the month after next for three years."""
        starts = date(published.year + (published.month + 1) // 12, (published.month + 1) % 12 + 1, 1)
        words = {
            "number": f"{self.mark}〔{published.year}〕{self.serial}号",
            "day": day_said(published),
            "from": day_said(starts),
            "until": day_said(date(starts.year + 3, starts.month, 1) - timedelta(days=1)),
        }
        text = "\n".join(self.lines).format(**words) + "\n"
        mended = text
        for wrong, right in self.planted:
            mended = mended.replace(wrong, right)
        wrong, right = self.planted[0] if self.planted else ("", "")
        subject = Subject(self.mark, LAW, aim=self.aim, bases=list(self.bases))
        article = wrong.partition(" ")[0]
        return Made(
            subject, self.lines[0], words["number"], text, mended,
            problem=wrong.removeprefix(f"{article} "), instead=right.removeprefix(f"{article} "), article=article,
        )  # fmt: skip


@cache
def drafts() -> dict[str, Draft]:
    """Every document by the name of its file."""
    folder = resources.files("tingchao.mechanisms.filing_review") / "data" / "justice"
    files = {one.name.removesuffix(".txt"): one.read_text("utf-8") for one in folder.iterdir()}
    return {name: _draft(text) for name, text in sorted(files.items()) if name != "README"}


def _draft(text: str) -> Draft:
    head, *lines = text.strip().splitlines()
    maker, mark, serial, aim, bases = head.split("｜")
    pairs = [line.removeprefix("!").split(" => ") for line in lines if line.startswith("!")]
    return Draft(
        maker, mark, int(serial), aim, tuple(bases.split("、")),
        tuple(line.removeprefix("!").partition(" => ")[0] for line in lines),
        tuple((wrong, right) for wrong, right in pairs),
    )  # fmt: skip


class OrganStory(Story):
    """As of a township, with the papers of an organ that works by its own committee."""

    def _papers(self) -> dict[str, str]:
        made, published = self.made, day_said(self.published)
        return {
            "report": f"现将《{made.title}》（{made.number}）报请备案。文件于{published}公布。",
            "explanation": f"{made.subject.aim}，我们起草了这件文件，征求了律师和群众的意见，"
            "经研究室合法性审核、集体讨论通过。",
            "bases": "、".join(made.subject.bases),
            "notice": f"{self.maker.name}门户网站，{published}",
        }


Way = Callable[[Story, str], None]

TOLD: tuple[tuple[str, int, int, Way, str], ...] = (
    # document, filed how many days ago, how many days after publication, what became of it
    ("procuratorate_lawyers", 210, 34, reviewed, "corrected"),
    ("court_reception", 160, 12, reviewed, "clean"),
    ("procuratorate_hearings", 120, 20, reviewed, "clean"),
    ("court_property", 42, 9, under_way, "lettered"),
    ("supervision_listeners", 2, 6, under_way, "checking"),
)


def justice_build(now: datetime) -> None:
    """File their documents and take each as far as it has come."""
    clerk = _actor("beishen-330182", Role.CLERK)
    pasts = [
        _told(name, ago, after, way, end, clerk, now).past(now, f"demo-justice-{name}")
        for name, ago, after, way, end in TOLD
    ]
    filings_take_over(pasts=pasts)


def _told(name: str, ago: int, after: int, way: Way, end: str, clerk: Actor, now: datetime) -> Story:
    """The first story, of those that the dice tell, that has come to its end by now."""
    draft, calendar = drafts()[name], working_calendar()
    maker = Body.objects.get(key=f"{draft.maker}-{COUNTY}")
    filed = calendar.previous_working_day(local_day(now) - timedelta(days=ago)).day
    published = calendar.previous_working_day(filed - timedelta(days=after)).day
    seed = 0
    while True:
        dice = random.Random(f"{name} {seed}")  # noqa: S311 - a demonstration, the same one each time
        story = OrganStory(
            draft.made(published), maker, _filer(maker), clerk, published, filed, calendar, dice
        )
        way(story, end)
        done = max(story.at, story.sent.at if story.sent else story.at) <= now
        if done and not any(step.action == "file_away" for step in story.steps):
            return story
        seed += 1


def _filer(maker: Body) -> Actor:
    """Whoever files for an organ; the supervisory commission has nobody who logs in by a password."""
    return _actor(maker.key.partition("-")[0], Role.HANDLER, maker.pk)


def _actor(username: str, role: Role, body: int | None = None) -> Actor:
    account = Account.objects.get(username=username)
    return Actor("account", account.pk, account.name, (Hold(role, COUNTY, body),))
