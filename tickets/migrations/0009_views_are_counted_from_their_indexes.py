"""What the counts of views ask beside stands in their indexes, so that no row of the table is read."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_ended_teams"),
        ("customers", "0003_customers_by_field"),
        ("tickets", "0008_a_bulk_job_may_set_a_field"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_mine",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_unassigned",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_team",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_waiting",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_unassigned_recent",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_waiting_longest",
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["assignee", "-last_message_at", "-id"],
                include=("brand", "snoozed_until"),
                name="ticket_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("assignee__isnull", True), ("status__in", ("new", "open", "pending", "on_hold"))
                ),
                fields=["brand", "-last_message_at", "-id"],
                include=("team", "snoozed_until"),
                name="ticket_unassigned",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ("new", "open", "pending", "on_hold"))),
                fields=["team", "-last_message_at", "-id"],
                include=("brand", "snoozed_until"),
                name="ticket_team",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ("new", "open", "pending", "on_hold")), ("waiting_since__isnull", False)
                ),
                fields=["brand", "waiting_since", "id"],
                include=("team", "snoozed_until"),
                name="ticket_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("assignee__isnull", True), ("status__in", ("new", "open", "pending", "on_hold"))
                ),
                fields=["-last_message_at", "-id"],
                include=("brand", "team", "snoozed_until"),
                name="ticket_unassigned_recent",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ("new", "open", "pending", "on_hold")), ("waiting_since__isnull", False)
                ),
                fields=["waiting_since", "id"],
                include=("brand", "team", "snoozed_until"),
                name="ticket_waiting_longest",
            ),
        ),
    ]
