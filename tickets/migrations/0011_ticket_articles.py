import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge_base", "0001_articles_search_and_visits"),
        ("tickets", "0010_search_rows_and_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    "how",
                    models.CharField(
                        choices=[
                            ("linked", "Linked"),
                            ("inserted", "In an answer"),
                            ("solved", "Solved it"),
                        ],
                        default="linked",
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ticket_links",
                        to="knowledge_base.article",
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
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="article_links",
                        to="tickets.ticket",
                    ),
                ),
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
    ]
