"""The package of a filing as it goes to the province: a zip with a manifest, the same bytes for the same records.

How it is laid out, for whoever receives it: docs/province.md.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tingchao.core.ledger import JSON

FORMAT = "tingchao-filing-package/1"
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the earliest that a zip can hold. When things happened stands in the manifest."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package: its path in it, what kind of paper it is, what people call it, and its bytes."""

    path: str
    kind: str
    label: str
    content: bytes

    def listed(self) -> dict[str, JSON]:
        """As the manifest lists it."""
        return {
            "path": self.path,
            "kind": self.kind,
            "label": self.label,
            "bytes": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


@dataclass(frozen=True, slots=True)
class Package:
    """A package as it is sent. `key` is its name for good, `digest` the SHA-256 of its bytes."""

    key: str
    content: bytes

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.key}.zip"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def text_part(path: str, kind: str, label: str, text: str) -> Part:
    """A text as UTF-8."""
    return Part(path, kind, label, text.encode())


def data_part(path: str, kind: str, label: str, data: JSON) -> Part:
    """Data as JSON, keys in order."""
    return Part(path, kind, label, _json(data))


def packed(key: str, about: Mapping[str, JSON], parts: Iterable[Part]) -> Package:
    """The package of some parts; `about` is what its manifest says beside their list."""
    ordered = sorted(parts, key=lambda part: part.path)
    manifest = {"format": FORMAT, "key": key, **about, "files": [part.listed() for part in ordered]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        _put(box, "manifest.json", _json(manifest))
        for part in ordered:
            _put(box, part.path, part.content)
    return Package(key, out.getvalue())


def _put(box: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, _WHEN)
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    box.writestr(entry, content, compresslevel=6)


def _json(data: JSON) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def faults_in(content: bytes) -> list[str]:
    """What is wrong with a package that came in: a file missing, changed, or not listed. Empty when it is whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            manifest = json.loads(box.read("manifest.json"))
            listed = {one["path"]: one["sha256"] for one in manifest["files"]}
            held = {name: hashlib.sha256(box.read(name)).hexdigest() for name in box.namelist()}
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, RuntimeError) as fault:
        return [f"not a package: {fault}"]
    held.pop("manifest.json")
    faults = [f"missing: {path}" for path in listed if path not in held]
    faults += [f"changed: {path}" for path, digest in listed.items() if held.get(path, digest) != digest]
    return faults + [f"not listed: {path}" for path in held if path not in listed]
