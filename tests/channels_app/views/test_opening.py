"""Open now, or when: on the contact form and in the help centre's way to a person."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Brand
from channels_app.models import Connection
from tests.factories.tickets import InboxFactory
from workforce.domain.opening import opening_of
from workforce.models import Hours

DAYS = [[["09:00", "12:30"], ["13:00", "17:00"]]] * 5


@pytest.mark.parametrize(
    ("at", "language", "words"),
    [
        ("2026-03-02T09:00", "en", "Open now, until 13:30"),
        ("2026-03-02T05:00", "en", "Closed now, opens 10:00"),
        ("2026-03-06T20:00", "en", "Closed now, opens Monday 10:00"),
        ("2026-03-06T20:00", "de", "Jetzt geschlossen, öffnet Montag 10:00"),
    ],
)
def test_opening_says_as_much_as_it_takes(at: str, language: str, words: str) -> None:
    hours = Hours(zone="Europe/Kyiv", weekly=[[["10:00", "13:30"]], *DAYS[1:]])
    with translation.override(language):
        said = opening_of(hours, dt.datetime.fromisoformat(f"{at}+00:00"))
    assert said is not None
    assert (said.words, said.zone) == (words, "Europe/Kyiv")


@pytest.mark.django_db
def test_form_and_help_centre_say_when_somebody_is_there(client: Client, brand: Brand, clock: Any) -> None:
    hours = Hours.objects.create(pool=brand.pool, name="Shop", zone="Europe/Berlin", weekly=[])
    inbox = InboxFactory(brand=brand, kind="form", key="write", hours=hours)
    Connection.objects.create(inbox=inbox)
    for address in ("/f/write/", f"/help/{brand.slug}/"):
        page = client.get(address).content.decode()
        assert "Closed now<" in page
        assert 'data-zone="Europe/Berlin"' in page
        assert "(by the clock in Berlin)" in page
    Hours.objects.update(weekly=[[["00:00", "24:00"]]] * 7)
    assert "Open now<" in client.get("/f/write/").content.decode()
    inbox.hours = None
    inbox.save(update_fields=["hours"])
    assert "opening-dot" not in client.get("/f/write/").content.decode()
