"""Pages of a help centre: what they show, to whom, in which language, and what search engines are told."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from accounts.models import Brand, User
from knowledge_base.domain import publishing, reading
from knowledge_base.domain.categories import save_category
from knowledge_base.models import Category, Version, Visibility
from tests.factories.articles import article, translation
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory

HOME = "/help/nordlicht-home/"


@pytest.fixture
def visitor() -> Client:
    return Client()


def page(visitor: Client, path: str, status: int = 200, **more: Any) -> str:
    answer = visitor.get(path, **more)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def shelf(brand: Brand, name: str) -> Category:
    return save_category(Category(brand=brand), actor=None, names={"en": name, "de": f"{name} (de)"})


def test_home_shows_shelves_and_needs_no_sign_in(visitor: Client, brand: Brand) -> None:
    article(brand, "How to return", category=shelf(brand, "Returns"))
    article(brand, "Without a shelf")

    html = page(visitor, HOME)

    assert "How can we help?" in html
    assert [name in html for name in ("Returns", "How to return", "Without a shelf")] == [True] * 3


def test_empty_help_centre_says_so(visitor: Client, brand: Brand) -> None:
    assert "There is nothing to read here yet" in page(visitor, HOME)


def test_brand_that_does_not_exist_is_not_there(visitor: Client, brand: Brand) -> None:
    assert "There is nothing here" in page(visitor, "/help/nobody/", 404)


@pytest.mark.parametrize("visibility", [Visibility.SIGNED_IN, Visibility.INTERNAL])
def test_private_article_is_nowhere(visitor: Client, brand: Brand, visibility: str) -> None:
    category = shelf(brand, "Returns")
    made = article(brand, "Goodwill rules", category=category, visibility=visibility)
    other = article(
        brand, "Returns", f'<p>See <a href="{HOME}articles/{made.slug}/">inside</a></p>', category=category
    )

    for path in (
        "",
        "categories/returns/",
        f"articles/{other.slug}/",
        "search/?q=goodwill",
        "suggest/?q=goodwill",
        "sitemap.xml",
    ):
        html = page(visitor, HOME + path)
        assert "Goodwill rules" not in html, path
        assert made.slug not in html, path
    lost = page(visitor, f"{HOME}articles/{made.slug}/", 404)
    assert "Goodwill" not in lost
    assert "gone astray" in lost


def test_colleague_sees_in_the_help_centre_what_everybody_sees(
    brand: Brand, lead: User, client_for: Any
) -> None:
    made = article(brand, "Goodwill rules", visibility=Visibility.INTERNAL)

    assert client_for(lead).get(f"{HOME}articles/{made.slug}/").status_code == 404


def test_article_of_another_brand_is_not_there(visitor: Client, brand: Brand, other_brand: Brand) -> None:
    made = article(other_brand, "Foreign words")

    assert "Foreign" not in page(visitor, f"{HOME}articles/{made.slug}/", 404)
    assert "Foreign words" in page(visitor, f"/help/{other_brand.slug}/articles/{made.slug}/")


def test_hostile_words_in_an_article_do_nothing(visitor: Client, brand: Brand) -> None:
    """Even if they came into the table by another way than the editor."""
    made = article(brand, "Bad")
    bad = (
        '<p>Hello</p><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>'
    )
    Version.objects.update(
        html=bad, title="<b onclick=alert(1)>Title</b>", summary="<script>alert(2)</script>"
    )

    answer = visitor.get(f"{HOME}articles/{made.slug}/")
    html = answer.content.decode()

    assert "<p>Hello</p>" in html
    for forbidden in ("<script>", "onerror=", "javascript:", "<b onclick"):
        assert forbidden not in html
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_article_in_another_language_says_which(visitor: Client, brand: Brand) -> None:
    made = article(brand, "Returns", "<p>Sixty days</p>")

    html = page(visitor, f"{HOME}de/articles/{made.slug}/")

    assert '<html lang="de"' in html
    assert '<article lang="en"' in html
    assert "Sixty days" in html
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{HOME}articles/{made.slug}/">' in html


def test_page_names_its_languages_and_its_own_address(visitor: Client, brand: Brand) -> None:
    made = article(brand, "Returns", summary="Sixty days.")
    translation(made, "de", "Rückgabe")

    html = page(visitor, f"{HOME}de/articles/{made.slug}/")

    found = dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', html))
    base = "http://127.0.0.1:8000/help/nordlicht-home/"
    assert found == {"en": f"{base}articles/{made.slug}/", "de": f"{base}de/articles/{made.slug}/"}
    assert f'<link rel="canonical" href="{base}de/articles/{made.slug}/">' in html
    assert '<meta property="og:title" content="Rückgabe">' in html
    assert '<meta property="og:type" content="article">' in html


def test_shared_link_is_shown_with_title_words_and_firm(visitor: Client, brand: Brand) -> None:
    made = article(brand, 'Returns & "refunds"', "<p>Send it back within sixty days.</p>")

    html = page(visitor, f"{HOME}articles/{made.slug}/")

    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', html))
    assert told == {
        "site_name": "Nordlicht Home",
        "title": "Returns &amp; &quot;refunds&quot;",
        "description": "Send it back within sixty days.",
        "type": "article",
        "url": f"http://127.0.0.1:8000{HOME}articles/{made.slug}/",
        "locale": "en",
    }


def test_page_offers_the_language_of_the_browser(visitor: Client, brand: Brand) -> None:
    translation(article(brand, "Returns"), "de", "Rückgabe")

    offered = page(visitor, HOME, headers={"accept-language": "de-AT,de;q=0.9"})
    not_offered = page(visitor, HOME, headers={"accept-language": "fr"})

    assert ('class="other-language"' in offered, 'class="other-language"' in not_offered) == (True, False)


def test_language_that_there_is_none_of_is_not_there(visitor: Client, brand: Brand) -> None:
    assert visitor.get(f"{HOME}xx/").status_code == 404


def test_category_lists_what_stands_on_it(visitor: Client, brand: Brand) -> None:
    article(brand, "How to return", category=shelf(brand, "Returns"), summary="In four steps.")

    html = page(visitor, f"{HOME}categories/returns/")

    assert ("How to return" in html, "In four steps." in html) == (True, True)
    assert visitor.get(f"{HOME}categories/none/").status_code == 404


def test_long_article_has_a_table_of_contents(visitor: Client, brand: Brand) -> None:
    made = article(brand, "Long", "".join(f"<h2>Part {n}</h2><p>{'word ' * 300}</p>" for n in range(3)))
    short = article(brand, "Short", "<h2>Part</h2><p>Word</p>")

    assert page(visitor, f"{HOME}articles/{made.slug}/").count('href="#part-1"') == 2
    assert "On this page" not in page(visitor, f"{HOME}articles/{short.slug}/")


def test_person_is_within_reach_on_every_page(visitor: Client, brand: Brand) -> None:
    ConnectionFactory(inbox=InboxFactory(brand=brand, kind="form", key="write-here"))
    ConnectionFactory(inbox=InboxFactory(brand=brand, kind="webchat", key="talk-here"))
    made = article(brand, "Returns", category=shelf(brand, "Returns"))

    for path in ("", "categories/returns/", f"articles/{made.slug}/", "search/?q=nothing"):
        html = page(visitor, HOME + path)
        assert 'href="/f/write-here/"' in html, path
        assert 'data-inbox="talk-here"' in html, path
    assert 'href="/f/write-here/"' in page(visitor, f"{HOME}articles/none/", 404)
    assert visitor.get(f"{HOME}write/")["Location"] == "/f/write-here/"


def test_closed_and_foreign_inboxes_are_no_way_to_us(
    visitor: Client, brand: Brand, other_brand: Brand
) -> None:
    ConnectionFactory(inbox=InboxFactory(brand=brand, kind="form", key="closed", is_active=False))
    ConnectionFactory(inbox=InboxFactory(brand=other_brand, kind="form", key="foreign"))

    html = page(visitor, HOME)

    assert ("closed" in html, "foreign" in html) == (False, False)
    assert visitor.get(f"{HOME}write/")["Location"] == HOME


def test_sitemap_has_each_language_and_nothing_private(visitor: Client, brand: Brand) -> None:
    made = article(brand, "Returns", category=shelf(brand, "Returns"))
    translation(made, "de", "Rückgabe")
    article(brand, "Members", visibility=Visibility.SIGNED_IN)

    answer = visitor.get(f"{HOME}sitemap.xml")
    root = ElementTree.fromstring(answer.content)
    found = [one.text for one in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]

    base = f"http://127.0.0.1:8000{HOME}"
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    assert found == [
        base, f"{base}categories/returns/", f"{base}articles/returns/", f"{base}de/articles/returns/",
    ]  # fmt: skip


def test_long_category_has_further_pages(visitor: Client, brand: Brand, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "ON_A_PAGE", 2)
    first = shelf(brand, "Shelf")
    for number in range(3):
        article(brand, f"Piece {number}", category=first)
    path = f"{HOME}categories/shelf/"

    pages = [page(visitor, path), page(visitor, f"{path}?page=2")]

    assert [[f"Piece {number}" in html for number in range(3)] for html in pages] == [
        [True, True, False],
        [False, False, True],
    ]
    assert ['href="?page=2"' in html for html in pages] == [True, False]
    assert 'href="?page=1"' in pages[1]
    for odd in ("0", "-1", "x", "9" * 40, "²"):
        assert "Piece 0" in page(visitor, f"{path}?page={odd}")
    page(visitor, f"{path}?page=7", status=404)


def test_pages_that_are_read_cost_the_same_for_few_and_for_many(
    visitor: Client, brand: Brand, django_assert_max_num_queries: Any
) -> None:
    first = shelf(brand, "Shelf")
    made = article(brand, "First", category=first)
    for number in range(12):
        article(brand, f"More {number}", category=first)
    page(visitor, f"{HOME}articles/{made.slug}/")  # what goes well with it is looked for once an hour
    for path in ("", "categories/shelf/", f"articles/{made.slug}/"):
        with django_assert_max_num_queries(14):
            page(visitor, HOME + path)


def test_broken_colour_of_a_brand_writes_nothing_into_the_page(visitor: Client, brand: Brand) -> None:
    brand.color = 'red;}"<'
    brand.save(update_fields=["color"])

    assert "red;}" not in page(visitor, HOME)


def test_reading_sets_no_visitor_cookie(visitor: Client, brand: Brand) -> None:
    made = article(brand, "Returns")
    visitor.get(HOME)
    visitor.get(f"{HOME}articles/{made.slug}/")

    assert "visitor" not in visitor.cookies


def test_unpublished_article_is_gone_at_once(visitor: Client, brand: Brand) -> None:
    made = article(brand, "Returns")
    publishing.unpublish(made.texts.get(), actor=None)

    page(visitor, f"{HOME}articles/{made.slug}/", 404)
