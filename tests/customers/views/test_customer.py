import json
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import CustomerPool, User
from customers.domain.merge import merge
from customers.domain.profile import add_note
from customers.domain.proposals import propose
from customers.models import Customer, CustomerNote, Identity, JoinProposal, Merge
from tests.factories.accounts import UserFactory, grant, role
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory
from tests.factories.tickets import FieldFactory


def url(name: str, pk: int) -> str:
    return reverse(f"customers:{name}", args=[pk])


def fill(customer: Customer, author: User, count: int) -> None:
    for number in range(count):
        IdentityFactory(customer=customer, value=f"x{number}@example.net")
        OrderFactory(customer=customer)
        add_note(customer, f"Note {number}", actor=author)
        twin = CustomerFactory(pool=customer.pool, email=f"t{number}@example.net")
        propose(customer, twin, [{"code": "same_name"}])
        merge(customer, CustomerFactory(pool=customer.pool), actor=author)


@pytest.mark.parametrize("item_count", [1, 3])
def test_detail_costs_the_same_for_any_number(
    lead: User, dana: Customer, client_for: Any, django_assert_num_queries: Any, item_count: int
) -> None:
    fill(dana, lead, item_count)
    client = client_for(lead)

    with django_assert_num_queries(16):
        response = client.get(url("detail", dana.pk))

    assert len(response.context["proposals"]) == item_count
    assert response.content.count(b"Same person") == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_panel_costs_nine_queries_and_the_sign_in(
    alice: User, dana: Customer, client_for: Any, django_assert_num_queries: Any, item_count: int
) -> None:
    fill(dana, alice, item_count)
    client = client_for(alice)

    with django_assert_num_queries(3 + 9):
        response = client.get(url("panel", dana.pk))

    assert response.context["proposals"] == item_count
    assert b"<html" not in response.content


def test_panel_shows_the_latest_and_what_is_known(alice: User, dana: Customer, client_for: Any) -> None:
    OrderFactory(customer=dana, number="A-17", total_minor=123456, items=[{"name": "Lamp", "quantity": 2}])
    add_note(dana, "Calls in the evening", actor=alice)

    text = client_for(alice).get(url("panel", dana.pk)).content.decode()

    for words in (
        "dana@example.net",
        "Verified",
        "A-17",
        "€1,234.56",
        "2 × ",
        "Lamp",
        "Calls in the evening",
    ):
        assert words in text


