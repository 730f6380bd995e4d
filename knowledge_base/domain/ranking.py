"""How well an entry answers a question, in numbers. Pure: no database, no clock.

Three views of the same pair, each blind where another sees: the words by their stems, weighed by how rare they are;
trigrams, which survive typing errors and compounds; and meaning, which survives other words altogether.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from knowledge_base.domain.languages import words_of

IN_BODY: Final = 0.5  # of a word in the title
SATURATION: Final = 1.2


@dataclass(frozen=True)
class Term:
    """One word of the question: how much it tells, and the stems it may stand for, each with how sure that is."""

    word: str
    weight: float
    stems: Mapping[str, float]


@dataclass
class Candidate:
    """An entry that may answer. `places` is, for each stem it shares with the question, (is in what is asked, times in
    the body). The three numbers are of this pair; `meaning` is None where nobody worked it out."""

    text_id: int
    article_id: int
    language: str
    asked: Sequence[str]
    length: int = 0  # different stems
    places: dict[str, tuple[bool, int]] = field(default_factory=dict)
    words: float = 0.0
    letters: float = 0.0
    meaning: float | None = None
    score: float = 0.0
    is_sure: bool = False

    def asked_words(self) -> set[str]:
        return {word for one in self.asked for word in words_of(one)}


def rarity(count: int, total: int) -> float:
    """How much a word tells that stands in `count` of `total` texts."""
    count = min(count, total)
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def coverage(terms: Iterable[Term], candidate: Candidate, usual_length: float) -> float:
    """The share of the question that the entry says, by weight: 1 for all of it in the title, more with the body."""
    found = total = 0.0
    spread = SATURATION * (0.25 + 0.75 * candidate.length / max(usual_length, 1.0))
    for term in terms:
        total += term.weight
        best = 0.0
        for stem, certainty in term.stems.items():
            if (place := candidate.places.get(stem)) is not None:
                is_asked, times = place
                best = max(best, certainty * (is_asked + IN_BODY * times / (times + spread)))
        found += term.weight * best
    return found / total if total else 0.0


Letters = dict[str, float]


def letters_of(words: Iterable[str], weight_of: Mapping[str, float], unknown: float) -> Letters:
    """Trigrams of the words as one vector of length 1; a word counts by how rare it is, however long it is."""
    found: Letters = {}
    for word in words:
        padded = f" {word} "
        grams = [padded[at : at + 3] for at in range(max(1, len(padded) - 2))]
        share = math.sqrt(weight_of.get(word, unknown) / len(grams))
        for gram in grams:
            found[gram] = found.get(gram, 0.0) + share
    size = math.sqrt(sum(value * value for value in found.values()))
    return {gram: value / size for gram, value in found.items()} if size else {}


def likeness(one: Letters, other: Letters) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(value * large[gram] for gram, value in small.items() if gram in large)


def closest(question: Letters, candidate: Candidate, weight_of: Mapping[str, float], unknown: float) -> float:
    """How like the letters of the question are to the title, or to another way of asking it."""
    return max(
        (likeness(question, letters_of(words_of(one), weight_of, unknown)) for one in candidate.asked),
        default=0.0,
    )


# One choice among the candidates and "none of these": each has a weight, and its share of all weights is how likely it
# is. Fitted on questions with their right article among the others, and with it left out: docs/decisions/0007.
SURE: Final = 0.76  # all candidates together, against none
LEAST: Final = 0.1  # of each that is suggested
WORTH: Final = 0.002  # of a hit on the page of a search
LIKE: Final = 0.2  # of letters: below it nothing in a title looks like what was asked
NEAR: Final = 0.02  # of an article that goes well with another
WITH_MEANING: Final = (-7.79, 0.88, 0.58, 2.03)
WITHOUT: Final = (-6.1, 4.8, 7.3, 0.0)


def weight_of(one: Candidate) -> float:
    """Its logarithm, against that of "none"."""
    none, words, letters, meaning = WITHOUT if one.meaning is None else WITH_MEANING
    return none + words * one.words + letters * one.letters + meaning * (one.meaning or 0.0)


def is_said(one: Candidate) -> bool:
    """Has it a word of the question, or letters like it, or is it sure all the same?"""
    return one.is_sure or one.words > 0 or one.letters >= LIKE


def score(candidates: Sequence[Candidate]) -> None:
    """Put how likely each is to be the one that answers, from 0 to 1; together they leave the rest to none of them."""
    weights = [weight_of(one) for one in candidates]
    most = max([0.0, *weights])
    shares = [math.exp(weight - most) for weight in weights]
    total = sum(shares) + math.exp(-most)
    is_sure = sum(shares) / total >= SURE
    for one, part in zip(candidates, shares, strict=True):
        one.score = part / total
        one.is_sure = is_sure and one.score >= LEAST
