"""A real browser on the real pages: headless Chromium, a phone and a desk, and axe on every page it comes to."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import NOW, SINCE, build_town
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tingchao.config import places
from tingchao.core.roles import Role
from tingchao.directory.actors import SYSTEM
from tingchao.directory.services import account_create, grant_give

PASSWORD = "Liang-chao-2026"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

# the browser's own loop and Django's database calls live in one thread here
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def chromium_path() -> str:
    """The browser that scripts/ensure-browser.sh has made sure of."""
    found = os.environ.get("TINGCHAO_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not found:
        pytest.fail("Chromium is missing. Run: bash scripts/ensure-browser.sh")
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    arguments = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def city(transactional_db: None) -> SimpleNamespace:
    """The small directory with an account for each part in the loop."""
    town = build_town()
    grants: list[tuple[str, Role, Any]] = [
        ("lianluo", Role.LIAISON, None),
        ("jingban", Role.HANDLER, town.bodies.chengguan),
        ("xietiao", Role.COORDINATOR, None),
    ]
    for username, role, body in grants:
        account = account_create(
            username=username, name=f"{username}员", password=PASSWORD, actor=SYSTEM, now=NOW
        )
        grant_give(account=account, role=role, scope="330182001", body=body, since=SINCE, actor=SYSTEM)
    return town


class Visitor:
    """Somebody at a browser. Every page they come to is looked at by axe; errors of scripts fail the journey."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.looked_at: list[str] = []
        self._axe = (places.ROOT / "build" / "test" / "axe.min.js").read_text(encoding="utf-8")
        self.page.on("pageerror", lambda error: pytest.fail(f"script error on {self.page.url}: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            pytest.fail(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        self.look()

    def press(self, name: str, *, role: str = "button") -> None:
        """Press what bears that name; wait for the page it leads to."""
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()

    def look(self) -> None:
        """axe finds nothing on this page, and nothing is wider than the screen."""
        self.page.wait_for_load_state()
        self.page.evaluate(self._axe)
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        faults = [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]
        assert not faults, f"{self.page.url}\n" + "\n".join(faults)
        too_wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        assert not too_wide, f"{self.page.url} is wider than the screen"
        self.looked_at.append(self.page.url)

    def reads(self, text: str) -> None:
        """The page shows this text."""
        self.page.get_by_text(text).first.wait_for(state="visible", timeout=5000)

    def logs_in(self, username: str) -> None:
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url("**/desk/**")
        self.look()


@pytest.fixture
def visitor(chromium: Browser, live_server: Any, city: SimpleNamespace) -> Iterator[Any]:
    """Makes visitors: visitor("phone"), visitor("desk")."""
    contexts: list[BrowserContext] = []

    def make(screen: str, **options: Any) -> Visitor:
        context = chromium.new_context(
            viewport=PHONE if screen == "phone" else DESK, locale="zh-CN", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor(context, live_server.url)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def photo() -> dict[str, Any]:
    """A photograph as a phone sends it."""
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(out, "JPEG")
    return {"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
