from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workforce", "0001_people_and_hours")]

    operations = [
        migrations.AddField("hours", "earlier", models.JSONField(blank=True, default=list)),
        migrations.AddField("hours", "holidays", models.JSONField(blank=True, default=dict)),
    ]
