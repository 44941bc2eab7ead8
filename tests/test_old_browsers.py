"""What is served must run in the WebViews of old phones: Chromium 80 and Safari 13. The bundle itself is read."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from tingchao.config import places

STATIC = places.ROOT / "build" / "static"

# what it is called → how it is written in the bundle; all came after Chrome 80 or Safari 13
STYLE = {
    "gap of flex boxes (Chrome 84)": r"[;{](row-|column-)?gap:(?!2rem\})",
    "inset (Chrome 87)": r"[;{]inset(-block|-inline)?(-start|-end)?:",
    "aspect-ratio (Chrome 88)": r"[;{]aspect-ratio:",
    ":is() (Chrome 88)": r":is\(",
    ":where() (Chrome 88)": r":where\(",
    ":has() (Chrome 105)": r":has\(",
    "clamp() (Safari 13.1)": r"\bclamp\(",
    "revert (Chrome 84)": r":revert\b",
    "logical margins and paddings (Chrome 87)": r"[;{](margin|padding|border)-(inline|block)(-start|-end)?:",
    "content-visibility (Chrome 85)": r"content-visibility",
    "new lengths of the viewport (Chrome 108)": r"\d(dvh|svh|lvh|dvw)\b",
    "colour with spaces (Chrome 65, Safari 12.1 hex only)": r"rgb\(\d+ ",
    "color-mix (Chrome 111)": r"color-mix\(",
    "layers (Chrome 99)": r"@layer",
    "container queries (Chrome 105)": r"@container",
    "ranges in media queries (Chrome 104)": r"@media[^{]*[<>]=?",
    "nesting (Chrome 112)": r"[;{]&",
    "overflow: clip (Chrome 90)": r"overflow(-x|-y)?:clip",
}
SCRIPT = {
    "optional chaining (Safari 13.1)": r"\?\.(?!\d)[\w$\[(]",
    "nullish coalescing (Safari 13.1)": r"\?\?[^?]",
    "logical assignment (Chrome 85)": r"(\|\||&&|\?\?)=(?!=)",
    "replaceAll (Chrome 85)": r"\.replaceAll\(",
    "at() (Chrome 92)": r"\.at\(-?\d",
    "structuredClone (Chrome 98)": r"\bstructuredClone\b",
    "Object.hasOwn (Chrome 93)": r"Object\.hasOwn\(",
    "Object.groupBy (Chrome 117)": r"\.groupBy\(",
    "findLast (Chrome 97)": r"\.findLast(Index)?\(",
    "toSorted and its kin (Chrome 110)": r"\.to(Sorted|Reversed|Spliced)\(",
    "replaceChildren (Chrome 86)": r"\.replaceChildren\(",
    "Promise.any (Chrome 85)": r"Promise\.any\(",
    "randomUUID (Chrome 92)": r"\.randomUUID\(",
    "AbortSignal.timeout (Chrome 103)": r"AbortSignal\.(timeout|any)\(",
    "private members (Safari 14.1)": r"this\.#\w",
    "look-behind in patterns (Safari 16.4)": r"\(\?<[=!]",
    "dialog (Chrome 37, Safari 15.4)": r"\.showModal\(",
    "array copying by with (Chrome 110)": r"\.with\(\d",
    "modules of their own": r"\bimport\(|\bexport\s*\{",
}
OURS = ("public.js", "desk.js", "map.js", "sw.js")


def served(name: str) -> str:
    manifest = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    return (STATIC / manifest[name]).read_text(encoding="utf-8")


def found(pattern: str, text: str) -> list[str]:
    return [text[max(0, hit.start() - 30) : hit.end() + 30] for hit in re.finditer(pattern, text)]


@pytest.mark.parametrize("name", ["tide.css", "map.css"])
@pytest.mark.parametrize("feature", STYLE)
def test_no_style_that_an_old_webview_does_not_know(feature, name):
    assert not found(STYLE[feature], served(name))


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("feature", SCRIPT)
def test_no_script_that_an_old_webview_does_not_know(feature, name):
    assert not found(SCRIPT[feature], served(name))


CAUGHT = [
    ("style", "gap of flex boxes (Chrome 84)", ".a{display:flex;gap:1rem}"),
    ("style", "inset (Chrome 87)", ".a{inset:0}"),
    ("style", ":has() (Chrome 105)", ".a:has(b){}"),
    ("style", "ranges in media queries (Chrome 104)", "@media(width>=600px){a{b:c}}"),
    ("script", "optional chaining (Safari 13.1)", "a?.b"),
    ("script", "optional chaining (Safari 13.1)", "a?.[0]"),
    ("script", "nullish coalescing (Safari 13.1)", "a??b"),
    ("script", "logical assignment (Chrome 85)", "a||=b"),
    ("script", "at() (Chrome 92)", "a.at(-1)"),
    ("script", "replaceAll (Chrome 85)", 'a.replaceAll("b","c")'),
]


@pytest.mark.parametrize(("kind", "feature", "text"), CAUGHT)
def test_each_pattern_finds_what_it_looks_for(kind, feature, text):
    assert found((STYLE if kind == "style" else SCRIPT)[feature], text)


HARMLESS = [
    ("style", "gap of flex boxes (Chrome 84)", ".a{display:grid;grid-gap:1rem}"),
    ("style", "inset (Chrome 87)", ".a{padding:env(safe-area-inset-bottom,0px);box-shadow:inset 0 0 1px}"),
    ("script", "optional chaining (Safari 13.1)", "a?.5:b"),
    ("script", "logical assignment (Chrome 85)", "a||b==c"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "feature", "text"), HARMLESS)
def test_no_pattern_finds_what_is_harmless(kind, feature, text):
    assert not found((STYLE if kind == "style" else SCRIPT)[feature], text)


MOST_OWN_SCRIPT = 60 * 1024
"""Bytes gzipped on the public side, the map among them (issue 3)."""
MOST_FIRST_VIEW = 150 * 1024


def test_the_public_side_stays_light():
    def weight(*names: str) -> int:
        return sum(len(gzip.compress(served(name).encode())) for name in names)

    assert weight("public.js") <= MOST_OWN_SCRIPT
    assert weight("public.js", "tide.css", "icons.svg", "logo.svg") <= MOST_FIRST_VIEW / 2
