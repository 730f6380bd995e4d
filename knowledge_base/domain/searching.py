"""Find articles: what visitors, authors and agents search with.

Words by their stems, words like those that were mistyped, and meaning each name candidates; then every candidate is
looked at by all three, and one number decides. `suggest` says nothing where that number is too low.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from accounts.models import Brand
from carecenter.lib.statements import Given, Statement
from knowledge_base.domain import asking, meaning, ranking
from knowledge_base.domain.asking import Question
from knowledge_base.domain.indexing import quoted
from knowledge_base.domain.ranking import Candidate
from knowledge_base.domain.snippets import snippet
from knowledge_base.models import Entry, Stamp, Visibility, Word

PUBLIC: Final = (Visibility.PUBLIC,)
BY_WORDS: Final = 40
BY_MEANING: Final = 40
SHOWN: Final = 3  # suggestions at most
FREQUENT: Final = 1_500  # texts; a stem of so many is looked for in bodies only when no rarer one is there
IN_BODY: Final = 0.4
Visibilities = Sequence[str]


@dataclass(frozen=True)
class Hit:
    """An article that may answer, in the language it is shown in. `snippet` is plain text."""

    article_id: int
    text_id: int
    slug: str
    title: str
    snippet: str
    language: str
    score: float  # how likely it is to answer, from 0 to 1
    is_sure: bool


@dataclass(frozen=True)
class Found:
    """`total` counts what is worth showing, `corrected` says how the words were read when they were misspelt.

    `is_guess`: no hit has a word of it, or one like it, and none is sure: only the meaning may be near.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    corrected: str = ""
    is_guess: bool = False


def search(
    brand: Brand,
    words: str,
    *,
    language: str,
    visibilities: Visibilities = PUBLIC,
    limit: int = 10,
    typing: bool = False,
) -> Found:
    """Articles for what was typed, the likeliest first, each once: in this language, else the brand's, else any.

    With `typing` the last word may be a beginning. Internal articles are found by those who ask for them only.
    """
    candidates, corrected = candidates_for(brand, words, language, visibilities, typing=typing)
    shown = sorted((one for one in candidates if one.score >= ranking.WORTH), key=lambda one: -one.score)
    is_guess = bool(shown) and not any(ranking.is_said(one) for one in shown)
    return Found(hits_for(shown[:limit], words), len(shown), corrected if shown else "", is_guess)


def candidates_for(
    brand: Brand, words: str, language: str, visibilities: Visibilities, *, typing: bool = False
) -> tuple[list[Candidate], str]:
    """Everything that may answer, with its score, and how the words were read when they were misspelt."""
    candidates: list[Candidate] = []
    corrected = ""
    earlier: list[Stamp] = []
    for stamp in stamps_of(brand, language):
        question = asking.question_for(stamp, words, typing=typing, visibilities=visibilities)
        if not question.words:
            return [], ""
        candidates += judged(stamp, question, list(visibilities), earlier)
        corrected = corrected or question.corrected
        earlier.append(stamp)
    return candidates, corrected


def alike(
    brand: Brand, words: str, *, but: int, language: str, visibilities: Visibilities = PUBLIC
) -> list[int]:
    """Articles that would answer this if the article `but` were not there, the likeliest first."""
    candidates, _ = candidates_for(brand, words, language, visibilities)
    others = [one for one in candidates if one.article_id != but]
    ranking.score(others)
    near = sorted((one for one in others if one.score >= ranking.NEAR), key=lambda one: -one.score)
    return [one.article_id for one in near]


def suggest(
    brand: Brand, words: str, *, language: str, visibilities: Visibilities = PUBLIC, limit: int = SHOWN
) -> list[Hit]:
    """What to offer somebody who did not search but is writing to us: nothing rather than nonsense."""
    return [
        hit
        for hit in search(brand, words, language=language, visibilities=visibilities, limit=limit).hits
        if hit.is_sure
    ]


def stamps_of(brand: Brand, language: str) -> list[Stamp]:
    """The languages there is something in: the wanted one first, then the brand's, then others."""
    order = {language: 0, language.partition("-")[0]: 1, brand.language: 2}
    found = _stamps().rows(brand=brand.pk)
    return sorted(found, key=lambda stamp: (order.get(stamp.language, 3), stamp.pk))


@cache
def _stamps() -> Statement[Stamp]:
    return Statement(Stamp.objects.filter(brand_id=Given("brand"), texts__gt=0))


def judged(
    stamp: Stamp, question: Question, visibilities: list[str], earlier: list[Stamp]
) -> list[Candidate]:
    """The candidates of one language with their scores; without articles that an earlier language has."""
    alike = meaning.alike(stamp, question.meant, visibilities)
    ids = [*named_by_words(stamp, question, visibilities), *alike.best[:BY_MEANING]]
    candidates = read_candidates(ids, visibilities, stamp.brand_id, [one.language for one in earlier])
    if not candidates:
        return []
    add_places(candidates, question)
    weights = weights_of(stamp, candidates, question)
    unknown = ranking.rarity(0, stamp.texts)
    letters = ranking.letters_of(question.words, weights, unknown)
    usual = sum(one.length for one in candidates) / len(candidates)
    for one in candidates:
        one.words = ranking.coverage(question.terms, one, usual)
        one.letters = ranking.closest(letters, one, weights, unknown)
        one.meaning = alike.of(one.text_id)
    ranking.score(candidates)
    return candidates


