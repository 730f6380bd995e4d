"""Whether the sums are made at the end of a sweep."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0004_parked_tickets")]

    operations = [
        migrations.AddField(
            model_name="progress",
            name="is_bare",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
