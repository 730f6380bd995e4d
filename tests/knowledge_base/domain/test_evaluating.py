from accounts.models import Brand, CustomerPool
from journal.models import Event
from knowledge_base.domain.evaluating import Asked, Faq, Scores, evaluate
from knowledge_base.models import Article, Entry, Stamp, Word

FAQS = [
    Faq("a", "How do I return an order?", ["Send it back within 30 days.", "The label is in your account."]),
    Faq("b", "When do I get my refund?", ["Three days after your return arrives."]),
    Faq("c", "How do I clean a lamp? " + "It is very dusty. " * 20, []),
]


def test_figures_are_those_of_the_search(db: None) -> None:
    asked = [
        Asked("returning orders", frozenset("a")),
        Asked("where is my refund", frozenset("bc")),
        Asked("clean the lamp", frozenset("a")),
        Asked("recipe for pancakes", frozenset()),
    ]
    said: list[str] = []
    figures = evaluate(FAQS, asked, said.append).figures()
    assert (figures["n"], figures["hit@1"], figures["hit@5"]) == (4, 0.6667, 0.6667)
    assert figures["suggested_when_none"] == 0
    assert 0 < figures["ms_p50"] <= figures["ms_p95"]
    assert said[0] == "3 articles in 'en', 4 questions"


def test_nothing_is_left_of_the_scratch_brand(db: None) -> None:
    evaluate(FAQS, [Asked("lamp", frozenset("c"))], lambda _: None)
    for model in (Article, Entry, Stamp, Word, Brand, CustomerPool, Event):
        assert not model.objects.exists(), model


def test_figures_by_hand() -> None:
    scores = Scores(
        ranks=[1, 1, 2, 0],
        shown=[True, False, True, True],
        right_shown=[True, False, False, False],
        shown_for_nothing=[True, False],
        milliseconds=[1, 2, 3, 4, 5, 60],
    )
    assert scores.figures() == {
        "n": 6,
        "hit@1": 0.5,
        "hit@1_shown": 0.3333,
        "hit@1_or_missed": 0.25,
        "hit@5": 0.75,
        "mrr": 0.625,
        "suggested_when_relevant": 0.75,
        "suggested_when_none": 0.5,
        "ms_p50": 3,
        "ms_p95": 60,
    }


def test_nothing_asked_is_no_error() -> None:
    assert Scores().figures()["hit@1"] == 0.0
