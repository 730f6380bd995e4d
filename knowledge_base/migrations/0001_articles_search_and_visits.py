import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carecenter.lib.ids
import carecenter.lib.time


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_article_and_feedback_rights"),
        ("blobs", "0001_blobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Text",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("edited_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("version", models.PositiveIntegerField(default=1)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("publish_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=80)),
                ("names", models.JSONField(default=dict)),
                ("abouts", models.JSONField(blank=True, default=dict)),
                ("icon", models.CharField(blank=True, max_length=40)),
                ("position", models.PositiveIntegerField(default=0)),
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
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ["position", "pk"],
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
                ("review_on", models.DateField(blank=True, null=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("message_id", models.BigIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="articles",
                        to="accounts.brand",
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
            ],
            options={
                "ordering": ["position", "pk"],
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
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("version_id", models.BigIntegerField()),
                ("meaning", models.BinaryField(null=True)),
                ("meaning_model", models.CharField(blank=True, max_length=60)),
                ("updated_at", models.DateTimeField(default=carecenter.lib.time.now)),
            ],
            options={
                "verbose_name_plural": "entries",
            },
        ),
        migrations.AddField(
            model_name="text",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="knowledge_base.article"
            ),
        ),
        migrations.AddField(
            model_name="text",
            name="edited_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
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
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "misses",
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
                ("key", models.CharField(default=carecenter.lib.ids.new_token, max_length=32, unique=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField(default=carecenter.lib.time.now)),
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
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="blobs.blob"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
            ],
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
                ("made_at", models.DateTimeField(default=carecenter.lib.time.now)),
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
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="knowledge_base.text",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="text",
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
            model_name="text",
            name="scheduled",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge_base.version",
            ),
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
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
            ],
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
                ("place", models.CharField(blank=True, max_length=10)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                ("record_id", models.BigIntegerField(blank=True, null=True)),
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
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="knowledge_base.visit",
                    ),
                ),
            ],
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
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="knowledge_base.article",
                    ),
                ),
            ],
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
                ("count", models.PositiveIntegerField(default=1)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(fields=("brand", "slug"), name="category_slug_once_in_brand"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["brand", "-updated_at", "-id"], name="article_recent"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(fields=("brand", "slug"), name="article_slug_once_in_brand"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("brand", "source"),
                name="article_source_once",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="article",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="knowledge_base.article",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.brand"
            ),
        ),
        migrations.AddIndex(
            model_name="miss",
            index=models.Index(fields=["brand", "-count", "-id"], name="miss_most"),
        ),
        migrations.AddConstraint(
            model_name="miss",
            constraint=models.UniqueConstraint(fields=("brand", "language", "words"), name="miss_once"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("text", "number"), name="version_number_once"),
        ),
        migrations.AddIndex(
            model_name="text",
            index=models.Index(
                condition=models.Q(("publish_at__isnull", False)), fields=["publish_at"], name="text_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="text",
            constraint=models.UniqueConstraint(fields=("article", "language"), name="text_language_once"),
        ),
        migrations.AddConstraint(
            model_name="text",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("publish_at__isnull", True), ("scheduled__isnull", True)),
                    models.Q(("publish_at__isnull", False), ("scheduled__isnull", False)),
                    _connector="OR",
                ),
                name="text_scheduled_when",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["brand", "visitor", "-last_at"], name="visit_visitor"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["brand", "began_at"], name="visit_began"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["visit", "at"], name="step_visit"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("article__isnull", False)),
                fields=["article", "name"],
                name="step_article",
            ),
        ),
        migrations.AddIndex(
            model_name="vote",
            index=models.Index(fields=["article", "-at"], name="vote_article"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("article", "visitor"), name="vote_once"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["word"], name="help_word_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="word",
            constraint=models.UniqueConstraint(fields=("brand", "word"), name="help_word_once"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["brand", "language"], name="entry_brand"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="entry_words"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["asked"], name="entry_asked_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
