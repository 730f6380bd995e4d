from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0007_wall_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="progress",
            name="version",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]
