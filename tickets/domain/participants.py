"""Who takes part in a ticket by address. Call inside the transaction that appends."""

from typing import TYPE_CHECKING

from carecenter.lib.rows import insert_new
from customers.models import Customer
from tickets.models import Participant, Ticket

if TYPE_CHECKING:
    from tickets.domain.intake import IncomingMessage

COPIES = 50


def add_participants(
    ticket: Ticket, *, customer: Customer | None, incoming: "IncomingMessage", is_new: bool = False
) -> None:
    """The sender, and those the sender put in copy; our own addresses and mail systems are none.

    Who is named in a mail that is here by its From alone does not join: anybody can write a From, and would be
    sent our next answer.
    """
    first = is_new or not Participant.objects.filter(ticket=ticket, role=Participant.Role.REQUESTER).exists()
    rows = []
    if incoming.from_address and not incoming.is_bounce:
        role = Participant.Role.REQUESTER if first else Participant.Role.COPY
        rows.append(participant(ticket, incoming.from_address, incoming.from_name, role, customer))
    ours = ("", *incoming.own_addresses)
    named = incoming.cc[:COPIES] if incoming.is_proved else []
    copies = [copy for copy in named if copy["address"].lower() not in ours]
    rows += [
        participant(ticket, copy["address"], copy["name"], Participant.Role.COPY, None) for copy in copies
    ]
    insert_new(rows)


def participant(ticket: Ticket, address: str, name: str, role: str, customer: Customer | None) -> Participant:
    address = address.lower()[:320]
    return Participant(ticket=ticket, address=address, name=name[:200], role=role, customer=customer)
