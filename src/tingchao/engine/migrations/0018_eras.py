"""Marks for the era of each matter within its region prefixes, so that older matters are found by few entries."""

from django.db import migrations

from tingchao.core.finding import ERA_BITS, Mark, era_mark, mark

SCOPE = mark(Mark.SCOPE, 0)
TO_ERA = mark(Mark.ERA, 0) - SCOPE
MARK = f"""
UPDATE engine_casewords SET words = words || ({era_mark("", 0)} + (case_id >> {ERA_BITS}))::int || ARRAY(
    SELECT (word + {TO_ERA} + (case_id >> {ERA_BITS}))::int FROM unnest(words) word
    WHERE word BETWEEN {SCOPE} AND {SCOPE + 2**24 - 1})
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0017_open_matters_of_a_station")]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
