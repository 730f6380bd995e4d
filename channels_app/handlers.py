"""Reactions of the border to what happens inside."""

from functools import cache

from kombu.exceptions import OperationalError

from accounts.models import User
from carecenter.lib.kinds import Capability, can, kinds_that
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import now
from channels_app.domain import chat_leaving, chats, decisions
from channels_app.domain.addresses import own_addresses
from channels_app.models import BlockedSender
from channels_app.tasks import deliver as deliver_task
from journal.models import Event
from tickets.domain.attaching import files_of
from tickets.domain.spam import sender
from tickets.models import Contact, Delivery, Message, Ticket
from workforce.models import PresenceState

MOST_LEFT = 20


def block_sender(event: Event) -> None:
    """A ticket was marked as spam: its sender is not taken in any more, unless it is one of ourselves."""
    ticket, actor = of_spam(event)
    address = sender(ticket)
    if address and not own_addresses([address]):
        decisions.block_sender(ticket.brand.pool, address, actor=actor)


def unblock_sender(event: Event) -> None:
    ticket, actor = of_spam(event)
    spelling = sender(ticket).lower()[:320]
    for blocked in BlockedSender.objects.filter(pool=ticket.brand.pool_id, address=spelling):
        decisions.unblock_sender(blocked, actor=actor)


def of_spam(event: Event) -> tuple[Ticket, User]:
    ticket_id, actor_id = event.ticket_id or 0, event.actor.partition(":")[2]
    return Ticket.objects.select_related("brand__pool").get(pk=ticket_id), User.objects.get(pk=actor_id)


def deliver(event: Event) -> None:
    """An answer was queued: have it leave at its time. A hint only, the sweep of each second is the guarantee."""
    message_id = int(event.subject.partition(":")[2])
    moments = Message.objects.filter(pk=message_id, delivery=Delivery.QUEUED).values_list(
        "next_try_at", flat=True
    )
    for due in moments:
        wait = max(0.0, (due - now()).total_seconds()) if due else 0.0
        try:
            deliver_task.apply_async([message_id], countdown=wait)
        except OperationalError:
            return


def show_line(event: Event) -> None:
    """A line of a live conversation to both its ends, or what became of the conversation."""
    subject, _, pk = event.subject.partition(":")
    if "kind" in event.data and not can(event.data["kind"], Capability.LIVE):
        return
    if subject == "message":
        for message in _message().rows(pk=int(pk)):
            if can(message.kind, Capability.LIVE):
                files_of("message").put([message])
                chats.show(message)
    elif subject == "contact":
        for contact in _contact().rows(pk=int(pk)):
            chats.show_change(contact)


@cache
def _message() -> Statement[Message]:
    return Statement(Message.objects.select_related("contact__ticket", "ticket").filter(pk=Given("pk")))


@cache
def _contact() -> Statement[Contact]:
    return Statement(Contact.objects.select_related("ticket").filter(pk=Given("pk")))


def settle_chat(event: Event) -> None:
    """A conversation ended: what its visitor has not read goes by mail, and the copy they asked for."""
    for contact in Contact.objects.filter(pk=event.subject.partition(":")[2]):
        chat_leaving.settle_ended(contact)


def show_left_chats(event: Event) -> None:
    """An agent went offline: their conversations may be taken by others now, and every desk looks again."""
    if event.data["after"] != PresenceState.OFFLINE:
        return
    going = Contact.objects.filter(agent=int(event.subject.partition(":")[2]), ended_at__isnull=True)
    for contact in going.filter(kind__in=kinds_that(Capability.LIVE)).select_related("ticket")[:MOST_LEFT]:
        chats.show_change(contact)
