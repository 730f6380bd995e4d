from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_sign_in_code_network"),
    ]

    operations = [
        migrations.AddField(
            model_name="datarequest",
            name="began_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
