"""Fields of the firm's own on the contact form: the server asks again for what is lacking, with a script or without."""

from typing import Any

import pytest
from django.test import Client

from channels_app.models import Connection
from tests.channels_app.views.test_form import DANA, PAGE
from tests.factories.tickets import FieldFactory, InboxFactory
from tickets.domain.fields.reading import public_on
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(brand):
    make = FieldFactory
    pool, when = brand.pool, [{"field": "reason", "values": ["damaged"]}]
    make(pool=pool, key="reason", name="Reason", kind="choice", choices=["Damaged", "Lost"], is_public=True)
    make(pool=pool, key="part", name="Which part?", conditions=when, is_public=True, required="sending")
    make(pool=pool, key="inner", name="For us alone")
    make(pool=pool, key="old", name="Asked no more", is_public=True, retired_at="2026-01-01T00:00Z")
    return Connection.objects.create(inbox=InboxFactory(brand=brand, kind="form", key="write"))


def test_form_shows_what_customers_are_asked_and_when(door: Connection, client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert "Only if “Reason” is “Damaged”." in page
    assert 'data-asked-when="{&quot;field_reason&quot;: [&quot;damaged&quot;]}"' in page
    assert ("For us alone" in page, "Asked no more" in page) == (False, False)


@pytest.mark.parametrize(
    ("given", "status", "fields"),
    [
        ({}, 302, {}),
        ({"field_reason": "lost"}, 302, {"reason": "lost"}),
        ({"field_reason": "lost", "field_part": "Lid"}, 302, {"reason": "lost"}),  # not asked, not kept
        ({"field_reason": "damaged", "field_part": "Lid"}, 302, {"reason": "damaged", "part": "Lid"}),
        ({"field_reason": "damaged"}, 422, None),
        ({"field_reason": "stolen"}, 422, None),
        ({"field_inner": "x", "field_old": "x"}, 302, {}),
    ],
)
def test_answers_come_onto_the_ticket_or_are_asked_for_again(
    door: Connection, client: Client, given: dict[str, Any], status: int, fields: dict[str, Any] | None
) -> None:
    assert client.post(PAGE, {**DANA, **given}).status_code == status
    ticket = Ticket.objects.first()
    assert (ticket.fields if ticket else None) == fields
    if ticket:
        assert {one.field.key: one.value for one in public_on(ticket)} == fields
