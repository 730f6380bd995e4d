import time
from collections import Counter

import pytest

from feedback.domain.anger import is_angry, signs
from tests.feedback.corpora import labelled_texts

ANGRY = [
    "This is the worst service I have ever had.",
    "I will never order from you again.",
    "Third time I write and still no answer!",
    "WHERE IS MY ORDER!!! STILL NOTHING",
    "What a joke. My lawyer will be in touch.",
    "You should be ashamed.",
    "Das ist eine Frechheit, ich warte seit Wochen!",
    "Nie wieder bestelle ich hier.",
    "Zum dritten Mal falsch geliefert, und niemand meldet sich.",
    "WAS SOLL DAS, WO IST MEIN GELD!!!",
    "Unverschämt, ich gehe zum Anwalt.",
]
CALM = [
    "",
    "😀",
    "Thank you, all good.",
    "GREAT SERVICE!!!",
    "DANKE!!! SUPER!!!",
    "Not bad at all.",
    "No complaints, great service!",
    "Could be a little faster.",
    "I never had such terrible weather, but you delivered.",
    "Nicht schlecht!",
    "Die Antwort kam etwas spät, war aber hilfreich.",
    "Nothing terrible, just slow.",
    "See https://example.com/worst-idiots and worst@example.com",
]


@pytest.mark.parametrize("text", ANGRY)
def test_angry_words_are_heard(text):
    assert is_angry(text)


@pytest.mark.parametrize("text", CALM)
def test_calm_words_are_not_taken_for_anger(text):
    assert not is_angry(text)


def test_signs_are_the_words_as_they_stand_each_once():
    found = signs("Worst ever. The worst! I will never come again??")
    assert [sign.words for sign in found] == ["Worst", "never come again", "??"]


def test_long_and_strange_texts_take_no_time():
    started = time.perf_counter()
    for text in ("never a " * 5000, "!" * 100_000, "no " * 30_000, "A" * 50_000, "\x00\u202e" * 20_000):
        is_angry(text)
    assert time.perf_counter() - started < 2


def test_what_people_wrote_in_anger_is_told_from_what_they_wrote_in_joy():
    """Not every complaint is angry; but what is read as angry is a complaint, and praise is not read as anger."""
    found = Counter((label, is_angry(text)) for label, text in labelled_texts("us-airline-tweets.csv"))
    angry = {label: found[label, True] for label in ("positive", "neutral", "negative")}
    praise = angry["positive"] / (angry["positive"] + found["positive", False])
    heard = angry["negative"] / (angry["negative"] + found["negative", False])
    assert angry["negative"] / sum(angry.values()) >= 0.95
    assert praise <= 0.012
    assert heard >= 0.17
