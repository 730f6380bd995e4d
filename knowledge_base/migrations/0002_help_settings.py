"""What a brand set for its help: the share of visitors that is shown no suggestions."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_article_and_feedback_rights"),
        ("knowledge_base", "0001_articles_search_and_visits"),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpSettings",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="help_settings",
                        serialize=False,
                        to="accounts.brand",
                    ),
                ),
                (
                    "held_out",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MaxValueValidator(50)]
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "help settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held_out__lte", 50)), name="help_settings_half_held_out_at_most"
                    )
                ],
            },
        ),
    ]
