"""Customers are found by what stands in a firm's own fields."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0002_fields_of_customers")]

    operations = [AddIndexConcurrently("customer", GinIndex(fields=["fields"], name="customer_fields"))]
