from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0001_tickets")]

    operations = [
        AddIndexConcurrently("ticket", models.Index(fields=["updated_at", "id"], name="ticket_updated")),
    ]
