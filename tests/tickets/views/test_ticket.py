from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from customers.domain.merge import merge
from customers.models import Customer
from tests.factories.customers import CustomerFactory
from tests.tickets.domain.conftest import mail
from tests.tickets.views.conftest import HTMX
from tickets.domain.assignment import claim_unassigned
from tickets.domain.intake import receive_message
from tickets.domain.replies import add_note, queue_reply
from tickets.models import Message, Ticket


@pytest.mark.parametrize("count", [1, 3])
def test_ticket_costs_the_same_whatever_was_said(
    alice_at: Client,
    alice: User,
    write_in: Callable[..., Ticket],
    django_assert_max_num_queries: Any,
    count: int,
) -> None:
    ticket = write_in()
    claim_unassigned(ticket.pk, agent=alice)
    for number in range(count):
        write_in(ticket=ticket)
        add_note(ticket, actor=alice, html=f"<p>Note {number}</p>")
    # session, user, grants with teams, ticket, messages, attachments, events, drafts, who takes part; who did
    # something is looked up only where they are not the reader, the assignee or a writer
    with django_assert_max_num_queries(9) as pane:
        alice_at.get(f"/desk/tickets/{ticket.pk}/", headers=HTMX)
    # and the list beside it: saved views, counts, rows
    with django_assert_max_num_queries(12) as page:
        alice_at.get(f"/desk/tickets/{ticket.pk}/?view=all")
    assert (len(pane), len(page)) == (9, 12)


EVIL = "<i id=evil>\"'&{0}{pk}%s%(name)s"


@pytest.mark.parametrize(
    "html", ["", "<p>Hi</p>", '<table><tr><td><img src="https://x.example/a.png"></table>']
)
def test_what_a_stranger_writes_is_text_everywhere(
    alice_at: Client, alice: User, write_in: Callable[..., Ticket], html: str
) -> None:
    """In whatever field, with signs of markup, of `format` and of `%`."""
    User.objects.filter(pk=alice.pk).update(name=EVIL)
    alice.refresh_from_db()
    people = [{"name": EVIL, "address": EVIL}]
    written = {"from_name": EVIL, "from_address": EVIL, "subject": EVIL, "html": html}
    ticket = write_in(**written, text=f"{EVIL}\n> {EVIL}", reply_text=EVIL, to=people, cc=people)
    queue_reply(ticket, actor=alice, html="<p>Hello</p>")
    add_note(ticket, actor=alice, html="<p>Note</p>")
    Message.objects.filter(ticket=ticket, direction="out").update(to=people, cc=people, subject=EVIL)
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/", headers=HTMX).content.decode()
    assert "id=evil" in page
    assert "<i id=evil" not in page
    assert page.count("{0}{pk}%s%(name)s") == page.count("&lt;i id=evil")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_ticket_names_a_merged_customer_as_today(
    alice_at: Client,
    ticket: Ticket,
    dana: Customer,
    headers: dict[str, str],
    django_assert_max_num_queries: Any,
) -> None:
    today = CustomerFactory(pool=dana.pool, name="Dana Duarte-Silva")
    merge(today, dana, actor=None)

    with django_assert_max_num_queries(15):
        page = alice_at.get(f"/desk/tickets/{ticket.pk}/?view=all", headers=headers).content.decode()
    assert "to Dana Duarte-Silva" in page
    assert f"/desk/customers/{today.pk}/panel" in page
    live = alice_at.get(f"/desk/tickets/{ticket.pk}/live/", headers=HTMX).content.decode()
    assert "Dana Duarte-Silva" in live


def test_ticket_of_another_pool_is_not_there(
    client_for: Callable[[User], Client], ticket: Ticket, charlie: User, nobody: User
) -> None:
    for user in (charlie, nobody):
        for path in ("", "live/", "earlier/", "composer/", "pick/status/"):
            assert client_for(user).get(f"/desk/tickets/{ticket.pk}/{path}").status_code == 404


