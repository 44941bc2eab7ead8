"""The service worker: at the root, since a worker's place says for which pages it works."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tingchao.desk.assets import BundledStorage

ASSETS = ("tide.css", "public.js", "icons.svg", "logo.svg", "favicon.svg")
"""What the form needs to be drawn without a signal."""


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The worker with the addresses of what it keeps before it; another bundle makes it another worker."""
    assets = [staticfiles_storage.url(name) for name in ASSETS]
    script = _script(BundledStorage.bundle.file_of("sw.js") or "")
    version = hashlib.sha256("".join([*assets, script]).encode()).hexdigest()[:12]
    before = f"self.TINGCHAO={json.dumps({'version': version, 'assets': assets})};\n"
    answer = HttpResponse(before + script, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=2)
def _script(name: str) -> str:
    return (Path(settings.STATICFILES_DIRS[0]) / name).read_text(encoding="utf-8")
