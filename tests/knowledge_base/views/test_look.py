"""The look of a help centre: saved by those who arrange it, seen by customers, refused where it would do harm."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, User
from journal.models import Event
from knowledge_base.models import HelpSettings
from tests.factories.articles import article, translation

GOOD = {
    "color": "#B4532A",
    "heading_en": "Ask us anything",
    "greeting_en": "We are here.",
    "site_url": "https://www.nordlicht.example/shop",
    "links": "Imprint | https://www.nordlicht.example/imprint\n\nPrivacy|https://www.nordlicht.example/privacy",
    "public_base_url": "",
}


def save(client: Client, brand: Brand, **more: str) -> Any:
    return client.post(f"/desk/articles/look/{brand.pk}/", GOOD | more)


def test_look_is_saved_and_seen_by_customers(brand: Brand, lead: User, client_for: Any) -> None:
    assert save(client_for(lead), brand).status_code == 302

    html = Client().get(f"/help/{brand.slug}/").content.decode()
    seen = ("Ask us anything", "We are here.", "--brand: #b4532a", "nordlicht.example/imprint", "Privacy")
    assert [words in html for words in seen] == [True] * len(seen)
    (event,) = Event.objects.filter(name="help.settings_saved")
    assert event.data["brand"] == ["color"]
    assert "Ask us" not in str(event.data)


def test_each_language_has_its_own_words(brand: Brand, lead: User, client_for: Any) -> None:
    translation(article(brand, "Returns"), "de", "Rückgabe")
    save(client_for(lead), brand, heading_de="Fragen Sie uns")

    pages = [Client().get(f"/help/{brand.slug}/{code}").content.decode() for code in ("", "de/")]
    assert ["Ask us anything" in pages[0], "Fragen Sie uns" in pages[1]] == [True, True]


def test_line_in_mails_is_on_until_it_is_switched_off(brand: Brand, lead: User, client_for: Any) -> None:
    client = client_for(lead)
    assert re.search(
        r'name="mail_links"[^>]* checked', client.get(f"/desk/articles/look/{brand.pk}/").content.decode()
    )
    save(client, brand, mail_links="on")
    assert HelpSettings.objects.get().mail_links
    save(client, brand)
    assert not HelpSettings.objects.get().mail_links


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("color", "red;background:url(//x)"),
        ("links", "Imprint"),
        ("links", "Bad | javascript:alert(1)"),
        ("links", "\n".join(f"Link {n} | https://a.example/{n}" for n in range(7))),
        ("site_url", "javascript:alert(1)"),
        ("public_base_url", "https://help.example/path"),
        ("public_base_url", "http://127.0.0.1:8000"),
        ("public_base_url", "https://taken.example"),
    ],
)
def test_what_would_do_harm_is_refused(
    brand: Brand, second_brand: Brand, lead: User, client_for: Any, field: str, value: str
) -> None:
    second_brand.public_base_url = "https://taken.example"
    second_brand.save(update_fields=["public_base_url"])

    assert save(client_for(lead), brand, **{field: value}).status_code == 422
    assert HelpSettings.objects.count() == 0


def test_agents_and_strangers_may_not(
    brand: Brand, alice: User, charlie: User, client_for: Any, lead: User
) -> None:
    assert save(client_for(alice), brand).status_code in (403, 404)
    assert save(client_for(charlie), brand).status_code in (403, 404)
    assert client_for(lead).get("/desk/articles/look/")["Location"] == f"/desk/articles/look/{brand.pk}/"
    assert HelpSettings.objects.count() == 0