NAMED: Final = """
    SELECT text_id FROM (
        SELECT e.text_id, t.weight
        FROM unnest(%(stems)s::text[], %(weights)s::real[]) AS t(stem, weight)
        JOIN knowledge_base_entry e ON e.asked_words @@ t.stem::tsquery
        WHERE e.brand_id = %(brand)s AND e.language = %(language)s AND e.visibility = ANY(%(visibilities)s)
        UNION ALL
        SELECT e.text_id, t.weight * %(in_body)s
        FROM unnest(%(rare)s::text[], %(rare_weights)s::real[]) AS t(stem, weight)
        JOIN knowledge_base_entry e ON e.words @@ t.stem::tsquery
        WHERE e.brand_id = %(brand)s AND e.language = %(language)s AND e.visibility = ANY(%(visibilities)s)
        UNION ALL
        SELECT e.text_id, %(strange_weight)s
        FROM unnest(%(strange)s::text[]) AS t(piece)
        JOIN knowledge_base_entry e ON e.asked LIKE '%%' || t.piece || '%%'
        WHERE e.brand_id = %(brand)s AND e.language = %(language)s AND e.visibility = ANY(%(visibilities)s)
    ) AS named
    GROUP BY text_id ORDER BY sum(weight) DESC, text_id LIMIT %(limit)s
"""


def named_by_words(stamp: Stamp, question: Question, visibilities: list[str]) -> list[int]:
    """Texts that say most of the question, by how rare its stems are; those that hold a strange word within another."""
    stems = {stem: term.weight * sure for term in question.terms for stem, sure in term.stems.items()}
    least = ranking.rarity(FREQUENT, stamp.texts)
    rare = {stem: weight for stem, weight in stems.items() if weight > least} or stems
    values: dict[str, Any] = {
        "stems": [quoted(stem) for stem in stems],
        "weights": list(stems.values()),
        "rare": [quoted(stem) for stem in rare],
        "rare_weights": list(rare.values()),
        "strange": question.strange,
        "strange_weight": ranking.rarity(0, stamp.texts),
        "in_body": IN_BODY,
        "brand": stamp.brand_id,
        "language": stamp.language,
        "visibilities": visibilities,
        "limit": BY_WORDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(NAMED, values)
        return [row[0] for row in cursor.fetchall()]


def read_candidates(
    ids: Iterable[int], visibilities: list[str], brand_id: int, earlier: list[str]
) -> list[Candidate]:
    """What is known of these entries, as far as the asker may see them now."""
    entries = Entry.objects.filter(pk__in=set(ids), visibility__in=visibilities)
    if earlier:
        others = Entry.objects.filter(brand=brand_id, language__in=earlier, visibility__in=visibilities)
        entries = entries.exclude(Q(article__in=others.values("article")))
    rows = entries.order_by("pk").values_list("pk", "article_id", "language", "asked")
    return [Candidate(pk, article, language, asked.split("\n")) for pk, article, language, asked in rows]


def add_places(candidates: list[Candidate], question: Question) -> None:
    """Where the stems of the question stand in each candidate."""
    by_id = {one.text_id: one for one in candidates}
    stems = sorted({stem for term in question.terms for stem in term.stems})
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.text_id, length(e.words), p.lexeme, 'A' = ANY(p.weights) OR 'B' = ANY(p.weights),
                coalesce(array_length(array_positions(p.weights, 'D'), 1), 0)
            FROM knowledge_base_entry e LEFT JOIN LATERAL unnest(e.words) AS p ON p.lexeme = ANY(%s)
            WHERE e.text_id = ANY(%s)
            """,
            [stems, list(by_id)],
        )
        for text_id, length, stem, is_asked, times in cursor.fetchall():
            by_id[text_id].length = length or 0
            if stem is not None:
                by_id[text_id].places[stem] = (is_asked, times)


def weights_of(stamp: Stamp, candidates: list[Candidate], question: Question) -> dict[str, float]:
    """How much each word of the question and of what is asked of the candidates tells."""
    words = {word for one in candidates for word in one.asked_words()} | set(question.words)
    rows = Word.objects.filter(stamp=stamp, word__in=words).values_list("word", "count")
    return {word: ranking.rarity(count, stamp.texts) for word, count in rows}


def hits_for(candidates: list[Candidate], words: str) -> list[Hit]:
    """One query: titles and addresses of articles, and a piece of each that shows why."""
    ids = [one.text_id for one in candidates]
    entries = {entry.pk: entry for entry in Entry.objects.filter(pk__in=ids).select_related("article")}
    stems = asking.read(words)[1]
    return [
        Hit(
            article_id=one.article_id,
            text_id=one.text_id,
            slug=entries[one.text_id].article.slug,
            title=entries[one.text_id].title,
            snippet=snippet(entries[one.text_id].body, stems),
            language=one.language,
            score=round(one.score, 4),
            is_sure=one.is_sure,
        )
        for one in candidates
        if one.text_id in entries
    ]
