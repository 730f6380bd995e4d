"""Articles for who is about to write to us, by form or by chat, and what became of it.

None of this may ever stand between somebody and us: whatever goes wrong here is logged, and the message is sent.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Brand
from channels_app.models import Connection
from knowledge_base.domain.misses import note_miss
from knowledge_base.domain.reading import Reader, Shown, as_shown, published, with_texts
from knowledge_base.domain.searching import Hit
from knowledge_base.domain.searching import suggest as find
from knowledge_base.domain.visits import current_visit, note, offer, was_offered
from knowledge_base.domain.votes import vote
from knowledge_base.models import StepName, Visit

logger = logging.getLogger(__name__)
LONGEST = 2000  # of what somebody wrote, so much is looked at
MOST = 3
FEWEST_WORDS = 2  # of a question that authors should know of


@dataclass(frozen=True)
class Asker:
    """Who writes to which brand, in which language, and where; without a `visitor` nothing is noted of them."""

    brand: Brand
    visitor: str
    language: str
    place: str

    def visit(self) -> Visit | None:
        return current_visit(self.brand, self.visitor) if self.visitor else None


@contextmanager
def never_in_the_way() -> Iterator[None]:
    """What fails inside is undone and logged; what follows goes on."""
    try:
        with transaction.atomic():
            yield
    except Exception:  # the edge of what is only offered: a message must get through whatever the search does
        logger.exception("suggestions failed; the message is taken all the same")


def is_on(connection: Connection) -> bool:
    """May answers be suggested here? The inbox's own setting."""
    return connection.config.get("suggest", True) is True


def articles_for(asker: Asker, words: str) -> list[Hit]:
    """What the public may read and what fits these words well; of what is found, what this visitor may see."""
    found = look_up(asker, words)
    visit = asker.visit()
    return offer(visit, found, place=asker.place) if visit else found


def look_up(asker: Asker, words: str) -> list[Hit]:
    """In their language, else in the brand's: who reads its pages can read its help. The index is a moment behind:
    what may be read is asked once more."""
    for language in dict.fromkeys((asker.language, asker.brand.language)):
        if found := find(asker.brand, words[:LONGEST], language=language, limit=MOST):
            break
    ids = [hit.article_id for hit in found]
    readable = set(published(asker.brand).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [hit for hit in found if hit.article_id in readable]


def opened(asker: Asker, article_ids: Iterable[int]) -> dict[int, Shown]:
    """These articles with their words, as far as everybody may read them."""
    rows = with_texts(published(asker.brand), whole=True).filter(pk__in=list(article_ids))
    reader = Reader(asker.brand, asker.language)
    return {row.pk: as_shown(row, reader) for row in rows if row.read}  # type: ignore[attr-defined]


def read(asker: Asker, article_id: int) -> Shown | None:
    """An article that everybody may read, as this visitor reads it now."""
    found = opened(asker, [article_id]).get(article_id)
    if found is not None and (visit := asker.visit()):
        note(visit, StepName.READ, article=found.article, place=asker.place)
    return found


def note_solved(asker: Asker, article_id: int | None) -> bool:
    """They say that it helped. False for an article that is not theirs to read; None is a ready-made reply."""
    article = None
    if article_id is not None:
        article = published(asker.brand).filter(pk=article_id).first()
        if article is None:
            return False
    if visit := asker.visit():
        note(visit, StepName.SOLVED, article=article, place=asker.place)
    if article is not None and asker.visitor:
        vote(article, asker.visitor, helped=True, language=asker.language)
    return True


def note_sent(asker: Asker, words: str, *, record_id: int, sender: str = "") -> None:
    """They wrote to us. What nothing was found for, or what was sent all the same, becomes work for authors.

    `sender` is what they call themselves: it is no part of the question. Of the arm that is held out nothing is said:
    whether the answers would have done is what we do not know.
    """
    visit = asker.visit()
    if (
        visit is None
        or visit.steps.filter(name=StepName.SENT, place=asker.place, record_id=record_id).exists()
    ):
        return
    note(visit, StepName.BEGAN, place=asker.place)
    note(visit, StepName.SENT, place=asker.place, record_id=record_id)
    offered = was_offered(visit)
    if offered == StepName.WOULD_SUGGEST or len(words.split()) < FEWEST_WORDS:
        return
    note_miss(
        asker.brand,
        asker.language,
        words,
        asked_anyway=offered == StepName.SUGGESTED,
        without=sender,
    )
