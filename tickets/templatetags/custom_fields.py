"""The firm's own fields in templates."""

from django import template

from customers.domain.field_reading import Shown
from tickets.domain.fields import reading
from tickets.models import Ticket

register = template.Library()


@register.simple_tag
def fields_on(ticket: Ticket) -> list[Shown]:
    """With their values, in order. No query where the ticket was read for its page."""
    return reading.shown_on(ticket)


@register.simple_tag
def public_fields(ticket: Ticket) -> list[Shown]:
    """What its customer may read."""
    return reading.public_on(ticket)
