"""New permissions for the roles the product ships with, as long as nobody renamed them."""

from django.db import migrations

LEAD = ["replies.manage", "views.share"]
ADDED = {"Lead": LEAD, "Manager": LEAD, "Admin": [*LEAD, "inbox.manage"]}


def add_permissions(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for role in Role.objects.filter(name__in=ADDED):
        role.permissions = list(dict.fromkeys([*role.permissions, *ADDED[role.name]]))
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_roles")]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
