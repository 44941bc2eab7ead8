"""A folder that the province's system, or a person with a disk, takes packages from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from tingchao.mechanisms.filing_review.services.carrying.carrier import CarryFault, Receipt, receipt_read
from tingchao.mechanisms.filing_review.services.packing import Package

RECEIPTS = "receipts"
"""The folder below the address in which receipts are laid down, named <key>.json."""


class FolderCarrier:
    """Puts a package into a folder, whole or not at all."""

    channel = "folder"

    def __init__(self, folder: Path, waits: bool) -> None:
        self.folder, self.waits = folder, waits

    def carry(self, package: Package) -> Receipt | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / package.name
            if not path.exists():
                self._put(path, package)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as fault:
            raise CarryFault("no_room", fault.strerror or str(fault)) from None
        if digest != package.digest:
            raise CarryFault("conflict", digest)
        return self.look(package)

    def look(self, package: Package) -> Receipt | None:
        try:
            content = (self.folder / RECEIPTS / f"{package.key}.json").read_bytes()
        except FileNotFoundError:
            return None if self.waits else Receipt("")
        except OSError as fault:
            raise CarryFault("no_room", fault.strerror or str(fault)) from None
        return receipt_read(content, package)

    @staticmethod
    def _put(path: Path, package: Package) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with draft.open("wb") as out:
                out.write(package.content)
                out.flush()
                os.fsync(out.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
