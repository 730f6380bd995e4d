from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Brand, User
from accounts.permissions import Scope
from customers.domain.merge import merge
from customers.models import Customer
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import ContactFactory, MessageFactory, TicketFactory
from tickets.domain.timeline import PAGE, _contacts


def address(customer: Customer, **query: object) -> str:
    words = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{reverse('tickets:customer_timeline', args=[customer.pk])}?{words}"


def contact(customer: Customer, brand: Brand, subject: str, kind: str = "email") -> Any:
    ticket = TicketFactory(brand=brand, customer=customer, subject=subject)
    return ContactFactory(ticket=ticket, customer=customer, kind=kind, inbox=None)


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_kind_of_both_brands_is_on_it(
    dana: Customer, brand: Brand, second_brand: Brand, admin: User, client_for: Any
) -> None:
    contact(dana, brand, "A mail")
    contact(dana, second_brand, "A call", kind="phone")
    text = words(client_for(admin), address(dana))
    assert text.index("A call") < text.index("A mail")


def test_contacts_of_one_ticket_differ_by_their_first_words(
    dana: Customer, brand: Brand, admin: User, client_for: Any
) -> None:
    """The subject stands once over them; what was quoted, and notes among colleagues, are no words of theirs."""
    first = contact(dana, brand, "Kettle")
    second = ContactFactory(ticket=first.ticket, customer=dana, kind="phone", inbox=None)
    MessageFactory(ticket=first.ticket, contact=first, text="It drips.")
    MessageFactory(ticket=first.ticket, contact=first, text="Later.")
    MessageFactory(ticket=first.ticket, contact=second, audience="internal", text="A note")
    MessageFactory(
        ticket=first.ticket, contact=second, reply_text="Still drips.", text="Still drips.\n> It drips."
    )
    text = words(client_for(admin), address(dana))
    assert text.count("Kettle") == 1
    assert text.index("Still drips.") < text.index("It drips.")
    assert [word in text for word in ("Later.", "A note", "&gt; It")] == [False] * 3


def test_contacts_of_brands_one_may_not_see_are_left_out(
    dana: Customer, brand: Brand, second_brand: Brand, alice: User, client_for: Any
) -> None:
    contact(dana, brand, "Mine to see")
    contact(dana, second_brand, "Not mine")
    text = words(client_for(alice), address(dana))
    assert "Mine to see" in text
    assert "Not mine" not in text


def test_merged_people_have_one_timeline(dana: Customer, brand: Brand, lead: User, client_for: Any) -> None:
    other = CustomerFactory(pool=dana.pool, name="D. Duarte")
    contact(other, brand, "Under the other name")
    merge(dana, other, actor=lead)
    assert "Under the other name" in words(client_for(lead), address(dana))


def test_pages_hold_every_contact_once(dana: Customer, brand: Brand, alice: User, client_for: Any) -> None:
    for number in range(PAGE + 3):
        contact(dana, brand, f"Case-{number:02}")
    first = words(client_for(alice), address(dana))
    cursor = first.split("after=")[1].split('"')[0]
    second = words(client_for(alice), address(dana, after=cursor))
    seen = [number for number in range(PAGE + 3) if f"Case-{number:02}" in first]
    assert seen == list(range(3, PAGE + 3))
    assert [number for number in range(PAGE + 3) if f"Case-{number:02}" in second] == [0, 1, 2]


@pytest.mark.parametrize(
    "cursor", ["x", "~", "2026-01-01~5", "2026-01-01T00:00:00+00:00~" + "9" * 30, "%00~1"]
)
def test_cursor_that_is_none_starts_at_the_newest(
    cursor: str, dana: Customer, brand: Brand, alice: User, client_for: Any
) -> None:
    contact(dana, brand, "The newest")
    assert "The newest" in words(client_for(alice), address(dana, after=cursor))


def test_stranger_of_another_pool_gets_404(dana: Customer, charlie: User, client_for: Any) -> None:
    assert client_for(charlie).get(address(dana)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_timeline_costs_the_same_queries(
    count: int, dana: Customer, brand: Brand, alice: User, client_for: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        contact(dana, brand, "Case")
    client = client_for(alice)
    with django_assert_num_queries(6):
        client.get(address(dana))


def test_history_of_one_row_is_asked_so_that_the_index_gives_it_in_order() -> None:
    """A list of keys, even of one, would have all contacts of a customer read and sorted for a page of them."""
    where = Scope(everywhere=True, brands=frozenset(), pairs=frozenset())
    for further in (False, True):
        one, several = (_contacts(where, further, is_one).text for is_one in (True, False))
        assert one is not None
        assert several is not None
        assert '"customer_id" = (%s)' in one.sql
        assert '"customer_id" = ANY(%s)' in several.sql
