"""What the search reads, and what it did not find."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import Brand
from carecenter.lib.time import now
from knowledge_base.models.articles import Article, Text, Visibility


class Entry(models.Model):
    """One row for each text the public reads: its published version, made ready to be found.

    Written behind the verbs from what is published now, so that writing it twice changes nothing. `meaning` holds one
    vector of float32 for each part of the text, and is empty where meaning is switched off or not yet worked out.
    """

    text = models.OneToOneField(Text, on_delete=models.CASCADE, primary_key=True, related_name="entry")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="entries")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    visibility = models.CharField(max_length=10, choices=Visibility)
    title = models.CharField(max_length=200)
    asked = models.TextField(
        blank=True
    )  # title and the customers' phrases, folded: what likeness is measured on
    body = models.TextField(blank=True)  # plain words of the article
    words = SearchVectorField(null=True)
    version_id = models.BigIntegerField()  # of the version it was made of
    meaning = models.BinaryField(null=True)
    meaning_model = models.CharField(max_length=60, blank=True)  # whose vectors they are
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["brand", "language"], name="entry_brand"),
            GinIndex(fields=["words"], name="entry_words"),
            GinIndex(fields=["asked"], opclasses=["gin_trgm_ops"], name="entry_asked_trgm"),
        ]

    def __str__(self) -> str:
        return self.title


class Word(models.Model):
    """A word of a brand's published texts, for those who misspell it."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "word"], name="help_word_once")]
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="help_word_trgm")]

    def __str__(self) -> str:
        return self.word


class Miss(models.Model):
    """Words that visitors looked for and found nothing, or asked and wrote to us after all: work for authors."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    words = models.CharField(max_length=200)  # folded: lower case, one space; no numbers, no addresses
    count = models.PositiveIntegerField(default=1)
    asked_anyway = models.PositiveIntegerField(default=0)  # something was shown, and a form was sent
    first_at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True, blank=True)
    article = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "misses"
        constraints = [models.UniqueConstraint(fields=["brand", "language", "words"], name="miss_once")]
        indexes = [models.Index(fields=["brand", "-count", "-id"], name="miss_most")]

    def __str__(self) -> str:
        return self.words
