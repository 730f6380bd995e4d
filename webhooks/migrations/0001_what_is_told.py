import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("url", models.CharField(max_length=500)),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("sealed", models.TextField()),
                ("is_on", models.BooleanField(default=True)),
                ("off_reason", models.CharField(blank=True, max_length=200)),
                ("since_position", models.BigIntegerField(default=0)),
                ("until_position", models.BigIntegerField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waits"), ("sent", "Taken"), ("given_up", "Given up")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("is_asked", models.BooleanField(default=False)),
                ("last_status", models.PositiveSmallIntegerField(null=True)),
                ("last_answer", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="webhooks.webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["webhook", "id"],
                        name="delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("is_asked", True), ("state", "waiting")),
                        fields=["webhook"],
                        name="delivery_asked",
                    ),
                    models.Index(fields=["webhook", "-id"], name="delivery_log"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["webhook", "next_try_at"],
                        name="delivery_next",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting"), _negated=True),
                        fields=["ended_at"],
                        name="delivery_ended",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("webhook", "event_id"), name="delivery_once")
                ],
            },
        ),
    ]
