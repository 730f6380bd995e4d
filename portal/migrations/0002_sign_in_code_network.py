from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_sessions_links_and_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="signincode",
            name="network",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
    ]
