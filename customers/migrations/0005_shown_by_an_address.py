"""Who has no name is shown by the address or number they came with first."""

from django.db import migrations, models

FILL = """
    UPDATE customers_customer AS c SET known_by = i.shown
    FROM (
        SELECT DISTINCT ON (customer_id) customer_id, coalesce(nullif(display, ''), value) AS shown
        FROM customers_identity WHERE kind <> 'external' ORDER BY customer_id, id
    ) AS i
    WHERE i.customer_id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_open_questions_by_number")]

    operations = [
        migrations.AddField(
            "customer", "known_by", models.CharField(blank=True, db_default="", default="", max_length=320)
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
