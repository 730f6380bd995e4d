"""The desk's list of wishes goes on page by page, by when they were asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_links_read_with_their_makers_eyes")]

    operations = [
        migrations.RemoveIndex("datarequest", "data_request_recent"),
        migrations.AddIndex(
            "datarequest", models.Index(fields=["-asked_at", "-id"], name="data_request_recent")
        ),
    ]
