from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0008_version_of_sums")]

    operations = [
        migrations.AddField("boardmail", "with_pdf", models.BooleanField(db_default=False, default=False)),
    ]
