"""The record of a matter to take away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingchao.desk.access import staff
from tingchao.desk.views.work import visible
from tingchao.engine import selectors as engine
from tingchao.engine.evidence import case_record


@never_cache
@require_GET
@staff
def record(request: HttpRequest, number: str) -> HttpResponseBase:
    """Every event of a matter that the actor may see, as a file that `tingchao verify` checks anywhere."""
    case = visible(request, number).case
    answer = JsonResponse(
        case_record(case, engine.history(case)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="{case.number}.json"'
    return answer
