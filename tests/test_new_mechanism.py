"""Whoever adds a way of working adds one folder and touches nothing else: it is listed, checked, routed and counted.

The folder is written to a temporary place and met by processes of their own, as a city's own mechanism would be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_worker import database_url
from tingchao.core.closure import LAWS

FOLDER = {
    "__init__.py": "",
    "apps.py": """
from tingchao.engine.registry import MechanismConfig


class WaterPostsConfig(MechanismConfig):
    name = "tingchao.mechanisms.water_posts"
    label = "water_posts"
""",
    "procedure.py": '''
"""护水岗: what somebody sees in a river is answered within three working days, rated and counted."""

from tingchao.core.limits import Limit, Unit
from tingchao.core.procedure import (
    Action, Audience, FactRule, Input, Procedure, Publicity, Rating, Segment, Stage,
)
from tingchao.core.roles import Role

RULE = "《护水岗办法》第三条"
LOOK = Limit(3, Unit.WORKING_DAY, RULE)

WATER_POSTS = Procedure(
    key="water_posts",
    label="护水岗",
    source=RULE,
    segments=(Segment("look", "看", "正在看"), Segment("rate", "评", "请您评一评")),
    stages=(
        Stage("looking", "现场查看", "look", "正在看", "%(day)s前答复您。", duty=Role.LIAISON, limit=LOOK,
              escalates_to=(Role.COORDINATOR, Role.LEADER)),
        Stage("asking", "请反映人评", "rate", "请您评一评", "请在%(day)s前评一评。", duty=Role.REPORTER, limit=LOOK,
              escalates_to=(Role.LIAISON,), rates=True),
        Stage("done", "已办结", "rate", "办完了", "办完了。", end=True),
    ),
    actions=(
        Action("reply", "答复", leaves=("looking",), reaches="asking", roles=(Role.LIAISON,),
               inputs=(Input("words", "给反映人的答复", least=5, audience=Audience.REPORTER),),
               said="护水岗答复了您", answers=True, facts=(FactRule("water.replied"),)),
        Action("good", "满意", leaves=("asking",), reaches="done", roles=(Role.REPORTER,), said="您评了满意",
               rating=Rating.GOOD, publishes=Publicity.COUNT, facts=(FactRule("water.rated"),)),
        Action("poor", "不满意", leaves=("asking",), reaches="looking", roles=(Role.REPORTER,), said="您评了不满意",
               rating=Rating.POOR, facts=(FactRule("water.rated"),)),
        Action("silent", "到期未评", leaves=("asking",), reaches="done", roles=(Role.SYSTEM,), said="到期没有评",
               rating=Rating.UNRATED, publishes=Publicity.COUNT, on_due=True, facts=(FactRule("water.rated"),)),
    ),
    opening_facts=(FactRule("water.seen"),),
)
''',
    "manifest.py": """
from tingchao.core.mechanism import FactKind, Manifest, PublicEntry
from tingchao.mechanisms.water_posts.procedure import RULE, WATER_POSTS

MANIFEST = Manifest(
    key="water_posts",
    label="护水岗",
    summary="河里有什么不对，说一句",
    source=RULE,
    procedures=(WATER_POSTS,),
    fact_kinds=(
        FactKind("water.seen", "看到的", "处", home="河里看到的"),
        FactKind("water.replied", "答复", "次"),
        FactKind("water.rated", "评价", "次", home="护水满意", rates=True),
    ),
    public_entries=(PublicEntry("说说河水", "河里有什么不对，说一句", "water_posts:post"),),
)
""",
    "urls.py": """
from django.urls import path

from tingchao.mechanisms.water_posts import views

app_name = "water_posts"
urlpatterns = [path("water/", views.post, name="post")]
""",
    "views.py": """
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def post(request: HttpRequest) -> HttpResponse:
    return render(request, "water_posts/post.html", {"river": "新安江"})
""",
    "templates/water_posts/post.html": """
{% extends "public/base.html" %}
{% block content %}<h1>{{ river }}里看到了什么</h1>{% endblock %}
""",
}
"""Path below water_posts/ → content: all that the folder holds."""

ROUND = """
import json

