"""How districts and townships were helped in the demonstration: trainings, joint reviews, an exchange."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from tingchao.directory.actors import Actor
from tingchao.directory.selectors import working_calendar
from tingchao.engine.timing import ZONE, local_day
from tingchao.instruments.meetings.services.past import Past, meetings_take_over

CITY = "330100000000"
HELD = (
    (250, "review_training", CITY, "乡镇街道报备员培训：什么要报、怎么报", "市民中心"),
    (190, "joint_review", "330182000000", "建德市出租房、养犬类文件联合审查会", "建德市行政中心"),
    (120, "review_training", "330110000000", "余杭区备案审查培训：看得出哪些话不能写", "余杭区人大机关"),
    (80, "joint_review", "330106000000", "西湖区招商、采购类文件公平竞争联合审查会", "西湖区人大机关"),
    (30, "review_exchange", CITY, "备案审查交流：十个改过来的例子", "市民中心"),
)
"""(days ago, kind, place, title, where)."""


def guidance_build(clerk: Actor, now: datetime) -> None:
    """Take the gatherings over, each as it was held."""
    pasts = []
    for number, (ago, kind, region, title, place) in enumerate(HELD, start=1):
        day = working_calendar().previous_working_day(local_day(now) - timedelta(days=ago)).day
        begins = datetime.combine(day, time(14, 0), ZONE)
        pasts.append(
            Past(
                kind,
                title,
                region,
                begins,
                begins + timedelta(hours=2),
                f"demo-guidance-{number}",
                place=place,
            )
        )
    meetings_take_over(pasts=pasts, actor=clerk)
