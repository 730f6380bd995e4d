"""Which ticket does this message belong to?"""

import re
from collections.abc import Sequence

from tickets.domain.tokens import ticket_for_token
from tickets.history import is_import_id
from tickets.models import Direction, Inbox, Message, Participant, Ticket

# "[#1042]" as our own subjects carry it; a bare number is somebody's order.
NUMBER = re.compile(r"\[#(\d{1,18})\]")
REFERENCES = 30
# Known only to who got a mail of ours; "none" opens a ticket of its own.
PROOFS = ("token", "reference", "conversation", "none")


def find_ticket(
    *,
    inbox: Inbox,
    address: str,
    reply_tokens: Sequence[str] = (),
    references: Sequence[str] = (),
    subject: str = "",
) -> tuple[Ticket | None, str]:
    """The ticket and why; (None, "none") for a new one.

    1. "token": our signed reply token, 2. "reference": a Message-ID of ours in References, 3. "earlier": that of a
    mail we hold, 4. "number": a number in the subject. The last two count from participants only, and since anybody
    may write a participant's name in From they prove nothing (`PROOFS`). Never across pools. A merged ticket stands
    for the one it went into.
    """
    for token in reply_tokens:
        ticket = ticket_for_token(token)
        if ticket is not None and same_pool(ticket, inbox):
            return living(ticket), "token"
    ticket, why = by_reference(inbox, list(references)[-REFERENCES:], address)
    if ticket is not None:
        return living(ticket), why
    for number in NUMBER.findall(subject)[:3]:
        ticket = by_number(inbox, int(number), address)
        if ticket is not None:
            return living(ticket), "number"
    return None, "none"


def by_reference(inbox: Inbox, references: list[str], address: str) -> tuple[Ticket | None, str]:
    """Ours first: nobody else knows an id that we made. An id that a customer made counts from participants only, and
    so does one made of the numbers of another help desk.
    """
    if not references:
        return None, "none"
    known = Message.objects.filter(external_id__in=references, ticket__brand__pool=inbox.brand.pool_id)
    known = known.select_related("ticket__brand").order_by("-pk")[:REFERENCES]
    found = sorted(known, key=lambda message: not is_secret(message))
    for message in found:
        if is_secret(message):
            return message.ticket, "reference"
        if takes_part(message.ticket, address):
            return message.ticket, "earlier"
    return None, "none"


def is_secret(message: Message) -> bool:
    return message.direction == Direction.OUTBOUND and not is_import_id(message.external_id)


def by_number(inbox: Inbox, number: int, address: str) -> Ticket | None:
    ticket = Ticket.objects.filter(number=number, brand__pool=inbox.brand.pool_id).first()
    return ticket if ticket is not None and takes_part(ticket, address) else None


def takes_part(ticket: Ticket, address: str) -> bool:
    return bool(address) and Participant.objects.filter(ticket=ticket, address=address).exists()


def same_pool(ticket: Ticket, inbox: Inbox) -> bool:
    return ticket.brand.pool_id == inbox.brand.pool_id


def living(ticket: Ticket) -> Ticket:
    """Follow merges to the ticket that is worked on. Merges never form a ring; ten steps are plenty."""
    for _ in range(10):
        if ticket.merged_into_id is None:
            break
        ticket = Ticket.objects.get(pk=ticket.merged_into_id)
    return ticket


def family_ids(ticket_id: int) -> list[int]:
    """The ticket and all that were merged into it, however many steps ago."""
    family, latest = [ticket_id], [ticket_id]
    while latest:
        latest = list(Ticket.objects.filter(merged_into__in=latest).values_list("pk", flat=True))
        family += latest
    return family
