"""How often the customer came about a ticket. Filled by the count from nothing that the new rules ask for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_facts_and_tallies")]

    operations = [
        migrations.AddField(
            model_name="ticketfact",
            name="contacts",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
