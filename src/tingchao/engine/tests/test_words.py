"""Every notice that the engine writes has words."""

from __future__ import annotations

import re
from pathlib import Path

import tingchao
from tingchao.engine.words import NOTICES

HOUSE = Path(tingchao.__file__).parent


def test_every_template_has_words_and_all_words_have_a_use():
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in HOUSE.rglob("*.py")
        if path.name not in ("words.py", "messages.py") and "tests" not in path.parts
    )
    used = set(
        re.findall(
            r'\b(?:notice|to_duty_holder|_staff_on_duty|tell|to_organiser)\((?:[^()]|\([^()]*\))*?"([a-z_]+)"',
            code,
        )
    )
    assert used == set(NOTICES)
