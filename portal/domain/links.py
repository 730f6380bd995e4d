"""A link that shows one ticket to whoever has it: made by its customer, for a while, ended whenever they like.

It opens that ticket only, and nobody can do anything behind it: no answer, no order, no address of anybody.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Brand
from carecenter.lib.time import now
from portal.domain.errors import NotPossible
from portal.domain.my_tickets import MyTicket, own, reader_of
from portal.domain.sessions import Me
from portal.domain.shown import messages_for
from portal.models import TicketLink
from tickets.domain.threading import family_ids
from tickets.models import Ticket

DAYS = 30


def links_of(me: Me, ticket: Ticket) -> QuerySet[TicketLink]:
    """Those to the ticket, and to what of the person's became part of it."""
    family = own(me).filter(pk__in=family_ids(ticket.pk))
    return TicketLink.objects.filter(ticket__in=family, expires_at__gt=now()).order_by("-pk")


def may_make(me: Me, found: MyTicket) -> bool:
    """In a narrow session not: a link is read with the eyes of the whole person."""
    return found.may_answer and not me.is_narrow


def make_link(me: Me, found: MyTicket) -> TicketLink:
    """The one there is, or a new one. A new one is never an old one again. Raises NotPossible."""
    if not may_make(me, found):
        raise NotPossible(_("Only the person who asked can show this ticket to somebody."))
    ticket = found.ticket
    known = TicketLink.objects.filter(ticket=ticket, expires_at__gt=now()).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            TicketLink.objects.filter(ticket=ticket).delete()
            return TicketLink.objects.create(
                ticket=ticket, made_by=me.customer, expires_at=now() + timedelta(days=DAYS)
            )
    except IntegrityError:  # another click was faster
        return TicketLink.objects.get(ticket=ticket)


def end_links(me: Me, ticket: Ticket) -> None:
    links_of(me, ticket).delete()


def find_shared(brand: Brand, token: str) -> MyTicket | None:
    """The ticket behind a link that is still good, at its own brand, as its customer reads it."""
    links = TicketLink.objects.select_related("ticket__brand").filter(token=token, ticket__brand=brand)
    link = links.filter(expires_at__gt=now()).first()
    if link is None:
        return None
    return MyTicket(link.ticket, messages_for(link.ticket, reader_of(link.ticket)), is_own=False)


def forget_ended() -> int:
    ended = TicketLink.objects.filter(expires_at__lt=now()).order_by("pk").values_list("pk", flat=True)
    return TicketLink.objects.filter(pk__in=list(ended[:1000])).delete()[0]
