"""Adding facts of taking part up by place, level and period, so that no page reads every fact of a year."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max

from tingchao.engine.models import Fact
from tingchao.mechanisms.deputy_duty.models import PartMark
from tingchao.mechanisms.deputy_duty.selectors.participation import fact_kinds

BATCH = 200_000
"""Facts added in one go: the table is locked against writers for as long."""

_ADD = """
INSERT INTO deputy_duty_partsum (scope, period, level, kind, detail, amount)
SELECT s.scope, p.period, coalesce(d.level, ''), f.kind, f.detail, sum(f.amount)
FROM engine_fact f LEFT JOIN directory_deputy d ON d.id = f.deputy_id
CROSS JOIN LATERAL (VALUES (left(f.region_id, 2)), (left(f.region_id, 4)), (left(f.region_id, 6)),
    (left(f.region_id, 9))) s(scope)
CROSS JOIN LATERAL (VALUES (to_char(f.day, 'YYYY')), (to_char(f.day, 'YYYY-"Q"Q')),
    (to_char(f.day, 'YYYY-MM'))) p(period)
WHERE f.id > %(mark)s AND f.id <= %(upper)s
AND (f.kind = ANY(%(held)s) OR (f.kind = ANY(%(came)s) AND d.kind = 'deputy'))
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (period, scope, level, kind, detail) DO UPDATE SET amount = deputy_duty_partsum.amount + excluded.amount
"""


@transaction.atomic
def participation_add_up(batch: int = BATCH) -> int:
    """Add the next facts after the watermark. Returns how far it moved; 0 when there is nothing to add.

    The table is locked against writers while the watermark is read, so that no fact with a lower id can still be on
    its way.
    """
    mark, _ = PartMark.objects.select_for_update().get_or_create(pk=1)
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE engine_fact IN SHARE MODE")
        last = Fact.objects.aggregate(Max("id"))["id__max"] or 0
        upper = min(last, mark.fact_id + batch)
        cursor.execute(_ADD, {"mark": mark.fact_id, "upper": upper, **fact_kinds()})
    added, mark.fact_id = upper - mark.fact_id, max(upper, mark.fact_id)
    mark.save()
    return max(added, 0)
