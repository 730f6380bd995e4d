"""Who is there, with which settings, and the hours of brands."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.time
import carecenter.lib.zones


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_and_brands"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgentSettings",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="agent_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "most_chats",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                    ),
                ),
                (
                    "sounds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("chat_waiting", "A new chat is waiting"),
                                ("chat_line", "A line in one of my chats"),
                                ("assigned", "A ticket was assigned to me"),
                                ("answered", "A customer wrote on one of my tickets"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "notices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("chat_waiting", "A new chat is waiting"),
                                ("chat_line", "A line in one of my chats"),
                                ("assigned", "A ticket was assigned to me"),
                                ("answered", "A customer wrote on one of my tickets"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="presence",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "chosen",
                    models.CharField(
                        choices=[("available", "Available"), ("away", "Away"), ("offline", "Offline")],
                        default="available",
                        max_length=9,
                    ),
                ),
                (
                    "noted",
                    models.CharField(
                        choices=[("available", "Available"), ("away", "Away"), ("offline", "Offline")],
                        default="offline",
                        max_length=9,
                    ),
                ),
                ("since", models.DateTimeField(default=carecenter.lib.time.now)),
                ("seen_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("noted", "offline"), _negated=True),
                        fields=["seen_at"],
                        name="presence_there",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="accounts.customerpool",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "zone",
                    models.CharField(default="UTC", max_length=64, validators=[carecenter.lib.zones.is_zone]),
                ),
                ("weekly", models.JSONField(blank=True, default=list)),
                ("closed_days", models.JSONField(blank=True, default=list)),
            ],
            options={
                "verbose_name_plural": "hours",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("pool", "name"), name="hours_name_once_in_pool")
                ],
            },
        ),
    ]
