from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

SNOOZED = models.Q(snoozed_until__isnull=False)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0007_snooze_and_joins")]

    operations = [
        AddIndexConcurrently(
            "ticket",
            models.Index(fields=["snoozed_until", "id"], name="ticket_snoozed", condition=SNOOZED),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["brand", "snoozed_until", "id"], name="ticket_brand_snoozed", condition=SNOOZED
            ),
        ),
        # Without figures on the new column the planner takes "is null" for rare, and leaves the lists' indexes aside.
        migrations.RunSQL("ANALYZE tickets_ticket (snoozed_until)", migrations.RunSQL.noop),
    ]
