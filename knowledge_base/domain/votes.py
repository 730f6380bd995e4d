""" "Did this solve it?": one vote of a visitor for an article, the last word counts."""

from django.db import transaction

from journal.actors import SYSTEM
from journal.domain.recording import record
from knowledge_base.models import Article, Vote, VoteReason

LONGEST = 1000


def find_vote(article: Article, visitor: str) -> Vote | None:
    return Vote.objects.filter(article=article, visitor=visitor).first()


@transaction.atomic
def vote(
    article: Article, visitor: str, *, helped: bool, language: str, reason: str = "", comment: str = ""
) -> Vote:
    """Store what the visitor says now, over what they said before. A reason belongs to a "no" only.

    The journal gets the answer and the code of the reason, never the comment. The same again changes nothing.
    """
    why = "" if helped or reason not in VoteReason.values else reason
    words = "" if helped else comment.replace("\x00", "").strip()[:LONGEST]
    said = {"helped": helped, "reason": why, "comment": words, "language": language[:10]}
    row, is_new = Vote.objects.select_for_update().get_or_create(
        article=article, visitor=visitor, defaults=said
    )
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if not is_new and not changed:
        return row
    if changed:
        for name in changed:
            setattr(row, name, said[name])
        row.save(update_fields=changed)
    tell(article, helped="yes" if helped else "no", reason=why)
    return row


@transaction.atomic
def take_back(article: Article, visitor: str) -> bool:
    """False when there was nothing to take back."""
    gone, _ = Vote.objects.filter(article=article, visitor=visitor).delete()
    if gone:
        tell(article, helped="", reason="")
    return bool(gone)


def tell(article: Article, *, helped: str, reason: str) -> None:
    record(
        "article.voted",
        actor=SYSTEM,
        brand_id=article.brand_id,
        subject=f"article:{article.pk}",
        article=article.pk,
        helped=helped,
        reason=reason,
    )
