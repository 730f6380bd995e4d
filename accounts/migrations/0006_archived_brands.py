"""Brands can be archived; who administers everything may set up brands and tidy tags, as long as nobody renamed the role."""

from django.db import migrations, models


def add_permissions(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for role in Role.objects.filter(name="Admin"):
        role.permissions = list(dict.fromkeys([*role.permissions, "brands.manage", "tags.manage"]))
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_second_factor")]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(add_permissions, migrations.RunPython.noop),
    ]
