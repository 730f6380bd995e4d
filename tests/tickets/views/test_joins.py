"""Merging, splitting and snoozing on the desk."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Grant, User
from customers.models import Customer
from tests.factories.accounts import UserFactory, role
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import TicketFactory
from tests.tickets.views.conftest import HTMX
from tests.tickets.views.test_changes import told
from tickets.domain.merging import merge
from tickets.domain.splitting import split
from tickets.models import Draft, Message, Ticket, TicketMerge, TicketSplit


@pytest.fixture
def second(write_in: Callable[..., Ticket]) -> Ticket:
    return write_in(subject="Still waiting", text="Hello?")


def test_merge_leads_to_the_other_ticket_and_can_be_undone(
    alice_at: Client, ticket: Ticket, second: Ticket
) -> None:
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/merge/", {"into": second.pk}, headers=HTMX)
    facts = told(response)
    assert json.loads(response.headers["HX-Location"])["path"] == f"/desk/tickets/{second.pk}/"
    assert facts["toast"]["text"] == f"#{ticket.number} is part of #{second.number} now."
    assert (facts["ticket-changed"], facts["row-changed"]) == ({"ticket": second.pk}, {"ticket": ticket.pk})

    page = alice_at.get(f"/desk/tickets/{second.pk}/").content.decode()
    assert f"Alice Adams merged <b>#{ticket.number}</b> into this ticket" in page
    assert page.count("/undo/") == 1

    alice_at.post(facts["toast"]["action"]["url"], headers=HTMX)
    assert ticket.messages.count() == 1
    page = alice_at.get(f"/desk/tickets/{second.pk}/").content.decode()
    assert (page.count("/undo/"), "took the merge with" in page) == (0, True)
    again = alice_at.post(facts["toast"]["action"]["url"], headers=HTMX)
    assert (again.status_code, told(again)["toast"]["text"]) == (409, "This merge was undone already.")


def test_old_address_leads_to_the_living_ticket_with_a_note(
    alice_at: Client, alice: User, ticket: Ticket, second: Ticket
) -> None:
    merge(ticket, into=second, actor=alice)
    response = alice_at.get(f"/desk/tickets/{ticket.pk}/")
    assert response.headers["Location"] == f"/desk/tickets/{second.pk}/?from={ticket.number}"
    page = alice_at.get(response.headers["Location"]).content.decode()
    assert f"#{ticket.number} was merged into this ticket." in page
    pane = alice_at.get(f"/desk/tickets/{ticket.pk}/?view=all", headers=HTMX)
    assert pane.headers["HX-Push-Url"] == f"/desk/tickets/{second.pk}/?view=all"
    assert f'data-ticket="{second.pk}"' in pane.content.decode()
    assert "came" not in alice_at.get(f"/desk/tickets/{second.pk}/?from=<b>x").content.decode()


def test_who_may_not_see_the_other_stays_on_this_one(
    client_for: Callable[[User], Client], alice: User, ticket: Ticket, dana: Customer
) -> None:
    other = TicketFactory(brand=ticket.brand, customer=dana)
    limited = UserFactory()
    Grant.objects.create(user=limited, role=role("Agent"), brand=ticket.brand, team=ticket.team)
    merge(ticket, into=other, actor=alice)
    browser = client_for(limited)
    page = browser.get(f"/desk/tickets/{ticket.pk}/")
    assert page.status_code == 200
    assert "This ticket was merged into another one." in page.content.decode()
    url = f"/desk/merges/{TicketMerge.objects.get().pk}/undo/"
    assert browser.post(url, headers=HTMX).status_code == 404


def test_what_was_written_meanwhile_goes_along(
    alice_at: Client, alice: User, bob: User, ticket: Ticket, second: Ticket
) -> None:
    merge(ticket, into=second, actor=bob)
    response = alice_at.post(
        f"/desk/tickets/{ticket.pk}/write/", {"html": "<p>Soon</p>", "audience": "public"}, headers=HTMX
    )
    assert response.status_code == 409
    assert told(response)["ticket-moved"] == {"url": f"/desk/tickets/{second.pk}/"}
    assert (Draft.objects.get().ticket, Draft.objects.get().html) == (second, "<p>Soon</p>")
    assert Message.objects.filter(direction="out").count() == 0


def test_merge_dialog_offers_the_customers_others_first(
    alice_at: Client, ticket: Ticket, second: Ticket, dana: Customer
) -> None:
    erik = CustomerFactory(pool=dana.pool, name="Erik Eriksen", email="erik@example.net")
    other = TicketFactory(brand=ticket.brand, customer=erik, subject="Kettle")
    TicketFactory(brand=ticket.brand, customer=dana, status="closed")
    url = f"/desk/tickets/{ticket.pk}/merge/"
    page = alice_at.get(url).content.decode()
    assert [f'value="{one.pk}"' in page for one in (second, other, ticket)] == [True, False, False]
    assert page.count('type="radio"') == 1
    found = alice_at.get(url, {"q": f"#{other.number}"}, headers=HTMX | {"HX-Target": "merge-options"})
    assert "Another customer: both will take part." in found.content.decode()
    assert "<form" not in found.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_merge_dialog_costs_the_same_for_many(
    alice_at: Client, ticket: Ticket, dana: Customer, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        TicketFactory(brand=ticket.brand, customer=dana)
    with django_assert_num_queries(6):  # session, user, grants, ticket, the person's rows, tickets
        alice_at.get(f"/desk/tickets/{ticket.pk}/merge/")


def test_a_foreign_ticket_is_no_target(alice_at: Client, ticket: Ticket, other_brand: Any) -> None:
    foreign = TicketFactory(brand=other_brand)
    url = f"/desk/tickets/{ticket.pk}/merge/"
    for into in (foreign.pk, "x", ""):
        assert alice_at.post(url, {"into": into}, headers=HTMX).status_code == 404
    assert not TicketMerge.objects.exists()


def test_split_makes_a_ticket_and_its_undo_joins_them(
    alice_at: Client, write_in: Callable[..., Ticket], ticket: Ticket
) -> None:
    write_in(ticket, text="An invoice, please.")
    message = ticket.messages.latest("pk")
    url = f"/desk/tickets/{ticket.pk}/split/"
    dialog = alice_at.get(url, {"from": message.pk}).content.decode()
    assert (dialog.count('type="checkbox"'), dialog.count("checked")) == (1, 1)

    response = alice_at.post(url, {"message": [message.pk], "subject": "Invoice"}, headers=HTMX)
    made = TicketSplit.objects.get().made
    assert json.loads(response.headers["HX-Location"])["path"] == f"/desk/tickets/{made.pk}/"
    assert "split this off <a" in alice_at.get(f"/desk/tickets/{made.pk}/").content.decode()
    assert f"#{made.number}</a>" in alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()

    undone = alice_at.post(told(response)["toast"]["action"]["url"], headers=HTMX)
    assert told(undone)["ticket-moved"] == {"url": f"/desk/tickets/{ticket.pk}/"}
    assert ticket.messages.count() == 2
    refused = alice_at.post(
        url, {"message": list(ticket.messages.values_list("pk", flat=True))}, headers=HTMX
    )
    assert told(refused)["toast"]["text"] == "One message at least has to stay."


def test_snooze_and_undo(clock: Any, alice_at: Client, alice: User, ticket: Ticket) -> None:
    alice.zone = "Europe/Berlin"
    alice.save(update_fields=["zone"])
    picker = alice_at.get(f"/desk/tickets/{ticket.pk}/pick/snooze/").content.decode()
    assert "Tomorrow" in picker
    url = f"/desk/tickets/{ticket.pk}/snooze/"
    # As the browser's field sends it, by Alice's clock: 12:00 UTC.
    response = alice_at.post(url, {"to": "2026-03-02T13:00"}, headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.snoozed_until == datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/?view=snoozed").content.decode()
    assert "snoozed it until <b>13:00</b>" in page
    assert page.count('class="row-item"') == 1
    back = told(response)["toast"]["action"]["url"]
    woken = alice_at.post(back, headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
    alice_at.post(told(woken)["toast"]["action"]["url"], headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.snoozed_until is not None
    for odd in ("yesterday", "9" * 50, "0001-01-01T00:00"):
        assert alice_at.post(url, {"to": odd}, headers=HTMX).status_code in (404, 409)


def test_page_of_a_ticket_with_many_joins_costs_the_same(
    alice_at: Client,
    alice: User,
    write_in: Callable[..., Ticket],
    ticket: Ticket,
    django_assert_num_queries: Any,
) -> None:
    costs = []
    for _round in range(2):
        merge(write_in(), into=ticket, actor=alice)
        write_in(ticket)
        split(ticket, [ticket.messages.latest("pk").pk], subject="x", actor=alice)
        with django_assert_num_queries(11) as queries:
            alice_at.get(f"/desk/tickets/{ticket.pk}/", headers=HTMX)
        costs.append(len(queries))
    assert costs[0] == costs[1]
