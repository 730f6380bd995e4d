import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0006_dashboards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WallLimits",
            fields=[
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("waiting_watch", models.PositiveIntegerField(default=10)),
                ("waiting_act", models.PositiveIntegerField(default=25)),
                ("longest_watch_minutes", models.PositiveIntegerField(default=60)),
                ("longest_act_minutes", models.PositiveIntegerField(default=240)),
                ("chats_watch", models.PositiveIntegerField(default=1)),
                ("chats_act", models.PositiveIntegerField(default=3)),
                ("available_watch", models.PositiveIntegerField(default=1)),
                ("available_act", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "wall limits",
            },
        ),
    ]
