import pytest

from accounts.models import Brand
from knowledge_base.domain import meaning, ranking
from knowledge_base.domain.searching import Found, search, suggest
from knowledge_base.models import Article, Visibility
from tests.factories.articles import article, translation
from tests.knowledge_base.domain.conftest import FakeServer


@pytest.fixture
def help_centre(brand: Brand) -> dict[str, Article]:
    """A few articles as a shop has them."""
    texts = {
        "return": (
            "Return an order",
            "<p>Send the parcel back within 30 days. The label is in your account.</p>",
        ),
        "refund": (
            "When do I get my refund?",
            "<p>The money is with you three days after your return arrives.</p>",
        ),
        "track": ("Track your parcel", "<p>The number is in the mail that says your order was sent.</p>"),
        "invoice": ("Download an invoice", "<p>Open the order and choose “Invoice”.</p>"),
        "password": ("Reset your password", "<p>Choose “Forgotten” where you sign in.</p>"),
        "lamp": ("Clean a lamp", "<p>Use a dry cloth, and switch it off before.</p>"),
        "warranty": ("How long is the warranty?", "<p>Two years for furniture, one for lamps.</p>"),
        "address": ("Change the delivery address", "<p>Until the order is packed you can change it.</p>"),
    }
    return {name: article(brand, title, html) for name, (title, html) in texts.items()}


def first(brand: Brand, words: str, **options: object) -> int | None:
    hits = search(brand, words, language="en", **options).hits  # type: ignore[arg-type]
    return hits[0].article_id if hits else None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("returning an order", "return"),
        ("how do I track my parcels", "track"),
        ("INVOICES", "invoice"),
        ("forgot pasword", "password"),
        ("invioce download", "invoice"),
        ("waranty", "warranty"),
        ("furniture", "warranty"),
        ("delivery adress change", "address"),
    ],
)
def test_search_finds_by_stem_slip_and_body(
    brand: Brand, help_centre: dict[str, Article], words: str, name: str
) -> None:
    assert first(brand, words) == help_centre[name].pk


def test_search_says_how_it_read_what_was_misspelt(brand: Brand, help_centre: dict[str, Article]) -> None:
    assert search(brand, "Reset pasword", language="en").corrected == "Reset password"
    assert search(brand, "Reset password", language="en").corrected == ""


def test_hit_tells_what_a_page_shows(brand: Brand, help_centre: dict[str, Article]) -> None:
    found = search(brand, "reset password", language="en")
    hit = found.hits[0]
    assert (hit.slug, hit.title, hit.language, hit.is_sure) == (
        "reset-your-password",
        "Reset your password",
        "en",
        True,
    )
    assert hit.snippet == "Choose “Forgotten” where you sign in."
    assert found.total >= 1


def test_beginning_of_a_word_finds_while_somebody_types(
    brand: Brand, help_centre: dict[str, Article]
) -> None:
    assert first(brand, "warr", typing=True) == help_centre["warranty"].pk
    assert first(brand, "clean a la", typing=True) == help_centre["lamp"].pk


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "🙂🙂🙂",
        "🙂" * 5_000,
        "' & | ! : * \\ ( ) <-> %s %(x)s",
        "\0",
        "--; drop table",
        "\u202e\ufffd",
        "a",
        "?",
    ],
)
def test_words_that_are_none_find_nothing(brand: Brand, help_centre: dict[str, Article], words: str) -> None:
    assert search(brand, words, language="en").hits == []
    assert suggest(brand, words, language="en") == []


@pytest.mark.parametrize(
    "words",
    [
        "refund " * 1_500,
        "x" * 10_000,
        " ".join(f"word{number}" for number in range(1_400)),
        "reset your password 🙂 " + "é" * 10_000,
        "returning' & order:*",
        "返品" * 3_000,
        "\0refund\0",
    ],
)
def test_hostile_searches_end_and_harm_nothing(
    brand: Brand, help_centre: dict[str, Article], words: str
) -> None:
    assert len(search(brand, words, language="en", typing=True).hits) <= 10
    assert len(suggest(brand, words, language="en")) <= 3


def test_operators_are_read_as_words(brand: Brand, help_centre: dict[str, Article]) -> None:
    assert first(brand, "!invoice & :* ( download") == help_centre["invoice"].pk


@pytest.mark.parametrize(
    "words",
    [
        "Do you sell gift cards for birthdays in Norway?",
        "What is the weather in Paris tomorrow",
        "my neighbour's dog barks all night",
        "recipe for pancakes",
    ],
)
def test_suggest_is_silent_when_nothing_answers(
    brand: Brand, help_centre: dict[str, Article], words: str
) -> None:
    assert suggest(brand, words, language="en") == []


