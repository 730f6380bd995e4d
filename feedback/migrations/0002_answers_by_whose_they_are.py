"""Answers keep whose they are and what they measure; who gets a follow-up is a setting; lists have their indexes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MEASURES = [
    ("csat", "Satisfaction (1 to 5)"),
    ("nps", "Would recommend (0 to 10)"),
    ("ces1", "Effort (1 to 5, low is good)"),
    ("ces2", "Made it easy (1 to 7)"),
    ("settled", "Is it settled? (yes or no)"),
]
FILL = """
UPDATE feedback_answer a SET brand_id = i.brand_id, team_id = i.team_id, inbox_id = i.inbox_id,
    agent_id = i.agent_id, measure = s.measure
FROM feedback_invitation i JOIN feedback_survey s ON s.id = i.survey_id WHERE i.id = a.invitation_id
"""


def whose(model, **more):
    return models.ForeignKey(on_delete=django.db.models.deletion.SET_NULL, to=model, related_name="+", null=True, blank=True, **more)  # fmt: skip


def brand(**more):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="accounts.brand", related_name="+", db_index=False, **more)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_article_and_feedback_rights"),
        ("feedback", "0001_surveys_and_follow_ups"),
        ("tickets", "0010_search_rows_and_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("answer", "brand", brand(null=True)),
        migrations.AddField("answer", "team", whose("accounts.team")),
        migrations.AddField("answer", "inbox", whose("tickets.inbox")),
        migrations.AddField("answer", "agent", whose(settings.AUTH_USER_MODEL, db_index=False)),
        migrations.AddField("answer", "measure", models.CharField(max_length=8, choices=MEASURES, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # The foreign keys of what was just filled are checked at the commit, and until then the table is not altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("answer", "brand", brand()),
        migrations.AlterField("answer", "measure", models.CharField(max_length=8, choices=MEASURES)),
        migrations.AddIndex(
            "answer",
            models.Index(
                fields=["brand", "measure", "answered_at"],
                name="answer_counted",
                include=["score", "team", "inbox", "agent"],
            ),
        ),
        migrations.AddIndex(
            "answer", models.Index(fields=["agent", "-answered_at", "-id"], name="answer_of_agent")
        ),
        migrations.AddIndex(
            "answer", models.Index(fields=["brand", "-answered_at", "-id"], name="answer_of_brand")
        ),
        migrations.RemoveIndex("invitation", "invitation_sent"),
        migrations.AddIndex(
            "invitation",
            models.Index(
                fields=["brand", "survey", "sent_at"],
                name="invitation_asked",
                include=["state", "team", "inbox", "agent"],
                condition=models.Q(sent_at__isnull=False) & ~models.Q(kind=""),
            ),
        ),
        migrations.AddIndex(
            "followup",
            models.Index(
                fields=["brand", "-ended_at", "-id"],
                name="follow_up_ended",
                condition=models.Q(ended_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "followup", models.Index(fields=["brand", "opened_at"], name="follow_up_counted")
        ),
        migrations.AlterField(
            "followup",
            "owner",
            models.ForeignKey(
                on_delete=django.db.models.deletion.SET_NULL,
                to=settings.AUTH_USER_MODEL,
                related_name="follow_ups",
                null=True,
                blank=True,
            ),
        ),
        migrations.AddField(
            "feedbacksettings",
            "follow_up_owner",
            models.CharField(
                max_length=8,
                choices=[
                    ("lead", "The lead of the agent's team"),
                    ("assignee", "The agent whose ticket it was"),
                    ("team", "Nobody yet: the team takes it"),
                ],
                default="lead",
            ),
        ),
    ]
