"""The permission to set up webhooks, for the role of administrators, as long as nobody renamed it."""

from django.db import migrations


def add_permission(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for role in Role.objects.filter(name="Admin"):
        role.permissions = list(dict.fromkeys([*role.permissions, "webhooks.manage"]))
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_what_is_told"), ("accounts", "0002_roles")]

    operations = [migrations.RunPython(add_permission, migrations.RunPython.noop)]
