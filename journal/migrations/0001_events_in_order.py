"""Events, their order, and failed reactions."""

import django.db.models.deletion
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    replaces = [("journal", "0001_events"), ("journal", "0002_event_tries")]

    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE journal_position",
            reverse_sql="DROP SEQUENCE journal_position",
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField(null=True, unique=True)),
                ("name", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("brand_id", models.BigIntegerField(null=True)),
                ("actor", models.CharField(max_length=40)),
                ("ticket_id", models.BigIntegerField(null=True)),
                ("customer_id", models.BigIntegerField(null=True)),
                ("subject", models.CharField(blank=True, max_length=40)),
                ("data", models.JSONField(default=dict)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.in_ten_seconds, null=True)),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ticket_id__isnull", False)),
                        fields=["ticket_id", "id"],
                        name="event_ticket",
                    ),
                    models.Index(
                        condition=models.Q(("customer_id__isnull", False)),
                        fields=["customer_id", "id"],
                        name="event_customer",
                    ),
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="event_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("position__isnull", True)), fields=["id"], name="event_unnumbered"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FailedReaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="failures",
                        to="journal.event",
                    ),
                ),
                ("handler", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Will be tried again"), ("parked", "Parked"), ("done", "Done")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=1)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_try_at"],
                        name="failure_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "parked")), fields=["-id"], name="failure_parked"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "handler"), name="failure_once_per_handler")
                ],
            },
        ),
    ]
