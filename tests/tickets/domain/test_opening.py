from typing import Any

import pytest

from accounts.models import Brand, User
from customers.models import Customer
from tickets.by_hand import ByHand
from tickets.domain.changes import set_priority, set_subject, set_tags
from tickets.domain.errors import Empty, NotAllowed
from tickets.domain.opening import NewCase, log_contact, log_on_ticket, open_internal, write_to_customer
from tickets.models import Contact, Delivery, Inbox, Message, Status, Ticket


def test_writing_to_a_customer_queues_the_first_message(inbox: Inbox, dana: Customer, alice: User) -> None:
    case = NewCase(brand=inbox.brand, inbox=inbox, customer=dana, subject="Your order", html="<p>Hi Dana</p>")
    message = write_to_customer(case, address="dana@example.net", actor=alice)
    ticket = Ticket.objects.get()
    assert (message.delivery, message.to[0]["address"]) == (Delivery.QUEUED, "dana@example.net")
    assert (ticket.status, ticket.assignee, ticket.team) == (Status.OPEN, alice, inbox.default_team)
    contact = Contact.objects.get()
    assert (contact.direction, contact.end_reason) == ("out", "answered")


def test_writing_to_a_customer_costs_nine_statements(
    inbox: Inbox, dana: Customer, alice: User, django_assert_num_queries: Any
) -> None:
    """Two for the savepoint; of a ticket that is being made nothing is looked for."""
    case = NewCase(brand=inbox.brand, inbox=inbox, customer=dana, subject="Your order", html="<p>Hi Dana</p>")
    with django_assert_num_queries(9):
        write_to_customer(case, address="dana@example.net", actor=alice)


def test_customer_of_another_pool_is_refused(dana: Customer, other_brand: Brand, alice: User) -> None:
    case = NewCase(brand=other_brand, customer=dana, subject="Hello", html="Hi")
    with pytest.raises(NotAllowed):
        write_to_customer(case, address="dana@example.net", actor=alice)
    with pytest.raises(NotAllowed):
        log_contact(case, kind="phone", direction="in", actor=alice)


@pytest.mark.parametrize("kind", ["phone", "visit"])
def test_call_or_visit_is_a_contact_that_has_ended(
    kind: str, brand: Brand, dana: Customer, alice: User
) -> None:
    case = NewCase(brand=brand, customer=dana, subject="Called about size", html="Wants a 42.")
    message = log_contact(case, kind=kind, direction="in", actor=alice)
    contact = Contact.objects.get()
    assert (contact.kind, contact.end_reason, contact.agent) == (kind, "logged", alice)
    assert (message.delivery, message.ticket.last_kind) == (Delivery.NONE, kind)


def test_mail_cannot_be_logged_by_hand(brand: Brand, dana: Customer, alice: User) -> None:
    with pytest.raises(NotAllowed):
        log_contact(
            NewCase(brand=brand, customer=dana, subject="x", html="y"),
            kind="email",
            direction="in",
            actor=alice,
        )


def test_call_on_a_ticket_mixes_kinds_on_it(ticket: Ticket, alice: User) -> None:
    log_on_ticket(ticket, kind="phone", direction="out", html="Told her.", actor=alice)
    assert sorted(ticket.contacts.values_list("kind", flat=True)) == ["email", "phone"]
    assert Ticket.objects.get().waiting_since is None


def test_internal_case_has_no_customer(brand: Brand, alice: User) -> None:
    note = open_internal(
        NewCase(brand=brand, subject="Heating broken", html="Floor 2", tags=("house",)), actor=alice
    )
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.tags, ticket.last_kind) == (None, ["house"], ByHand.INTERNAL)
    assert note.audience == Message.Audience.INTERNAL


@pytest.mark.parametrize(("subject", "html"), [("", "text"), ("  \n ", "text"), ("Subject", "<p></p>")])
def test_case_without_words_is_refused(subject: str, html: str, brand: Brand, alice: User) -> None:
    with pytest.raises(Empty):
        open_internal(NewCase(brand=brand, subject=subject, html=html), actor=alice)
    assert not Ticket.objects.exists()


def test_tags_are_clean_and_once(ticket: Ticket, alice: User) -> None:
    changed = set_tags(ticket, ["#Late  Delivery", "late delivery", "vip,gold", " "], actor=alice)
    assert changed.tags == ["late-delivery", "vip-gold"]


def test_version_grows_with_a_change_only(ticket: Ticket, alice: User) -> None:
    version = Ticket.objects.get().version
    assert set_priority(ticket, 4, actor=alice).version == version + 1
    assert set_priority(ticket, 4, actor=alice).version == version + 1
    assert set_subject(ticket, "New words", actor=alice).version == version + 2


def test_unknown_priority_is_refused(ticket: Ticket, alice: User) -> None:
    with pytest.raises(NotAllowed):
        set_priority(ticket, 9, actor=alice)
