"""The permission to see the numbers, for the roles the product ships with, as long as nobody renamed them."""

from django.db import migrations

ADDED = ("Lead", "Manager", "Admin")


def add_permissions(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for role in Role.objects.filter(name__in=ADDED):
        role.permissions = list(dict.fromkeys([*role.permissions, "insights.view"]))
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
