"""What of a ticket its customer may read: never notes, calls written down by colleagues, answers that have not left, or
what belongs to somebody else whose ticket was joined with theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from carecenter.lib.kinds import Capability, kinds_that
from tickets.domain.threading import family_ids, living
from tickets.models import Delivery, Direction, Message, Participant, Ticket, TicketMerge


@dataclass(frozen=True)
class Reader:
    """Whose eyes: the rows of one person, and the addresses that are theirs.

    `only` narrows it to what went by these addresses ("a@b.test") and domains ("@b.test"); empty, it narrows nothing.
    `claimed` are those that somebody said were theirs: what went by these is perhaps somebody else's.
    """

    ids: frozenset[int]
    addresses: frozenset[str]
    only: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()

    def allows(self, address: str) -> bool:
        _name, at, domain = address.lower().rpartition("@")
        return not self.only or address.lower() in self.only or f"{at}{domain}" in self.only


def requesters(ticket: str = "pk") -> QuerySet[Participant]:
    return Participant.objects.filter(ticket=OuterRef(ticket), role=Participant.Role.REQUESTER)


def of_addresses(only: Iterable[str]) -> Q:
    """Participants with one of these addresses, or of one of these domains."""
    wanted = Q(address__in=only)
    for one in only:
        if one.startswith("@"):
            wanted |= Q(address__endswith=one)
    return wanted


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
    is_whole = ticket.customer_id in reader.ids and not reader.only and not foreign
    if is_whole and not any(is_strange(row, reader) for row in rows):
        return rows
    return own_part([row for row in rows if row.pk not in foreign], reader)


def left_behind(ticket: Ticket, found: QuerySet[Message], reader: Reader) -> list[Message]:
    """Of a ticket that became part of somebody else's: what was said on it before."""
    merge = TicketMerge.objects.filter(gone=ticket, undone_at__isnull=True).first()
    moved = set(merge.moved.get("messages", ())) if merge is not None else set()
    moved -= foreign_messages(ticket, reader)
    return own_part(found.filter(pk__in=moved, ticket=living(ticket)), reader)


def foreign_messages(ticket: Ticket, reader: Reader) -> set[int]:
    """What came here with tickets of other people, or of addresses that the reader is not allowed."""
    merges = TicketMerge.objects.filter(kept__in=family_ids(ticket.pk), undone_at__isnull=True)
    is_foreign = Q(gone__customer__isnull=False) & ~Q(gone__customer__in=reader.ids)
    if reader.only:
        is_allowed = requesters("gone").filter(of_addresses(reader.only))
        is_foreign = is_foreign | Q(~Exists(is_allowed))
    if reader.claimed:
        is_foreign = is_foreign | Q(Exists(requesters("gone").filter(address__in=reader.claimed)))
    moves = merges.filter(is_foreign).values_list("moved", flat=True)
    return {pk for moved in moves for pk in moved.get("messages", ())}


def named_in(message: Message) -> set[str]:
    return {one.get("address", "").lower() for one in (*message.to, *message.cc)}


def is_strange(message: Message, reader: Reader) -> bool:
    """From somebody else of whom we know who it is; from or to an address that is perhaps somebody else's."""
    if message.customer_id is not None and message.customer_id not in reader.ids:
        return True
    return bool(reader.claimed & {message.from_address.lower(), *named_in(message)})


def own_part(messages: Iterable[Message], reader: Reader) -> list[Message]:
    """What the reader wrote or was sent, and what those wrote who stood in copy of that."""
    messages = list(messages)
    shown, heard = [], set[int | None]()
    own = {one for one in reader.addresses if reader.allows(one)}
    known = set(own)
    others = {one.contact_id for one in messages if one.from_address.lower() in reader.claimed}
    for message in messages:
        named = named_in(message)
        if message.direction == Direction.INBOUND:
            is_own = is_by(message, reader, others) or message.from_address.lower() in known
            is_shown = is_own and reader.allows(message.from_address)
        else:
            is_shown = bool(named & own) or is_said_to(message, named, reader, heard, others)
        if is_shown:
            shown.append(message)
            known |= named - {""}
            heard |= {message.contact_id} if message.direction == Direction.INBOUND else set()
    return shown


def is_by(message: Message, reader: Reader, others: set[int | None]) -> bool:
    """Written by the person, from no address that is perhaps somebody else's; a line without an address is of who left
    one in the same contact (`others`: where that was a claimed one)."""
    if message.customer_id not in reader.ids:
        return False
    sender = message.from_address.lower()
    return sender not in reader.claimed if sender else message.contact_id not in others


def is_said_to(
    message: Message, named: set[str], reader: Reader, heard: set[int | None], others: set[int | None]
) -> bool:
    """By a way without addresses: to who was at the other end of the contact. Who may see only what went by some of
    their addresses must have been heard in it by one of them."""
    contact = message.contact
    if contact is None or contact.pk in others or any("@" in one for one in named):
        return False
    return contact.customer_id in reader.ids and (not reader.only or contact.pk in heard)
