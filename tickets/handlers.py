"""Reactions to what happens on tickets."""

from carecenter.lib.realtime import push
from journal.models import Event


def show(event: Event) -> None:
    """Tell the desks of the brand that a ticket changed: ids only, each screen fetches what its user may see."""
    fact = {"name": event.name, "ticket": event.ticket_id, "actor": event.actor, "event": event.pk}
    push([f"brand-{event.brand_id}"], fact)
