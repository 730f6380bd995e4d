"""What was asked and not answered, as words for authors."""

import pytest

from carecenter.lib.time import now
from knowledge_base.domain.misses import fold, note_miss
from knowledge_base.models import Miss

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("  How do I   RETURN my boots?!", "how do i return my boots"),
        ("Hello, where is order NL-20431?", "where is order"),
        ("Call me on +49 (0)170 1234567 please", "call me on"),
        ("Mail me: dana.duarte@example.net or see https://example.net/me?id=7", "mail me or see"),
        ("my site www.dana.example and shop.example.de", "my site and"),
        ("Meine Straße 5b, 10115 Berlin", "meine straße berlin"),
        ("IBAN DE02 1203 0000 0000 2020 51", "iban"),
        ("Grüße, wo ist mein Paket?", "wo ist mein paket"),
        ("🙂🙂🙂", ""),
        ("12345", ""),
        ("", ""),
        ("x" * 10_000, ""),
        ("zelt " * 5_000, " ".join(["zelt"] * 12)),
        ("返品したい", "返品したい"),
        ("nul\x00byte", "nul byte"),
    ],
)
def test_words_are_folded_and_nothing_personal_is_kept(asked, kept):
    assert fold(asked) == kept


def test_own_name_is_left_out():
    assert fold("Dana Duarte here, my tent leaks", without="Dana Duarte dana duarte") == "here my tent leaks"


def test_same_question_is_counted(brand, second_brand, clock):
    note_miss(brand, "en", "Mend my tent")
    clock.shift(60)
    note_miss(brand, "en", "mend MY tent?", asked_anyway=True)
    note_miss(second_brand, "en", "mend my tent")
    note_miss(brand, "de", "mend my tent")
    assert note_miss(brand, "en", "0049") is None
    first = Miss.objects.order_by("pk").first()
    assert (first.count, first.asked_anyway, first.last_at) == (2, 1, now())
    assert Miss.objects.count() == 3


def test_settled_miss_that_finds_nothing_again_is_open_again(brand):
    miss = note_miss(brand, "en", "mend my tent")
    Miss.objects.filter(pk=miss.pk).update(settled_at=now())
    assert note_miss(brand, "en", "mend my tent", asked_anyway=True).settled_at is not None
    assert note_miss(brand, "en", "mend my tent").settled_at is None
