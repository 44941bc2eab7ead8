"""Where the bundled style, scripts and pictures lie: names in templates, content-hashed files on the disk."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.exceptions import ImproperlyConfigured

MISSING = "The front end is not bundled: {path} is missing. Run `make setup`."


class Bundle:
    """The manifest of the bundle, read once; with DEBUG read again whenever it has changed."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._read_at = 0

    def file_of(self, name: str) -> str | None:
        """The hashed file name of `name`, None when the bundle has none; an error when there is no bundle."""
        if not self._names or settings.DEBUG:
            self._read(Path(settings.STATICFILES_DIRS[0]) / "manifest.json")
        return self._names.get(name)

    def _read(self, path: Path) -> None:
        try:
            changed = path.stat().st_mtime_ns
            if changed != self._read_at:
                self._names = json.loads(path.read_text(encoding="utf-8"))
                self._read_at = changed
        except FileNotFoundError as error:
            raise ImproperlyConfigured(MISSING.format(path=path)) from error


class BundledStorage(StaticFilesStorage):
    """Turns a bundle's name ("tide.css") into the address of its hashed file; files of other apps keep their name."""

    bundle = Bundle()
    _addresses: dict[str, str] = {}

    def url(self, name: str | None) -> str:
        """The address of a static file.

        Raises ImproperlyConfigured without a bundle, ValueError for a name that the bundle does not have.
        """
        if name is None or "/" in name:
            return super().url(name)
        hashed = self.bundle.file_of(name)
        if hashed is None:
            raise ValueError(f"The front-end bundle has no file {name!r}.")
        if hashed not in self._addresses:
            self._addresses[hashed] = super().url(hashed)
        return self._addresses[hashed]