import django

django.setup()

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from tingchao.core.roles import Role
from tingchao.desk.figures import home_figures
from tingchao.directory.actors import Actor, Hold, reporter
from tingchao.engine.registry import procedure_get
from tingchao.engine.selectors import worklist
from tingchao.engine.services import case_act, case_open

page, home = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
moment = now()
cases = [
    case_open(procedure=procedure_get("water_posts"), title="河面漂着油", text="白沙大桥下河面漂着油。",
              region_code="330182001000", channel="web", raised_by="匿名", actor=reporter(0), now=moment)
    for _ in range(3)
]
liaison = Actor("account", 1, "岗上的", (Hold(Role.LIAISON, "330182001"),))
listed = [row.title for row in worklist(liaison, view="mine", now=moment).rows]
for number, rating in enumerate(("good", "poor")):
    case_act(case_id=cases[number].pk, action="reply", raw={"words": "油已经清走了。"}, actor=liaison, now=moment)
    case_act(case_id=cases[number].pk, action=rating, raw={}, actor=reporter(cases[number].pk), now=moment)
routed = page.get(reverse("water_posts:post"))
front = home.get("/")
print(json.dumps({
    "url": reverse("water_posts:post"),
    "status": routed.status_code,
    "page": routed.content.decode(),
    "home": front.content.decode(),
    "numbers": [{"label": one.label, "value": one.value} for one in home_figures(localdate()).numbers],
    "listed": listed,
}))
connection.close()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder above the new mechanism, which is all that the house is told of."""
    for name, content in FOLDER.items():
        path = tmp_path / "city" / "water_posts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.lstrip("\n"), encoding="utf-8")
    return tmp_path / "city"


def told_of(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own that knows of the folder."""
    known = (
        os.environ | {"TINGCHAO_MECHANISMS_PATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    )
    return subprocess.run([sys.executable, *command], env=known, capture_output=True, text=True, timeout=120)


def tingchao(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return told_of(folder, "-m", "tingchao.config.cli", *arguments)


def test_it_is_listed_and_checked(folder):
    done = tingchao(folder, "procedures", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = {one["key"]: one for one in json.loads(done.stdout)}
    assert {"water_posts", "public_voices"} <= set(found)
    one = found["water_posts"]
    assert [stage["key"] for stage in one["stages"]] == ["looking", "asking", "done"]
    assert {law["law"]: law["breaches"] for law in one["laws"]} == {law: [] for law in LAWS}


@pytest.mark.parametrize(
    ("whole", "broken", "law", "at"),
    [
        ("rating=Rating.GOOD, publishes=Publicity.COUNT", "rating=Rating.GOOD", "known", "done"),
        ("duty=Role.REPORTER, limit=LOOK,", "duty=Role.REPORTER,", "duty", "asking"),
    ],
    ids=["没写公开什么", "没有期限"],
)
def test_one_that_breaks_a_law_is_refused_with_its_name(folder, whole, broken, law, at):
    path = folder / "water_posts" / "procedure.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(whole) == 1
    path.write_text(text.replace(whole, broken), encoding="utf-8")
    done = tingchao(folder, "procedures", "--check")
    assert done.returncode == 1
    assert "water_posts is refused" in done.stderr and f"{law} at {at}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db(transaction=True)
def test_it_is_routed_listed_and_counted(town, folder):
    """From the folder alone: its page, its door on the public home, its matters in the worklist, its figures."""
    done = told_of(
        folder,
        "-c",
        ROUND,
        TINGCHAO_DATABASE_URL=database_url(),
        DJANGO_SETTINGS_MODULE="tingchao.config.settings",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["url"], told["status"]) == ("/water/", 200)
    assert "新安江里看到了什么" in told["page"]
    assert told["listed"] == ["河面漂着油"] * 3
    numbers = {number["label"]: number["value"] for number in told["numbers"]}
    assert (numbers["河里看到的"], numbers["护水满意"]) == ("3", "50%")
    for shown in ("河里看到的", "说说河水", 'href="/water/"'):
        assert shown in told["home"], shown
