from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

ACTIVE = ("new", "open", "pending", "on_hold")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0003_done_lists")]

    operations = [
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["-last_message_at", "-id"],
                name="ticket_active",
                condition=models.Q(status__in=ACTIVE),
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["-last_message_at", "-id"],
                name="ticket_unassigned_recent",
                condition=models.Q(status__in=ACTIVE, assignee__isnull=True),
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["waiting_since", "id"],
                name="ticket_waiting_longest",
                condition=models.Q(status__in=ACTIVE, waiting_since__isnull=False),
            ),
        ),
    ]
