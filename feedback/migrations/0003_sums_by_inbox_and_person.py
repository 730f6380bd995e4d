from typing import Any

from django.db import migrations, models


def add_up_anew(apps: Any, _schema_editor: Any) -> None:
    """The sums there are lack the new axis: until they are added up anew, figures are read row by row."""
    apps.get_model("feedback", "ResultSum").objects.all().delete()
    apps.get_model("feedback", "SumProgress").objects.update(until=None)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_sums_of_results")]

    operations = [
        migrations.RunPython(add_up_anew, migrations.RunPython.noop),
        migrations.RemoveConstraint("resultsum", "result_sum_once"),
        migrations.AddField("resultsum", "agent_id", models.BigIntegerField(db_default=0, default=0)),
        migrations.AlterField(
            "resultsum",
            "axis",
            models.CharField(
                choices=[("-", "All"), ("i", "Inbox"), ("a", "Agent"), ("b", "Both")], max_length=1
            ),
        ),
        migrations.AddConstraint(
            "resultsum",
            models.UniqueConstraint(
                fields=("brand_id", "axis", "grain", "day", "value", "agent_id", "measure", "team_id"),
                name="result_sum_once",
            ),
        ),
    ]
