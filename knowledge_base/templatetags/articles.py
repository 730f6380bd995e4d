"""Words, states and texts of articles for the authors' templates."""

import datetime

from django import template
from django.utils.safestring import SafeString, mark_safe

from carecenter.lib.sanitise import sanitise_article_html
from knowledge_base import forms
from knowledge_base.domain import listing
from knowledge_base.models import Article, Text

register = template.Library()


@register.filter
def article_html(html: str) -> SafeString:
    """What an author wrote, sanitised once more."""
    return mark_safe(sanitise_article_html(html))


@register.filter
def language_name(code: str) -> str:
    return forms.language_name(code)


@register.filter
def state_of(text: Text) -> listing.State:
    return listing.state_of(text)


@register.filter
def state_label(text: Text) -> str:
    return str(listing.state_of(text).label)


@register.filter
def main_text(article: Article) -> Text | None:
    return listing.main_text(article)


@register.filter
def is_due(day: datetime.date | None) -> bool:
    """Should somebody have looked at it by now?"""
    return day is not None and day <= listing.today()
