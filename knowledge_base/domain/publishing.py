"""What the public reads, and from when: published, scheduled, taken back, archived.

A text is read when it has a published version and its article is not archived; both reading and indexing ask both.
Rights are asked before (`access.py`); these verbs check states only.
"""

import datetime
import logging

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.html import strip_tags
from carecenter.lib.time import now
from knowledge_base.domain.articles import lock_text, tell, touch
from knowledge_base.domain.errors import Incomplete, NotAllowed
from knowledge_base.domain.versions import make_version
from knowledge_base.models import Article, Text, Version

log = logging.getLogger(__name__)


def publish(text: Text, *, actor: User | None, note: str = "") -> Version:
    """From now on the public reads the draft as it stands, in this language. A date it waited for is dropped."""
    with transaction.atomic():
        current = lock_text(text.pk)
        refuse_unready(current)
        version = make_version(current, actor=actor, note=note)
        show(current, version, actor=actor)
    return version


def publish_version(version: Version, *, actor: User | None) -> Version:
    """From now on the public reads this version; the draft stays as it is. Takes a publication back, too."""
    with transaction.atomic():
        current = lock_text(version.text_id)
        refuse_archived(current.article)
        show(current, version, actor=actor)
    return version


def show(text: Text, version: Version, *, actor: User | None) -> None:
    """Point the locked text at the version, and say so."""
    text.published = version
    text.published_at = text.published_at or now()
    text.scheduled, text.publish_at = None, None
    text.save(update_fields=["published", "published_at", "scheduled", "publish_at"])
    touch(text.article)
    about = {"text": text.pk, "version": version.pk, "language": text.language}
    tell("article.published", text.article, actor, **about)


def is_read(article: Article) -> bool:
    """Who may read what is published, or will be by itself, decides the one who publishes."""
    is_out = Q(published__isnull=False) | Q(scheduled__isnull=False)
    return article.texts.filter(is_out).exists()


def refuse_archived(article: Article) -> None:
    if article.archived_at is not None:
        raise NotAllowed(_("The article is in the archive. Bring it back first."))


def refuse_unready(text: Text) -> None:
    refuse_archived(text.article)
    if not text.title.strip():
        raise Incomplete(_("Give the article a title first."))
    if not strip_tags(text.html).strip() and "<img" not in text.html:
        raise Incomplete(_("Nothing is written below the title yet."))


def schedule(text: Text, at: datetime.datetime, *, actor: User | None) -> Version:
    """Publish the draft as it stands at that moment. What is written afterwards does not go with it."""
    if at <= now():
        raise NotAllowed(_("Choose a moment that is still to come."))
    with transaction.atomic():
        current = lock_text(text.pk)
        refuse_unready(current)
        version = make_version(current, actor=actor)
        current.scheduled, current.publish_at = version, at
        current.save(update_fields=["scheduled", "publish_at"])
        touch(current.article)
        about = {"text": current.pk, "version": version.pk, "at": at.isoformat()}
        tell("article.scheduled", current.article, actor, **about)
    return version


def unschedule(text: Text, *, actor: User | None) -> Text:
    """It is not published by itself any more. Nothing happens when it was not going to be."""
    with transaction.atomic():
        current = lock_text(text.pk)
        if current.publish_at is not None:
            current.scheduled, current.publish_at = None, None
            current.save(update_fields=["scheduled", "publish_at"])
            tell("article.changed", current.article, actor, text=current.pk, fields=["schedule"])
    return current


def unpublish(text: Text, *, actor: User | None) -> Version | None:
    """The public reads this language no more. Returns the version it read, to put it back."""
    with transaction.atomic():
        current = lock_text(text.pk)
        version = current.published
        if version is None:
            return None
        current.published = None
        current.save(update_fields=["published"])
        touch(current.article)
        tell("article.unpublished", current.article, actor, text=current.pk, language=current.language)
    return version


def archive(article: Article, *, actor: User | None) -> Article:
    """Nobody but authors sees it any more, in any language. Everything it is stays, for `restore`."""
    return set_archived(article, now(), actor=actor, event="article.archived")


def restore(article: Article, *, actor: User | None) -> Article:
    """As it was before it went to the archive; what should have been published meanwhile waits for a person."""
    return set_archived(article, None, actor=actor, event="article.restored")


def set_archived(
    article: Article, moment: datetime.datetime | None, *, actor: User | None, event: str
) -> Article:
    with transaction.atomic():
        texts = Text.objects.select_for_update().filter(article=article).order_by("pk")
        ids = [text.pk for text in texts]
        current = Article.objects.select_for_update(of=("self",)).select_related("brand").get(pk=article.pk)
        if (current.archived_at is None) == (moment is None):
            return current
        current.archived_at = moment
        current.updated_at = now()
        current.save(update_fields=["archived_at", "updated_at"])
        if moment is None:
            missed = Text.objects.filter(pk__in=ids, publish_at__lte=now())
            missed.update(scheduled=None, publish_at=None)
        tell(event, current, actor, texts=ids)
    return current


def publish_due(limit: int = 100) -> int:
    """Publish what waited for a moment that has come. Each in its own transaction; returns how many.

    One that fails is told in the log, stays due and does not hold up the others.
    """
    due = Text.objects.filter(publish_at__lte=now(), article__archived_at=None)
    ids = list(due.order_by("publish_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(publish_one(pk) for pk in ids)


def publish_one(pk: int) -> bool:
    """Whoever comes second, or after it was called off, finds nothing to do."""
    try:
        with transaction.atomic():
            rows = Text.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
                "article__brand", "scheduled__made_by"
            )
            text = rows.filter(pk=pk, publish_at__lte=now(), article__archived_at=None).first()
            if text is None or text.scheduled is None:
                return False
            show(text, text.scheduled, actor=None)
    except DatabaseError:
        log.exception("text %s could not be published", pk)
        return False
    return True
