import pytest

from knowledge_base.domain.ranking import (
    Candidate,
    Term,
    closest,
    coverage,
    letters_of,
    likeness,
    rarity,
    score,
)


def candidate(**fields: object) -> Candidate:
    return Candidate(1, 1, "en", **{"asked": [""], "length": 100, **fields})  # type: ignore[arg-type]


def test_rare_words_tell_more() -> None:
    assert rarity(0, 100) > rarity(1, 100) > rarity(50, 100) > rarity(100, 100) > 0
    assert rarity(500, 100) == rarity(100, 100)


def test_coverage_is_the_share_of_the_question_by_weight() -> None:
    terms = [Term("refund", 3.0, {"refund": 1.0}), Term("my", 1.0, {"my": 1.0})]
    in_title = candidate(places={"refund": (True, 0)})
    assert coverage(terms, in_title, 100) == pytest.approx(0.75)
    assert coverage(terms, candidate(), 100) == 0
    assert coverage([], in_title, 100) == 0


def test_body_counts_less_than_title_and_more_when_said_again() -> None:
    term = [Term("refund", 3.0, {"refund": 1.0})]
    once, often = (coverage(term, candidate(places={"refund": (False, times)}), 100) for times in (1, 50))
    assert 0 < once < often < 0.5
    long = candidate(places={"refund": (False, 1)}, length=1_000)
    assert coverage(term, long, 100) < once


def test_what_was_probably_meant_counts_by_how_sure_it_is() -> None:
    terms = [Term("refnd", 3.0, {"refund": 0.9, "rerun": 0.75})]
    assert coverage(terms, candidate(places={"refund": (True, 0)}), 100) == pytest.approx(0.9)
    assert coverage(terms, candidate(places={"rerun": (True, 0)}), 100) == pytest.approx(0.75)


def test_likeness_survives_slips_and_compounds() -> None:
    def like(one: str, other: str) -> float:
        return likeness(letters_of([one], {}, 1.0), letters_of([other], {}, 1.0))

    assert like("parcel", "parcel") == pytest.approx(1)
    assert like("parcel", "pracel") > 0.2
    assert like("rucksendeetikett", "etikett") > 0.5
    assert like("parcel", "bottom") == 0
    assert likeness({}, letters_of(["a"], {}, 1.0)) == 0


def test_closest_way_to_ask_counts() -> None:
    weights = {"refund": 3.0, "money": 2.0, "back": 2.0}
    question = letters_of(["money", "back"], weights, 1.0)
    assert closest(question, candidate(asked=["refund", "money back"]), weights, 1.0) == pytest.approx(1)
    assert closest(question, candidate(asked=["refund"]), weights, 1.0) < 0.2
    assert closest(question, candidate(asked=[]), weights, 1.0) == 0


@pytest.mark.parametrize("meaning", [None, 2.0])
def test_score_grows_with_each_view_and_stays_a_share(meaning: float | None) -> None:
    def scored(words: float, letters: float, meant: float | None) -> float:
        one = candidate(words=words, letters=letters, meaning=meant)
        score([one])
        return one.score

    middle = scored(0.5, 0.5, meaning)
    assert scored(0.9, 0.5, meaning) > middle
    assert scored(0.5, 0.9, meaning) > middle
    if meaning is not None:
        assert scored(0.5, 0.5, meaning + 1) > middle
    assert 0 < scored(-9, 0, meaning) < scored(1e9, 1e9, meaning) <= 1
