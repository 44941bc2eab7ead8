"""What each matter is found by, for those that are there already, and marks for whom it is assigned to from now on."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from tingchao.core.finding import AGE_BITS, Mark, grams, mark, plain_fields, scope_mark

BATCH = 1000

# the trigger adds to the words of a matter a mark for each body and deputy that it is assigned to, by whichever path
MARK_ASSIGNED = f"""
CREATE FUNCTION engine_mark_assigned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE engine_casewords w SET words = w.words || given.marks FROM (
        SELECT case_id, array_agg(DISTINCT CASE
            WHEN body_id IS NOT NULL THEN ({mark(Mark.BODY, 0)} + body_id % 16777213)::int
            ELSE ({mark(Mark.DEPUTY, 0)} + deputy_id % 16777213)::int END) AS marks
        FROM fresh GROUP BY case_id
    ) given WHERE w.case_id = given.case_id AND NOT w.words @> given.marks;
    RETURN NULL;
END $$;
CREATE TRIGGER engine_assignment_marked AFTER INSERT ON engine_assignment
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION engine_mark_assigned();
"""

UNMARK = """
DROP TRIGGER engine_assignment_marked ON engine_assignment;
DROP FUNCTION engine_mark_assigned();
"""


def fill(apps, schema_editor):
    """Find each matter that was opened before."""
    Case, CaseWords = apps.get_model("engine", "Case"), apps.get_model("engine", "CaseWords")
    last = 0
    while cases := list(Case.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = cases[-1].pk
        given = marks_of(apps, [case.pk for case in cases])
        CaseWords.objects.bulk_create(
            CaseWords(case=case, plain=text, words=list(grams(text) | own | given.get(case.pk, set())))
            for case in cases
            for text in [plain_fields(case.title, case.place, case.text)]
            for own in [
                {scope_mark(case.region_id[:level]) for level in (4, 6, 9, 12)}
                | {mark(Mark.AGE, case.pk >> AGE_BITS)}
            ]
        )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def marks_of(apps, ids):
    """Case → marks of everybody who ever had it."""
    found = {}
    rows = apps.get_model("engine", "Assignment").objects.filter(case_id__in=ids)
    for case, body, deputy in rows.values_list("case_id", "body_id", "deputy_id"):
        kind, key = (Mark.BODY, body) if body is not None else (Mark.DEPUTY, deputy)
        found.setdefault(case, set()).add(mark(kind, key))
    return found


class Migration(migrations.Migration):
    dependencies = [("engine", "0003_tallies")]

    operations = [
        migrations.CreateModel(
            name="CaseWords",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="found_by",
                        serialize=False,
                        to="engine.case",
                    ),
                ),
                ("plain", models.TextField()),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "casewords",
            django.contrib.postgres.indexes.GinIndex(
                fields=["words"], gin_pending_list_limit=512, name="casewords_words"
            ),
        ),
        migrations.RunSQL(MARK_ASSIGNED, UNMARK),
    ]
