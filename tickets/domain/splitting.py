"""Messages that are another matter become a ticket of their own; undone, they go back where they were."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.kinds import Capability, can
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import CannotUndo, NotAllowed
from tickets.domain.fields.values import take_fields
from tickets.domain.status import set_status
from tickets.domain.tally import TALLIED, answered_since, tally, waiting_from
from tickets.domain.tickets import (
    lock_both,
    lock_ticket,
    next_number,
    preview_of,
    refuse_merged,
    save_changed,
)
from tickets.models import (
    Contact,
    Delivery,
    Direction,
    Message,
    Participant,
    Status,
    Ticket,
    TicketSplit,
)  # fmt: skip

OF_A_RUN: Final = (
    "inbox_id", "kind", "direction", "customer_id", "holder", "agent_id", "opened_at", "queued_at", "offered_at",
    "answered_at", "ended_at", "end_reason",
)  # fmt: skip


def split(ticket: Ticket, message_ids: Iterable[int], *, subject: str, actor: User) -> TicketSplit:
    """A new ticket with these messages, their customer and inbox, in the same team and with the same person; of the
    firm's own fields it has what the old one has.

    At least one message stays. Raises NotAllowed. Effects: messages move; runs they leave whole move, others get a run
    of their own on the new ticket; who waits is told anew for both; `ticket.split` on both.
    """
    with transaction.atomic():
        source = lock_ticket(ticket.pk)
        refuse_merged(source)
        messages = chosen(source, set(message_ids))
        made = create_ticket(source, messages, subject)
        participants(source, made, messages)
        moved: dict[str, Any] = {"messages": move_messages(source, made, messages)}
        moved["fields"] = take_fields(source, made)
        save_changed(made, "fields")
        for one in (source, made):
            recount(one)
        done = TicketSplit.objects.create(source=source, made=made, moved=moved, made_by=actor)
        code, link = user_actor(actor.pk), f"split:{done.pk}"
        record(
            "ticket.created",
            actor=code,
            ticket=made,
            kind=made.last_kind,
            inbox=made.inbox_id,
            team=made.team_id,
        )
        counted: dict[str, Any] = {"source": source.pk, "made": made.pk, "count": len(messages)}
        record("ticket.split", actor=code, ticket=source, subject=link, number=made.number, **counted)
        counted["taken"] = moved["fields"]
        record("ticket.split", actor=code, ticket=made, subject=link, number=source.number, **counted)
    return done


def chosen(source: Ticket, wanted: set[int]) -> list[Message]:
    """The messages, oldest first. Raises NotAllowed."""
    found = source.messages.select_related("contact").filter(pk__in=wanted).order_by("pk")
    messages = list(found)
    if not messages or len(messages) != len(wanted):
        raise NotAllowed(_("Choose messages of this ticket."))
    if not source.messages.exclude(pk__in=wanted).exists():
        raise NotAllowed(_("One message at least has to stay."))
    if any(message.delivery == Delivery.SENDING for message in messages):
        raise NotAllowed(_("An answer is being sent at this moment. Try again in a few seconds."))
    if any(is_going_on(message.contact) for message in messages):
        raise NotAllowed(_("The conversation is still going on. End it first."))
    return messages


def is_going_on(contact: Contact | None) -> bool:
    return contact is not None and contact.ended_at is None and can(contact.kind, Capability.LIVE)


def create_ticket(source: Ticket, messages: list[Message], subject: str) -> Ticket:
    theirs = [
        message for message in messages if message.direction == Direction.INBOUND and message.customer_id
    ]
    inbox_id = next((message.inbox_id for message in messages if message.inbox_id), source.inbox_id)
    words = preview_of(subject) or messages[0].subject or source.subject
    return Ticket.objects.create(
        number=next_number(),
        brand_id=source.brand_id,
        inbox_id=inbox_id,
        customer_id=theirs[0].customer_id if theirs else source.customer_id,
        subject=words[:400],
        status=Status.OPEN if source.assignee_id else Status.NEW,
        priority=source.priority,
        team_id=source.team_id,
        assignee_id=source.assignee_id,
        tags=list(source.tags),
        created_at=messages[0].created_at,
    )


def participants(source: Ticket, made: Ticket, messages: list[Message]) -> None:
    """Those of the ticket whom the chosen messages name; who wrote the first of them asks."""
    named = {message.from_address.lower() for message in messages}
    named |= {pair.get("address", "").lower() for message in messages for pair in (*message.to, *message.cc)}
    first = next((m.from_address.lower() for m in messages if m.direction == Direction.INBOUND), "")
    known = list(source.participants.order_by("pk"))
    if not first or first not in {one.address for one in known}:
        first = next((one.address for one in known if one.role == Participant.Role.REQUESTER), "")
    rows = [
        Participant(
            ticket=made,
            address=one.address,
            name=one.name,
            role=Participant.Role.REQUESTER if one.address == first else Participant.Role.COPY,
            customer_id=one.customer_id,
        )
        for one in known
        if one.address in named | {first}
    ]
    Participant.objects.bulk_create(rows)


def move_messages(source: Ticket, made: Ticket, messages: list[Message]) -> list[list[int | None]]:
    """Returns [message, the contact it was in] for each."""
    before: list[list[int | None]] = [[message.pk, message.contact_id] for message in messages]
    ids = [message.pk for message in messages]
    Message.objects.filter(pk__in=ids).update(ticket=made)
    for contact in {message.contact for message in messages if message.contact is not None}:
        if contact.messages.exclude(pk__in=ids).exists():
            run = Contact.objects.create(**part_of(contact, made))
            Message.objects.filter(pk__in=ids, contact=contact).update(contact=run)
        else:
            Contact.objects.filter(pk=contact.pk).update(ticket=made)
    return before


def part_of(contact: Contact, made: Ticket) -> dict[str, Any]:
    """The run on the new ticket: begun, held and ended as the one it is taken from."""
    return {"ticket": made} | {name: getattr(contact, name) for name in OF_A_RUN}


def recount(ticket: Ticket) -> None:
    """What the row says about its messages. A ticket where nobody waited does not wait because of this."""
    waits = waiting_from(ticket)
    if ticket.is_active and (ticket.waiting_since is not None or has_open_run(ticket)):
        ticket.waiting_since = waits
    tally(ticket)
    save_changed(ticket, "waiting_since", *TALLIED)


def has_open_run(ticket: Ticket) -> bool:
    return ticket.contacts.filter(ended_at__isnull=True, direction=Direction.INBOUND).exists()


def find_split(made: Ticket) -> TicketSplit | None:
    """The split that made this ticket, while it lasts."""
    return TicketSplit.objects.filter(made=made, undone_at__isnull=True).first()


def unsplit(done: TicketSplit, *, actor: User) -> TicketSplit:
    """The messages go back to where they were. When nothing else is on the new ticket, it becomes part of the old one:
    its number and its reply address lead there. Raises CannotUndo.
    """
    with transaction.atomic():
        source, made = lock_both(done.source_id, done.made_id)
        done = TicketSplit.objects.select_for_update(of=("self",)).get(pk=done.pk)
        if done.undone_at is not None:
            raise CannotUndo(_("This was undone already."))
        if source.merged_into_id is not None or made.merged_into_id is not None:
            raise CannotUndo(_("One of the two was merged into another ticket since. Undo that merge first."))
        answered = answered_since(made, done.made_at)
        return_messages(done, source, made)
        if not answered and source.is_active and (made.waiting_since or source.waiting_since):
            # An answer that came back may have ended a wait; what nobody answered over there goes on waiting.
            waits = filter(None, (waiting_from(source), made.waiting_since))
            source.waiting_since = min(waits, default=None)
        tally(source)
        settle(made, source, actor=actor)
        # What became known over there is not lost; what came from here is known here, or was emptied since.
        gone = made.merged_into_id is not None
        taken = take_fields(made, source, but=done.moved.get("fields", ())) if gone else []
        save_changed(source, "waiting_since", "fields", *TALLIED)
        done.undone_by, done.undone_at = actor, now()
        done.save(update_fields=["undone_by", "undone_at"])
        code, link = user_actor(actor.pk), f"split:{done.pk}"
        for one, other in ((source, made), (made, source)):
            told: dict[str, Any] = {"source": source.pk, "made": made.pk, "number": other.number}
            if one is source:
                told["taken"] = taken
            record("ticket.unsplit", actor=code, ticket=one, subject=link, **told)
    return done


def return_messages(done: TicketSplit, source: Ticket, made: Ticket) -> None:
    """Each to its run; a run made by the split goes when it is empty."""
    runs: set[int] = set()
    for message_id, contact_id in done.moved["messages"]:
        message = Message.objects.filter(pk=message_id, ticket=made).first()
        if message is None:
            continue
        if message.contact_id is not None and message.contact_id != contact_id:
            runs.add(message.contact_id)
        Message.objects.filter(pk=message_id).update(ticket=source, contact=contact_id)
        if contact_id is not None:
            go_back(contact_id, source, made)
    Contact.objects.filter(pk__in=runs, messages__isnull=True).delete()


def go_back(contact_id: int, source: Ticket, made: Ticket) -> None:
    """A run that moved whole returns whole; when another is open there by now it has ended."""
    contact = Contact.objects.filter(pk=contact_id, ticket=made).first()
    if contact is None:
        return
    twins = source.contacts.filter(inbox=contact.inbox_id, kind=contact.kind, ended_at__isnull=True)
    if contact.ended_at is None and twins.exists():
        contact.ended_at, contact.end_reason = now(), Contact.EndReason.JOINED
    contact.ticket = source
    contact.save(update_fields=["ticket", "ended_at", "end_reason"])


def settle(made: Ticket, source: Ticket, *, actor: User) -> None:
    """What is left of the new ticket: nothing, so that it leads to the old one; or what came since."""
    made.waiting_since = waiting_from(made) if made.waiting_since is not None else None
    fields = ["waiting_since"]
    if made.messages.exists():
        fields += tally(made)
    else:
        made.merged_into = source
        fields += ["merged_into"]
    save_changed(made, *fields)
    if made.merged_into_id is not None and made.status != Status.CLOSED:
        set_status(made, Status.CLOSED, actor=user_actor(actor.pk))
