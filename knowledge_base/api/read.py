"""What the API reads about articles: filters and bodies, checked before any verb sees them."""

import re
from typing import Any

from django.utils.translation import get_language_info
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import PageQuery
from carecenter.api.schema import example
from carecenter.lib.html import text_to_html
from knowledge_base.domain.articles import PHRASES
from knowledge_base.models import Visibility

MAX_HTML = 500_000
MAX_VERSION = 2**31 - 1
LANGUAGE = re.compile(r"^[a-z]{2,3}(?:-[a-z]{2,8})?\Z")


class Language(Text):
    """A code such as en, de or pt-br, of a language there is a name for: pages call it by that."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=10, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data).lower()
        try:
            if LANGUAGE.match(code) and get_language_info(code):
                return code
        except KeyError:
            pass
        raise ValidationError("A language code such as en, de or pt-br.")


class ArticleQuery(PageQuery):
    brand = Id(required=False)
    category = Id(required=False)
    owner = Id(required=False)
    review_by = serializers.DateField(required=False, help_text="To be looked at again until then.")
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    language = Language(required=False, help_text="Articles that have a text in it.")
    published = serializers.BooleanField(required=False, help_text="Read by somebody now, or not.")
    archived = serializers.BooleanField(default=False)
    updated_since = Moment(
        required=False,
        help_text="Articles changed since then, the oldest change first: to keep a copy up to date.",
    )


class SearchQuery(Input):
    brand = Id()
    q = serializers.CharField(max_length=400)
    language = Language(required=False, help_text="Else the brand's.")
    visibility = serializers.ListField(
        child=serializers.ChoiceField(choices=Visibility.choices), required=False, help_text="Else all."
    )
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10)


class CategoryQuery(PageQuery):
    brand = Id(required=False)


class ArticleTextChange(Input):
    """What the draft shall say; what is missing stays."""

    title = Text(max_length=200, required=False)
    summary = Text(max_length=300, required=False, allow_blank=True)
    html = Text(
        max_length=MAX_HTML,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="Sanitised before it is stored.",
    )
    text = Text(
        max_length=MAX_HTML,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="Plain, instead of html.",
    )
    phrases = serializers.ListField(
        child=Text(max_length=200), required=False, max_length=PHRASES, help_text="How customers ask it."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "text" in attrs and "html" in attrs:
            raise ValidationError({"text": ["Send text or html, one of the two."]})
        if "text" in attrs:
            attrs["html"] = text_to_html(attrs.pop("text"))
        return attrs


class ArticleTextWrite(ArticleTextChange):
    """The article in one more language, as a draft."""

    language = Language()
    title = Text(max_length=200)


class ArticleWrite(ArticleTextChange):
    """A new article with one text, a draft."""

    brand = Id()
    language = Language(required=False, help_text="Else the brand's.")
    title = Text(max_length=200)
    category = Id(required=False)
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.PUBLIC)


@example({"category": 3, "visibility": "signed_in", "review_on": "2027-01-15"})
class ArticleChange(Input):
    """What is the same in every language; what is missing stays."""

    category = Id(required=False, allow_null=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    owner = Id(required=False, allow_null=True, help_text="Somebody who may write articles of the brand.")
    review_on = serializers.DateField(required=False, allow_null=True, help_text="Looked at again on.")
    slug = Text(max_length=100, required=False, help_text="Its address; settled once it was published.")


class Seen(Input):
    """Only what you have read: 409 when somebody saved the draft since."""

    version = serializers.IntegerField(
        min_value=1, max_value=MAX_VERSION, required=False, help_text="Of the draft, as you read it."
    )


@example({"at": "2036-03-02T09:00:00+01:00"})
class ArticleSchedule(Seen):
    at = Moment()


class ArticleKeep(Input):
    note = Text(max_length=200, required=False, default="", allow_blank=True, help_text="For colleagues.")


class ArticlePublish(Seen):
    note = Text(
        max_length=200,
        required=False,
        default="",
        allow_blank=True,
        help_text="What changed, for colleagues.",
    )
