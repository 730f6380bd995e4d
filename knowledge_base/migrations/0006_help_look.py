from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge_base", "0005_imports")]

    operations = [
        migrations.AddField("helpsettings", "headings", models.JSONField(blank=True, default=dict)),
        migrations.AddField("helpsettings", "greetings", models.JSONField(blank=True, default=dict)),
        migrations.AddField("helpsettings", "site_url", models.URLField(blank=True)),
        migrations.AddField("helpsettings", "links", models.JSONField(blank=True, default=list)),
    ]
