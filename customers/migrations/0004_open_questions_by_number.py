"""Open questions are read newest first, whatever was decided before."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0003_customers_by_field")]

    operations = [
        AddIndexConcurrently(
            "joinproposal",
            models.Index(fields=["-id"], name="proposal_open", condition=models.Q(state="open")),
        )
    ]
