"""What authors write: categories, articles, their texts by language and the versions of each."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import brands_for
from accounts.models import Brand, User
from accounts.permissions import ARTICLES_READ
from carecenter.lib.blobs.models import Blob
from carecenter.lib.ids import new_token
from carecenter.lib.time import now


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everybody")
    SIGNED_IN = "signed_in", _("Customers who are signed in")
    INTERNAL = "internal", _("Colleagues only")


class Category(models.Model):
    """A shelf of a brand's help centre, at most two deep. `names` and `abouts` are {language: words}."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="categories")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    slug = models.SlugField(max_length=80)
    names = models.JSONField(default=dict)
    abouts = models.JSONField(default=dict, blank=True)
    icon = models.CharField(max_length=40, blank=True)  # a name of `lib.icons`
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="category_slug_once_in_brand")]

    def __str__(self) -> str:
        return self.name_in(self.brand.language)

    def name_in(self, language: str) -> str:
        """In this language, else in the brand's, else in any."""
        return in_language(self.names, language, self.brand.language) or self.slug

    def about_in(self, language: str) -> str:
        return in_language(self.abouts, language, self.brand.language)


def in_language(words: dict[str, str], *languages: str) -> str:
    return next((words[one] for one in languages if words.get(one)), next(iter(words.values()), ""))


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, user: User) -> "ArticleQuerySet":
        """Articles of the brands whose articles the user may read at the desk, drafts among them."""
        return self.filter(brand__in=brands_for(user, ARTICLES_READ))

    def living(self) -> "ArticleQuerySet":
        return self.filter(archived_at__isnull=True)


class Article(models.Model):
    """One answer, whatever its language: where it stands, who may see it, who looks after it."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="articles")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    slug = models.SlugField(max_length=120)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    review_on = models.DateField(null=True, blank=True)  # somebody looks whether it is still true
    position = models.PositiveIntegerField(default=0)
    source = models.CharField(
        max_length=200, blank=True
    )  # where an import found it: the same again is an update
    # What an article was made of: an answer at the desk. A plain id, for tickets stand above us.
    message_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="article_slug_once_in_brand"),
            models.UniqueConstraint(
                fields=["brand", "source"], name="article_source_once", condition=~Q(source="")
            ),
        ]
        indexes = [models.Index(fields=["brand", "-updated_at", "-id"], name="article_recent")]

    def __str__(self) -> str:
        return self.slug


class Text(models.Model):
    """An article in one language: the draft that is worked on, and which version the public reads.

    `version` goes up with every save of the draft: who saves over another's work is told (409).
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)  # sanitised before it is stored
    phrases = ArrayField(models.CharField(max_length=200), default=list, blank=True)  # how customers ask it
    edited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)
    published = models.ForeignKey(
        "Version", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)  # when the public first read this language
    scheduled = models.ForeignKey(
        "Version", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    publish_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="text_language_once"),
            models.CheckConstraint(
                condition=Q(scheduled__isnull=True, publish_at__isnull=True)
                | Q(scheduled__isnull=False, publish_at__isnull=False),
                name="text_scheduled_when",
            ),
        ]
        indexes = [
            models.Index(fields=["publish_at"], name="text_due", condition=Q(publish_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """What a text said at one moment; never changed. Made when it is published, scheduled or kept by hand."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    phrases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    note = models.CharField(max_length=200, blank=True)  # what changed, in the author's words
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Picture(models.Model):
    """A picture of a brand's articles, drawn anew before it is stored; shown at /help/BRAND/pictures/KEY."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, unique=True, default=new_token)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name or self.key
