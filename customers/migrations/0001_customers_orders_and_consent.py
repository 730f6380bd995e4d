"""Customers, identities, organisations, orders and consent, with the lookups by what somebody typed."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    replaces = [
        ("customers", "0001_customers"),
        ("customers", "0002_identity_lookups"),
        ("customers", "0003_consent_and_sharing"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_people_and_brands"),
        ("accounts", "__first__"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Organisation",
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
                        related_name="organisations",
                        to="accounts.customerpool",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), blank=True, default=list, size=None
                    ),
                ),
                ("shares_tickets", models.BooleanField(db_default=False, default=False)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pool", "name"), name="organisation_once_in_pool")
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
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
                        related_name="customers",
                        to="accounts.customerpool",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="customers",
                        to="customers.organisation",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("zone", models.CharField(blank=True, max_length=64)),
                ("tier", models.CharField(blank=True, max_length=40)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="customers.customer",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["pool", "-id"], name="customer_pool"),
                    models.Index(fields=["organisation"], name="customer_organisation"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["name"], name="customer_name_trgm", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="customers.customer",
                    ),
                ),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                ("moved", models.JSONField(default=dict)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="customers.customer",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("surveys", "Questions about how it went"), ("calls", "Calls")],
                        max_length=10,
                    ),
                ),
                ("is_given", models.BooleanField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("portal", "In the help centre"),
                            ("survey", "On a survey"),
                            ("agent", "Told a colleague"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "purpose", "-id"], name="consent_latest")],
            },
        ),
        migrations.CreateModel(
            name="CustomerNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="customers.customer",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-id"], name="customer_note")],
            },
        ),
        migrations.CreateModel(
            name="Identity",
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
                        on_delete=django.db.models.deletion.PROTECT, to="accounts.customerpool"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to="customers.customer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("email", "E-mail"), ("phone", "Phone"), ("external", "Customer number")],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(max_length=320)),
                ("display", models.CharField(blank=True, max_length=320)),
                (
                    "evidence",
                    models.CharField(
                        choices=[("claimed", "Claimed"), ("verified", "Verified")],
                        default="claimed",
                        max_length=10,
                    ),
                ),
                ("verified_by", models.CharField(blank=True, max_length=40)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "verbose_name_plural": "identities",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["value"], name="identity_value_trgm", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(
                        models.F("pool_id"),
                        django.contrib.postgres.indexes.OpClass("value", name="varchar_pattern_ops"),
                        name="identity_value_prefix",
                    ),
                    models.Index(
                        models.F("pool_id"),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Reverse("value"), name="text_pattern_ops"
                        ),
                        name="identity_value_suffix",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("pool", "kind", "value"), name="identity_once_in_pool")
                ],
            },
        ),
        migrations.CreateModel(
            name="JoinProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="customers.customer",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("joined", "Joined"),
                            ("dismissed", "Not the same person"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "other"), name="proposal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("customer__lt", models.F("other"))), name="proposal_ordered"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
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
                        on_delete=django.db.models.deletion.PROTECT, to="accounts.customerpool"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="accounts.brand",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="orders",
                        to="customers.customer",
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("placed", "Placed"),
                            ("paid", "Paid"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("returned", "Returned"),
                            ("refunded", "Refunded"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="placed",
                        max_length=12,
                    ),
                ),
                ("total_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("placed_at", models.DateTimeField()),
                ("items", models.JSONField(blank=True, default=list)),
                ("url", models.URLField(blank=True, max_length=500)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-placed_at"], name="order_customer")],
                "constraints": [
                    models.UniqueConstraint(fields=("pool", "number"), name="order_once_in_pool")
                ],
            },
        ),
    ]
