import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("channels_app", "0004_chats"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_on", models.BooleanField(default=False)),
                ("on_since", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("host", models.CharField(max_length=253)),
                ("port", models.PositiveIntegerField(default=993)),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS from the first byte (port 993)"),
                            ("starttls", "STARTTLS (port 143)"),
                            ("plain", "None, on this machine only"),
                        ],
                        default="tls",
                        max_length=8,
                    ),
                ),
                ("username", models.CharField(max_length=320)),
                ("folder", models.CharField(default="INBOX", max_length=255)),
                (
                    "sign_in",
                    models.CharField(
                        choices=[
                            ("password", "Password or app password"),
                            ("oauth2", "OAuth 2 with a refresh token"),
                        ],
                        default="password",
                        max_length=8,
                    ),
                ),
                ("token_url", models.CharField(blank=True, max_length=500)),
                ("client_id", models.CharField(blank=True, max_length=300)),
                ("mark_seen", models.BooleanField(default=False)),
                ("import_days", models.PositiveIntegerField(default=0)),
                ("uid_validity", models.BigIntegerField(blank=True, null=True)),
                ("uid_next", models.BigIntegerField(default=1)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "backlog",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("import", "First import"),
                            ("rescan", "Read again, the server numbered its mails anew"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("backlog_next", models.BigIntegerField(default=1)),
                ("backlog_below", models.BigIntegerField(default=1)),
                ("backlog_done", models.PositiveIntegerField(default=0)),
                ("backlog_total", models.PositiveIntegerField(default=0)),
                ("stuck_uid", models.BigIntegerField(default=0)),
                ("stuck_tries", models.PositiveSmallIntegerField(default=0)),
                ("holder", models.CharField(blank=True, max_length=60)),
                ("held_until", models.DateTimeField(blank=True, null=True)),
                ("last_good_at", models.DateTimeField(blank=True, null=True)),
                ("fetched", models.BigIntegerField(default=0)),
                ("last_mail_at", models.DateTimeField(blank=True, null=True)),
                ("lag_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("can_idle", models.BooleanField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=30)),
                ("error_detail", models.CharField(blank=True, max_length=300)),
                ("error_since", models.DateTimeField(blank=True, null=True)),
                ("alarm_since", models.DateTimeField(blank=True, null=True)),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailbox",
                        to="channels_app.connection",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "mailboxes",
            },
        ),
        migrations.CreateModel(
            name="MailboxAlarm",
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
                        choices=[("broken", "In trouble"), ("works", "Works again")], max_length=6
                    ),
                ),
                ("since", models.DateTimeField()),
                ("error", models.CharField(blank=True, max_length=30)),
                ("error_detail", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("sent", "Sent"),
                            ("ignored", "Not needed"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="channels_app.mailbox",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailboxTest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("settings", models.JSONField(default=dict)),
                ("sealed", models.TextField(blank=True)),
                ("steps", models.JSONField(default=list)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailbox_tests",
                        to="channels_app.connection",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("backlog_next__lte", models.F("backlog_below"))), name="mailbox_backlog"
            ),
        ),
        migrations.AddIndex(
            model_name="mailboxalarm",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["next_try_at"], name="alarm_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailboxalarm",
            constraint=models.UniqueConstraint(
                fields=("mailbox", "user", "kind", "since"), name="alarm_once"
            ),
        ),
    ]
