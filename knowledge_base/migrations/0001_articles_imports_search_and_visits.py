"""Articles with their versions, imports, the search, visits, and the look of help centres."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    replaces = [
        ("knowledge_base", "0001_articles_search_and_visits"),
        ("knowledge_base", "0002_help_settings"),
        ("knowledge_base", "0003_stamps_and_stems"),
        ("knowledge_base", "0004_stamp_texts"),
        ("knowledge_base", "0005_imports"),
        ("knowledge_base", "0006_help_look"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_people_and_brands"),
        ("accounts", "__first__"),
        ("blobs", "0001_blobs"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="categories",
                        to="accounts.brand",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="knowledge_base.category",
                    ),
                ),
                ("slug", models.SlugField(max_length=80)),
                ("names", models.JSONField(default=dict)),
                ("abouts", models.JSONField(blank=True, default=dict)),
                ("icon", models.CharField(blank=True, max_length=40)),
                ("position", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "slug"), name="category_slug_once_in_brand")
                ],
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="articles",
                        to="accounts.brand",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="knowledge_base.category",
                    ),
                ),
                ("slug", models.SlugField(max_length=120)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Everybody"),
                            ("signed_in", "Customers who are signed in"),
                            ("internal", "Colleagues only"),
                        ],
                        default="public",
                        max_length=10,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("message_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position", "pk"],
                "indexes": [models.Index(fields=["brand", "-updated_at", "-id"], name="article_recent")],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "slug"), name="article_slug_once_in_brand"),
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("brand", "source"),
                        name="article_source_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpSettings",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="help_settings",
                        serialize=False,
                        to="accounts.brand",
                    ),
                ),
                (
                    "held_out",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MaxValueValidator(50)]
                    ),
                ),
                ("headings", models.JSONField(blank=True, default=dict)),
                ("greetings", models.JSONField(blank=True, default=dict)),
                ("site_url", models.URLField(blank=True)),
                ("links", models.JSONField(blank=True, default=list)),
            ],
            options={
                "verbose_name_plural": "help settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held_out__lte", 50)), name="help_settings_half_held_out_at_most"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="blobs.blob"
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=10)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Everybody"),
                            ("signed_in", "Customers who are signed in"),
                            ("internal", "Colleagues only"),
                        ],
                        default="public",
                        max_length=10,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="knowledge_base.category",
                    ),
                ),
                ("publishes", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Being read"),
                            ("checked", "Ready to import"),
                            ("running", "Running"),
                            ("done", "Imported"),
                            ("undoing", "Being taken back"),
                            ("undone", "Taken back"),
                            ("failed", "Could not be read"),
                        ],
                        default="checking",
                        max_length=8,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("next_try_at", models.DateTimeField(default=carecenter.lib.time.in_ten_seconds)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["brand", "-id"], name="import_brand"),
                    models.Index(
                        condition=models.Q(("state__in", ["checking", "running", "undoing"])),
                        fields=["next_try_at"],
                        name="import_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="knowledge_base.import",
                    ),
                ),
                ("path", models.CharField(max_length=320)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "will",
                    models.CharField(
                        choices=[
                            ("create", "New"),
                            ("update", "Changed"),
                            ("same", "As it is already"),
                            ("fail", "Cannot be imported"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("undone", "Taken back"),
                            ("kept", "Stayed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("notes", models.JSONField(default=list)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="knowledge_base.article",
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["job", "id"], name="import_left"
                    ),
                    models.Index(fields=["article", "language", "-id"], name="import_last"),
                ],
                "constraints": [models.UniqueConstraint(fields=("job", "path"), name="import_page_once")],
            },
        ),
        migrations.CreateModel(
            name="Miss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("words", models.CharField(max_length=200)),
                ("count", models.PositiveIntegerField(default=1)),
                ("asked_anyway", models.PositiveIntegerField(default=0)),
                ("first_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("last_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="knowledge_base.article",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "misses",
                "indexes": [models.Index(fields=["brand", "-count", "-id"], name="miss_most")],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "language", "words"), name="miss_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                ("key", models.CharField(default=carecenter.lib.ids.new_token, max_length=32, unique=True)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="blobs.blob"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("number", models.BigIntegerField(default=0)),
                ("texts", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("brand", "language"), name="stamp_once")],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                ("visitor", models.CharField(max_length=64)),
                (
                    "arm",
                    models.CharField(
                        choices=[("shown", "Sees suggestions"), ("held_out", "Sees none")], max_length=10
                    ),
                ),
                ("share", models.PositiveSmallIntegerField()),
                ("began_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("last_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["brand", "visitor", "-last_at"], name="visit_visitor"),
                    models.Index(fields=["brand", "began_at"], name="visit_began"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="knowledge_base.visit",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("searched", "Searched"),
                            ("suggested", "Was shown suggestions"),
                            ("would_suggest", "Would have been shown suggestions"),
                            ("read", "Read an article"),
                            ("solved", "Said that it helped"),
                            ("not_solved", "Said that it did not help"),
                            ("began", "Began to write to us"),
                            ("sent", "Wrote to us"),
                        ],
                        max_length=14,
                    ),
                ),
                ("at", models.DateTimeField(default=carecenter.lib.time.now)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="knowledge_base.article",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=10)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                ("record_id", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["visit", "at"], name="step_visit"),
                    models.Index(
                        condition=models.Q(("article__isnull", False)),
                        fields=["article", "name"],
                        name="step_article",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="knowledge_base.article",
                    ),
                ),
                ("visitor", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=10)),
                ("helped", models.BooleanField()),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_mine", "It is about something else"),
                            ("unclear", "I do not understand it"),
                            ("wrong", "It is wrong or out of date"),
                            ("not_working", "I tried it and it did not work"),
                            ("disliked", "I do not like the answer"),
                        ],
                        max_length=12,
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "indexes": [models.Index(fields=["article", "-at"], name="vote_article")],
                "constraints": [models.UniqueConstraint(fields=("article", "visitor"), name="vote_once")],
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
                (
                    "stamp",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="knowledge_base.stamp",
                    ),
                ),
                ("word", models.CharField(max_length=60)),
                ("stem", models.CharField(blank=True, max_length=60)),
                ("is_spelt", models.BooleanField(default=True)),
                ("count", models.IntegerField(default=1)),
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
        migrations.CreateModel(
            name="Text",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="knowledge_base.article",
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=200)),
                ("summary", models.CharField(blank=True, max_length=300)),
                ("html", models.TextField(blank=True)),
                (
                    "phrases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("edited_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("version", models.PositiveIntegerField(default=1)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("publish_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("publish_at__isnull", False)),
                        fields=["publish_at"],
                        name="text_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "language"), name="text_language_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "text",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="knowledge_base.text",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="knowledge_base.article",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Everybody"),
                            ("signed_in", "Customers who are signed in"),
                            ("internal", "Colleagues only"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("asked", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("asked_words", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("version_id", models.BigIntegerField()),
                ("meaning", models.BinaryField(null=True)),
                ("meaning_model", models.CharField(blank=True, max_length=60)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "verbose_name_plural": "entries",
                "indexes": [
                    models.Index(fields=["brand", "language"], name="entry_brand"),
                    models.Index(fields=["meaning_model", "updated_at"], name="entry_meaning"),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["asked_words"], name="entry_asked_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="entry_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["asked"], name="entry_asked_trgm", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="knowledge_base.text",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("summary", models.CharField(blank=True, max_length=300)),
                ("html", models.TextField(blank=True)),
                (
                    "phrases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("text", "number"), name="version_number_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="Text",
            name="published",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge_base.version",
            ),
        ),
        migrations.AddField(
            model_name="Text",
            name="scheduled",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge_base.version",
            ),
        ),
        migrations.AddConstraint(
            model_name="Text",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("publish_at__isnull", True), ("scheduled__isnull", True)),
                    models.Q(("publish_at__isnull", False), ("scheduled__isnull", False)),
                    _connector="OR",
                ),
                name="text_scheduled_when",
            ),
        ),
    ]
