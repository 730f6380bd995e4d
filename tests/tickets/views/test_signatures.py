"""Signatures as they are written, previewed and shown where one answers."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, User
from tests.tickets.views.conftest import HTMX
from tickets.models import Inbox, Message, Signature, Ticket

pytestmark = pytest.mark.django_db


def test_brand_has_a_signature_that_the_composer_shows_and_one_can_leave_off(
    client_for: Any, lead: User, brand: Brand, inbox: Inbox, ticket: Ticket, alice_at: Client
) -> None:
    at = client_for(lead)
    url = f"/admin-desk/signatures/brands/{brand.pk}/"
    refused = at.post(url, {"text": "{{brand}}"})
    assert (refused.status_code, "There is no placeholder {{brand}}." in refused.content.decode()) == (
        422,
        True,
    )
    at.post(url, {"text": "{{agent.first_name}} of {{brand.name}}"})
    at.post(f"/admin-desk/signatures/inboxes/{inbox.pk}/", {"text": "For the inbox"})
    at.post(f"/admin-desk/signatures/inboxes/{inbox.pk}/", {"text": ""})
    assert Signature.objects.count() == 1
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/", headers=HTMX).content.decode()
    assert f"Alice of {brand.name}" in page
    for given, signed in (
        ({"signature_shown": "1"}, False),
        ({"signature_shown": "1", "signature": "1"}, True),
        ({}, True),
    ):
        alice_at.post(f"/desk/tickets/{ticket.pk}/write/", {"html": f"<p>{given}</p>", **given}, headers=HTMX)
        assert Message.objects.latest("pk").is_signed is signed


def test_preview_fills_in_what_is_being_written(alice_at: Client, brand: Brand) -> None:
    words = {"text": "Hello {{customer.first_name}}, {{agent.name}} {{agent.nam}}"}
    page = alice_at.post("/admin-desk/filled-in/", words).content.decode()
    assert "Hello Dana, Alice Adams" in page
    assert "Do you mean {{agent.name}}?" in page
