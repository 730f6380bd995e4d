"""How many entries a brand has in a language, known without counting them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge_base", "0003_stamps_and_stems")]

    operations = [
        migrations.AddField(model_name="stamp", name="texts", field=models.IntegerField(default=0)),
    ]
