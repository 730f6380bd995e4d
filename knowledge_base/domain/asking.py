"""What somebody typed, as terms: stems with how much each tells, misspelt words with what they may have meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from knowledge_base.domain.languages import is_spelt, stems_of, words_of
from knowledge_base.domain.ranking import Term, rarity
from knowledge_base.models import Stamp, Word

LONGEST: Final = 2_000  # letters that are read
MOST_TERMS: Final = 16  # those that tell most
BEGINNINGS: Final = 12  # words that a word being typed may become
SPELLINGS: Final = 2
CANDIDATES: Final = 24
TYPED_LETTERS: Final = 2


@dataclass
class Question:
    """`plain` is what was asked, in one line; `words` its words, folded; `corrected` what was probably meant, or ""."""

    plain: str
    words: list[str]
    terms: list[Term] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)  # words that nobody wrote, nor any like them
    corrected: str = ""
    typing: bool = False

    @property
    def meant(self) -> str:
        """What is asked of meaning: nothing while somebody types. A model takes longer than a keystroke may."""
        return "" if self.typing else self.plain


def read(text: str) -> tuple[str, list[str]]:
    """One line of what was typed, and its words in order, each once."""
    plain = " ".join(text[:LONGEST].replace("\0", " ").split())
    return plain, list(dict.fromkeys(words_of(plain)))


def question_for(stamp: Stamp, text: str, *, visibilities: Iterable[str], typing: bool = False) -> Question:
    """With `typing` the last word may be a beginning. Four queries at most.

    What a slip may have meant is looked for in what the asker may read: the word is shown to them.
    """
    plain, words = read(text)
    question = Question(plain, words, typing=typing)
    if not words:
        return question
    stems = stems_of(stamp.language, words)
    last = words[-1] if typing and not text[-1:].isspace() else ""
    told = [word for word in words if stems[word] or word == last]
    counts = counts_of(stamp, {stems[word] for word in told} - {""})
    unknown = [word for word in told if not counts.get(stems[word])]
    begun = beginnings_of(stamp, last) if last else {}
    close = close_words(
        stamp, [word for word in unknown if is_spelt(word) and not (word == last and begun)], visibilities
    )
    for word in told:
        meant = begun if word == last and begun else close.get(word, {})
        question.terms.append(term_for(word, stems[word], meant, counts, stamp.texts))
        if word in unknown and not meant and is_spelt(word):
            question.strange.append(word)
    question.terms = sorted(question.terms, key=lambda term: -term.weight)[:MOST_TERMS]
    question.corrected = corrected(plain, {word: found for word, found in close.items() if found})
    return question


Meant = dict[str, tuple[str, int, float]]  # word: its stem, in how many texts it stands, how sure it is


def term_for(word: str, stem: str, meant: Meant, counts: dict[str, int], total: int) -> Term:
    stems = {other: sure for other, _, sure in meant.values() if other}
    if stem and (counts.get(stem) or not stems):
        stems[stem] = 1.0
    known = [counts[stem]] if counts.get(stem) else [count for _, count, _ in meant.values()]
    return Term(word, rarity(max(known, default=0), total), stems)


def counts_of(stamp: Stamp, stems: set[str]) -> dict[str, int]:
    """In how many texts a stem stands: those of its words together, which is a little too many."""
    rows = Word.objects.filter(stamp=stamp, stem__in=stems).values_list("stem", "count")
    found: dict[str, int] = {}
    for stem, count in rows:
        found[stem] = min(found.get(stem, 0) + count, stamp.texts)
    return found


def beginnings_of(stamp: Stamp, begun: str) -> Meant:
    """What a word may become that is being typed, the most frequent first."""
    if len(begun) < TYPED_LETTERS:
        return {}
    rows = (
        Word.objects.filter(stamp=stamp, word__startswith=begun).exclude(stem="").order_by("-count", "word")
    )
    found = rows.values_list("word", "stem", "count")[:BEGINNINGS]
    return {word: (stem, count, 1.0 if word == begun else 0.8) for word, stem, count in found}


def close_words(stamp: Stamp, words: list[str], visibilities: Iterable[str]) -> dict[str, Meant]:
    """For each word the few that differ by one slip, or two in a long word, or that hold it whole."""
    found: dict[str, Meant] = {}
    for word, other, stem, count in near(stamp, words, visibilities):
        most = 1 if len(word) < 6 else 2
        count_of_slips = slips(word, other, most)
        if count_of_slips > most or (word[0] != other[0] and count_of_slips > 1):
            continue
        found.setdefault(word, {})[other] = (stem, count, 0.9 if count_of_slips == 1 else 0.75)
    return {word: best(meant) for word, meant in found.items()}


def near(stamp: Stamp, words: list[str], visibilities: Iterable[str]) -> list[Any]:
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked, word, stem, count FROM unnest(%s::text[]) AS asked CROSS JOIN LATERAL (
                SELECT word, stem, count FROM knowledge_base_word
                WHERE stamp_id = %s AND is_spelt AND word %% asked AND stem <> ''
                    AND abs(length(word) - length(asked)) <= 2
                    AND EXISTS (
                        SELECT FROM knowledge_base_entry e
                        WHERE e.brand_id = %s AND e.language = %s AND e.visibility = ANY(%s)
                            AND e.words @@ quote_literal(stem)::tsquery
                    )
                ORDER BY similarity(word, asked) DESC, word LIMIT %s
            ) AS candidates
            """,
            [
                words[:MOST_TERMS],
                stamp.pk,
                stamp.brand_id,
                stamp.language,
                list(visibilities),
                CANDIDATES,
            ],
        )
        return cursor.fetchall()


def best(meant: Meant) -> Meant:
    order = sorted(meant, key=lambda word: (-meant[word][2], -meant[word][1], word))
    return {word: meant[word] for word in order[:SPELLINGS]}


def corrected(plain: str, close: dict[str, Meant]) -> str:
    """The line with the first of the words that were probably meant; "" where nothing was misspelt."""

    def right(match: re.Match[str]) -> str:
        meant = close.get("".join(words_of(match[0])))
        return next(iter(meant)) if meant else match[0]

    line = re.sub(r"\w+", right, plain)
    return line if line != plain else ""


def slips(one: str, other: str, most: int) -> int:
    """Letters missing, added, wrong or swapped with their neighbour; counts no further than `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        last, before, row = before, row, [place]
        for at, sign in enumerate(other, start=1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != sign))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == sign:
                cost = min(cost, last[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
