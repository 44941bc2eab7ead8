"""Finds the mechanisms: every folder of `tingchao.mechanisms` with an `apps.py`.

TINGCHAO_MECHANISMS_PATH names further folders that hold mechanisms of a city's own, separated as in PATH.
"""

from __future__ import annotations

import os
import pkgutil
from importlib.util import find_spec
from pathlib import Path

import tingchao.mechanisms


def mechanisms() -> list[str]:
    """The dotted names of all mechanisms, in the order of their keys."""
    path = tingchao.mechanisms.__path__
    for folder in filter(None, os.environ.get("TINGCHAO_MECHANISMS_PATH", "").split(os.pathsep)):
        if Path(folder).is_dir() and folder not in path:
            path.append(folder)
    names = sorted(
        f"tingchao.mechanisms.{module.name}" for module in pkgutil.iter_modules(path) if module.ispkg
    )
    return [name for name in names if find_spec(f"{name}.apps")]


def with_module(name: str) -> list[str]:
    """Dotted names of the module `name` (e.g. "urls", "demo") in every mechanism that has it."""
    return [f"{package}.{name}" for package in mechanisms() if find_spec(f"{package}.{name}")]
