"""What the search reads, and what it did not find."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from accounts.models import Brand
from carecenter.lib.time import now
from knowledge_base.models.articles import Article, Text, Visibility


class Entry(models.Model):
    """One row for each text the public reads: its published version, made ready to be found.

    Written behind the verbs from what is published now, so that writing it twice changes nothing. `meaning` holds one
    vector of float16 for each part of the text, the first for its title; it is empty where meaning is switched off or
    not yet worked out. The two vectors of words hold stems: of what is asked, and of everything.
    """

    text = models.OneToOneField(Text, on_delete=models.CASCADE, primary_key=True, related_name="entry")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="entries")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    visibility = models.CharField(max_length=10, choices=Visibility)
    title = models.CharField(max_length=200)
    asked = models.TextField(
        blank=True
    )  # title, summary and the customers' phrases, a line each, folded: what likeness is measured on
    body = models.TextField(blank=True)  # plain words of the article
    asked_words = SearchVectorField(null=True)
    words = SearchVectorField(null=True)
    version_id = models.BigIntegerField()  # of the version it was made of
    meaning = models.BinaryField(null=True)
    meaning_model = models.CharField(max_length=60, blank=True)  # whose vectors they are
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["brand", "language"], name="entry_brand"),
            models.Index(fields=["meaning_model", "updated_at"], name="entry_meaning"),
            GinIndex(fields=["asked_words"], name="entry_asked_words", fastupdate=False),
            GinIndex(fields=["words"], name="entry_words", fastupdate=False),
            GinIndex(fields=["asked"], opclasses=["gin_trgm_ops"], name="entry_asked_trgm"),
        ]

    def __str__(self) -> str:
        return self.title


class Stamp(models.Model):
    """The entries of one brand and language as a whole. `number` goes up with every change of them, and the row is
    locked while they are written: whoever keeps something of them in memory looks at the number first."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    number = models.BigIntegerField(default=0)
    texts = models.IntegerField(default=0)  # how many entries there are

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "language"], name="stamp_once")]

    def __str__(self) -> str:
        return f"{self.brand_id} {self.language} {self.number}"


class Word(models.Model):
    """A word of a brand's published texts in one language: its stem, in how many texts it stands, and for those who
    misspell it."""

    stamp = models.ForeignKey(Stamp, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=60)
    stem = models.CharField(max_length=60, blank=True)  # "" where it says nothing, like "the"
    is_spelt = models.BooleanField(default=True)
    count = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stamp", "word"], name="help_word_once")]
        indexes = [
            models.Index(fields=["stamp", "stem"], name="help_word_stem"),
            models.Index(
                fields=["stamp", "word"], opclasses=["int8_ops", "text_pattern_ops"], name="help_word_begins"
            ),
            GinIndex(
                fields=["word"], opclasses=["gin_trgm_ops"], name="help_word_trgm", condition=Q(is_spelt=True)
            ),
        ]

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
