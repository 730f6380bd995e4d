"""A brand's own host: its help at the root, nothing of the desk, nothing of other brands."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, User
from portal.hosts import hosts
from tests.factories.articles import article
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory

HOST = "help.nordlicht.example"


@pytest.fixture(autouse=True)
def own_host(brand: Brand) -> Iterator[None]:
    brand.public_base_url = f"https://{HOST}"
    brand.save(update_fields=["public_base_url"])
    hosts.forget()
    yield
    hosts.forget()


def ask(path: str, client: Client | None = None, host: str = HOST) -> Any:
    return (client or Client()).get(path, headers={"host": host})


def test_home_is_at_the_root(brand: Brand) -> None:
    made = article(brand, "How to return")

    html = ask("/").content.decode()

    assert f'href="/articles/{made.slug}/"' in html
    assert f'<link rel="canonical" href="https://{HOST}/">' in html
    assert ask(f"/articles/{made.slug}/").status_code == 200
    assert ask(f"/help/{brand.slug}/articles/{made.slug}/").status_code == 200


def test_page_at_our_host_names_the_brands_own_address(brand: Brand) -> None:
    made = article(brand, "How to return")

    html = Client().get(f"/help/{brand.slug}/articles/{made.slug}/").content.decode()

    assert f'<link rel="canonical" href="https://{HOST}/articles/{made.slug}/">' in html


@pytest.mark.parametrize(
    "path", ["/desk/", "/accounts/sign-in/", "/help/weststern/", "/nothing/", "/articles/none/"]
)
def test_nothing_else_is_there(path: str, other_brand: Brand, lead: User, client_for: Any) -> None:
    answer = ask(path, client_for(lead))

    assert answer.status_code == 404
    assert "gone astray" in answer.content.decode()


def test_links_of_articles_are_short_there(brand: Brand) -> None:
    article(brand, "Fine")
    made = article(brand, "Links", f'<p><a href="/help/{brand.slug}/articles/fine/#part">fine</a></p>')

    assert '<a href="/articles/fine/#part">' in ask(f"/articles/{made.slug}/").content.decode()


def test_form_and_chat_are_reached_there(brand: Brand) -> None:
    ConnectionFactory(inbox=InboxFactory(brand=brand, kind="form", key="write-here"))

    assert ask("/f/write-here/").status_code == 200
    assert ask("/widget.js").status_code == 200


def test_search_engines_are_told(brand: Brand) -> None:
    assert f"Sitemap: https://{HOST}/sitemap.xml" in ask("/robots.txt").content.decode()
    assert f"<loc>https://{HOST}/</loc>" in ask("/sitemap.xml").content.decode()


def test_other_hosts_are_the_desk_s(brand: Brand) -> None:
    assert ask("/", host="elsewhere.example").status_code == 302
