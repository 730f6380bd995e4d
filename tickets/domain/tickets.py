"""What every verb does to a ticket row: lock it, number it, bump its version."""

from django.db import connection

from carecenter.lib.time import now
from tickets.models import Ticket


def lock_ticket(pk: int) -> Ticket:
    """The ticket with its row locked until the transaction ends. Locks are taken ticket, contact, message."""
    return Ticket.objects.select_for_update(of=("self",)).get(pk=pk)


def next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ticket_number')")
        number: int = cursor.fetchone()[0]
    return number


def save_changed(ticket: Ticket, *fields: str) -> None:
    """Store these fields of a locked ticket; screens see the change by the version."""
    ticket.version += 1
    ticket.updated_at = now()
    ticket.save(update_fields=[*fields, "version", "updated_at"])


def preview_of(text: str) -> str:
    """The first 200 characters on one line, for lists."""
    return " ".join(text[:2000].split())[:200]
