"""Search in a help centre: the page, the list while typing, and what people type."""

import pytest
from django.test import Client

from accounts.models import Brand
from knowledge_base.domain.articles import change_article
from knowledge_base.models import Visibility
from tests.factories.articles import article

HOME = "/help/nordlicht-home/"


@pytest.fixture
def visitor(brand: Brand) -> Client:
    article(brand, "How do I return something?", "<p>You have sixty days. Print the label.</p>")
    return Client()


def found(visitor: Client, words: str, where: str = "search") -> str:
    answer = visitor.get(f"{HOME}{where}/", {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("where", ["search", "suggest"])
def test_words_find_the_article(visitor: Client, where: str) -> None:
    html = found(visitor, "return", where)

    assert "/help/nordlicht-home/articles/how-do-i-return-something/" in html
    assert "<mark>return</mark>" in html


def test_nothing_found_says_so_and_offers_a_person(visitor: Client) -> None:
    html = found(visitor, "canoe zebra")

    assert "We found nothing for" in html


@pytest.mark.parametrize(
    "words",
    [
        "x" * 10_000,
        "return " * 2000,
        "🙂🔥💯" * 300,
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "%_\\",
        "\x00",
        "   ",
    ],
)
@pytest.mark.parametrize("where", ["search", "suggest"])
def test_strange_words_break_nothing(visitor: Client, words: str, where: str) -> None:
    html = found(visitor, words, where)

    assert "<script>alert" not in html


def test_article_that_became_private_is_not_found_though_the_index_is_late(
    visitor: Client, brand: Brand
) -> None:
    """Its entry is still there: what is shown is asked again."""
    made = article(brand, "Return by courier")
    change_article(made, actor=None, visibility=Visibility.INTERNAL)

    assert "courier" not in found(visitor, "return").replace("value=", "")


def test_search_pages_are_not_for_search_engines(visitor: Client) -> None:
    assert visitor.get(f"{HOME}search/", {"q": "return"})["X-Robots-Tag"] == "noindex"
