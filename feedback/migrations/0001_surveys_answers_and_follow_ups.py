"""Surveys, invitations, answers and follow-ups."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    replaces = [
        ("feedback", "0001_surveys_and_follow_ups"),
        ("feedback", "0002_answers_by_whose_they_are"),
        ("feedback", "0003_unused_index_of_follow_ups"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_people_and_brands"),
        ("accounts", "__first__"),
        ("customers", "0001_customers_orders_and_consent"),
        ("tickets", "0001_tickets_contacts_messages_and_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedbackSettings",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="feedback_settings",
                        serialize=False,
                        to="accounts.brand",
                    ),
                ),
                ("days_between", models.PositiveSmallIntegerField(default=30)),
                ("quiet_from", models.TimeField(default=datetime.time(20, 0))),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                ("late_hours", models.PositiveSmallIntegerField(default=72)),
                ("valid_days", models.PositiveSmallIntegerField(default=30)),
                ("low_csat", models.PositiveSmallIntegerField(default=2)),
                ("low_nps", models.PositiveSmallIntegerField(default=6)),
                ("low_ces2", models.PositiveSmallIntegerField(default=3)),
                ("high_ces1", models.PositiveSmallIntegerField(default=4)),
                (
                    "follow_up_owner",
                    models.CharField(
                        choices=[
                            ("lead", "The lead of the agent's team"),
                            ("assignee", "The agent whose ticket it was"),
                            ("team", "Nobody yet: the team takes it"),
                        ],
                        default="lead",
                        max_length=8,
                    ),
                ),
                ("follow_up_hours", models.PositiveSmallIntegerField(default=24)),
                ("settled_days", models.PositiveSmallIntegerField(default=3)),
            ],
        ),
        migrations.CreateModel(
            name="Survey",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="surveys",
                        to="accounts.brand",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("csat", "Satisfaction (1 to 5)"),
                            ("nps", "Would recommend (0 to 10)"),
                            ("ces1", "Effort (1 to 5, low is good)"),
                            ("ces2", "Made it easy (1 to 7)"),
                            ("settled", "Is it settled? (yes or no)"),
                        ],
                        default="csat",
                        max_length=8,
                    ),
                ),
                (
                    "look",
                    models.CharField(
                        choices=[("stars", "Stars"), ("faces", "Faces"), ("numbers", "Numbers")],
                        default="stars",
                        max_length=8,
                    ),
                ),
                ("words", models.JSONField(blank=True, default=dict)),
                ("questions", models.JSONField(blank=True, default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "name"), name="survey_name_once_in_brand")
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="feedback.survey",
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "trigger",
                    models.CharField(
                        choices=[("solved", "The ticket is solved"), ("ended", "The conversation ends")],
                        default="solved",
                        max_length=8,
                    ),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.inbox",
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
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                    ),
                ),
                ("delay_seconds", models.PositiveIntegerField(default=3600)),
                (
                    "sample_percent",
                    models.PositiveSmallIntegerField(
                        default=100,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.inbox",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("csat", "Satisfaction (1 to 5)"),
                            ("nps", "Would recommend (0 to 10)"),
                            ("ces1", "Effort (1 to 5, low is good)"),
                            ("ces2", "Made it easy (1 to 7)"),
                            ("settled", "Is it settled? (yes or no)"),
                        ],
                        max_length=8,
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
                ("comment", models.TextField(blank=True, max_length=4000)),
                ("more", models.JSONField(blank=True, default=dict)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("mail", "From a mail"),
                            ("chat", "In the chat"),
                            ("portal", "In the help centre"),
                        ],
                        default="mail",
                        max_length=8,
                    ),
                ),
                ("is_angry", models.BooleanField(default=False)),
                ("answered_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("changed_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["brand", "measure", "answered_at"],
                        include=("score", "team", "inbox", "agent"),
                        name="answer_counted",
                    ),
                    models.Index(fields=["agent", "-answered_at", "-id"], name="answer_of_agent"),
                    models.Index(fields=["brand", "-answered_at", "-id"], name="answer_of_brand"),
                    models.Index(fields=["-answered_at", "-id"], name="answer_recent"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["comment"], name="answer_comment_trgm", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_up",
                        to="feedback.answer",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.brand"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="follow_ups",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="follow_ups",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("listened_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("fixed_at", models.DateTimeField(blank=True, null=True)),
                ("made_good_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, max_length=4000)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("put_right", "Put right"),
                            ("made_good", "Made good with a gift or a refund"),
                            ("explained", "Explained; nothing was wrong on our side"),
                            ("not_reached", "The customer could not be reached"),
                            ("cannot_fix", "We cannot fix it"),
                            ("misclick", "The customer meant another score"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", False)),
                        fields=["brand", "-ended_at", "-id"],
                        name="follow_up_ended",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["brand", "due_at"],
                        name="follow_up_open",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["owner", "due_at"],
                        name="follow_up_mine",
                    ),
                    models.Index(fields=["ticket"], name="follow_up_ticket"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="feedback.survey",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="feedback.surveyrule",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.brand"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitations",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.contact",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "inbox",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.inbox",
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(max_length=10)),
                ("key", models.CharField(default=carecenter.lib.ids.new_token, max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("cancelled", "Cancelled"),
                            ("dropped", "Not sent"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("reopened", "The ticket was opened again"),
                            ("asked_lately", "The customer was asked lately"),
                            ("not_sampled", "Not in the sample"),
                            ("late", "It would have come too late"),
                            ("no_way", "No way to reach the customer"),
                            ("refused", "The customer wants no surveys"),
                            ("gone", "The ticket or the customer is gone"),
                            ("switched_off", "The survey was switched off"),
                            ("failed", "It could not be sent"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                ("planned_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("send_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
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
                (
                    "follow_up",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="feedback.followup",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "planned")), fields=["send_at"], name="invitation_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["next_try_at"],
                        name="invitation_leased",
                    ),
                    models.Index(fields=["customer", "-sent_at"], name="invitation_customer"),
                    models.Index(fields=["ticket"], name="invitation_ticket"),
                    models.Index(
                        condition=models.Q(("sent_at__isnull", False), models.Q(("kind", ""), _negated=True)),
                        fields=["brand", "survey", "sent_at"],
                        include=("state", "team", "inbox", "agent"),
                        name="invitation_asked",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("follow_up__isnull", True), ("state__in", ("planned", "sending"))
                        ),
                        fields=("ticket", "survey"),
                        name="invitation_planned_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("follow_up__isnull", False)),
                        fields=("follow_up",),
                        name="settled_asked_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="Answer",
            name="invitation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="answer", to="feedback.invitation"
            ),
        ),
    ]
