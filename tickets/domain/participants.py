"""Who takes part in a ticket by address. Call inside the transaction that appends."""

from typing import TYPE_CHECKING

from customers.models import Customer
from tickets.models import Inbox, Participant, Ticket

if TYPE_CHECKING:
    from tickets.domain.intake import IncomingMessage

COPIES = 50


def add_participants(
    ticket: Ticket, *, inbox: Inbox, customer: Customer | None, incoming: "IncomingMessage"
) -> None:
    """The sender, and those the sender put in copy; addresses of our own are left out by the caller's kind."""
    first = not Participant.objects.filter(ticket=ticket, role=Participant.Role.REQUESTER).exists()
    rows = []
    if incoming.from_address:
        role = Participant.Role.REQUESTER if first else Participant.Role.COPY
        rows.append(participant(ticket, incoming.from_address, incoming.from_name, role, customer))
    for copy in incoming.cc[:COPIES]:
        if copy["address"]:
            rows.append(participant(ticket, copy["address"], copy["name"], Participant.Role.COPY, None))
    Participant.objects.bulk_create(rows, ignore_conflicts=True)


def participant(ticket: Ticket, address: str, name: str, role: str, customer: Customer | None) -> Participant:
    address = address.lower()[:320]
    return Participant(ticket=ticket, address=address, name=name[:200], role=role, customer=customer)
