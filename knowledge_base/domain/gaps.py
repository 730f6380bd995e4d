"""What visitors did not find, as work for authors: written about, settled, opened again."""

from django.db import transaction

from accounts.models import User
from carecenter.lib.time import now
from journal.domain.recording import record
from knowledge_base.domain.articles import Draft, actor_of, create_article
from knowledge_base.models import Article, Miss


def write_article(miss: Miss, *, actor: User) -> Article:
    """A draft with the visitors' words as its title and as a phrase; the one that was begun for it, if there is one."""
    with transaction.atomic():
        locked = (
            Miss.objects.select_for_update(of=("self",)).select_related("brand", "article").get(pk=miss.pk)
        )
        if locked.article is not None and locked.article.archived_at is None:
            return locked.article
        words = locked.words
        draft = Draft(title=words[:1].upper() + words[1:], phrases=[words])
        made = create_article(actor=actor, brand=locked.brand, language=locked.language, draft=draft)
        locked.article = made
        locked.save(update_fields=["article"])
    return made


def settle(miss: Miss, *, actor: User | None) -> bool:
    """Nothing is left to do about it. False when it was settled already. Event: miss.settled."""
    with transaction.atomic():
        changed = Miss.objects.filter(pk=miss.pk, settled_at=None).update(settled_at=now())
        if changed:
            tell(miss, actor, name="miss.settled")
    return bool(changed)


def reopen(miss: Miss, *, actor: User | None) -> bool:
    """It is work again. False when it was so already. Event: miss.reopened."""
    with transaction.atomic():
        changed = Miss.objects.filter(pk=miss.pk, settled_at__isnull=False).update(settled_at=None)
        if changed:
            tell(miss, actor, name="miss.reopened")
    return bool(changed)


def settle_written(article_id: int) -> int:
    """What an article was written for is settled when the public can read it."""
    misses = Miss.objects.filter(article=article_id, settled_at=None).order_by("pk")
    return sum(settle(miss, actor=None) for miss in misses)


def tell(miss: Miss, actor: User | None, *, name: str) -> None:
    subject = f"miss:{miss.pk}"
    record(name, actor=actor_of(actor), brand_id=miss.brand_id, subject=subject, count=miss.count)
