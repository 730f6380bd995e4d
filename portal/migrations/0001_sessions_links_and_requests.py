import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_article_and_feedback_rights"),
        ("blobs", "0001_blobs"),
        ("customers", "0003_consent_and_sharing"),
        ("tickets", "0011_ticket_articles"),
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
                ("values", models.JSONField(blank=True, default=list)),
                ("progress", models.BigIntegerField(default=0)),
                ("report", models.JSONField(blank=True, default=dict)),
                ("token", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
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
            ],
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
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="portal.datarequest",
                    ),
                ),
            ],
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
                ("address", models.CharField(max_length=320)),
                ("is_narrow", models.BooleanField(default=False)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("expires_at", models.DateTimeField()),
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
            ],
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
                ("address", models.CharField(max_length=320)),
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
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
            ],
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
                ("token", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "running"))),
                fields=["next_try_at"],
                name="data_request_due",
            ),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(fields=["customer", "-id"], name="data_request_customer"),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(fields=["-id"], name="data_request_recent"),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "running", "held"))),
                fields=("customer", "kind"),
                name="data_request_once",
            ),
        ),
        migrations.AddIndex(
            model_name="portalmail",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["next_try_at"], name="portal_mail_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="portalmail",
            constraint=models.UniqueConstraint(fields=("request", "kind"), name="portal_mail_once"),
        ),
        migrations.AddIndex(
            model_name="portalsession",
            index=models.Index(fields=["expires_at"], name="portal_session_end"),
        ),
        migrations.AddIndex(
            model_name="signincode",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["next_try_at"], name="sign_in_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="signincode",
            index=models.Index(fields=["address", "-created_at"], name="sign_in_address"),
        ),
        migrations.AddIndex(
            model_name="signincode",
            index=models.Index(
                condition=models.Q(("link_hash", ""), _negated=True),
                fields=["link_hash"],
                name="sign_in_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketlink",
            constraint=models.UniqueConstraint(fields=("ticket",), name="ticket_link_once"),
        ),
    ]
