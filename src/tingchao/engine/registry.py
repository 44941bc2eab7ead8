"""The mechanisms that are installed, as their manifests say; filled when the applications start."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import AppConfig

from tingchao.core.mechanism import Manifest
from tingchao.core.procedure import Procedure

_manifests: dict[str, Manifest] = {}
_owners: dict[str, Manifest] = {}
_packages: dict[str, str] = {}


class MechanismConfig(AppConfig):
    """Base of every mechanism's `apps.py`: registers `MANIFEST` of its `manifest.py`."""

    default = False  # Django must choose the mechanism's own class, which imports this one beside it

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        manifest = import_module(f"{self.name}.manifest").MANIFEST
        register(manifest)
        _packages[manifest.key] = self.name


def register(manifest: Manifest) -> None:
    """Take a mechanism in. Raises ValueError when another one already has its key or a procedure's key."""
    for procedure in manifest.procedures:
        owner = _owners.setdefault(procedure.key, manifest)
        if owner.key != manifest.key:
            raise ValueError(f"{manifest.key} and {owner.key} both have a procedure {procedure.key}")
    _manifests[manifest.key] = manifest


def manifests() -> tuple[Manifest, ...]:
    """All mechanisms in the order of the menu."""
    return tuple(sorted(_manifests.values(), key=lambda manifest: (manifest.menu, manifest.key)))


def manifest_of(procedure_key: str) -> Manifest:
    """The mechanism that a procedure belongs to; KeyError when there is none."""
    return _owners[procedure_key]


def room_of(procedure_key: str, room: str) -> ModuleType | None:
    """The module `room` (e.g. "cards") of the mechanism that a procedure belongs to; None when it has none."""
    package = _packages.get(manifest_of(procedure_key).key)
    return None if package is None else _module(f"{package}.{room}")


def rooms(room: str) -> dict[str, ModuleType]:
    """Key of a mechanism → its module `room` (e.g. "figures"), of those that have it."""
    found = {key: _module(f"{package}.{room}") for key, package in _packages.items()}
    return {key: module for key, module in found.items() if module is not None}


@cache
def _module(name: str) -> ModuleType | None:
    return import_module(name) if find_spec(name) is not None else None


def procedures() -> tuple[Procedure, ...]:
    return tuple(procedure for manifest in manifests() for procedure in manifest.procedures)


def procedure_get(key: str) -> Procedure:
    """The procedure of that key; KeyError when there is none."""
    return next(procedure for procedure in _owners[key].procedures if procedure.key == key)