def test_a_strangers_words_are_text(alice_at: Client, write_in: Callable[..., Ticket]) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    ticket = write_in(subject=evil, text=evil, from_name=evil)
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_only_the_latest_thirty_are_shown_and_earlier_ones_on_demand(
    alice_at: Client, write_in: Callable[..., Ticket]
) -> None:
    ticket = write_in(text="number 0")
    for number in range(1, 35):
        write_in(ticket=ticket, text=f"number {number}")
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert page.count('class="message"') == 30
    assert "number 34" in page
    assert "number 4<" not in page
    first = min(ticket.messages.order_by("-pk").values_list("pk", flat=True)[:30])
    earlier = alice_at.get(f"/desk/tickets/{ticket.pk}/earlier/?before={first}").content.decode()
    assert earlier.count('class="message"') == 5
    assert "Earlier messages" not in earlier
    # A page that shows them all is redrawn with them all.
    oldest = ticket.messages.order_by("pk").first()
    assert oldest is not None
    live = alice_at.get(f"/desk/tickets/{ticket.pk}/live/?since={oldest.pk}").content.decode()
    assert live.count('class="message"') == 35


def test_live_brings_conversation_head_properties_and_recipient(alice_at: Client, ticket: Ticket) -> None:
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/live/?since=oops").content.decode()
    assert page.count("hx-swap-oob") == 4
    assert 'class="message"' in page
    assert 'id="composer-to"' in page


def test_an_answer_names_who_gets_it(alice_at: Client, ticket: Ticket) -> None:
    """Somebody in copy wrote last: their name stands beside their address, and the customer is in copy."""
    erik = CustomerFactory(pool=ticket.brand.pool, name="Erik", email="erik@example.net")
    ticket.participants.create(address="erik@example.net", name="Erik", role="copy", customer=erik)
    incoming = mail("e1@example.net", from_name="Erik", from_address="erik@example.net")
    receive_message(inbox=ticket.inbox, customer=erik, incoming=incoming, ticket=ticket)

    page = alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()

    assert "to Erik &lt;erik@example.net&gt;" in page
    assert "dana@example.net" in page.split('name="cc" value="')[1].split(">")[0]


def test_what_was_done_stands_between_what_was_said(alice_at: Client, alice: User, ticket: Ticket) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Alice Adams took this ticket" in page
    # That the ticket became open follows from it.
    assert "set it to" not in page


def test_an_answer_shows_what_became_of_it(alice_at: Client, alice: User, ticket: Ticket) -> None:
    message = queue_reply(ticket, actor=alice, html="<p>On its way.</p>")
    words = {
        "queued": "Take back",
        "sent": "Sent",
        "failed": "Could not be sent.",
        "unconfirmed": "It arrived",
        "bounced": "Came back",
        "withdrawn": "The customer did not get this.",
    }
    for state, expected in words.items():
        Message.objects.filter(pk=message.pk).update(delivery=state, delivery_detail="550 no such user")
        page = alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()
        assert expected in page, state


@pytest.mark.parametrize("field", ["status", "priority", "assignee", "team", "tags"])
def test_pickers_offer_what_may_be_chosen(alice_at: Client, bob: User, ticket: Ticket, field: str) -> None:
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/pick/{field}/").content.decode()
    expected = {
        "status": "Solved",
        "priority": "Urgent",
        "assignee": "Bob Brown",
        "team": "Service",
        "tags": "Add “%s”",
    }
    assert expected[field] in page


def test_assignee_picker_leaves_out_strangers(alice_at: Client, charlie: User, ticket: Ticket) -> None:
    assert "Charlie" not in alice_at.get(f"/desk/tickets/{ticket.pk}/pick/assignee/").content.decode()
    assert alice_at.get(f"/desk/tickets/{ticket.pk}/pick/nonsense/").status_code == 404


def test_composer_says_to_which_address_the_answer_goes(
    alice_at: Client, ticket: Ticket, write_in: Callable[..., Ticket]
) -> None:
    address = f"/desk/tickets/{ticket.pk}/composer/"
    assert "&lt;dana@example.net&gt;" in alice_at.get(address).content.decode()
    # It should be whoever wrote last, whoever's ticket it is
    Message.objects.filter(ticket=ticket).update(from_address="mallory@example.org")
    assert "&lt;mallory@example.org&gt;" in alice_at.get(address).content.decode()
