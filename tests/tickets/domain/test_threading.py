import pytest

from accounts.models import Brand, User
from customers.models import Customer
from tests.factories.tickets import InboxFactory
from tickets.domain import delivery
from tickets.domain.replies import queue_reply
from tickets.domain.threading import find_ticket
from tickets.domain.tokens import reply_token, ticket_for_token
from tickets.models import Inbox, Message, Ticket

DANA = "dana@example.net"


def answer(ticket: Ticket, actor: User, external_id: str) -> Message:
    """An answer that was sent under a Message-ID of ours."""
    message = queue_reply(ticket, actor=actor, html="Hello")
    Message.objects.filter(pk=message.pk).update(external_id=external_id, delivery="sent")
    return message


def test_token_finds_the_ticket_whoever_writes(ticket: Ticket, inbox: Inbox) -> None:
    found = find_ticket(inbox=inbox, address="x@example.org", reply_tokens=[reply_token(ticket)])
    assert found == (ticket, "token")


@pytest.mark.parametrize(
    "spoil",
    [lambda t: t[:-1], lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: t[:0], lambda t: t + "é"],
)
def test_spoilt_token_finds_nothing(spoil: object, ticket: Ticket) -> None:
    assert ticket_for_token(spoil(reply_token(ticket))) is None


def test_token_survives_folded_case(ticket: Ticket) -> None:
    assert ticket_for_token(reply_token(ticket).upper()) == ticket


def test_our_message_id_finds_the_ticket(ticket: Ticket, inbox: Inbox, alice: User) -> None:
    answer(ticket, alice, "ours@carecenter")
    found = find_ticket(inbox=inbox, address="colleague@example.org", references=["ours@carecenter"])
    assert found == (ticket, "reference")


def test_customers_message_id_counts_from_participants_only(ticket: Ticket, inbox: Inbox) -> None:
    refs = ["first@example.net"]
    assert find_ticket(inbox=inbox, address="stranger@example.org", references=refs) == (None, "none")
    assert find_ticket(inbox=inbox, address=DANA, references=refs) == (ticket, "earlier")


def test_number_in_the_subject_counts_from_participants_only(ticket: Ticket, inbox: Inbox) -> None:
    subject = f"Re: parcel [#{ticket.number}]"
    assert find_ticket(inbox=inbox, address="stranger@example.org", subject=subject) == (None, "none")
    assert find_ticket(inbox=inbox, address=DANA, subject=subject) == (ticket, "number")


def test_nothing_crosses_pools(ticket: Ticket, other_brand: Brand, alice: User) -> None:
    answer(ticket, alice, "ours@carecenter")
    other = InboxFactory(brand=other_brand)
    found = find_ticket(
        inbox=other,
        address=DANA,
        reply_tokens=[reply_token(ticket)],
        references=["ours@carecenter"],
        subject=f"[#{ticket.number}]",
    )
    assert found == (None, "none")


def test_another_brand_of_the_pool_finds_it(ticket: Ticket, second_brand: Brand) -> None:
    other = InboxFactory(brand=second_brand)
    assert find_ticket(inbox=other, address=DANA, reply_tokens=[reply_token(ticket)])[0] == ticket


def test_merged_ticket_stands_for_where_it_went(ticket: Ticket, inbox: Inbox, dana: Customer) -> None:
    token = reply_token(ticket)
    kept = Ticket.objects.create(number=1, brand=ticket.brand, customer=dana)
    Ticket.objects.filter(pk=ticket.pk).update(merged_into=kept)
    assert find_ticket(inbox=inbox, address=DANA, reply_tokens=[token])[0] == kept


def test_expired_claims_are_listed(ticket: Ticket, alice: User, clock: object, settings: object) -> None:
    message = queue_reply(ticket, actor=alice, html="Hello")
    clock.shift(11)
    delivery.claim(message.pk)
    assert delivery.expired_claims(10) == []
    clock.shift(settings.SEND_LEASE_SECONDS + 1)
    assert delivery.expired_claims(10) == [message.pk]
