"""Webhooks by the API."""

import json

import pytest

from journal.domain.dispatch import number_events
from journal.domain.recording import record
from journal.models import Event
from webhooks.domain.payloads import body_of

pytestmark = pytest.mark.django_db


def test_a_webhook_is_told_what_the_events_page_shows(brand, admin, api):
    record("brand.changed", actor="user:5", brand_id=brand.pk, subject="brand:1", fields=["color"])
    number_events()
    event = Event.objects.get()

    shown = api(admin).get(f"/api/v1/events/{event.position}/").json()
    assert json.loads(body_of(event))["data"] == shown


def test_api_makes_changes_and_deletes(brand, admin, api):
    client = api(admin)
    body = {"name": "Shop", "url": "https://shop.example/hook", "events": ["ticket.created"]}
    made = client.post("/api/v1/webhooks/", body).json()
    address = f"/api/v1/webhooks/{made['id']}/"
    assert made["secret"].startswith("whsec_")
    assert "secret" not in client.get(address).json()
    changed = client.post(f"{address}change/", {"brand": brand.pk, "is_on": False}).json()
    assert (changed["brand"], changed["is_on"], changed["events"]) == (brand.pk, False, ["ticket.created"])
    assert client.post(f"{address}try/").status_code == 202
    (sent,) = client.get(f"{address}deliveries/").json()["results"]
    assert client.post(f"/api/v1/deliveries/{sent['id']}/again/").status_code == 409
    assert client.post("/api/v1/webhooks/", {**body, "url": "http://10.0.0.1:1/ x"}).status_code == 400
    assert client.post(f"{address}delete/").status_code == 204
    assert client.get(address).status_code == 404
