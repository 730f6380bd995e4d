"""What of a ticket its customer may read: never notes, calls written down by colleagues, answers that have not left, or
what belongs to somebody else whose ticket was joined with theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from carecenter.lib.kinds import Capability, kinds_that
from tickets.domain.threading import family_ids, living
from tickets.models import Delivery, Direction, Message, Ticket, TicketMerge


@dataclass(frozen=True)
class Reader:
    """Whose eyes: the rows of one person, and the addresses that are theirs."""

    ids: frozenset[int]
    addresses: frozenset[str]


def public_messages() -> QuerySet[Message]:
    """What has left or come in, and was said between us and customers."""
    found = Message.objects.filter(audience=Message.Audience.PUBLIC, is_bounce=False)
    found = found.exclude(kind__in=kinds_that(Capability.BY_HAND)).exclude(delivery=Delivery.WITHDRAWN)
    # An answer that can still be taken back has not been said.
    found = found.exclude(delivery=Delivery.QUEUED, tries=0)
    return found.exclude(direction=Direction.INBOUND, is_auto=True)


def messages_for(ticket: Ticket, reader: Reader) -> list[Message]:
    """In order, with their files. On a ticket that was joined with others, only what is the reader's own."""
    found = public_messages().select_related("contact").prefetch_related("attachments__blob").order_by("pk")
    if ticket.merged_into_id is not None:
        return left_behind(ticket, found, reader)
    rows = list(found.filter(ticket=ticket))
    foreign = foreign_messages(ticket, reader)
    if ticket.customer_id in reader.ids and not foreign and not any(is_strange(row, reader) for row in rows):
        return rows
    return own_part([row for row in rows if row.pk not in foreign], reader)


def left_behind(ticket: Ticket, found: QuerySet[Message], reader: Reader) -> list[Message]:
    """Of a ticket that became part of somebody else's: what was said on it before."""
    merge = TicketMerge.objects.filter(gone=ticket, undone_at__isnull=True).first()
    moved = merge.moved.get("messages", []) if merge is not None else []
    return own_part(found.filter(pk__in=moved, ticket=living(ticket)), reader)


def foreign_messages(ticket: Ticket, reader: Reader) -> set[int]:
    """What came here with tickets of other people."""
    merges = TicketMerge.objects.filter(kept__in=family_ids(ticket.pk), undone_at__isnull=True)
    foreign = merges.exclude(gone__customer__in=reader.ids).filter(gone__customer__isnull=False)
    return {pk for moved in foreign.values_list("moved", flat=True) for pk in moved.get("messages", ())}


def is_strange(message: Message, reader: Reader) -> bool:
    """From somebody else of whom we know who it is."""
    return message.customer_id is not None and message.customer_id not in reader.ids


def own_part(messages: Iterable[Message], reader: Reader) -> list[Message]:
    """What the reader wrote or was sent, and what those wrote who stood in copy of that."""
    shown, known = [], set(reader.addresses)
    for message in messages:
        named = {one.get("address", "").lower() for one in (*message.to, *message.cc)}
        if message.direction == Direction.INBOUND:
            is_own = message.customer_id in reader.ids
            is_shown = is_own or message.from_address.lower() in known
        else:
            is_shown = bool(named & reader.addresses) or is_said_to(message, named, reader)
        if is_shown:
            shown.append(message)
            known |= named - {""}
    return shown


def is_said_to(message: Message, named: set[str], reader: Reader) -> bool:
    """By a way without addresses: to who was at the other end of the contact."""
    has_address = any("@" in one for one in named)
    contact = message.contact
    return not has_address and contact is not None and contact.customer_id in reader.ids
