"""A customer's own tickets at one brand, and those of colleagues where their organisation allows it.

Every read starts from `own` or `of_colleagues`: a token of somebody else's ticket is a token of nothing.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from carecenter.lib.time import now
from customers.domain.people import ids_of
from customers.models import Identity, Order, Organisation
from journal.actors import customer_actor
from portal.domain.errors import NotPossible
from portal.domain.paging import Page, page_of
from portal.domain.sessions import EMAIL, VERIFIED, Me
from portal.domain.shown import Reader, messages_for, of_addresses, public_messages, requesters
from tickets.domain.status import MOVES, set_status
from tickets.domain.threading import living
from tickets.domain.tickets import lock_living, save_changed
from tickets.models import Attachment, Message, Participant, Status, Ticket

# Those who are of the organisation today, and every row that was merged into theirs: tickets stay with their row.
COLLEAGUES = """
    WITH RECURSIVE people AS (
        SELECT id FROM customers_customer
        WHERE organisation_id = %s AND pool_id = %s AND merged_into_id IS NULL
        UNION SELECT c.id FROM customers_customer c JOIN people ON c.merged_into_id = people.id
    )
    SELECT id FROM people
"""


@dataclass(frozen=True)
class MyTicket:
    """One ticket as its reader sees it. `is_own`: they may answer; else they may only read."""

    ticket: Ticket
    messages: list[Message]
    is_own: bool

    @property
    def may_answer(self) -> bool:
        return self.is_own and self.ticket.merged_into_id is None

    @property
    def may_close(self) -> bool:
        return self.may_answer and self.ticket.is_active

    @property
    def may_reopen(self) -> bool:
        return self.may_answer and self.ticket.status == Status.SOLVED


def own(me: Me) -> QuerySet[Ticket]:
    """The person's at this brand. What somebody wrote from an address not proved to be theirs stays out."""
    tickets = Ticket.objects.filter(brand=me.brand, customer__in=me.ids)
    if me.is_narrow:
        return tickets.filter(Exists(requesters().filter(address=me.address)))
    if me.foreign_addresses:
        tickets = tickets.exclude(Exists(requesters().filter(address__in=me.foreign_addresses)))
    return tickets


def listed(me: Me, tickets: QuerySet[Ticket], *, after: str = "") -> Page[Ticket]:
    """The latest first; of those that were joined only what became part of one they do not see stands for itself."""
    said = Exists(public_messages().filter(ticket=OuterRef("pk")))
    is_elsewhere = Q(merged_into__isnull=False) & ~Exists(own(me).filter(pk=OuterRef("merged_into")))
    found = tickets.filter(Q(merged_into__isnull=True) & Q(said) | is_elsewhere)
    return page_of(found, "last_message_at", after)


def find(me: Me, token: str) -> MyTicket | None:
    """By its token: one's own, else a colleague's, else nothing."""
    ticket = own(me).select_related("brand").filter(token=token).first()
    if ticket is not None:
        into = living(ticket)
        if into.pk != ticket.pk and own(me).filter(pk=into.pk).exists():
            ticket = into
        return MyTicket(ticket, messages_for(ticket, me.reader), is_own=True)
    ticket = of_colleagues(me).select_related("brand").filter(token=token).first()
    if ticket is None:
        return None
    reader = reader_of(ticket, only=domains_of(me.customer.organisation))
    return MyTicket(ticket, messages_for(ticket, reader), is_own=False)


def reader_of(ticket: Ticket, *, only: frozenset[str] = frozenset()) -> Reader:
    """The eyes of the ticket's own customer, for who may look over their shoulder."""
    if ticket.customer_id is None:
        return Reader(frozenset(), frozenset(), only)
    ids = ids_of(ticket.customer_id)
    known = dict(Identity.objects.filter(customer__in=ids, kind=EMAIL).values_list("value", "evidence"))
    asker = ticket.participants.filter(role=Participant.Role.REQUESTER).values_list("address", flat=True)
    theirs = frozenset({*asker, *(value for value, evidence in known.items() if evidence == VERIFIED)})
    return Reader(frozenset(ids), theirs, only, frozenset(known) - theirs)


def find_file(found: MyTicket, token: str) -> Attachment | None:
    """A file of one of the messages that are shown."""
    files = (file for message in found.messages for file in message.attachments.all())
    return next((file for file in files if file.token == token), None)


def shares(me: Me) -> bool:
    """May the person see colleagues' tickets? The organisation says so, and the proved address is of its domains."""
    organisation = me.customer.organisation
    if organisation is None or not organisation.shares_tickets or me.is_narrow:
        return False
    return "@" + me.address.rpartition("@")[2] in domains_of(organisation)


def domains_of(organisation: Organisation | None) -> frozenset[str]:
    """As a `Reader` is narrowed to them."""
    return frozenset(f"@{one.lower()}" for one in organisation.domains) if organisation else frozenset()


def of_colleagues(me: Me) -> QuerySet[Ticket]:
    """Tickets of the others of the organisation, asked from an address of its domains, at this brand."""
    organisation = me.customer.organisation
    if organisation is None or not shares(me):
        return Ticket.objects.none()
    people = RawSQL(COLLEAGUES, [organisation.pk, me.brand.pool_id])  # noqa: S611 the words are ours
    rows = Ticket.objects.filter(brand=me.brand, customer__in=people, merged_into__isnull=True)
    at_work = of_addresses(domains_of(organisation))
    return rows.exclude(customer__in=me.ids).filter(Exists(requesters().filter(at_work)))


def orders_of(me: Me, *, after: str = "") -> Page[Order]:
    """What they bought of this brand, or of the firm without saying of which. Nothing in a narrow session."""
    if me.is_narrow:
        return Page([])
    orders = Order.objects.filter(customer__in=me.ids, pool=me.brand.pool_id)
    return page_of(orders.filter(Q(brand=me.brand) | Q(brand__isnull=True)), "placed_at", after)


def close(me: Me, found: MyTicket) -> Ticket:
    """The customer says that it is solved. Raises NotPossible."""
    return move(me, found, to=Status.SOLVED, waits=False)


def reopen(me: Me, found: MyTicket) -> Ticket:
    """It is not solved after all: they wait again from now. Raises NotPossible for what is closed for good."""
    return move(me, found, to=Status.OPEN, waits=True)


def move(me: Me, found: MyTicket, *, to: str, waits: bool) -> Ticket:
    with transaction.atomic():
        ticket = lock_living(found.ticket.pk)
        if not found.may_answer or not own(me).filter(pk=ticket.pk).exists():
            raise NotPossible(_("This was joined with another ticket."))
        if ticket.status == to:
            return ticket
        if to not in MOVES[ticket.status]:
            raise NotPossible(_("This ticket is closed for good. Write to us, and we open a new one."))
        if waits:
            ticket.waiting_since = now()
            save_changed(ticket, "waiting_since")
        set_status(ticket, to, actor=customer_actor(me.customer.pk))
    return ticket
