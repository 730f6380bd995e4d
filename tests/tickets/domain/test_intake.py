from threading import Barrier, Thread

import pytest
from django.db import connection

from carecenter.lib.blobs.storage import store
from customers.models import Customer
from journal.models import Event
from tests.factories.tickets import InboxFactory
from tests.tickets.domain.conftest import mail
from tickets.domain.intake import IncomingFile, Received, receive_message
from tickets.domain.status import set_status
from tickets.domain.tickets import lock_ticket
from tickets.models import Contact, Inbox, Message, Participant, Status, Ticket


def set_ticket(ticket: Ticket, status: str) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status=status, waiting_since=None)


def test_first_mail_opens_a_ticket(inbox: Inbox, dana: Customer, clock: object) -> None:
    received = receive_message(inbox=inbox, customer=dana, incoming=mail())
    ticket = Ticket.objects.get()
    assert received.is_new
    assert (ticket.subject, ticket.status, ticket.team, ticket.preview) == (
        "My parcel is late", Status.NEW, inbox.default_team, "Where is it?",
    )  # fmt: skip
    assert ticket.waiting_since == ticket.last_message_at
    assert ticket.message_count == 1
    contact = Contact.objects.get()
    assert (contact.kind, contact.direction, contact.holder, contact.ended_at) == (
        "email",
        "in",
        "queue",
        None,
    )
    assert Participant.objects.get().role == Participant.Role.REQUESTER
    names = ["ticket.created", "contact.opened", "message.received"]
    assert list(Event.objects.order_by("pk").values_list("name", flat=True)) == names


def test_second_mail_joins_the_open_contact(ticket: Ticket, inbox: Inbox, dana: Customer) -> None:
    waiting = ticket.waiting_since
    again = receive_message(inbox=inbox, customer=dana, incoming=mail("2@example.net"), ticket=ticket)
    assert again.ticket.pk == ticket.pk
    assert again.ticket.waiting_since == waiting
    assert Contact.objects.count() == 1
    assert again.ticket.message_count == 2


def test_mail_reopens_a_solved_ticket(ticket: Ticket, inbox: Inbox, dana: Customer) -> None:
    set_ticket(ticket, Status.SOLVED)
    again = receive_message(inbox=inbox, customer=dana, incoming=mail("2@example.net"), ticket=ticket).ticket
    assert again.status == Status.OPEN
    assert again.waiting_since is not None


def test_mail_to_a_closed_ticket_opens_a_new_one(ticket: Ticket, inbox: Inbox, dana: Customer) -> None:
    set_ticket(ticket, Status.CLOSED)
    again = receive_message(inbox=inbox, customer=dana, incoming=mail("2@example.net"), ticket=ticket)
    assert again.is_new
    assert again.ticket.pk != ticket.pk


@pytest.mark.parametrize("sign", ["is_auto", "is_bounce"])
def test_automatic_mail_wakes_nobody(sign: str, ticket: Ticket, inbox: Inbox, dana: Customer) -> None:
    set_ticket(ticket, Status.SOLVED)
    quiet = mail("2@example.net", reply_text="I am away", **{sign: True})
    again = receive_message(inbox=inbox, customer=dana, incoming=quiet, ticket=ticket).ticket
    assert (again.status, again.waiting_since) == (Status.SOLVED, None)
    assert (again.preview, again.message_count) == ("Where is it?", 2)


def test_same_message_id_gives_one_message(ticket: Ticket, inbox: Inbox, dana: Customer) -> None:
    again = receive_message(inbox=inbox, customer=dana, incoming=mail())
    assert again.is_duplicate
    assert again.ticket.pk == ticket.pk
    assert Message.objects.count() == 1


def test_same_message_id_in_another_inbox_is_another_message(ticket: Ticket, dana: Customer) -> None:
    other = InboxFactory(brand=ticket.brand)
    assert receive_message(inbox=other, customer=dana, incoming=mail()).is_new


def test_files_hang_on_the_message(inbox: Inbox, dana: Customer) -> None:
    file = IncomingFile(blob=store(b"%PDF-1.4 bill"), name="bill.pdf", content_type="application/pdf")
    message = receive_message(inbox=inbox, customer=dana, incoming=mail(files=(file,))).message
    assert [attachment.name for attachment in message.attachments.all()] == ["bill.pdf"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_give_one_message(inbox: Inbox, dana: Customer) -> None:
    barrier = Barrier(2)
    results: list[Received] = []

    def work() -> None:
        barrier.wait(5)
        results.append(receive_message(inbox=inbox, customer=dana, incoming=mail()))
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(result.is_duplicate for result in results) == [False, True]
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_lock_is_of_the_ticket_alone(ticket: Ticket) -> None:
    set_status(lock_ticket(ticket.pk), Status.PENDING, actor="system")
    assert Ticket.objects.get().status == Status.PENDING
