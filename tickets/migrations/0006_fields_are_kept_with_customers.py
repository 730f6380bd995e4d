"""The definitions of a firm's own fields are of customers too: they go where both can read them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_files_sent_ahead")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("TicketField", "customers_ownfield")],
            state_operations=[migrations.DeleteModel("TicketField")],
        ),
    ]
