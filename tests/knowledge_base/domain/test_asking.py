import pytest

from accounts.models import Brand
from knowledge_base.domain import asking
from knowledge_base.domain.searching import PUBLIC, stamps_of
from knowledge_base.models import Stamp
from tests.factories.articles import article


@pytest.fixture
def stamp(brand: Brand) -> Stamp:
    article(brand, "Cancel an order", "<p>Orders can be cancelled before the parcel leaves.</p>")
    article(brand, "Delivery times", "<p>A parcel takes three days. Delivery is free.</p>")
    article(brand, "Clean a lamp", "<p>Use a dry cloth.</p>")
    return stamps_of(brand, "en")[0]


def test_terms_are_stems_and_the_rarer_tells_more(stamp: Stamp) -> None:
    question = asking.question_for(stamp, "Where are the parcels and lamps?", visibilities=PUBLIC)
    assert {term.word: dict(term.stems) for term in question.terms} == {
        "parcels": {"parcel": 1.0},
        "lamps": {"lamp": 1.0},
    }
    weights = {term.word: term.weight for term in question.terms}
    assert weights["lamps"] > weights["parcels"]


@pytest.mark.parametrize("typed", ["delivry", "delievry", "dellivery", "delivert"])
def test_misspelt_word_is_read_as_the_close_one(stamp: Stamp, typed: str) -> None:
    question = asking.question_for(stamp, f"When is my {typed}?", visibilities=PUBLIC)
    assert question.corrected == "When is my delivery?"
    assert [dict(term.stems) for term in question.terms] == [{"deliveri": 0.9}]


def test_word_that_stands_there_is_not_corrected(stamp: Stamp) -> None:
    assert asking.question_for(stamp, "lamps order", visibilities=PUBLIC).corrected == ""


def test_word_like_none_is_strange_and_weighs(stamp: Stamp) -> None:
    question = asking.question_for(stamp, "order zebra", visibilities=PUBLIC)
    assert question.strange == ["zebra"]
    assert {term.word for term in question.terms} == {"order", "zebra"}


def test_last_word_may_be_a_beginning_while_somebody_types(stamp: Stamp) -> None:
    typing = asking.question_for(stamp, "parc", typing=True, visibilities=PUBLIC)
    assert dict(typing.terms[0].stems) == {"parcel": 0.8}
    assert asking.question_for(stamp, "parc ", typing=True, visibilities=PUBLIC).strange == ["parc"]
    assert asking.question_for(stamp, "parc", visibilities=PUBLIC).strange == ["parc"]


def test_long_text_is_read_as_far_as_it_matters(stamp: Stamp) -> None:
    question = asking.question_for(
        stamp, "order " + "very long words of a text " * 1_000, visibilities=PUBLIC
    )
    assert len(question.terms) <= asking.MOST_TERMS
    assert len(question.plain) <= asking.LONGEST


@pytest.mark.parametrize(
    ("one", "other", "most", "count"),
    [
        ("parcel", "parcel", 2, 0),
        ("parcel", "pacrel", 2, 1),
        ("parcel", "parcels", 2, 1),
        ("parcel", "marvel", 2, 2),
        ("parcel", "lamp", 2, 3),
        ("abcdef", "ghijkl", 2, 3),
    ],
)
def test_slips_are_counted_up_to_a_limit(one: str, other: str, most: int, count: int) -> None:
    assert asking.slips(one, other, most) == count