def test_old_links_lead_to_the_kept_row(
    lead: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    kept = CustomerFactory(pool=pool, name="Kept")
    merge(kept, dana, actor=lead)
    client = client_for(lead)

    assert client.get(url("detail", dana.pk)).url == url("detail", kept.pk)
    assert b"Kept" in client.get(url("panel", dana.pk)).content


@pytest.mark.parametrize("name", ["detail", "panel", "edit", "merge", "search"])
def test_strangers_get_404(
    charlie: User, nobody: User, admin: User, brand: Any, dana: Customer, client_for: Any, name: str
) -> None:
    lead_elsewhere = grant(UserFactory(), "Lead", brand=charlie.grants.get().brand)
    for user in (charlie, nobody, lead_elsewhere):
        assert client_for(user).get(url(name, dana.pk)).status_code == 404
    assert client_for(admin).get(url(name, dana.pk)).status_code == 200
    assert client_for(admin).get(url(name, 10**18)).status_code == 404


def test_strangers_change_nothing(
    charlie: User, alice: User, pool: CustomerPool, other_pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    note = add_note(dana, "Ours", actor=alice)
    twin = CustomerFactory(pool=pool)
    proposal = propose(dana, twin, [])
    done = merge(CustomerFactory(pool=pool), CustomerFactory(pool=pool), actor=alice)
    client = client_for(grant(UserFactory(), "Lead", brand=charlie.grants.get().brand))
    own = CustomerFactory(pool=other_pool)

    for name, pk, data in (
        ("edit", dana.pk, {"version": 1, "name": "Stolen"}),
        ("identity_add", dana.pk, {"kind": "email", "value": "x@example.net"}),
        ("note_add", dana.pk, {"text": "Hello"}),
        ("note_delete", note.pk, {}),
        ("merge", dana.pk, {"with": own.pk}),
        ("merge", own.pk, {"with": dana.pk}),
        ("unmerge", done.pk, {}),
        ("proposal_join", proposal.pk, {}),
        ("proposal_dismiss", proposal.pk, {}),
    ):
        assert client.post(url(name, pk), data).status_code == 404
    assert (CustomerNote.objects.count(), Identity.objects.count(), Merge.objects.count()) == (1, 1, 1)
    assert JoinProposal.objects.get().state == "open"


def test_reading_alone_changes_nothing(brand: Any, dana: Customer, client_for: Any) -> None:
    reader = UserFactory()
    reader.grants.create(role=role("Reader", ("customer.view",)), brand=brand)
    client = client_for(reader)

    page = client.get(url("detail", dana.pk))
    assert page.status_code == 200
    assert b"Add note" not in page.content
    assert client.post(url("note_add", dana.pk), {"text": "Hello"}).status_code == 404


def test_get_changes_nothing(lead: User, dana: Customer, client_for: Any) -> None:
    client = client_for(lead)
    for name in ("identity_add", "note_add", "note_delete", "unmerge", "proposal_join", "proposal_dismiss"):
        assert client.get(url(name, dana.pk)).status_code == 405


def test_edit_saves_and_refuses_stale_forms(alice: User, dana: Customer, client_for: Any) -> None:
    client = client_for(alice)
    data = {
        "version": 1,
        "name": "Dana D.",
        "organisation": "Acme",
        "tier": "VIP",
        "language": "de",
        "zone": "Europe/Berlin",
    }

    assert client.post(url("edit", dana.pk), data).url == url("detail", dana.pk)
    again = client.post(url("edit", dana.pk), data | {"name": "Other"})

    dana.refresh_from_db()
    assert (dana.name, dana.tier, dana.organisation.name, dana.language) == ("Dana D.", "VIP", "Acme", "de")
    assert again.status_code == 422
    assert "Somebody else changed this customer" in again.content.decode()


def test_edit_keeps_values_that_no_list_has(alice: User, dana: Customer, client_for: Any) -> None:
    Customer.objects.filter(pk=dana.pk).update(language="tlh", zone="Mars/Base")
    client_for(alice).post(
        url("edit", dana.pk), {"version": 1, "name": "D", "language": "tlh", "zone": "Mars/Base"}
    )

    dana.refresh_from_db()
    assert (dana.name, dana.language, dana.zone) == ("D", "tlh", "Mars/Base")


def test_identity_by_hand_is_claimed_unless_checked(alice: User, dana: Customer, client_for: Any) -> None:
    client = client_for(alice)
    client.post(url("identity_add", dana.pk), {"kind": "phone", "value": "+49 30 901820"})
    client.post(url("identity_add", dana.pk), {"kind": "external", "value": "C-7", "verified": "on"})

    assert list(dana.identities.order_by("pk").values_list("value", "evidence", "verified_by")[1:]) == [
        ("+4930901820", "claimed", ""),
        ("C-7", "verified", "agent"),
    ]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "nonsense"), ("phone", "123"), ("phone", "+49 1"), ("fax", "1"), ("email", "")],
)
def test_identity_by_hand_is_checked(
    alice: User, dana: Customer, client_for: Any, kind: str, value: str
) -> None:
    response = client_for(alice).post(url("identity_add", dana.pk), {"kind": kind, "value": value})

    assert response.status_code == 422
    assert dana.identities.count() == 1


def test_identity_of_another_offers_to_compare(
    lead: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    other = CustomerFactory(pool=pool)
    response = client_for(lead).post(
        url("identity_add", other.pk), {"kind": "email", "value": "dana@example.net"}
    )

    assert response.status_code == 422
    assert f"{url('merge', other.pk)}?with={dana.pk}" in response.content.decode()


def test_notes_are_written_and_deleted_by_their_author(
    alice: User, bob: User, dana: Customer, client_for: Any
) -> None:
    client_for(alice).post(url("note_add", dana.pk), {"text": "Calls in the evening"})
    note = CustomerNote.objects.get()

    assert client_for(bob).post(url("note_delete", note.pk)).status_code == 403
    assert client_for(alice).post(url("note_delete", note.pk)).status_code == 302
    assert client_for(alice).post(url("note_add", dana.pk), {"text": " "}).status_code == 422
    assert CustomerNote.objects.count() == 0


def test_own_field_is_changed_beside_the_ticket_and_put_back(
    alice: User, dana: Customer, client_for: Any
) -> None:
    FieldFactory(pool=dana.pool, about="customer", key="contract", name="Contract number")
    client = client_for(alice)
    assert b"Contract number" in client.get(url("panel", dana.pk)).content
    htmx = {"HX-Request": "true"}
    saved = client.post(url("field", dana.pk), {"key": "contract", "value": "K-17"}, headers=htmx)
    toast = json.loads(saved.headers["HX-Trigger"])["toast"]
    assert (toast["text"], b'value="K-17"' in saved.content) == ("Contract number is saved.", True)
    assert b'value="K-17"' in client.get(url("detail", dana.pk)).content
    assert client.post(toast["action"]["url"], headers=htmx).status_code == 200
    dana.refresh_from_db()
    assert dana.fields == {}
    refused = client.post(url("field", dana.pk), {"key": "contract", "value": "x" * 201}, headers=htmx)
    assert (refused.status_code, client.post(url("field", dana.pk), {"key": "no"}).status_code) == (409, 404)
