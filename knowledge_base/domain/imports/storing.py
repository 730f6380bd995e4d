"""One page becomes, or changes, an article; and how that is taken back."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from knowledge_base.domain.articles import (
    FIELDS,
    Draft,
    add_language,
    change_article,
    create_article,
    save_draft,
    tell,
)
from knowledge_base.domain.categories import save_category
from knowledge_base.domain.errors import NotAllowed
from knowledge_base.domain.imports.planning import (
    Planned,
    digest_of_text,
    find_category,
    needs_publishing,
    values_of,
)
from knowledge_base.domain.imports.rewriting import Surroundings
from knowledge_base.domain.publishing import archive, publish, publish_version, restore, unpublish
from knowledge_base.models import Article, Category, Import, ImportItem, Text, Version

Item = ImportItem.State


def bring_in(item: ImportItem, one: Planned, around: Surroundings, job: Import) -> None:
    """Store the page, and on the locked row what it replaced. Raises ArticleError; nothing is stored then."""
    if one.page is None:
        raise NotAllowed(one.error)
    draft = Draft(**values_of(one.page, around))
    article, text = found_now(one, job)
    item.before = before_of(article, text)
    category = category_for(one, job)
    if article is None:
        article, text = new_article(one, draft, category, job)
    else:
        if article.archived_at is not None:
            article = restore(article, actor=job.made_by)
        article, text = changed_article(article, text, draft, one, job)
    values: dict[str, Any] = {"slug": one.slug}
    if one.page.visibility:
        values["visibility"] = one.page.visibility
    if category is not None:
        values["category"] = category
    article = change_article(
        Article.objects.select_related("brand").get(pk=article.pk), actor=job.made_by, **values
    )
    text.refresh_from_db()
    if needs_publishing(one, text, job):
        publish(text, actor=job.made_by, note=_("Imported"))
    item.state, item.article = Item.DONE, article
    item.digest = digest_of_text(text)
    if item.before:
        item.before["left"] = left_behind(article, text)
    item.notes = [*item.notes, *(note for note in one.page.notes if note not in item.notes)]
    item.save(update_fields=["state", "article", "digest", "notes", "before"])


def found_now(one: Planned, job: Import) -> tuple[Article | None, Text | None]:
    """The article of this source as it is at this moment: an earlier page of the import may have made it."""
    article = Article.objects.select_related("brand").filter(brand=job.brand, source=one.source).first()
    if article is None or one.page is None:
        return None, None
    text = (
        Text.objects.select_related("published").filter(article=article, language=one.page.language).first()
    )
    return article, text


def left_behind(article: Article, text: Text) -> dict[str, Any]:
    """Where the import left the article, beside its words. Who moved it since has decided something."""
    text.refresh_from_db(fields=["published"])
    return {
        "published": text.published_id,
        "visibility": article.visibility,
        "slug": article.slug,
        "category": article.category_id,
        "archived": article.archived_at is not None,
    }


def before_of(article: Article | None, text: Text | None) -> dict[str, Any]:
    if article is None:
        return {}
    before: dict[str, Any] = {
        "slug": article.slug,
        "visibility": article.visibility,
        "category": article.category_id,
        "archived": article.archived_at is not None,
    }
    if text is not None:
        before["text"] = {name: getattr(text, name) for name in FIELDS}
        before["published"] = text.published_id
    return before


def category_for(one: Planned, job: Import) -> Category | None:
    """The one the page names, made when there is none; else that of the import."""
    name = one.page.category if one.page is not None else ""
    if not name:
        return job.category
    found = find_category(job.brand, name)
    if found is not None:
        return found
    language = one.page.language if one.page is not None else job.language
    return save_category(Category(brand=job.brand), actor=job.made_by, names={language: name[:80]})


def new_article(one: Planned, draft: Draft, category: Category | None, job: Import) -> tuple[Article, Text]:
    page = one.page
    article = create_article(
        actor=job.made_by,
        brand=job.brand,
        language=page.language if page is not None else job.language,
        draft=draft,
        category=category,
        visibility=(page.visibility if page is not None else "") or job.visibility,
        source=one.source,
    )
    return article, article.texts.get()


def changed_article(
    article: Article, text: Text | None, draft: Draft, one: Planned, job: Import
) -> tuple[Article, Text]:
    if text is None:
        language = one.page.language if one.page is not None else job.language
        return article, add_language(article, language, actor=job.made_by, draft=draft)
    return article, save_draft(text, draft, version=None, actor=job.made_by)


def take_back(item: ImportItem, *, actor: User | None) -> None:
    """As it was before. Raises NotAllowed when somebody has worked on it since: then it stays."""
    article = Article.objects.select_related("brand").filter(pk=item.article_id or 0).first()
    text = Text.objects.filter(article=article, language=item.language).first() if article else None
    if article is not None and text is not None:
        left = item.before.get("left")
        if digest_of_text(text) != item.digest or (left and left != left_behind(article, text)):
            raise NotAllowed(_("It was edited since, and stays as it is."))
        put_back(article, text, item.before, actor=actor)
    item.state = Item.UNDONE
    item.save(update_fields=["state"])


def put_back(article: Article, text: Text, before: dict[str, Any], *, actor: User | None) -> None:
    if not before:
        if article.texts.count() == 1:
            archive(article, actor=actor)
        else:
            drop_language(article, text, actor=actor)
        return
    if "text" in before:
        text = save_draft(text, Draft(**before["text"]), version=None, actor=actor)
        put_back_published(text, before["published"], actor=actor)
    else:
        drop_language(article, text, actor=actor)
    article.refresh_from_db()
    category = Category.objects.filter(pk=before["category"], brand=article.brand).first()
    values = {"slug": before["slug"], "visibility": before["visibility"], "category": category}
    change_article(article, actor=actor, **values)
    if before["archived"]:
        archive(article, actor=actor)


def put_back_published(text: Text, version_id: int | None, *, actor: User | None) -> None:
    if text.published_id == version_id:
        return
    version = Version.objects.filter(pk=version_id or 0, text=text).first()
    if version is None:
        unpublish(text, actor=actor)
    else:
        publish_version(version, actor=actor)


def drop_language(article: Article, text: Text, *, actor: User | None) -> None:
    """The language goes from the article: no longer read, and its draft away."""
    unpublish(text, actor=actor)
    tell("article.changed", article, actor, text=text.pk, fields=["language"])
    text.delete()
