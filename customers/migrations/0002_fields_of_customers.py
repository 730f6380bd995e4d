"""Fields of a firm's own, of tickets and of customers."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_fields_right"),
        ("customers", "0001_customers_orders_and_consent"),
        ("tickets", "0006_fields_are_kept_with_customers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            # The table is there: it was that of the fields of tickets.
            state_operations=[
                migrations.CreateModel(
                    name="OwnField",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                max_length=40,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z][a-z0-9_]{0,39}\\Z",
                                        "Small letters, digits and _ only, a letter first.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("text", "Short text"),
                                    ("long", "Long text"),
                                    ("number", "Number"),
                                    ("date", "Date"),
                                    ("yes_no", "Yes or no"),
                                    ("choice", "One of a list"),
                                    ("choices", "Several of a list"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("names", models.JSONField(blank=True, default=dict)),
                        ("help", models.CharField(blank=True, max_length=300)),
                        ("helps", models.JSONField(blank=True, default=dict)),
                        ("choices", models.JSONField(blank=True, default=list)),
                        (
                            "required",
                            models.CharField(
                                choices=[
                                    ("never", "Never"),
                                    ("sending", "When the customer sends the form"),
                                    ("solving", "Before the ticket is solved"),
                                ],
                                default="never",
                                max_length=8,
                            ),
                        ),
                        ("is_public", models.BooleanField(default=False)),
                        ("conditions", models.JSONField(blank=True, default=list)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                            "pool",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.customerpool",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["pool", "position", "id"], name="ticket_field_pool")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("pool", "key"), name="ticket_field_once")
                        ],
                    },
                ),
            ],
        ),
        migrations.RenameIndex("ownfield", old_name="ticket_field_pool", new_name="own_field_pool"),
        migrations.RemoveConstraint("ownfield", "ticket_field_once"),
        migrations.AddConstraint(
            "ownfield", models.UniqueConstraint(fields=["pool", "key"], name="own_field_once")
        ),
        migrations.AddField(
            "ownfield",
            "about",
            models.CharField(
                choices=[("ticket", "Tickets"), ("customer", "Customers")],
                db_default="ticket",
                default="ticket",
                max_length=8,
            ),
        ),
        migrations.AddField("customer", "fields", models.JSONField(blank=True, db_default={}, default=dict)),
    ]
