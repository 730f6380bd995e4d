"""Mails name the customer's own page, unless the brand does not want it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge_base", "0001_articles_imports_search_and_visits")]

    operations = [
        migrations.AddField("helpsettings", "mail_links", models.BooleanField(default=True, db_default=True)),
    ]
