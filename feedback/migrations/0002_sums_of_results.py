import django.contrib.postgres.fields
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0001_surveys_answers_and_follow_ups"),
    ]

    operations = [
        migrations.CreateModel(
            name="SumProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField(default=0)),
                ("until", models.DateField(null=True)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "verbose_name_plural": "sum progress",
            },
        ),
        migrations.CreateModel(
            name="ResultSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("brand_id", models.BigIntegerField()),
                ("team_id", models.BigIntegerField()),
                (
                    "axis",
                    models.CharField(choices=[("-", "All"), ("i", "Inbox"), ("a", "Agent")], max_length=1),
                ),
                ("value", models.BigIntegerField()),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("csat", "Satisfaction (1 to 5)"),
                            ("nps", "Would recommend (0 to 10)"),
                            ("ces1", "Effort (1 to 5, low is good)"),
                            ("ces2", "Made it easy (1 to 7)"),
                            ("settled", "Is it settled? (yes or no)"),
                        ],
                        max_length=8,
                    ),
                ),
                ("grain", models.CharField(choices=[("d", "Day"), ("m", "Month")], max_length=1)),
                ("day", models.DateField()),
                (
                    "scores",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                ("asked", models.IntegerField()),
                ("answered", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["team_id"], name="result_sum_team")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand_id", "axis", "grain", "day", "value", "measure", "team_id"),
                        name="result_sum_once",
                    )
                ],
            },
        ),
    ]
