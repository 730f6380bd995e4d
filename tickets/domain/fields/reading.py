"""Which fields a ticket has, found without a query of its own where the ticket's page reads it."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.models import Brand
from tickets.domain.fields import rules
from tickets.models import Ticket, TicketField

MOST: Final = 60  # of one pool


def fields_of_brand(brand: Brand) -> QuerySet[TicketField]:
    """What is asked about tickets of this brand, in order."""
    return in_order(TicketField.objects.filter(of_brand(brand), retired_at__isnull=True))


def of_brand(brand: Brand) -> Q:
    return Q(pool=brand.pool_id) & (Q(brand=None) | Q(brand=brand))


def in_order(fields: QuerySet[TicketField]) -> QuerySet[TicketField]:
    return fields.order_by("position", "pk")


def all_fields_of(ticket: Ticket) -> list[TicketField]:
    """Retired ones too, as the ticket was read, else with a query."""
    rows: list[dict[str, Any]] | None = getattr(ticket, "field_rows", None)
    if rows is None:
        return list(in_order(TicketField.objects.filter(of_brand(ticket.brand))))
    return [TicketField(**row) for row in rows]


def fields_of(ticket: Ticket) -> list[TicketField]:
    return [field for field in all_fields_of(ticket) if field.retired_at is None]


@dataclass(frozen=True)
class Shown:
    """A field with its value on one ticket. `is_open`: it may be changed; a retired one is only read."""

    field: TicketField
    value: Any
    words: str
    is_open: bool
    is_needed: bool = False

    @property
    def codes(self) -> set[str]:
        return rules.codes_of(self.value)


def shown_on(ticket: Ticket) -> list[Shown]:
    """What is asked with the values as they are, then what retired fields still say."""
    fields = all_fields_of(ticket)
    active = [field for field in fields if field.retired_at is None]
    needed = {one.key for one in rules.missing(active, ticket.fields, TicketField.Required.SOLVING)}
    asked = rules.asked(active, ticket.fields)
    rows = [shown(field, ticket, is_needed=field.key in needed) for field in asked]
    retired = [field for field in fields if field.retired_at is not None and field.key in ticket.fields]
    return [*rows, *(shown(field, ticket, is_open=False) for field in retired)]


def shown(field: TicketField, ticket: Ticket, *, is_open: bool = True, is_needed: bool = False) -> Shown:
    value = ticket.fields.get(field.key)
    return Shown(field, value, rules.in_words(field, value), is_open, is_needed)


def public_on(ticket: Ticket) -> list[Shown]:
    """What the customer may read of them, as far as there is something to read."""
    rows = [shown(field, ticket) for field in rules.asked(fields_of(ticket), ticket.fields)]
    return [row for row in rows if row.field.is_public and row.words]
