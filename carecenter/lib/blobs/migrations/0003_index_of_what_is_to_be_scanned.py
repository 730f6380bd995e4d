from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the running system: the table has a row for each file."""

    atomic = False

    dependencies = [("blobs", "0002_verdicts_of_a_scanner")]

    operations = [
        AddIndexConcurrently(
            model_name="blob",
            index=models.Index(
                condition=models.Q(("scan", "waiting")), fields=["scan_next_at"], name="blob_to_scan"
            ),
        ),
    ]
