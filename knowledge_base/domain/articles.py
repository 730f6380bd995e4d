"""Articles as their authors work on them: begun, drafted in each language, moved about."""

from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from carecenter.lib.sanitise import sanitise_article_html
from carecenter.lib.time import in_seconds, now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from knowledge_base.domain.addresses import free_slug, is_made_of
from knowledge_base.domain.errors import AddressTaken, NotAllowed, StaleDraft
from knowledge_base.models import Article, Category, Text

SITTING_SECONDS = 600  # saves of one author within it are one event
PHRASES = 50
FIELDS = ("title", "summary", "html", "phrases")


@dataclass(frozen=True)
class Draft:
    """What an author wrote. `html` may be anything: it is sanitised before it is stored."""

    title: str
    summary: str = ""
    html: str = ""
    phrases: tuple[str, ...] | list[str] = ()

    def values(self) -> dict[str, Any]:
        """As it is stored: without line breaks in the title, without a phrase twice."""
        phrases = dict.fromkeys(line(phrase, 200) for phrase in self.phrases)
        return {
            "title": line(self.title, 200),
            "summary": line(self.summary, 300),
            "html": sanitise_article_html(self.html),
            "phrases": [phrase for phrase in phrases if phrase][:PHRASES],
        }


def line(text: str, limit: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:limit]


def actor_of(user: User | None) -> str:
    return SYSTEM if user is None else user_actor(user.pk)


def tell(name: str, article: Article, actor: User | None, **data: Any) -> None:
    """Record what happened to the article, in the caller's transaction."""
    subject = f"article:{article.pk}"
    record(
        name, actor=actor_of(actor), brand_id=article.brand_id, subject=subject, article=article.pk, **data
    )


class Place(TypedDict, total=False):
    """Where a new article stands, and where it comes from."""

    category: Category | None
    visibility: str
    source: str
    message_id: int | None


def create_article(
    *, actor: User | None, brand: Brand, language: str, draft: Draft, **place: Unpack[Place]
) -> Article:
    """A new article with one text, a draft. `actor` owns it; None is an import by nobody.

    AddressTaken when `source` is of another article of the brand: the same again is an update (`save_draft`).
    """
    refuse_foreign(place.get("category"), brand.pk)
    article = Article(brand=brand, slug=free_slug(Article, brand, draft.title), owner=actor, **place)
    try:
        with transaction.atomic():
            article.save(force_insert=True)
            text = Text.objects.create(article=article, language=language, edited_by=actor, **draft.values())
            tell("article.created", article, actor, text=text.pk, language=language)
    except IntegrityError as error:
        raise AddressTaken(_("There is such an article already.")) from error
    return article


def refuse_foreign(category: Category | None, brand_id: int) -> None:
    if category is not None and category.brand_id != brand_id:
        raise NotAllowed(_("The category is of another brand."))


def add_language(article: Article, language: str, *, actor: User | None, draft: Draft | None = None) -> Text:
    """The article in another language, empty unless `draft` is given; the one there is if there is one already."""
    values = (draft or Draft("")).values()
    with transaction.atomic():
        text, is_new = Text.objects.get_or_create(
            article=article, language=language, defaults={"edited_by": actor, **values}
        )
        if is_new:
            tell("article.changed", article, actor, text=text.pk, fields=["language"])
            touch(article)
    return text


def is_removable(text: Text) -> bool:
    """A draft that no visitor has read yet, beside another language."""
    is_unread = text.published_at is None and text.scheduled_id is None
    return is_unread and Text.objects.filter(article=text.article_id).exclude(pk=text.pk).exists()


def remove_language(text: Text, *, actor: User | None) -> Article:
    """The draft goes, with the versions kept of it. NotAllowed unless `is_removable`: then it is taken off instead."""
    with transaction.atomic():
        current = lock_text(text.pk)
        article = Article.objects.select_for_update().get(pk=current.article_id)
        if not is_removable(current):
            raise NotAllowed(_("Only a draft that nobody has read yet goes, and never the last language."))
        current.delete()
        tell("article.changed", article, actor, fields=["language"])
        touch(article)
    return article


def lock_text(pk: int) -> Text:
    """The text with its row locked until the transaction ends; locks are taken text, article."""
    return Text.objects.select_for_update(of=("self",)).select_related("article__brand").get(pk=pk)


def unchanged_since(text: Text, version: int | None) -> None:
    """StaleDraft when the text is no longer the one with this number; None is "whatever stands there"."""
    if version is not None and version != text.version:
        raise StaleDraft(_("Somebody else saved this text while you were writing."), current=text)


def save_draft(text: Text, draft: Draft, *, version: int | None, actor: User | None) -> Text:
    """Keep what was written. `version` is of the text it was written on; None is "whatever stands there".

    StaleDraft when somebody saved meanwhile: nothing is stored, both stay readable. The same words again change
    nothing, so that a save may be repeated. Until it is first published, the address follows the title.
    """
    values = draft.values()
    with transaction.atomic():
        current = lock_text(text.pk)
        if all(getattr(current, name) == value for name, value in values.items()):
            return current
        unchanged_since(current, version)
        is_new_sitting = current.edited_by_id != getattr(actor, "pk", None) or current.edited_at < in_seconds(
            -SITTING_SECONDS
        )
        follow_title(current, values["title"])
        for name, value in values.items():
            setattr(current, name, value)
        current.version += 1
        current.edited_by, current.edited_at = actor, now()
        current.save(update_fields=[*FIELDS, "version", "edited_by", "edited_at"])
        touch(current.article)
        if is_new_sitting:
            tell("article.changed", current.article, actor, text=current.pk, fields=["draft"])
    return current


def follow_title(text: Text, title: str) -> None:
    """Nobody has been given the address yet, and nobody chose it: it is made of the title."""
    article = text.article
    if title == text.title or not is_made_of(article.slug, text.title):
        return
    if (
        article.texts.filter(published_at__isnull=False).exists()
        or article.texts.exclude(pk=text.pk).exists()
    ):
        return
    article.slug = free_slug(Article, article.brand, title, but=article.pk)
    article.save(update_fields=["slug"])


def touch(article: Article) -> None:
    article.updated_at = now()
    article.save(update_fields=["updated_at"])


def change_article(article: Article, *, actor: User | None, **values: Any) -> Article:
    """Store category, visibility, owner, review_on, slug or position; those given, and only if they differ."""
    refuse_foreign(values.get("category"), article.brand_id)
    changed = [name for name, value in values.items() if getattr(article, name) != value]
    if not changed:
        return article
    for name in changed:
        setattr(article, name, values[name])
    article.updated_at = now()
    try:
        with transaction.atomic():
            article.save(update_fields=[*changed, "updated_at"])
            tell("article.changed", article, actor, fields=sorted(changed))
    except IntegrityError as error:
        raise AddressTaken(_("Another article has this address already. Choose another one.")) from error
    return article
