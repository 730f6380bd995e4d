"""Which fields a ticket has, found without a query of its own where the ticket's page reads it."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import pools_for
from accounts.models import Brand, User
from accounts.permissions import CUSTOMER_VIEW, TICKET_VIEW
from customers.domain import field_rules as rules
from customers.domain.field_reading import Shown, in_order, shown, shown_with
from customers.models import OwnField
from tickets.models import Ticket


def fields_of_brand(brand: Brand) -> QuerySet[OwnField]:
    """What is asked about tickets of this brand, in order."""
    return in_order(OwnField.objects.filter(of_brand(brand), retired_at__isnull=True))


def of_brand(brand: Brand) -> Q:
    return Q(pool=brand.pool_id, about=OwnField.About.TICKET) & (Q(brand=None) | Q(brand=brand))


def fields_seen_by(user: User) -> QuerySet[OwnField]:
    """Of tickets where the user may see tickets, of customers where the user may see customers."""
    of_tickets = pools_for(user, TICKET_VIEW).order_by().values("pk")
    of_customers = pools_for(user, CUSTOMER_VIEW).order_by().values("pk")
    about = OwnField.About
    return OwnField.objects.filter(
        Q(about=about.TICKET, pool__in=of_tickets) | Q(about=about.CUSTOMER, pool__in=of_customers)
    )


def all_fields_of(ticket: Ticket) -> list[OwnField]:
    """Retired ones too, as the ticket was read, else with a query."""
    rows: list[dict[str, Any]] | None = getattr(ticket, "field_rows", None)
    if rows is None:
        return list(in_order(OwnField.objects.filter(of_brand(ticket.brand))))
    return [OwnField(**row) for row in rows]


def fields_of(ticket: Ticket) -> list[OwnField]:
    return [field for field in all_fields_of(ticket) if field.retired_at is None]


def shown_on(ticket: Ticket) -> list[Shown]:
    """What is asked with the values as they are, then what retired fields still say."""
    return shown_with(all_fields_of(ticket), ticket.fields)


def public_on(ticket: Ticket) -> list[Shown]:
    """What the customer may read of them, as far as there is something to read."""
    rows = [shown(field, ticket.fields) for field in rules.asked(fields_of(ticket), ticket.fields)]
    return [row for row in rows if row.field.is_public and row.words]
