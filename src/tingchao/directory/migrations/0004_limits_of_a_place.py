from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_views_of_an_account")]

    operations = [
        migrations.CreateModel(
            name="LimitRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("procedure", models.CharField(max_length=40)),
                ("stage", models.CharField(max_length=30)),
                ("tier", models.CharField(blank=True, max_length=20)),
                ("amount", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(max_length=12)),
                ("source", models.CharField(max_length=200)),
                ("profile", models.CharField(blank=True, max_length=60)),
                ("set_by", models.CharField(max_length=40)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("procedure", "stage", "tier"), name="limitrule_once")
                ],
            },
        ),
    ]
