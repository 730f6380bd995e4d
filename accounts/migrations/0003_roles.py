"""The four roles the product ships with. Rows from here on: an administrator may change them."""

from django.db import migrations

AGENT = [
    "ticket.view",
    "ticket.reply",
    "ticket.note",
    "ticket.edit",
    "ticket.assign",
    "ticket.create",
    "customer.view",
    "customer.edit",
]
LEAD = [*AGENT, "customer.merge", "intake.view", "intake.replay"]
MANAGER = [*LEAD, "journal.read"]
ADMIN = [*MANAGER, "users.manage"]


def create_roles(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for name, permissions in (("Agent", AGENT), ("Lead", LEAD), ("Manager", MANAGER), ("Admin", ADMIN)):
        Role.objects.get_or_create(name=name, defaults={"permissions": permissions})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_mails_and_sessions")]

    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
