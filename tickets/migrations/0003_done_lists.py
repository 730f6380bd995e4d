from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

DONE = models.Q(status__in=("solved", "closed"))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0002_ticket_updated")]

    operations = [
        AddIndexConcurrently(
            "ticket",
            models.Index(fields=[*of, "status", "-last_message_at", "-id"], name=name, condition=DONE),
        )
        for name, of in (
            ("ticket_done", ()),
            ("ticket_brand_done", ("brand",)),
            ("ticket_team_done", ("team",)),
            ("ticket_assignee_done", ("assignee",)),
        )
    ]
