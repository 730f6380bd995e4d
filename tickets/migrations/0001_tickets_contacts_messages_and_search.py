"""Inboxes, tickets, contacts, messages, everything that lists and searches them, and saved views."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    replaces = [
        ("tickets", "0001_tickets"),
        ("tickets", "0002_ticket_updated"),
        ("tickets", "0003_done_lists"),
        ("tickets", "0004_lists_of_several_brands"),
        ("tickets", "0005_kinds_and_follow_up"),
        ("tickets", "0006_inbox_hours"),
        ("tickets", "0007_snooze_and_joins"),
        ("tickets", "0008_snoozed_lists"),
        ("tickets", "0009_canned_replies"),
        ("tickets", "0010_search_rows_and_saved_views"),
        ("tickets", "0011_ticket_articles"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_people_and_brands"),
        ("accounts", "__first__"),
        ("blobs", "0001_blobs"),
        ("customers", "0001_customers_orders_and_consent"),
        ("knowledge_base", "0001_articles_imports_search_and_visits"),
        ("workforce", "0001_people_and_hours"),
    ]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE ticket_number START 1001",
            reverse_sql="DROP SEQUENCE ticket_number",
        ),
        migrations.CreateModel(
            name="BulkJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bulk_jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("assign", "Assign"),
                            ("team", "Give to a team"),
                            ("status", "Set the status"),
                            ("priority", "Set the priority"),
                            ("tag", "Add a tag"),
                            ("untag", "Remove a tag"),
                            ("snooze", "Snooze"),
                            ("merge", "Merge"),
                        ],
                        max_length=10,
                    ),
                ),
                ("arguments", models.JSONField(default=dict)),
                (
                    "undoes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="undone_by",
                        to="tickets.bulkjob",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done"), ("stopped", "Stopped")],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.in_ten_seconds)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["next_try_at"], name="bulk_waiting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CannedReply",
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
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shortcut",
                    models.CharField(
                        blank=True,
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\w-]+\\Z", "Letters, digits, - and _ only."
                            )
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField(max_length=8000)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("is_public", models.BooleanField(default=False)),
                ("uses", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "verbose_name_plural": "canned replies",
                "indexes": [models.Index(fields=["pool", "owner", "-uses"], name="canned_pool")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("shortcut", ""), _negated=True),
                        fields=("pool", "owner", "shortcut", "language"),
                        name="canned_shortcut_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Inbox",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inboxes",
                        to="accounts.brand",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("kind", models.CharField(max_length=20)),
                (
                    "follow_up",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.inbox",
                    ),
                ),
                (
                    "default_team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="accounts.team",
                    ),
                ),
                (
                    "hours",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inboxes",
                        to="workforce.hours",
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "inboxes",
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "name"), name="inbox_name_once_in_brand")
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(unique=True)),
                ("token", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                (
                    "brand",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="accounts.brand"),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tickets.inbox"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="customers.customer",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=400)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("pending", "Waiting for customer"),
                            ("on_hold", "On hold"),
                            ("solved", "Solved"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Low"), (2, "Normal"), (3, "High"), (4, "Urgent")], default=2
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="accounts.team",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("fields", models.JSONField(blank=True, default=dict)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tickets.ticket",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("waiting_since", models.DateTimeField(blank=True, null=True)),
                ("first_replied_at", models.DateTimeField(blank=True, null=True)),
                ("solved_at", models.DateTimeField(blank=True, null=True)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                (
                    "snoozed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("last_message_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("last_kind", models.CharField(blank=True, max_length=20)),
                ("preview", models.CharField(blank=True, max_length=200)),
                ("message_count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["brand", "-last_message_at", "-id"], name="ticket_brand_recent"),
                    models.Index(fields=["-last_message_at", "-id"], name="ticket_recent"),
                    models.Index(fields=["updated_at", "id"], name="ticket_updated"),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                        fields=["brand", "-last_message_at", "-id"],
                        name="ticket_brand_active",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                        fields=["assignee", "-last_message_at", "-id"],
                        name="ticket_mine",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("assignee__isnull", True), ("status__in", ("new", "open", "pending", "on_hold"))
                        ),
                        fields=["brand", "-last_message_at", "-id"],
                        name="ticket_unassigned",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                        fields=["team", "-last_message_at", "-id"],
                        name="ticket_team",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ("new", "open", "pending", "on_hold")),
                            ("waiting_since__isnull", False),
                        ),
                        fields=["brand", "waiting_since", "id"],
                        name="ticket_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                        fields=["-last_message_at", "-id"],
                        name="ticket_active",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("assignee__isnull", True), ("status__in", ("new", "open", "pending", "on_hold"))
                        ),
                        fields=["-last_message_at", "-id"],
                        name="ticket_unassigned_recent",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ("new", "open", "pending", "on_hold")),
                            ("waiting_since__isnull", False),
                        ),
                        fields=["waiting_since", "id"],
                        name="ticket_waiting_longest",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("solved", "closed"))),
                        fields=["status", "-last_message_at", "-id"],
                        name="ticket_done",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("solved", "closed"))),
                        fields=["brand", "status", "-last_message_at", "-id"],
                        name="ticket_brand_done",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("solved", "closed"))),
                        fields=["team", "status", "-last_message_at", "-id"],
                        name="ticket_team_done",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("solved", "closed"))),
                        fields=["assignee", "status", "-last_message_at", "-id"],
                        name="ticket_assignee_done",
                    ),
                    models.Index(
                        condition=models.Q(("snoozed_until__isnull", False)),
                        fields=["snoozed_until", "id"],
                        name="ticket_snoozed",
                    ),
                    models.Index(
                        condition=models.Q(("snoozed_until__isnull", False)),
                        fields=["brand", "snoozed_until", "id"],
                        name="ticket_brand_snoozed",
                    ),
                    models.Index(fields=["customer", "-id"], name="ticket_customer"),
                    django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="ticket_tags"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal note")], max_length=8
                    ),
                ),
                ("html", models.TextField(blank=True)),
                ("cc", models.JSONField(blank=True, default=list)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "author", "audience"), name="draft_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tickets.inbox"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                (
                    "direction",
                    models.CharField(choices=[("in", "Inbound"), ("out", "Outbound")], max_length=3),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="customers.customer",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[("queue", "Queue"), ("agent", "Agent"), ("bot", "Bot")],
                        default="queue",
                        max_length=6,
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("offered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered"),
                            ("logged", "Logged by hand"),
                            ("solved", "Solved without an answer"),
                            ("automatic", "Automatic message"),
                            ("left", "The customer left"),
                            ("finished", "Ended by the agent"),
                            ("joined", "Goes on in another contact of the merged ticket"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ticket", "-id"], name="contact_ticket"),
                    models.Index(fields=["customer", "-opened_at", "-id"], name="contact_customer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("ticket", "inbox", "kind"),
                        name="contact_open_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="tickets.contact",
                    ),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="tickets.inbox"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                (
                    "direction",
                    models.CharField(choices=[("in", "Inbound"), ("out", "Outbound")], max_length=3),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal note")],
                        default="public",
                        max_length=8,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="customers.customer",
                    ),
                ),
                ("from_name", models.CharField(blank=True, max_length=200)),
                ("from_address", models.CharField(blank=True, max_length=320)),
                ("reply_to", models.CharField(blank=True, max_length=320)),
                ("to", models.JSONField(blank=True, default=list)),
                ("cc", models.JSONField(blank=True, default=list)),
                ("subject", models.CharField(blank=True, max_length=400)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("reply_text", models.TextField(blank=True)),
                ("external_id", models.CharField(blank=True, max_length=400)),
                ("in_reply_to", models.CharField(blank=True, max_length=400)),
                ("is_auto", models.BooleanField(default=False)),
                ("is_bounce", models.BooleanField(default=False)),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("none", "Not sent"),
                            ("queued", "Queued"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("unconfirmed", "Unconfirmed"),
                            ("withdrawn", "Taken back"),
                            ("bounced", "Returned"),
                        ],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("delivery_detail", models.CharField(blank=True, max_length=300)),
                ("send_at", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ticket", "-id"], name="message_ticket"),
                    models.Index(
                        condition=models.Q(("delivery__in", ["queued", "sending"])),
                        fields=["next_try_at", "id"],
                        name="message_outbox",
                    ),
                    models.Index(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=["external_id"],
                        name="message_external_id",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("inbox", "external_id"),
                        name="message_once_in_inbox",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="tickets.message",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="tickets.draft",
                    ),
                ),
                ("blob", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="blobs.blob")),
                ("token", models.CharField(default=carecenter.lib.ids.new_token, max_length=26, unique=True)),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=127)),
                ("content_id", models.CharField(blank=True, max_length=255)),
                ("is_inline", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("message__isnull", False), ("draft__isnull", False), _connector="XOR"
                        ),
                        name="attachment_of_message_or_draft",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=400)),
                (
                    "sort",
                    models.CharField(
                        choices=[("newest", "Newest first"), ("oldest", "Oldest first")],
                        default="newest",
                        max_length=6,
                    ),
                ),
                ("icon", models.CharField(default="filter", max_length=30)),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "position"], name="view_owner"),
                    models.Index(
                        condition=models.Q(
                            ("brand__isnull", False), ("team__isnull", False), _connector="OR"
                        ),
                        fields=["brand", "team"],
                        name="view_shared",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("brand__isnull", True), ("team__isnull", True), _connector="OR"),
                        name="view_shared_with_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_row",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("last_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="search_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="tickets.ticket",
                    ),
                ),
                ("address", models.CharField(max_length=320)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[("requester", "Requester"), ("copy", "In copy")], max_length=10
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "address"), name="participant_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="tickets.bulkjob",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("same", "Was so already"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["job", "id"], name="bulk_left"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("job", "ticket"), name="bulk_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ticket_id", models.BigIntegerField()),
                ("due_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["due_at", "id"], name="search_task_due")],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("checked_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="search_word_trgm", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(fields=["checked_at"], name="search_word_checked"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketArticle",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="article_links",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ticket_links",
                        to="knowledge_base.article",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("linked", "Linked"), ("inserted", "In an answer"), ("solved", "Solved it")],
                        default="linked",
                        max_length=8,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["article", "-at", "-id"], name="ticket_article_recent"),
                    models.Index(
                        condition=models.Q(("how", "solved")),
                        fields=["article", "-at", "-id"],
                        name="ticket_article_solved",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "article"), name="ticket_article_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketMerge",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
                ("moved", models.JSONField(default=dict)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("gone",),
                        name="merged_into_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketSplit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="splits",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "made",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
                ("moved", models.JSONField(default=dict)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        # The words lie aside, so that the rows a search walks through are small.
        migrations.RunSQL(
            sql="ALTER TABLE tickets_searchrow SET (toast_tuple_target = 128)",
            reverse_sql="",
        ),
    ]
