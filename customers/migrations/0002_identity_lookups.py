from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Reverse


class Migration(migrations.Migration):
    """Indexes for finding who may be the same person."""

    atomic = False

    dependencies = [("customers", "0001_customers")]

    operations = [
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(
                "pool_id", OpClass("value", name="varchar_pattern_ops"), name="identity_value_prefix"
            ),
        ),
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(
                "pool_id", OpClass(Reverse("value"), name="text_pattern_ops"), name="identity_value_suffix"
            ),
        ),
    ]
