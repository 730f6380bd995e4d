"""Mails that confirm a new address, and tell the old one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_sign_in_elsewhere"),
    ]

    operations = [
        migrations.AddField(
            model_name="accountmail",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="accountmail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reset", "Password reset"),
                    ("invitation", "Invitation"),
                    ("factor_reset", "Second factor taken away"),
                    ("new_address", "Confirm a new address"),
                    ("address_left", "Address changed"),
                ],
                max_length=12,
            ),
        ),
    ]
