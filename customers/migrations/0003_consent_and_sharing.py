import django.db.models.deletion
from django.db import migrations, models

import carecenter.lib.time


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_identity_lookups")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="shares_tickets",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("surveys", "Questions about how it went"), ("calls", "Calls")],
                        max_length=10,
                    ),
                ),
                ("is_given", models.BooleanField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("portal", "In the help centre"),
                            ("survey", "On a survey"),
                            ("agent", "Told a colleague"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "purpose", "-id"], name="consent_latest")],
            },
        ),
    ]
