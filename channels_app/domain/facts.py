"""Gather what the screens and the append step need to know about read items: reads only, a constant number."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection as database

from carecenter.lib.kinds import Capability, can
from carecenter.lib.time import now
from channels_app.domain.addresses import LOOP_HEADER, is_loop_mark, own_among, spellings_of_ours, suffix_of
from channels_app.domain.appending import EXTERNAL_ID, Item
from channels_app.domain.conversations import has_foreign_contact
from channels_app.domain.returned import find_returned
from channels_app.domain.screening import FROM_ONE_SENDER, ON_ONE_TICKET, WINDOW_SECONDS, Facts
from channels_app.kinds.base import Bounce, InboundEvent
from channels_app.models import BlockedSender, Connection, Conversation, InboundRecord
from customers.domain.errors import InvalidIdentity
from customers.domain.identify import find_identities
from customers.domain.normalise import email
from customers.models import Identity
from tickets.domain.threading import PROOFS, find_ticket, living
from tickets.models import Direction, Message, Status, Ticket

# By hand: the ORM takes longer to write this than PostgreSQL to answer it, and every mail asks.
COUNT_OF_SENDERS = """
    SELECT asked.connection, asked.sender, (
        SELECT count(*) FROM (
            SELECT FROM channels_app_inboundrecord
            WHERE sender <> '' AND sender = asked.sender AND received_at > %s AND connection_id = asked.connection
            LIMIT %s
        ) AS latest
    ) FROM unnest(%s::bigint[], %s::text[]) AS asked(connection, sender)
"""
Key = tuple[int, str]


@dataclass(frozen=True)
class Found:
    facts: Facts
    ticket: Ticket | None
    returned: list[tuple[Message, Bounce]] = field(default_factory=list)
    is_proved: bool = True  # the ticket was found by more than what anybody may write


@dataclass
class Known:
    """What the items of a handful ask, read once for all. Each adds what those behind it have to know."""

    seen: dict[
        str, set[tuple[int | None, str]]
    ]  # by external id: inbox and direction of messages that have it
    blocked: set[Key]  # pool and spelling
    from_sender: Counter[Key]  # connection and sender: records within the window
    people: dict[Key, Identity | None]  # pool and sender; None for somebody new

    def is_unseen(self, item: Item) -> bool:
        """Nobody had this id when we looked; who has been faster since, the constraint says."""
        found = self.seen.get(item.event.external_id[:EXTERNAL_ID], set())
        return not any(inbox == item.connection.inbox_id for inbox, _ in found)

    def is_ours(self, item: Item) -> bool:
        found = self.seen.get(item.event.external_id[:EXTERNAL_ID], set())
        return any(direction == Direction.OUTBOUND for _, direction in found)

    def forget(self, item: Item) -> None:
        """What it wrote is gone with its savepoint."""
        self.people.pop(person_key(item), None)


def look(events: Iterable[tuple[Connection, InboundEvent]]) -> tuple[list[Item], Known]:
    """Who each is really from, and what the screens ask of all of them: five queries, however many they are."""
    given = list(events)
    ours = spellings_of_ours(address for _, event in given for address in addresses_of(event))
    items = [read_item(connection, event, ours) for connection, event in given]
    known = Known(
        seen=seen_before(items),
        blocked=blocked_senders(items),
        from_sender=count_of_senders(items),
        people=known_people(items),
    )
    return items, known


def addresses_of(event: InboundEvent) -> list[str]:
    pairs = (*event.reply_to, *event.to, *event.cc)
    return [event.sender_address, *(pair[1] for pair in pairs)]


def read_item(connection: Connection, event: InboundEvent, ours: frozenset[str]) -> Item:
    """Who it is really from. A form on the firm's own site writes From itself and Reply-To the visitor."""
    own = own_among(addresses_of(event), ours)
    name, address = event.sender_name, event.sender_address
    if address.lower() in own:
        elsewhere = [pair for pair in event.reply_to if pair[1].lower() not in own and "@" in pair[1]]
        name, address = elsewhere[0] if elsewhere else (name, address)
    return Item(connection=connection, event=event, name=name, address=address, own=own)


def seen_before(items: Iterable[Item]) -> dict[str, set[tuple[int | None, str]]]:
    ids = {item.event.external_id[:EXTERNAL_ID] for item in items} - {""}
    found: dict[str, set[tuple[int | None, str]]] = {}
    if ids:
        rows = Message.objects.filter(external_id__in=ids).values_list("external_id", "inbox_id", "direction")
        for external_id, inbox_id, direction in rows:
            found.setdefault(external_id, set()).add((inbox_id, direction))
    return found


