"""Links between articles: which of them lead nowhere, and why."""

import pytest

from accounts.models import Brand
from knowledge_base.domain import links, publishing
from knowledge_base.domain.links import Why
from knowledge_base.models import Category, Visibility
from tests.factories.articles import article


def link(slug: str, words: str = "here") -> str:
    return f'<p>Read <a href="/help/nordlicht-home/articles/{slug}/">{words}</a>.</p>'


@pytest.fixture
def others(brand: Brand) -> None:
    article(brand, "Fine")
    article(brand, "Members", visibility=Visibility.SIGNED_IN)
    article(brand, "Colleagues", visibility=Visibility.INTERNAL)
    publishing.archive(article(brand, "Old"), actor=None)
    publishing.unpublish(article(brand, "Draft").texts.get(), actor=None)
    Category.objects.create(brand=brand, slug="shelf", names={"en": "Shelf"})


@pytest.mark.parametrize(
    ("html", "why"),
    [
        (link("fine"), None),
        (link("fine#part"), None),
        (link("gone"), Why.GONE),
        (link("old"), Why.ARCHIVED),
        (link("draft"), Why.DRAFT),
        (link("members"), Why.HIDDEN),
        ('<a href="/help/nordlicht-home/categories/shelf/">shelf</a>', None),
        ('<a href="/help/nordlicht-home/de/categories/none/">shelf</a>', Why.EMPTY),
        ('<a href="/help/weststern/articles/fine/">other</a>', Why.ELSEWHERE),
        ('<a href="/help/nordlicht-home/">home</a>', None),
        ('<a href="https://example.com/help/nordlicht-home/articles/gone/">outside</a>', None),
        ('<a href="#part">part</a>', None),
    ],
)
def test_link_is_judged(brand: Brand, others: None, html: str, why: Why | None) -> None:
    found = links.broken_links(brand, html)

    assert [one.why for one in found] == ([why] if why else [])


def test_internal_article_may_link_to_internal_ones(brand: Brand, others: None) -> None:
    html = link("colleagues") + link("members")

    assert links.broken_links(brand, html, visibility=Visibility.INTERNAL) == []
    assert [one.why for one in links.broken_links(brand, html, visibility=Visibility.SIGNED_IN)] == [
        Why.HIDDEN
    ]


def test_broken_link_says_its_words(brand: Brand) -> None:
    (found,) = links.broken_links(brand, link("gone", "the <strong>long</strong> way"))

    assert (found.href, found.words) == ("/help/nordlicht-home/articles/gone/", "the long way")


def test_all_broken_links_of_a_brand_are_listed(brand: Brand, others: None, other_brand: Brand) -> None:
    bad = article(brand, "Bad", link("gone") + link("fine"))
    article(brand, "Good", link("fine"))
    article(other_brand, "Foreign", link("gone"))

    found = links.all_broken(brand)

    assert [(text.article_id, [one.why for one in wrong]) for text, wrong in found] == [(bad.pk, [Why.GONE])]


def test_many_links_cost_one_question(brand: Brand, others: None, django_assert_num_queries: object) -> None:
    html = "".join(link(f"gone-{number}") for number in range(200))

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(links.broken_links(brand, html)) == 200
