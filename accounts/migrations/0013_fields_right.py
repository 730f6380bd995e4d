"""The permission to set up fields of tickets, for the admin role the product ships with."""

from django.db import migrations


def add_permission(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for role in Role.objects.filter(name="Admin"):
        role.permissions = list(dict.fromkeys([*role.permissions, "fields.manage"]))
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_one_number_of_an_issuer")]

    operations = [migrations.RunPython(add_permission, migrations.RunPython.noop)]
