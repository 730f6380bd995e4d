"""Numbers and days in fields are asked by ranges: rows of the search that have some are written anew, behind the desk."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_fields_are_kept_with_customers")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO tickets_searchtask (ticket_id, due_at, tries)"
            " SELECT id, now(), 0 FROM tickets_ticket WHERE fields <> '{}'",
            migrations.RunSQL.noop,
        )
    ]
