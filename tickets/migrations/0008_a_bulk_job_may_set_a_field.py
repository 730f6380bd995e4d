"""A bulk job may set one of the firm's own fields."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_fields_asked_by_range")]

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
                    ("field", "Set a field"),
                    ("snooze", "Snooze"),
                    ("merge", "Merge"),
                ],
                max_length=10,
            ),
        ),
    ]