def test_suggest_offers_what_answers(brand: Brand, help_centre: dict[str, Article]) -> None:
    hits = suggest(brand, "Hello, how can I change my delivery address?", language="en")
    assert [hit.article_id for hit in hits][:1] == [help_centre["address"].pk]
    assert all(hit.is_sure for hit in hits)


def test_nobody_finds_what_is_not_theirs(brand: Brand, second_brand: Brand, other_brand: Brand) -> None:
    shown = article(brand, "Clean a lamp")
    members = article(brand, "Clean a lamp for members", visibility=Visibility.SIGNED_IN)
    inside = article(brand, "Clean a lamp: notes", visibility=Visibility.INTERNAL)
    article(second_brand, "Clean a lamp of the garden")
    article(other_brand, "Clean a lamp of Weststern")

    def found(*visibilities: Visibility) -> set[int]:
        hits = search(brand, "clean a lamp", language="en", visibilities=visibilities).hits
        return {hit.article_id for hit in hits}

    assert found(Visibility.PUBLIC) == {shown.pk}
    assert found(Visibility.PUBLIC, Visibility.SIGNED_IN) == {shown.pk, members.pk}
    assert found(*Visibility) == {shown.pk, members.pk, inside.pk}
    assert search(second_brand, "lamp", language="en", visibilities=[]).hits == []


def test_article_is_found_in_the_language_asked_for_else_in_the_brands(brand: Brand) -> None:
    both = article(brand, "Return an order")
    german = translation(both, "de", "Eine Bestellung zurückgeben")
    only = article(brand, "Return an order from abroad")
    hits = search(brand, "Bestellung zurückgeben", language="de").hits
    assert [(hit.article_id, hit.text_id, hit.language) for hit in hits] == [(both.pk, german.pk, "de")]
    hits = search(brand, "return order", language="de").hits
    assert [(hit.article_id, hit.language) for hit in hits] == [(only.pk, "en")]
    hits = search(brand, "return order", language="en").hits
    assert {(hit.article_id, hit.language) for hit in hits} == {(both.pk, "en"), (only.pk, "en")}


def test_words_of_languages_with_and_without_a_dictionary(brand: Brand) -> None:
    made = {
        "de": article(brand, "Wie storniere ich Bestellungen?", language="de"),
        "ja": article(brand, "返品の方法", language="ja"),
        "ru": article(brand, "Возврат товара", language="ru"),
    }
    for language, words in (("de", "bestellung stornieren"), ("ja", "返品したい"), ("ru", "возврат товаров")):
        hits = search(brand, words, language=language).hits
        assert hits[0].article_id == made[language].pk, language


def test_search_asks_the_database_so_often(
    brand: Brand, help_centre: dict[str, Article], django_assert_max_num_queries: object
) -> None:
    search(brand, "warm up", language="en")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        search(brand, "how do I retrun an order", language="en", typing=True)


def test_without_a_brands_articles_nothing_is_found(brand: Brand) -> None:
    assert search(brand, "anything", language="en") == Found()


def test_meaning_finds_other_words_and_its_server_may_go_away(
    brand: Brand, help_centre: dict[str, Article], server: FakeServer
) -> None:
    meaning.work_out()
    assert first(brand, "reimburse me") == help_centre["refund"].pk
    meaning.forget()
    server.status = 500
    assert first(brand, "refund") == help_centre["refund"].pk


def test_what_only_its_meaning_found_says_that_it_is_a_guess(
    brand: Brand, help_centre: dict[str, Article], server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaning.work_out()
    assert not search(brand, "reimburse me", language="en").is_guess  # other words, but sure
    monkeypatch.setattr(ranking, "SURE", 2.0)
    guessed = search(brand, "reimburse me", language="en")
    assert (bool(guessed.hits), guessed.is_guess) == (True, True)
    for words in ("refund", "how do I track my parcels"):
        assert not search(brand, words, language="en").is_guess
    meaning.forget()
    server.status = 500
    assert search(brand, "zzqqxx", language="en") == Found()  # nothing found is no guess


def test_article_just_published_is_found_before_its_vectors(
    brand: Brand, help_centre: dict[str, Article], server: FakeServer
) -> None:
    meaning.work_out()
    fresh = article(brand, "Recycle batteries")
    assert first(brand, "recycle batteries") == fresh.pk


def test_words_of_internal_articles_are_no_spelling_for_strangers(
    brand: Brand, help_centre: dict[str, Article]
) -> None:
    article(brand, "Refunds for Projekt Nightjar", "<p>Ask first.</p>", visibility=Visibility.INTERNAL)
    everybody = search(brand, "refund nightjer", language="en")
    colleagues = search(brand, "refund nightjer", language="en", visibilities=tuple(Visibility))
    assert (everybody.corrected, colleagues.corrected) == ("", "refund nightjar")