def blocked_senders(items: Iterable[Item]) -> set[Key]:
    spellings = {spelling for item in items for spelling in spellings_of(item)}
    rows = BlockedSender.objects.filter(address__in=spellings).values_list("pool_id", "address")
    return set(rows) if spellings else set()


def spellings_of(item: Item) -> set[str]:
    address = normal(item.address)
    return {address, item.address.lower(), f"@{address.rpartition('@')[2]}"} if address else set()


def count_of_senders(items: Iterable[Item]) -> Counter[Key]:
    asked = {sender_key(item) for item in items if item.address}
    if not asked:
        return Counter()
    since = now() - timedelta(seconds=WINDOW_SECONDS)
    connections, senders = zip(*asked, strict=True)
    with database.cursor() as cursor:
        cursor.execute(COUNT_OF_SENDERS, [since, FROM_ONE_SENDER, list(connections), list(senders)])
        return Counter({(connection, sender): count for connection, sender, count in cursor.fetchall()})


def sender_key(item: Item) -> Key:
    return item.connection.pk, normal(item.address)[:320]


def known_people(items: Iterable[Item]) -> dict[Key, Identity | None]:
    """Senders by their address; who says by other means who they are is looked up by those."""
    asked = {person_key(item) for item in items if not item.event.people and not item.event.is_bounce}
    found = find_identities(asked, Identity.Kind.EMAIL) if asked else {}
    return {key: found.get(key) for key in asked}


def person_key(item: Item) -> Key:
    return item.connection.inbox.brand.pool_id, normal(item.address)


def gather(record: InboundRecord, item: Item, known: Known) -> Found:
    event, inbox = item.event, record.connection.inbox
    address = normal(item.address)
    suffixes = [suffix_of(to) for to in record.envelope.get("to", ()) if suffix_of(to)]
    ticket, why = find_in_conversation(record.connection, event.conversation)
    if ticket is None and not event.conversation:
        ticket, why = find_ticket(
            inbox=inbox,
            address=address,
            reply_tokens=(*suffixes, *event.reply_tokens),
            references=(*event.references, event.in_reply_to) if event.in_reply_to else event.references,
            subject=event.subject,
        )
    # A number in a subject and a participant's name in From are anybody's to write: no proof that an answer came back.
    named = ticket if why in PROOFS else None
    returned = find_returned(record.connection, event, named) if event.is_bounce else []
    facts = Facts(
        event=event,
        has_ticket=is_open(ticket),
        is_own_mark=is_loop_mark(event.headers.get(LOOP_HEADER.lower(), "")),
        is_own_message_id=known.is_ours(item),
        is_own_sender=item.address.lower() in item.own,
        is_blocked=any((inbox.brand.pool_id, one) in known.blocked for one in spellings_of(item)),
        is_returned_answer=any(is_open(message.ticket) for message, _ in returned),
        from_sender=known.from_sender[sender_key(item)] if address else 0,
        # Lines are many and short, and limited where they come in: only letters can be a storm.
        on_ticket=0 if can(inbox.kind, Capability.LIVE) else count_on_ticket(ticket, item.address),
    )
    known.from_sender[sender_key(item)] += 1
    return Found(facts=facts, ticket=ticket, returned=returned, is_proved=why in PROOFS)


def find_in_conversation(connection: Connection, key: str) -> tuple[Ticket | None, str]:
    """The ticket of a thread that the other side names; its name is theirs alone, so it proves itself."""
    if not key:
        return None, "none"
    known = Conversation.objects.select_related("ticket").filter(connection=connection, key=key[:200]).first()
    ticket = living(known.ticket) if known is not None else None
    if ticket is None or has_foreign_contact(connection, key[:200], ticket):
        return None, "none"
    return ticket, "conversation"


def is_open(ticket: Ticket | None) -> bool:
    """A closed ticket takes no message any more: what a robot writes to it must not open a new one."""
    return ticket is not None and ticket.status != Status.CLOSED


def normal(address: str) -> str:
    """As participants and identities keep it; what is no address stays as it is and matches nobody."""
    try:
        return email(address)
    except InvalidIdentity:
        return address.lower()


def count_on_ticket(ticket: Ticket | None, address: str) -> int:
    if ticket is None:
        return 0
    since = now() - timedelta(seconds=WINDOW_SECONDS)
    latest = ticket.messages.filter(direction=Direction.INBOUND, from_address=address[:320])
    moments = latest.order_by("-pk").values_list("created_at", flat=True)[:ON_ONE_TICKET]
    return sum(moment > since for moment in moments)
