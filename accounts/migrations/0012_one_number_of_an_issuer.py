"""A person has one number at an issuer. Of several the first stays: later ones could be other people's."""

from django.db import migrations, models

DROP_LATER = """
    DELETE FROM accounts_oidcidentity later USING accounts_oidcidentity first
    WHERE later.user_id = first.user_id AND later.issuer = first.issuer AND later.id > first.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_new_addresses"),
    ]

    operations = [
        migrations.RunSQL(DROP_LATER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="oidcidentity",
            constraint=models.UniqueConstraint(fields=("user", "issuer"), name="oidc_person_once"),
        ),
    ]
