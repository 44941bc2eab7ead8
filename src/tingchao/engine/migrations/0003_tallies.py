from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0002_frozen_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('until', models.DateTimeField(db_index=True)),
            ],
            options={'verbose_name_plural': 'tallies'},
        ),
        # counts of a few minutes: not worth a write-ahead log, nor a place in a backup
        migrations.RunSQL('ALTER TABLE engine_tally SET UNLOGGED', 'ALTER TABLE engine_tally SET LOGGED'),
    ]
