"""What the search keeps: a stamp for each brand and language, words with their stems, two vectors of words."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge_base", "0002_help_settings")]

    operations = [
        migrations.DeleteModel(name="Word"),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("number", models.BigIntegerField(default=0)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("brand", "language"), name="stamp_once")],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=60)),
                ("stem", models.CharField(blank=True, max_length=60)),
                ("is_spelt", models.BooleanField(default=True)),
                ("count", models.IntegerField(default=1)),
                (
                    "stamp",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="knowledge_base.stamp",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["stamp", "stem"], name="help_word_stem"),
                    models.Index(
                        fields=["stamp", "word"],
                        name="help_word_begins",
                        opclasses=["int8_ops", "text_pattern_ops"],
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("is_spelt", True)),
                        fields=["word"],
                        name="help_word_trgm",
                        opclasses=["gin_trgm_ops"],
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("stamp", "word"), name="help_word_once")],
            },
        ),
        migrations.AddField(
            model_name="entry",
            name="asked_words",
            field=django.contrib.postgres.search.SearchVectorField(null=True),
        ),
        migrations.RemoveIndex(model_name="entry", name="entry_words"),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["meaning_model", "updated_at"], name="entry_meaning"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["asked_words"], name="entry_asked_words"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["words"], name="entry_words"
            ),
        ),
    ]
