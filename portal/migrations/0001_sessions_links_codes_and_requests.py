"""Sessions, links and codes of customers, and what they asked about their data."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    replaces = [
        ("portal", "0001_sessions_links_and_requests"),
        ("portal", "0002_sign_in_code_network"),
        ("portal", "0003_erasures_begin_at_a_moment"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_people_and_brands"),
        ("blobs", "0001_blobs"),
        ("customers", "0001_customers_orders_and_consent"),
        ("tickets", "0001_tickets_contacts_messages_and_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("download", "Copy of the data"), ("erasure", "Erasure")], max_length=8
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.brand"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=320)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("held", "Needs a colleague"),
                            ("done", "Done"),
                            ("cancelled", "Taken back"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=40)),
                ("asked_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("run_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.in_ten_seconds)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("began_at", models.DateTimeField(blank=True, null=True)),
                ("values", models.JSONField(blank=True, default=list)),
                ("progress", models.BigIntegerField(default=0)),
                ("report", models.JSONField(blank=True, default=dict)),
                (
                    "blob",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="blobs.blob",
                    ),
                ),
                ("token", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=["next_try_at"],
                        name="data_request_due",
                    ),
                    models.Index(fields=["customer", "-id"], name="data_request_customer"),
                    models.Index(fields=["-id"], name="data_request_recent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running", "held"))),
                        fields=("customer", "kind"),
                        name="data_request_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PortalMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="portal.datarequest",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("data_ready", "The copy is ready"),
                            ("erasure_asked", "An erasure was asked for"),
                            ("erasure_cancelled", "An erasure was taken back"),
                            ("erased", "The data is erased"),
                        ],
                        max_length=18,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=320)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["next_try_at"],
                        name="portal_mail_waiting",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("request", "kind"), name="portal_mail_once")],
            },
        ),
        migrations.CreateModel(
            name="PortalSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                ("address", models.CharField(max_length=320)),
                ("is_narrow", models.BooleanField(default=False)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="portal_session_end")],
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                ("address", models.CharField(max_length=320)),
                ("network", models.CharField(blank=True, db_default="", max_length=64)),
                ("key", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                ("after", models.CharField(blank=True, max_length=500)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("link_hash", models.CharField(blank=True, max_length=64)),
                ("guesses", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("sent", "Sent"),
                            ("ignored", "Nobody is known by this address"),
                            ("used", "Used"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["next_try_at"],
                        name="sign_in_waiting",
                    ),
                    models.Index(fields=["address", "-created_at"], name="sign_in_address"),
                    models.Index(
                        condition=models.Q(("link_hash", ""), _negated=True),
                        fields=["link_hash"],
                        name="sign_in_link",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
                ("token", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ticket",), name="ticket_link_once")],
            },
        ),
    ]
