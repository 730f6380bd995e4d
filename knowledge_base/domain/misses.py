"""What was asked and not answered: kept as words for authors, never as a text of a person."""

import re
import unicodedata

from django.db import transaction
from django.db.models import F

from accounts.models import Brand
from carecenter.lib.time import now
from knowledge_base.models import Miss

MOST_WORDS = 12
LONGEST = 200
LONGEST_WORD = 40  # longer ones are keys, tokens or nonsense
_ADDRESS = re.compile(
    r"\S*(?:@|://|www\.)\S*|\b\S+\.(?:com|net|org|de|at|ch|eu|io|co|uk)\b\S*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# How letters begin and end: says nothing of what was asked.
_POLITE = frozenset(
    {
        "hello",
        "hi",
        "hey",
        "dear",
        "sir",
        "madam",
        "please",
        "thanks",
        "thank",
        "regards",
        "hallo",
        "guten",
        "sehr",
    }
    | {
        "geehrte",
        "geehrter",
        "damen",
        "herren",
        "liebe",
        "lieber",
        "bitte",
        "danke",
        "vielen",
        "dank",
        "viele",
    }
    | {"grüße", "freundliche", "freundlichen", "mfg"}
)


def note_miss(
    brand: Brand, language: str, words: str, *, asked_anyway: bool = False, without: str = ""
) -> Miss | None:
    """Count a question that found nothing, or (`asked_anyway`) one that was sent although answers were shown.

    `count` counts both, so the work list is in order. Words with figures, addresses and what is in `without` (the
    sender's own name) are left out; None where nothing is left. A settled miss that finds nothing again is open again.
    """
    folded = fold(words, without=without)
    if not folded:
        return None
    at = now()
    with transaction.atomic():
        miss, is_new = Miss.objects.get_or_create(
            brand=brand,
            language=language[:10],
            words=folded,
            defaults={"asked_anyway": int(asked_anyway), "first_at": at, "last_at": at},
        )
        if is_new:
            return miss
        changed = {
            "count": F("count") + 1,
            "asked_anyway": F("asked_anyway") + int(asked_anyway),
            "last_at": at,
        }
        if not asked_anyway:
            changed["settled_at"] = None
        Miss.objects.filter(pk=miss.pk).update(**changed)
    miss.refresh_from_db()
    return miss


def fold(words: str, *, without: str = "") -> str:
    """Lower case, one space, at most so many words; no figures, no addresses, no greeting."""
    text = unicodedata.normalize("NFKC", words[:5000]).lower()
    left_out = _POLITE | set(_WORD.findall(unicodedata.normalize("NFKC", without[:1000]).lower()))
    found = _WORD.findall(_ADDRESS.sub(" ", drop_figures(text)))
    kept = [word for word in found if word not in left_out and re.split("['’]", word)[0] not in left_out]
    kept = [word for word in kept if len(word) <= LONGEST_WORD and any(map(str.isalpha, word))]
    return " ".join(kept[:MOST_WORDS])[:LONGEST].strip()


def drop_figures(text: str) -> str:
    """Whole pieces between spaces: an order number, a telephone number, a date or an amount says who it was."""
    return " ".join(piece for piece in text.split() if not any(map(str.isnumeric, piece)))
