"""The record of a matter to take away."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.desk.access import staff
from tingchao.desk.disclosure import reads_whole
from tingchao.desk.views.work import visible
from tingchao.engine import selectors as engine
from tingchao.engine.evidence import case_record


@never_cache
@require_GET
@staff
def record(request: HttpRequest, number: str) -> HttpResponseBase:
    """Every event of a matter, as a file that `tingchao verify` checks anywhere, for whoever deals with it.

    Its events hold what was said word for word, so those who read the matter masked do not get it (403).
    """
    seen = visible(request, number)
    if not reads_whole(seen.roles):
        raise PermissionDenied
    case = seen.case
    answer = JsonResponse(
        case_record(case, engine.history(case)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="{case.number}.json"'
    return answer
