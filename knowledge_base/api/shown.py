"""What the API shows of articles, their texts and categories. Names and order are a promise."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from carecenter.api.fields import Moment
from knowledge_base.domain.searching import Hit
from knowledge_base.models import Article, Category, Text, Version, Visibility


class ArticleLanguage(serializers.Serializer[Text]):
    """One language of an article, without its words."""

    language = serializers.CharField()
    title = serializers.CharField(help_text="Of the draft.")
    version = serializers.IntegerField(help_text="Goes up with every change of the draft.")
    is_published = serializers.SerializerMethodField()
    published_at = Moment(allow_null=True, help_text="When it was first published.")
    publish_at = Moment(allow_null=True, help_text="When it will publish by itself.")

    def get_is_published(self, text: Text) -> bool:
        return text.published_id is not None


class ArticleShown(serializers.Serializer[Article]):
    id = serializers.IntegerField()
    brand = serializers.IntegerField(source="brand_id")
    slug = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="Where customers read it, once it is published.")
    category = serializers.IntegerField(source="category_id", allow_null=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    owner = serializers.IntegerField(source="owner_id", allow_null=True)
    review_on = serializers.DateField(allow_null=True)
    imported_from = serializers.CharField(
        source="source", help_text="Where an import found it; empty for others."
    )
    texts = ArticleLanguage(many=True)
    created_at = Moment()
    updated_at = Moment()
    archived_at = Moment(allow_null=True)

    def get_url(self, article: Article) -> str:
        address = reverse("help:article", args=[article.brand.slug, article.slug])
        base: str = article.brand.public_base_url
        whole: str = (
            base.rstrip("/") + address if base else self.context["request"].build_absolute_uri(address)
        )
        return whole


class ArticleVersionListed(serializers.Serializer[Version]):
    """One version, without its words."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    note = serializers.CharField()
    made_by = serializers.IntegerField(source="made_by_id", allow_null=True)
    made_at = Moment()


class ArticleVersionShown(ArticleVersionListed):
    summary = serializers.CharField()
    html = serializers.CharField()
    phrases = serializers.ListField(child=serializers.CharField())


class ArticleTextShown(serializers.Serializer[Text]):
    """The draft, and beside it what the public reads. All of the draft changes only together with `version`."""

    article = serializers.IntegerField(source="article_id")
    language = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    html = serializers.CharField()
    phrases = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()
    edited_at = Moment()
    published = ArticleVersionShown(allow_null=True)
    published_at = Moment(allow_null=True)
    scheduled = serializers.IntegerField(
        source="scheduled.number",
        allow_null=True,
        default=None,
        help_text="The version that will be published by itself.",
    )
    publish_at = Moment(allow_null=True)


class ArticleHitShown(serializers.Serializer[Hit]):
    article = serializers.IntegerField(source="article_id")
    slug = serializers.CharField()
    language = serializers.CharField()
    title = serializers.CharField()
    snippet = serializers.CharField(help_text="Plain text.")
    score = serializers.FloatField(help_text="How likely it answers, from 0 to 1.")
    is_sure = serializers.BooleanField(help_text="Would it be suggested to somebody who did not search?")


class ArticlesFoundShown(serializers.Serializer[Any]):
    results = ArticleHitShown(many=True)
    corrected = serializers.CharField(help_text="How misspelt words were read; else empty.")


class CategoryShown(serializers.Serializer[Category]):
    id = serializers.IntegerField()
    brand = serializers.IntegerField(source="brand_id")
    parent_ = serializers.IntegerField(source="parent_id", allow_null=True)
    slug = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    abouts = serializers.DictField(child=serializers.CharField(), help_text="A line about it, by language.")
    icon = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        # `parent` is a name of Field itself, so it cannot be declared as such.
        return {
            ("parent" if name == "parent_" else name): field for name, field in super().get_fields().items()
        }
