"""Which tickets one may be merged into. Reads only."""

from django.db.models import Q

from accounts.access import scope, scope_q
from accounts.models import User
from accounts.permissions import TICKET_EDIT
from customers.domain.people import ids_of
from tickets.domain.search.finding import find
from tickets.models import Status, Ticket

OFFERED = 8
FOUND = 30


def candidates(user: User, ticket: Ticket, words: str = "") -> list[Ticket]:
    """Found by number, subject or customer; without words the customer's other tickets, the latest first.

    Only those of the same pool which the user may change and which are not closed.
    """
    allowed = Ticket.objects.filter(scope_q(scope(user, TICKET_EDIT)))
    allowed = allowed.filter(brand__pool=ticket.brand.pool_id, merged_into__isnull=True)
    allowed = allowed.exclude(pk=ticket.pk).exclude(status=Status.CLOSED)
    allowed = allowed.select_related("customer", "assignee", "brand").order_by("-last_message_at", "-pk")
    if words:
        found = [one.pk for one in find(user, words, limit=FOUND, typing=True).tickets]
        wanted = Q(pk__in=found)
        if words.lstrip("#").isdecimal() and len(words) < 19:
            wanted |= Q(number=int(words.lstrip("#")))
        return list(allowed.filter(wanted)[:OFFERED])
    if ticket.customer_id is None:
        return []
    return list(allowed.filter(customer__in=ids_of(ticket.customer_id))[:OFFERED])
