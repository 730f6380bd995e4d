"""A link keeps with which address it was made. Those there are do not say: they end."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_customers_orders_and_consent"),
        ("portal", "0001_sessions_links_codes_and_requests"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM portal_ticketlink", migrations.RunSQL.noop),
        migrations.AddField(
            "ticketlink",
            "identity",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.identity"
            ),
        ),
    ]
