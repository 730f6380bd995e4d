"""A bulk job may change a tag on every ticket."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_tickets_contacts_messages_and_search")]

    operations = [
        migrations.AlterField(
            model_name="bulkjob",
            name="verb",
            field=models.CharField(
                choices=[
                    ("assign", "Assign"),
                    ("team", "Give to a team"),
                    ("status", "Set the status"),
                    ("priority", "Set the priority"),
                    ("tag", "Add a tag"),
                    ("untag", "Remove a tag"),
                    ("retag", "Change a tag"),
                    ("snooze", "Snooze"),
                    ("merge", "Merge"),
                ],
                max_length=10,
            ),
        ),
    ]
