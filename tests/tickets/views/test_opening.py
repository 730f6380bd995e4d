from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Brand, Team, User
from customers.models import Customer
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.customers import CustomerFactory
from tickets.models import Inbox, Message, Signature, Ticket


def values(inbox: Inbox, **more: object) -> dict[str, object]:
    base = {
        "kind": "email",
        "inbox": inbox.pk,
        "brand": inbox.brand_id,
        "subject": "Your order",
        "text": "It is ready.\n\nCome by!",
    }
    return base | more


def test_mail_to_a_known_customer(alice_at: Client, inbox: Inbox, dana: Customer, alice: User) -> None:
    response = alice_at.post("/desk/new/", values(inbox, customer=dana.pk))
    ticket = Ticket.objects.get()
    assert response.headers["Location"] == f"/desk/tickets/{ticket.pk}/"
    message = ticket.messages.get()
    assert (ticket.customer, ticket.assignee) == (dana, alice)
    assert message.to == [{"name": "Dana Duarte", "address": "dana@example.net"}]
    assert message.delivery == "queued"


def test_mail_to_somebody_new_makes_the_customer(alice_at: Client, inbox: Inbox) -> None:
    alice_at.post("/desk/new/", values(inbox, who="Erik@Example.NET"))
    assert Ticket.objects.get().customer.identities.get().value == "erik@example.net"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["email", "phone", "internal"])
def test_files_go_with_what_is_written(alice_at: Client, inbox: Inbox, dana: Customer, kind: str) -> None:
    files = [
        SimpleUploadedFile("bill.pdf", b"%PDF-1.7"),
        SimpleUploadedFile("notes.txt", b"Blue, not green."),
    ]
    alice_at.post("/desk/new/", values(inbox, kind=kind, customer=dana.pk, direction="in", uploads=files))
    kept = Ticket.objects.get().messages.get().attachments.order_by("pk")
    assert [(file.name, file.content_type) for file in kept] == [
        ("bill.pdf", "application/pdf"),
        ("notes.txt", "text/plain"),
    ]


def test_more_than_may_be_sent_opens_nothing(
    alice_at: Client, inbox: Inbox, dana: Customer, settings: Any
) -> None:
    settings.UPLOAD_SIZE_LIMIT = 10
    files = [SimpleUploadedFile(name, b"123456") for name in ("a.txt", "b.txt")]
    answer = alice_at.post("/desk/new/", values(inbox, customer=dana.pk, uploads=files))
    assert answer.status_code == 422
    assert "The files may have 10\xa0bytes together." in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("kind", ["phone", "visit"])
def test_a_call_or_visit_is_logged(alice_at: Client, inbox: Inbox, dana: Customer, kind: str) -> None:
    alice_at.post("/desk/new/", values(inbox, kind=kind, customer=dana.pk, direction="in"))
    ticket = Ticket.objects.get()
    assert ticket.contacts.get().kind == kind
    assert ticket.contacts.get().end_reason == "logged"
    # There is a way to answer by mail later.
    assert ticket.inbox == inbox


def test_an_internal_case_has_no_customer(alice_at: Client, inbox: Inbox) -> None:
    alice_at.post("/desk/new/", values(inbox, kind="internal"))
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.last_kind) == (None, "internal")
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Internal case" in page


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "Who is it? Type a name, an e-mail address or a phone number."),
        ({"who": "nobody in particular"}, "This is not an e-mail address."),
        ({"who": "Nora", "kind": "phone"}, "Choose a customer from the list"),
        ({"who": "a@b.example", "subject": ""}, "This field is required."),
    ],
)
def test_what_is_missing_is_said(
    alice_at: Client, inbox: Inbox, more: dict[str, object], sentence: str
) -> None:
    response = alice_at.post("/desk/new/", values(inbox, **more))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Ticket.objects.count() == 0


def test_brands_and_customers_of_another_pool_cannot_be_chosen(
    client_for: Callable[[User], Client], inbox: Inbox, dana: Customer, charlie: User, other_brand: Brand
) -> None:
    browser = client_for(charlie)
    assert browser.post("/desk/new/", values(inbox, customer=dana.pk)).status_code == 422
    assert browser.post("/desk/new/", values(inbox, kind="internal")).status_code == 422
    assert Ticket.objects.count() == 0


def test_customers_are_found_by_name_address_and_number(
    client_for: Callable[[User], Client], alice_at: Client, dana: Customer, charlie: User, inbox: Inbox
) -> None:
    CustomerFactory(pool=dana.pool, name="Somebody else")
    for words in ("dana", "DUARTE", "dana@ex"):
        page = alice_at.get("/desk/new/customers/", {"who": words}).content.decode()
        assert page.count("data-choose-customer") == 1
    assert "Nobody known" in alice_at.get("/desk/new/customers/", {"who": "zzz"}).content.decode()
    assert (
        "data-choose" not in client_for(charlie).get("/desk/new/customers/", {"who": "dana"}).content.decode()
    )


def test_link_from_a_customers_page_chooses_them(alice_at: Client, dana: Customer, inbox: Inbox) -> None:
    page = alice_at.get(f"/desk/new/?customer={dana.pk}&kind=phone").content.decode()
    assert f'name="customer" value="{dana.pk}"' in page
    assert alice_at.get("/desk/new/?customer=999999999999999999999&kind=x").status_code == 200


def test_without_the_permission_there_is_no_form(client_for: Callable[[User], Client], nobody: User) -> None:
    assert client_for(nobody).get("/desk/new/").status_code == 403


def test_who_works_for_one_team_opens_tickets_for_that_team_only(
    client_for: Callable[[User], Client], inbox: Inbox, team: Team
) -> None:
    other = TeamFactory(pool=team.pool)
    client = client_for(grant(UserFactory(), "Agent", brand=inbox.brand, team=team))
    assert client.post("/desk/new/", values(inbox, kind="internal", team=other.pk)).status_code == 403
    assert client.post("/desk/new/", values(inbox, kind="internal")).status_code == 403
    assert client.post("/desk/new/", values(inbox, kind="internal", team=team.pk)).status_code == 302
    assert Ticket.objects.get().team == team


def test_signature_is_shown_before_a_mail_leaves_and_left_off(
    alice_at: Client, inbox: Inbox, dana: Customer, alice: User
) -> None:
    Signature.objects.create(brand=inbox.brand, text="{{agent.name}}\nTicket #{{ticket.number}}")
    asked = {"inbox": inbox.pk, "customer": dana.pk}
    shown = alice_at.get("/desk/new/signature/", asked).content.decode()
    assert f"{alice.name}\nTicket #…" in shown
    assert 'name="signature" value="1" checked' in shown
    off = alice_at.get("/desk/new/signature/", {**asked, "signature_shown": "1"}).content.decode()
    assert ("composer-signature" in off, "checked" in off) == (True, False)
    for choice in ({"signature_shown": "1"}, {"signature_shown": "1", "signature": "1"}):
        alice_at.post("/desk/new/", values(inbox, customer=dana.pk, **choice))
    assert list(Message.objects.order_by("pk").values_list("is_signed", flat=True)) == [False, True]
