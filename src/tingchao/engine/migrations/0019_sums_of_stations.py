"""Facts added up by station and day, beside the sums by place and day, as far as these have come."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
INSERT INTO engine_stationday (station_id, kind, day, amount)
SELECT f.station_id, f.kind, f.day, sum(f.amount) FROM engine_fact f
WHERE f.station_id IS NOT NULL AND f.id <= (SELECT coalesce(max(fact_id), 0) FROM engine_rollup)
GROUP BY f.station_id, f.kind, f.day
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_places_on_the_map"),
        ("engine", "0018_eras"),
    ]

    operations = [
        migrations.CreateModel(
            name="StationDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("amount", models.BigIntegerField()),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="directory.station",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "kind", "day"), include=("amount",), name="stationday_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
