import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from carecenter.lib.time import now
from customers.domain.merge import merge
from customers.models import Customer
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import TicketFactory
from tests.tickets.views.conftest import HTMX
from tickets.domain.lists import PAGE, counts_for, page_of, read_key
from tickets.domain.search.indexing import write_rows
from tickets.models import Inbox, Ticket


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_its_length(
    alice_at: Client, write_in: Callable[..., Ticket], django_assert_num_queries: Any, count: int
) -> None:
    for _number in range(count):
        write_in()
    # session, user, grants with teams, saved views, counts of all views, rows
    with django_assert_num_queries(6):
        response = alice_at.get("/desk/?view=all")
    assert response.content.count(b"data-row=") == count


def test_list_shows_only_the_users_brands(
    client_for: Callable[[User], Client], ticket: Ticket, charlie: User
) -> None:
    page = client_for(charlie).get("/desk/?view=all").content.decode()
    assert "data-row=" not in page
    assert "No tickets yet" in page


def test_views_hold_what_their_names_say(inbox: Inbox, alice: User, bob: User) -> None:
    mine = TicketFactory(brand=inbox.brand, assignee=alice)
    free = TicketFactory(brand=inbox.brand, waiting_since=now())
    team = TicketFactory(brand=inbox.brand, assignee=bob, team=inbox.default_team)
    solved = TicketFactory(brand=inbox.brand, assignee=alice, status="solved")

    def shown(view: str, **filters: str) -> set[int]:
        return {ticket.pk for ticket in page_of(view, alice, **filters).tickets}

    assert shown("mine") == {mine.pk}
    assert shown("unassigned") == {free.pk}
    assert shown("team") == {team.pk}
    assert shown("waiting") == {free.pk}
    assert shown("all") == {mine.pk, free.pk, team.pk}
    assert shown("mine", state="solved") == {solved.pk}
    assert counts_for(alice) == {"mine": 1, "unassigned": 1, "team": 1, "waiting": 1, "snoozed": 0, "all": 3}


@pytest.mark.parametrize("view", ["all", "waiting"])
def test_pages_by_key_show_each_ticket_once(inbox: Inbox, alice: User, view: str) -> None:
    at = now() - datetime.timedelta(days=1)
    # Half of them share one moment, so that the key must tell ties apart.
    moments = [at - datetime.timedelta(minutes=n if n % 2 else 0) for n in range(PAGE * 2 + 5)]
    made = [TicketFactory(brand=inbox.brand, last_message_at=m, waiting_since=m).pk for m in moments]
    seen: list[int] = []
    after = ""
    for _page in range(3):
        page = page_of(view, alice, after=after)
        seen += [ticket.pk for ticket in page.tickets]
        after = page.older
    assert after == ""
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize(
    "key", ["", "x", "~", "2026-03-02~1", "2026-03-02T10:00:00+00:00~-4", "a~b~c", "\x00"]
)
def test_a_broken_key_is_no_key(key: str) -> None:
    assert read_key(key) is None


def test_unknown_view_and_state_show_my_tickets(alice_at: Client, ticket: Ticket) -> None:
    page = alice_at.get("/desk/?view=nonsense&state=odd&after=%00").content.decode()
    assert 'data-view="mine" data-state="active"' in page


def test_further_rows_come_without_the_page(alice_at: Client, ticket: Ticket) -> None:
    response = alice_at.get("/desk/?view=all", headers=HTMX | {"HX-Target": "more-rows"})
    assert b"data-row=" in response.content
    assert b"<html" not in response.content
    assert b"list-pane" not in response.content


def test_counts_replace_themselves(alice_at: Client, ticket: Ticket) -> None:
    page = alice_at.get("/desk/counts/").content.decode()
    assert page.count("hx-swap-oob") == 6


def test_nobody_signed_in_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/desk/").status_code == 302


def test_tickets_are_found_by_number_and_by_customer(
    client_for: Callable[[User], Client], alice_at: Client, ticket: Ticket, charlie: User
) -> None:
    write_rows([ticket.pk])
    for words in (f"#{ticket.number}", str(ticket.number), "duarte", "dana@example"):
        page = alice_at.get("/desk/", {"q": words}).content.decode()
        assert page.count("data-row=") == 1, words
        assert "data-row=" not in client_for(charlie).get("/desk/", {"q": words}).content.decode()
    assert "Nothing found" in alice_at.get("/desk/", {"q": "zzz<script>"}).content.decode()
    assert alice_at.get("/desk/", {"q": "9" * 40 + "\x00"}).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/desk/?after=0001-01-01T00:00:00%2B23:59~1",
        "/desk/?view=all&after=2026-01-01T00:00:00%2B23:59~1",
        "/desk/customers/?q=%00ab",
        "/desk/new/customers/?who=%00ab",
    ],
)
def test_odd_addresses_are_no_errors(alice_at: Client, address: str) -> None:
    assert alice_at.get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_names_merged_customers_as_today(
    alice_at: Client,
    write_in: Callable[..., Ticket],
    dana: Customer,
    django_assert_num_queries: Any,
    count: int,
) -> None:
    for _number in range(count):
        write_in()
    today = CustomerFactory(pool=dana.pool, name="Dana Duarte-Silva")
    merge(today, dana, actor=None)

    with django_assert_num_queries(8):  # two more than without anybody merged
        page = alice_at.get("/desk/?view=all").content.decode()
    assert page.count('dir="auto">Dana Duarte-Silva</span>') == count
