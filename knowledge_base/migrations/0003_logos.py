"""A brand may have a logo, and one for dark grounds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        ("blobs", "0001_blobs"),
        ("knowledge_base", "0002_mails_lead_to_the_page"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Logo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_dark", models.BooleanField(default=False)),
                ("key", models.CharField(default=carecenter.lib.ids.new_token, max_length=32, unique=True)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="blobs.blob"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="helpsettings",
            name="logo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge_base.logo",
            ),
        ),
        migrations.AddField(
            model_name="helpsettings",
            name="logo_dark",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge_base.logo",
            ),
        ),
        migrations.AddIndex(
            model_name="logo",
            index=models.Index(fields=["brand", "is_dark", "-id"], name="logo_latest"),
        ),
    ]
