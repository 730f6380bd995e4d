"""Spam on a ticket: off the desk in one move, its sender ignored, and all of it taken back."""

import pytest
from django.urls import reverse

from channels_app.domain import inbound
from channels_app.models import BlockedSender, InboundRecord
from journal.domain import dispatch
from journal.models import Event
from tests.factories.channels import arrive, mail
from tickets.domain import spam
from tickets.domain.errors import NotAllowed
from tickets.models import Contact, Message

pytestmark = pytest.mark.django_db
SAM = {"From": "Sam <Sam@Watches.example>"}


def react() -> None:
    dispatch.run(list(Event.objects.filter(name__endswith="marked_spam", next_try_at__isnull=False)))


def again(connection) -> InboundRecord:
    text = f"Cheap watches {InboundRecord.objects.count()}"
    return inbound.process_record(arrive(connection, mail(text, **SAM)).pk)


def test_marked_ticket_is_solved_unasked_and_its_sender_ignored(connection, lead, client_for):
    ticket = again(connection).ticket
    client = client_for(lead)

    client.post(reverse("tickets:spam", args=[ticket.pk]))
    react()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, ticket.waiting_since) == ("solved", ["spam"], None)
    assert set(ticket.contacts.values_list("end_reason", flat=True)) == {Contact.EndReason.AUTOMATIC}
    assert again(connection).state == InboundRecord.State.IGNORED

    client.post(reverse("tickets:spam", args=[ticket.pk]), {"to": "open"})
    react()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags) == ("open", [])
    assert not BlockedSender.objects.exists()
    assert again(connection).state == InboundRecord.State.DONE


def test_who_may_not_block_may_not_call_it_spam(connection, alice, client_for):
    ticket = again(connection).ticket
    assert client_for(alice).post(reverse("tickets:spam", args=[ticket.pk])).status_code == 403
    assert not Event.objects.filter(name="ticket.marked_spam").exists()


def test_what_came_without_an_address_blocks_nobody(connection, lead):
    ticket = again(connection).ticket
    Message.objects.filter(ticket=ticket).update(from_address="")
    with pytest.raises(NotAllowed, match="nobody to block"):
        spam.mark(ticket, actor=lead)
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_a_second_writer_on_the_ticket_is_still_heard(connection, lead, client_for):
    ticket = again(connection).ticket
    first = Message.objects.get(ticket=ticket)
    second = Message.objects.get(pk=first.pk)
    second.pk, second.external_id, second.from_address = None, "second@shop.example", "eve@shop.example"
    second.save()

    client_for(lead).post(reverse("tickets:spam", args=[ticket.pk]))
    react()

    assert list(BlockedSender.objects.values_list("address", flat=True)) == ["sam@watches.example"]
