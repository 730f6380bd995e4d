"""Articles as authors write them, published and ready to be found."""

from typing import Any

from accounts.models import Brand
from knowledge_base.domain import indexing
from knowledge_base.domain.articles import Draft, create_article
from knowledge_base.domain.categories import save_category
from knowledge_base.domain.publishing import publish
from knowledge_base.models import Article, Category, Text


def article(brand: Brand, title: str, html: str = "<p>Written below.</p>", **fields: Any) -> Article:
    """A published article in the brand's language, or `language`. Others: summary, phrases, visibility, category."""
    language = fields.pop("language", brand.language)
    draft = Draft(
        title=title, html=html, summary=fields.pop("summary", ""), phrases=fields.pop("phrases", ())
    )
    made = create_article(actor=None, brand=brand, language=language, draft=draft, **fields)
    put_online(made.texts.get())
    return made


def translation(made: Article, language: str, title: str, html: str = "<p>Unten.</p>") -> Text:
    """The same article in another language, published too."""
    values = Draft(title=title, html=html).values()
    text = Text.objects.create(article=made, language=language, **values)
    put_online(text)
    return text


def shelf(brand: Brand, name: str, **values: object) -> Category:
    return save_category(Category(brand=brand), actor=None, names={"en": name}, **values)


def put_online(text: Text) -> None:
    publish(text, actor=None)
    indexing.write_entry(text.pk)
