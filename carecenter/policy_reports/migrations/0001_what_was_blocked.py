from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PolicyReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("directive", models.CharField(max_length=40)),
                ("blocked", models.CharField(max_length=120)),
                ("page", models.CharField(max_length=80)),
                ("count", models.PositiveIntegerField(default=1)),
                ("last_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("directive", "blocked", "page"), name="policy_report_once"
                    )
                ],
            },
        ),
    ]
