"""A link that shows one ticket to whoever has it: made by its customer, for a while, ended whenever they like.

It opens that ticket only, and nobody can do anything behind it: no answer, no order, no address of anybody. It shows
what the session that made it would see, and nothing once that session could not be any more.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Brand
from carecenter.lib.time import now
from customers.models import Identity
from portal.domain.errors import NotPossible
from portal.domain.my_tickets import MyTicket, own
from portal.domain.sessions import EMAIL, VERIFIED, Me, me_behind
from portal.domain.shown import messages_for
from portal.models import PortalSession, TicketLink
from tickets.domain.threading import family_ids
from tickets.models import Ticket

DAYS = 30


def links_of(me: Me, ticket: Ticket) -> QuerySet[TicketLink]:
    """Those to the ticket, and to what of the person's became part of it."""
    family = own(me).filter(pk__in=family_ids(ticket.pk))
    return TicketLink.objects.filter(ticket__in=family, expires_at__gt=now()).order_by("-pk")


def may_make(me: Me, found: MyTicket) -> bool:
    """In a narrow session not: the address may be somebody else's."""
    return found.may_answer and not me.is_narrow


def make_link(me: Me, found: MyTicket) -> TicketLink:
    """The one there is, or a new one. A new one is never an old one again. Raises NotPossible."""
    if not may_make(me, found):
        raise NotPossible(_("Only the person who asked can show this ticket to somebody."))
    ticket = found.ticket
    known = TicketLink.objects.filter(ticket=ticket, expires_at__gt=now())
    known = known.filter(made_by__in=me.ids, identity__customer__in=me.ids)
    if (link := known.first()) is not None:
        return link
    identity = Identity.objects.get(pool=me.brand.pool_id, kind=EMAIL, value=me.address)
    try:
        with transaction.atomic():
            TicketLink.objects.filter(ticket=ticket).delete()
            return TicketLink.objects.create(
                ticket=ticket,
                made_by=me.customer,
                identity=identity,
                expires_at=now() + timedelta(days=DAYS),
            )
    except IntegrityError:  # another click was faster
        return TicketLink.objects.get(ticket=ticket)


def end_links(me: Me, ticket: Ticket) -> None:
    links_of(me, ticket).delete()


def find_shared(brand: Brand, token: str) -> MyTicket | None:
    """The ticket behind a link that is still good, at its own brand, as who made the link reads it."""
    links = TicketLink.objects.select_related("ticket__brand", "identity")
    link = links.filter(token=token, ticket__brand=brand, expires_at__gt=now()).first()
    me = maker_of(link, brand) if link is not None else None
    if link is None or me is None or not own(me).filter(pk=link.ticket_id).exists():
        return None
    return MyTicket(link.ticket, messages_for(link.ticket, me.reader), is_own=False)


def maker_of(link: TicketLink, brand: Brand) -> Me | None:
    """Whoever signs in with this address now, as far as they are the person who made the link."""
    if link.identity.evidence != VERIFIED:
        return None
    session = PortalSession(brand=brand, customer_id=link.made_by_id, address=link.identity.value)
    return me_behind(session, brand)


def forget_ended() -> int:
    ended = TicketLink.objects.filter(expires_at__lt=now()).order_by("pk").values_list("pk", flat=True)
    return TicketLink.objects.filter(pk__in=list(ended[:1000])).delete()[0]
