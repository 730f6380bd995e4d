"""What every verb does to a ticket row: lock it, number it, bump its version."""

import re
from functools import cache

from django.db import connection
from django.utils.translation import gettext as _

from carecenter.lib.rows import update
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import now
from tickets.domain.errors import Merged
from tickets.models import Contact, Message, Ticket

_POINT = re.compile(r"^[ \t]*[*•-][ \t]+", re.MULTILINE)


def lock_ticket(pk: int) -> Ticket:
    """The ticket with its row locked until the transaction ends. Locks are taken ticket, contact, message."""
    return _locked().one(pk=pk)


@cache
def _locked() -> Statement[Ticket]:
    return Statement(Ticket.objects.select_for_update(of=("self",)).filter(pk=Given("pk")))


def lock_living(pk: int) -> Ticket:
    """The ticket with this key or, when it was merged meanwhile, the one it went into: locked."""
    ticket = lock_ticket(pk)
    while ticket.merged_into_id is not None:
        ticket = lock_ticket(ticket.merged_into_id)
    return ticket


def lock_both(first: int, second: int) -> tuple[Ticket, Ticket]:
    """Both rows as they are now, in the order asked for, locked in the order of their ids."""
    rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in={first, second})
    found = {ticket.pk: ticket for ticket in rows.select_related("brand").order_by("pk")}
    return found[first], found[second]


def lock_ticket_of(message_id: int) -> Ticket:
    """The ticket a message is on, locked; it may have gone to another one while we waited for the lock."""
    while True:
        ticket = lock_ticket(_place().one(pk=message_id).ticket_id)
        if _place().one(pk=message_id).ticket_id == ticket.pk:
            return ticket


@cache
def _place() -> Statement[Message]:
    return Statement(Message.objects.filter(pk=Given("pk")).only("ticket_id"))


def lock_ticket_of_contact(contact_id: int) -> Ticket:
    """As `lock_ticket_of`, of a contact."""
    while True:
        ticket = lock_ticket(_place_of_contact().one(pk=contact_id).ticket_id)
        if _place_of_contact().one(pk=contact_id).ticket_id == ticket.pk:
            return ticket


@cache
def _place_of_contact() -> Statement[Contact]:
    return Statement(Contact.objects.filter(pk=Given("pk")).only("ticket_id"))


def refuse_merged(ticket: Ticket) -> None:
    """Raises Merged on a ticket that became part of another: nothing is added to it any more."""
    if ticket.merged_into_id is not None:
        number = Ticket.objects.values_list("number", flat=True).get(pk=ticket.merged_into_id)
        raise Merged(
            _("This ticket was merged into #%(number)s.") % {"number": number}, into=ticket.merged_into_id
        )


def next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ticket_number')")
        number: int = cursor.fetchone()[0]
    return number


def save_changed(ticket: Ticket, *fields: str) -> None:
    """Store these fields of a locked ticket; screens see the change by the version."""
    ticket.version += 1
    ticket.updated_at = now()
    update(ticket, *fields, "version", "updated_at")


def preview_of(text: str) -> str:
    """The first 200 characters on one line, for lists. What stood as points of a list has points between."""
    return " ".join(_POINT.sub(" · ", text[:2000]).split()).removeprefix("· ")[:200]
