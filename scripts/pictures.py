"""Takes the pictures of the documentation from a demonstration that runs: `python scripts/pictures.py ADDRESS`.

Starts nothing. Files one voice, since the page on which a matter is followed needs one.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOST_BYTES = 150_000

SCREENS = {390: (844, 2.0), 1440: (900, 1.0)}
"""Width → height and pixels a point."""

VOICE = {
    "text": "府前路菜场东门的路灯有三盏不亮，晚上接孩子看不清台阶。",
    "place": "府前路菜场东门",
}
TOWNSHIP = "330182001000"
"""新安江, where the demonstration's liaison works."""

LIVELY = ("议一议", "让大家知道")
"""Stages whose matters have a history and something left to do: the first one listed is the case in the picture."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--account", default="lianluo")
    parser.add_argument("--password", default="Chaoxin-2026-tide", help="of every demonstration account")
    given = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        try:
            for width, (height, scale) in SCREENS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    device_scale_factor=scale,
                    locale="zh-CN",
                    base_url=given.address,
                )
                public_side(context, width)
                desk_side(context, width, given.account, given.password)
                context.close()
        finally:
            browser.close()


def chromium_path() -> str:
    """The browser that scripts/ensure-browser.sh makes sure of."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("TINGCHAO_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    return found or sys.exit("Chromium is missing. Run: bash scripts/ensure-browser.sh")


def public_side(context: BrowserContext, width: int) -> None:
    """Home, what was done, stations and one of them, deputies, saying something, following it."""
    page = context.new_page()
    page.goto("/")
    context.add_cookies([{"name": "place", "value": TOWNSHIP, "url": page.url}])
    page.reload()
    shoot(page, "home", width)
    page.goto(f"/known/?in={TOWNSHIP}")
    shoot(page, "known", width)
    page.goto("/deputies/")
    shoot(page, "deputies", width)
    page.goto(f"/stations/?in={TOWNSHIP}")
    page.goto(page.locator(".items a[href^='/stations/']").first.get_attribute("href") or "/")
    shoot(page, "station", width)
    page.locator("a[href^='/say/']").first.click()
    page.wait_for_load_state()
    for name, words in VOICE.items():
        page.fill(f"[name={name}]", words)
    shoot(page, "say", width)
    page.locator("[data-submit]").click()
    page.wait_for_url("**/m/**")
    page.goto(page.url.partition("?")[0])  # without the passcode that is shown once
    shoot(page, "follow", width)
    page.close()


def desk_side(context: BrowserContext, width: int, account: str, password: str) -> None:
    """Logging in, the worklist, a search, a case, a station's poster."""
    page = context.new_page()
    page.goto("/accounts/login/")
    shoot(page, "login", width)
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", password)
    page.locator("form .btn.primary").click()
    page.wait_for_url("**/desk/**")
    shoot(page, "worklist", width)
    page.goto("/desk/?q=路灯")
    shoot(page, "search", width)
    page.goto("/desk/")
    rows = [page.locator("a.row", has_text=stage).first for stage in LIVELY]
    row = next((one for one in rows if one.count()), page.locator("a.row").first)
    page.goto(row.get_attribute("href") or "/desk/")
    shoot(page, "case", width)
    if poster := find_poster(page):
        page.goto(f"{poster}?picture")
        shoot(page, "poster", width)
    page.close()


def find_poster(page: Page) -> str:
    """The poster of the first station that the account looks after; empty when there is none."""
    addresses = (f"/desk/stations/{number}/poster/" for number in range(1, 60))
    return next((one for one in addresses if page.request.get(one).ok), "")


def shoot(page: Page, name: str, width: int) -> None:
    """What is on the screen, as a PNG with a palette, small enough to be kept with the code."""
    page.wait_for_load_state("networkidle")
    whole = name == "poster"
    picture = Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled"))).convert("RGB")
    path = OUT / f"{name}-{width}.png"
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() < MOST_BYTES:
            path.write_bytes(out.getvalue())
            sys.stdout.write(
                f"{path.relative_to(OUT.parents[1])}  {out.tell() // 1024} KB, {colours} colours\n"
            )
            return
    sys.exit(f"{path.name} stays above {MOST_BYTES} bytes")


if __name__ == "__main__":
    main()
