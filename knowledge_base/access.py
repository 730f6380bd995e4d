"""Who may do what with which article. A stranger gets 404: existence is not told."""

from django.http import Http404

from accounts.access import brands_for
from accounts.models import Brand, User
from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ, ARTICLES_WRITE
from knowledge_base.models import Article, Category, Text, Version

RELATED = ("brand", "category", "owner")


def get_article_for(user: User, pk: int) -> Article:
    """Raises Http404."""
    article = Article.objects.visible_to(user).select_related(*RELATED).filter(pk=pk).first()
    if article is None:
        raise Http404
    return article


def get_text_for(user: User, pk: int, language: str) -> Text:
    """The article in this language, with what its page shows beside it. Raises Http404."""
    article = get_article_for(user, pk)
    texts = article.texts.select_related("published", "scheduled", "edited_by")
    text = texts.filter(language=language).first()
    if text is None:
        raise Http404
    text.article = article
    return text


def get_version_for(user: User, pk: int, language: str, number: int) -> Version:
    """Raises Http404."""
    text = get_text_for(user, pk, language)
    version = text.versions.select_related("made_by").filter(number=number).first()
    if version is None:
        raise Http404
    version.text = text
    return version


def get_category_for(user: User, pk: int) -> Category:
    """Raises Http404."""
    categories = Category.objects.filter(brand__in=brands_for(user, ARTICLES_READ))
    category = categories.select_related("brand", "parent").filter(pk=pk).first()
    if category is None:
        raise Http404
    return category


def get_brand_for(user: User, pk: int, code: str) -> Brand:
    """A brand in which the user has the permission. Raises Http404."""
    brand = brands_for(user, code).filter(pk=pk).first()
    if brand is None:
        raise Http404
    return brand


def can_write(user: User, brand_id: int) -> bool:
    return brands_for(user, ARTICLES_WRITE).filter(pk=brand_id).exists()


def can_publish(user: User, brand_id: int) -> bool:
    return brands_for(user, ARTICLES_PUBLISH).filter(pk=brand_id).exists()
