"""New permissions for the roles the product ships with, as long as nobody renamed them."""

from django.db import migrations

AGENT = ["articles.read", "feedback.follow_up"]
LEAD = [*AGENT, "articles.write", "articles.publish", "feedback.read"]
ADDED = {"Agent": AGENT, "Lead": LEAD, "Manager": LEAD, "Admin": [*LEAD, "surveys.manage"]}


def add_permissions(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for role in Role.objects.filter(name__in=ADDED):
        role.permissions = list(dict.fromkeys([*role.permissions, *ADDED[role.name]]))
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_inbox_and_reply_rights")]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
