"""Answers that are there before a person is: articles, and public ready-made replies, that fit what is asked."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import get_language

from channels_app.domain.answers import Asker, look_up
from channels_app.models import Connection
from journal.actors import SYSTEM
from journal.domain.recording import record
from knowledge_base.domain.visits import offer
from tickets.models import CannedReply

MOST = 3
MOST_WORDS = 12
NEAR = 0.45
CONFIGS = {"en": "english", "de": "german"}
_WORD = re.compile(r"\w{3,40}")


@dataclass(frozen=True)
class Answer:
    """An "article", whose `text` is the piece that fits, or a "reply", whose `text` is all of it."""

    kind: str
    id: int
    title: str
    text: str


def public_replies(connection: Connection) -> Any:
    """Shared ones of the brand's pool, for everybody or for this brand, in the visitor's language, the brand's or none.

    Those with placeholders are for agents: nobody is there to fill them.
    """
    brand = connection.inbox.brand
    of_brand = Q(brand=brand) | Q(brand__isnull=True)
    shared = CannedReply.objects.filter(of_brand, pool=brand.pool_id, is_public=True)
    shared = shared.filter(owner__isnull=True, team__isnull=True)
    language = (get_language() or brand.language).partition("-")[0]
    return shared.filter(language__in=(language, brand.language, "")).exclude(text__contains="{{")


def suggest(connection: Connection, asker: Asker, text: str) -> list[Answer]:
    """What fits these words, as far as this visitor is to see it: articles first, for those are sure."""
    found = [Answer("article", hit.article_id, hit.title, hit.snippet) for hit in look_up(asker, text)]
    titles = {answer.title.casefold() for answer in found}
    replies = [
        Answer("reply", one.pk, one.title, one.text)
        for one in fitting_replies(connection, text)
        if one.title.casefold() not in titles  # an article says it better
    ]
    # Two kinds share the room: the second has a place even if the first would fill it.
    together = [*found[: MOST - 1], *replies, *found[MOST - 1 :]][:MOST]
    visit = asker.visit()
    return offer(visit, together, place=asker.place) if visit else together


def fitting_replies(connection: Connection, text: str) -> list[CannedReply]:
    """The best few for these words: whole words by their stems, and misspelt ones by likeness with the title."""
    words = list(dict.fromkeys(_WORD.findall(text[:500].lower())))[:MOST_WORDS]
    if not words:
        return []
    language = (get_language() or "en").partition("-")[0]
    config = CONFIGS.get(language, "simple")
    vector = SearchVector("title", weight="A", config=config) + SearchVector(
        "text", weight="C", config=config
    )
    query = reduce(or_, (SearchQuery(word, config=config) for word in words))
    likeness = TrigramWordSimilarity(" ".join(words), "title")
    found = public_replies(connection).annotate(rank=SearchRank(vector, query), likeness=likeness)
    fitting = found.filter(Q(rank__gt=0.05) | Q(likeness__gt=NEAR))
    return list(fitting.order_by((F("rank") + F("likeness")).desc(), "-uses", "pk")[:MOST])


def note_deflected(connection: Connection, *, reply_id: int = 0, article_id: int = 0) -> bool:
    """A visitor says that this helped: no ticket came of it. False for a reply that is not shown here."""
    if reply_id and not public_replies(connection).filter(pk=reply_id).exists():
        return False
    with transaction.atomic():
        record(
            "chat.deflected",
            actor=SYSTEM,
            brand_id=connection.inbox.brand_id,
            subject=f"canned_reply:{reply_id}" if reply_id else f"article:{article_id}",
            inbox=connection.inbox_id,
        )
    return True
