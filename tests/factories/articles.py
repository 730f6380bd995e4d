"""Articles as authors write them, published and ready to be found."""

from typing import Any

from accounts.models import Brand
from carecenter.lib.blobs.storage import store
from knowledge_base.domain import indexing
from knowledge_base.domain.articles import Draft, create_article
from knowledge_base.domain.categories import save_category
from knowledge_base.domain.publishing import publish
from knowledge_base.models import Article, Category, Import, ImportItem, Text


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


def article_import(brand: Brand, **values: Any) -> Import:
    """One that was looked at: a page of it would become an article."""
    names = {"file_name": "weststern.md", "name": "files", "language": "en", "state": Import.State.CHECKED}
    job = Import.objects.create(brand=brand, blob=store(b"# Returns"), **{**names, **values})
    job.items.create(path="weststern.md", title="Returns", language="en", will=ImportItem.Will.CREATE)
    return job


def put_online(text: Text) -> None:
    publish(text, actor=None)
    indexing.write_entry(text.pk)
