"""The list of links that lead nowhere."""

from typing import Any

from accounts.models import Brand, User
from tests.factories.articles import article


def test_broken_links_of_ones_own_brands_are_listed(
    brand: Brand, other_brand: Brand, alice: User, client_for: Any
) -> None:
    for one in (brand, other_brand):
        article(
            one, f"Links of {one.name}", f'<p><a href="/help/{one.slug}/articles/gone/">the old page</a></p>'
        )

    html = client_for(alice).get("/desk/articles/broken-links/").content.decode()

    seen = ("Links of Nordlicht Home", "the old page", "There is no such article", "Links of Weststern")
    assert [words in html for words in seen] == [True, True, True, False]


def test_whole_help_centre_says_so(brand: Brand, alice: User, client_for: Any) -> None:
    article(brand, "Fine", "<p>No links.</p>")

    assert (
        "Every link leads somewhere" in client_for(alice).get("/desk/articles/broken-links/").content.decode()
    )
