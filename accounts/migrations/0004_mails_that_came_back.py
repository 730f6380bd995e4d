"""Account mails keep the Message-ID they went out with, so that a report of delivery finds them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_insights_right")]

    operations = [
        migrations.AddField(
            "accountmail", "message_id", models.CharField(blank=True, db_default="", max_length=200)
        ),
        migrations.AlterField(
            "accountmail",
            "state",
            models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("sent", "Sent"),
                    ("ignored", "Not needed"),
                    ("failed", "Failed"),
                    ("bounced", "Returned"),
                ],
                default="queued",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            "accountmail",
            models.Index(
                fields=["message_id"],
                name="account_mail_id",
                condition=models.Q(("message_id", ""), _negated=True),
            ),
        ),
    ]
