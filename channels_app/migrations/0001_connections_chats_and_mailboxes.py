"""Connections of inboxes, raw records, attempts, chats, conversations, mailboxes and what went wrong."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    replaces = [
        ("channels_app", "0001_connections"),
        ("channels_app", "0002_senders_and_trouble"),
        ("channels_app", "0003_conversations"),
        ("channels_app", "0004_chats"),
        ("channels_app", "0005_mailboxes"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_people_and_brands"),
        ("accounts", "__first__"),
        ("blobs", "0001_blobs"),
        ("tickets", "0001_tickets_contacts_messages_and_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "inbox",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="connection",
                        to="tickets.inbox",
                    ),
                ),
                ("from_name", models.CharField(blank=True, max_length=120)),
                ("config", models.JSONField(blank=True, default=dict)),
                ("sealed", models.TextField(blank=True)),
                ("is_active", models.BooleanField(default=True)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("trouble_since", models.DateTimeField(blank=True, null=True)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversations",
                        to="channels_app.connection",
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [models.Index(fields=["ticket"], name="conversation_ticket")],
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "key"), name="conversation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConversationPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="channels_app.conversation",
                    ),
                ),
                (
                    "contact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversation_part",
                        to="tickets.contact",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeliveryAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="tickets.message",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("started_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "Sent"),
                            ("retry", "Try again later"),
                            ("rejected", "Rejected"),
                            ("broken", "No connection"),
                            ("gone", "Recipient unknown"),
                            ("unconfirmed", "Unconfirmed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("message", "number"), name="attempt_once")],
            },
        ),
        migrations.CreateModel(
            name="InboundRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="channels_app.connection",
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("raw", models.BinaryField(null=True)),
                (
                    "blob",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="blobs.blob"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("envelope", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Waiting"),
                            ("done", "Done"),
                            ("ignored", "Ignored"),
                            ("parked", "Parked"),
                            ("failed", "Failed"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("oversize", "Larger than this installation takes"),
                            ("unreadable", "Cannot be read"),
                            ("own_mail", "Our own mail came back"),
                            ("own_address", "Says it comes from one of our own addresses"),
                            ("blocked", "The sender is blocked"),
                            ("bounce", "Returned mail that matches none of our answers"),
                            ("automatic", "Automatic mail that belongs to no ticket"),
                            ("storm", "Too many from one sender in a short time"),
                            ("duplicate", "The same mail came before"),
                            ("by_hand", "Ignored by a colleague"),
                            ("error", "An error on our side"),
                        ],
                        max_length=60,
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("sender", models.CharField(blank=True, max_length=320)),
                ("subject", models.CharField(blank=True, max_length=400)),
                ("received_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.message",
                    ),
                ),
                ("opened_ticket", models.BooleanField(default=False)),
                ("skip_screens", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "new")), fields=["next_try_at"], name="inbound_waiting"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["parked", "failed"])),
                        fields=["-id"],
                        name="inbound_trouble",
                    ),
                    models.Index(
                        condition=models.Q(("state", "ignored")), fields=["-id"], name="inbound_ignored"
                    ),
                    models.Index(fields=["message"], name="inbound_message"),
                    models.Index(
                        condition=models.Q(("sender", ""), _negated=True),
                        fields=["sender", "-received_at"],
                        name="inbound_sender",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "key"), name="inbound_once"),
                    models.CheckConstraint(
                        condition=models.Q(("raw__isnull", False), ("blob__isnull", False), _connector="OR"),
                        name="inbound_has_bytes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="channels_app.connection",
                    ),
                ),
                ("address", models.CharField(max_length=320, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailbox",
                        to="channels_app.connection",
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
            ],
            options={
                "verbose_name_plural": "mailboxes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("backlog_next__lte", models.F("backlog_below"))),
                        name="mailbox_backlog",
                    )
                ],
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
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["next_try_at"], name="alarm_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("mailbox", "user", "kind", "since"), name="alarm_once")
                ],
            },
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
                ("made_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("settings", models.JSONField(default=dict)),
                ("sealed", models.TextField(blank=True)),
                ("steps", models.JSONField(default=list)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BlockedSender",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.customerpool",
                    ),
                ),
                ("address", models.CharField(max_length=320)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pool", "address"), name="blocked_once_in_pool")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chats",
                        to="channels_app.connection",
                    ),
                ),
                (
                    "contact",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="chat",
                        to="tickets.contact",
                    ),
                ),
                ("key", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("visitor_name", models.CharField(blank=True, max_length=200)),
                ("visitor_email", models.CharField(blank=True, max_length=320)),
                ("external_id", models.CharField(blank=True, max_length=320)),
                (
                    "evidence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not known"),
                            ("claimed", "Typed by the visitor"),
                            ("verified", "Signed by the site"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=20)),
                ("page_url", models.CharField(blank=True, max_length=1000)),
                ("page_title", models.CharField(blank=True, max_length=200)),
                ("referrer", models.CharField(blank=True, max_length=1000)),
                ("user_agent", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("seen_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("read_to", models.BigIntegerField(default=0)),
                ("agent_read_to", models.BigIntegerField(default=0)),
                ("mailed_to", models.BigIntegerField(default=0)),
                ("wants_transcript", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "-seen_at"], name="chat_seen"),
                    models.Index(fields=["connection", "-id"], name="chat_recent"),
                ],
            },
        ),
    ]
