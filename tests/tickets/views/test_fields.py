"""Fields on a ticket's page and where an administrator sets them up."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, User
from customers.models import OwnField
from tests.factories.tickets import FieldFactory
from tests.tickets.views.conftest import HTMX
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
DAMAGED = [{"field": "reason", "values": ["damaged"]}]


@pytest.fixture
def reason(brand: Brand) -> OwnField:
    return FieldFactory(
        pool=brand.pool,
        key="reason",
        name="Reason",
        kind="choice",
        choices=["Damaged", "Lost"],
        is_public=True,
    )


@pytest.fixture
def part(brand: Brand, reason: OwnField) -> OwnField:
    return FieldFactory(pool=brand.pool, key="part", name="Which part?", conditions=DAMAGED, position=1)


@pytest.fixture
def admin_at(client_for: Any, admin: User) -> Client:
    return client_for(admin)


def test_field_is_saved_by_itself_and_put_back(alice_at: Client, ticket: Ticket, part: OwnField) -> None:
    url = f"/desk/tickets/{ticket.pk}/field/"
    assert "Which part?" not in alice_at.get(f"/desk/tickets/{ticket.pk}/", headers=HTMX).content.decode()
    saved = alice_at.post(url, {"key": "reason", "value": "damaged"}, headers=HTMX)
    toast = json.loads(saved.headers["HX-Trigger"])["toast"]
    assert (saved.status_code, toast["text"]) == (204, "Reason is saved.")
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/live/", headers=HTMX).content.decode()
    assert "Which part?" in page
    assert 'changed: <bdi>Reason</bdi> <b dir="auto">Damaged</b>' in page
    assert alice_at.post(toast["action"]["url"], headers=HTMX).status_code == 204
    ticket.refresh_from_db()
    assert ticket.fields == {}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"key": "reason", "value": "stolen"}, 409),
        ({"key": "part", "value": "Lid"}, 409),
        ({"key": "none"}, 404),
    ],
)
def test_wrong_value_is_refused(
    alice_at: Client, ticket: Ticket, part: OwnField, values: dict[str, str], status: int
) -> None:
    assert alice_at.post(f"/desk/tickets/{ticket.pk}/field/", values, headers=HTMX).status_code == status


def test_retired_field_is_still_read(alice_at: Client, ticket: Ticket, reason: OwnField) -> None:
    alice_at.post(f"/desk/tickets/{ticket.pk}/field/", {"key": "reason", "value": "lost"}, headers=HTMX)
    reason.retired_at = ticket.created_at
    reason.save(update_fields=["retired_at"])
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/", headers=HTMX).content.decode()
    assert '<p class="own-value-read" id="own-reason-value" dir="auto">Lost</p>' in page


def test_administrator_makes_a_field_that_hangs_on_another(
    admin_at: Client, brand: Brand, reason: OwnField
) -> None:
    written = {
        "name": "Photo sent?", "kind": "choice", "choice_name": ["Yes, it is", "", "Not yet"],
        "choice_name_de": ["Ja", "", "Noch nicht"], "required": "sending", "is_public": "on", "when_reason": "damaged",
    }  # fmt: skip
    page = admin_at.post(f"/admin-desk/fields/preview/?pool={brand.pool_id}", written).content.decode()
    assert "It is asked only when “Reason” is “Damaged”." in page
    assert "Photo sent?" in page
    assert not OwnField.objects.filter(name="Photo sent?").exists()
    assert admin_at.post(f"/admin-desk/fields/new/?pool={brand.pool_id}", written).status_code == 302
    made = OwnField.objects.get(name="Photo sent?")
    assert (made.key, made.conditions, made.position) == ("photo_sent", DAMAGED, 1)
    assert made.choices[1] == {"code": "not_yet", "name": "Not yet", "names": {"de": "Noch nicht"}}
    assert "only if “Reason” is “Damaged”" in admin_at.get("/admin-desk/fields/").content.decode()
    refused = admin_at.post(f"/admin-desk/fields/{made.pk}/", {**written, "is_public": ""})
    assert (refused.status_code, "they cannot fill in" in refused.content.decode()) == (422, True)


def test_order_is_changed_by_button_and_by_dragging(admin_at: Client, part: OwnField) -> None:
    reason = OwnField.objects.get(key="reason")
    admin_at.post(f"/admin-desk/fields/{part.pk}/move/", {"step": "-1"})
    assert list(OwnField.objects.order_by("position").values_list("key", flat=True)) == ["part", "reason"]
    url = f"/admin-desk/fields/order/?pool={part.pool_id}"
    assert admin_at.post(url, {"ids": [reason.pk, part.pk]}).status_code == 200
    assert list(OwnField.objects.order_by("position").values_list("key", flat=True)) == ["reason", "part"]
    admin_at.post(f"/admin-desk/fields/{part.pk}/retire/")
    assert OwnField.objects.get(key="part").retired_at is not None
    admin_at.post(f"/admin-desk/fields/{part.pk}/restore/")
    assert OwnField.objects.get(key="part").retired_at is None


def test_search_box_offers_fields_and_their_values(alice_at: Client, part: OwnField) -> None:
    def offered(typed: str) -> list[str]:
        page = alice_at.get("/desk/search/suggestions/", {"name": "field", "typed": typed}).content.decode()
        return [value for value in ("reason=damaged", "reason=lost", ">part", "old") if value in page]

    FieldFactory(pool=part.pool, key="old", retired_at="2026-01-01T00:00Z")
    assert offered("rea") == ["reason=damaged", "reason=lost"]
    assert offered("p") == [">part"]
