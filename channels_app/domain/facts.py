"""Gather what the screens and the append step need to know about a read item: reads only, a constant number."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection as database

from carecenter.lib.kinds import Capability, can
from carecenter.lib.time import now
from channels_app.domain.addresses import LOOP_HEADER, is_loop_mark, own_addresses, suffix_of
from channels_app.domain.appending import Item
from channels_app.domain.conversations import has_foreign_contact
from channels_app.domain.returned import find_returned
from channels_app.domain.screening import FROM_ONE_SENDER, ON_ONE_TICKET, WINDOW_SECONDS, Facts
from channels_app.kinds.base import Bounce, InboundEvent
from channels_app.models import BlockedSender, Connection, Conversation, InboundRecord
from customers.domain.errors import InvalidIdentity
from customers.domain.normalise import email
from tickets.domain.threading import PROOFS, find_ticket, living
from tickets.models import Direction, Message, Status, Ticket

# By hand: the ORM takes longer to write this than PostgreSQL to answer it, and every mail asks.
COUNT_OF_SENDER = """
    SELECT count(*) FROM (
        SELECT FROM channels_app_inboundrecord
        WHERE sender <> '' AND sender = %s AND received_at > %s AND connection_id = %s LIMIT %s
    ) AS latest
"""


@dataclass(frozen=True)
class Found:
    facts: Facts
    ticket: Ticket | None
    returned: list[tuple[Message, Bounce]] = field(default_factory=list)
    is_proved: bool = True  # the ticket was found by more than what anybody may write


def read_item(connection: Connection, event: InboundEvent) -> Item:
    """Who it is really from. A form on the firm's own site writes From itself and Reply-To the visitor."""
    pairs = (("", event.sender_address), *event.reply_to, *event.to, *event.cc)
    own = own_addresses(pair[1] for pair in pairs)
    name, address = event.sender_name, event.sender_address
    if address.lower() in own:
        elsewhere = [pair for pair in event.reply_to if pair[1].lower() not in own and "@" in pair[1]]
        name, address = elsewhere[0] if elsewhere else (name, address)
    return Item(connection=connection, event=event, name=name, address=address, own=own)


def gather(record: InboundRecord, item: Item) -> Found:
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
        is_own_message_id=is_ours(item),
        is_own_sender=item.address.lower() in item.own,
        is_blocked=is_blocked(item, address),
        is_returned_answer=any(is_open(message.ticket) for message, _ in returned),
        from_sender=count_of_sender(record, address),
        # Lines are many and short, and limited where they come in: only letters can be a storm.
        on_ticket=0 if can(inbox.kind, Capability.LIVE) else count_on_ticket(ticket, item.address),
    )
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


def is_ours(item: Item) -> bool:
    if not item.event.external_id:
        return False
    ours = Message.objects.filter(external_id=item.event.external_id[:400], direction=Direction.OUTBOUND)
    return ours.exists()


def is_blocked(item: Item, address: str) -> bool:
    if not address:
        return False
    spellings = {address, item.address.lower(), f"@{address.rpartition('@')[2]}"}
    pool = item.connection.inbox.brand.pool_id
    return BlockedSender.objects.filter(pool=pool, address__in=spellings).exists()


def count_of_sender(record: InboundRecord, address: str) -> int:
    if not address:
        return 0
    since = now() - timedelta(seconds=WINDOW_SECONDS)
    with database.cursor() as cursor:
        cursor.execute(COUNT_OF_SENDER, [address[:320], since, record.connection_id, FROM_ONE_SENDER])
        count: int = cursor.fetchone()[0]
    return count


def count_on_ticket(ticket: Ticket | None, address: str) -> int:
    if ticket is None:
        return 0
    since = now() - timedelta(seconds=WINDOW_SECONDS)
    latest = ticket.messages.filter(direction=Direction.INBOUND, from_address=address[:320])
    moments = latest.order_by("-pk").values_list("created_at", flat=True)[:ON_ONE_TICKET]
    return sum(moment > since for moment in moments)
