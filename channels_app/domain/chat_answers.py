"""Answers that are there before a person is: public ready-made replies that fit what the visitor asks."""

import re
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import get_language

from channels_app.models import Connection
from journal.actors import SYSTEM
from journal.domain.recording import record
from tickets.models import CannedReply

MOST = 3
MOST_WORDS = 12
NEAR = 0.45
CONFIGS = {"en": "english", "de": "german"}
_WORD = re.compile(r"\w{3,40}")


def public_replies(connection: Connection) -> Any:
    """Shared ones of the brand's pool, for everybody or for this brand, in the visitor's language or in none.

    Those with placeholders are for agents: nobody is there to fill them.
    """
    brand = connection.inbox.brand
    of_brand = Q(brand=brand) | Q(brand__isnull=True)
    shared = CannedReply.objects.filter(of_brand, pool=brand.pool_id, is_public=True)
    shared = shared.filter(owner__isnull=True, team__isnull=True)
    language = (get_language() or brand.language).partition("-")[0]
    return shared.filter(language__in=(language, "")).exclude(text__contains="{{")


def suggest(connection: Connection, text: str) -> list[dict[str, Any]]:
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
    best = fitting.order_by((F("rank") + F("likeness")).desc(), "-uses", "pk")[:MOST]
    return [{"id": reply.pk, "title": reply.title, "text": reply.text} for reply in best]


def note_deflected(connection: Connection, reply_id: int) -> bool:
    """A visitor says that this helped: no ticket came of it. False for a reply that is not shown here."""
    if not public_replies(connection).filter(pk=reply_id).exists():
        return False
    with transaction.atomic():
        record(
            "chat.deflected",
            actor=SYSTEM,
            brand_id=connection.inbox.brand_id,
            subject=f"canned_reply:{reply_id}",
            inbox=connection.inbox_id,
        )
    return True
