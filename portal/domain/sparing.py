"""What an erasure leaves alone: what may be somebody else's, and what came in after it began.

Whoever writes while they are erased is somebody new, known from then on. A worker that was reading the mail meanwhile
may still have taken them for who they were.
"""

from django.db import transaction

from accounts.models import CustomerPool
from customers.domain.errors import InvalidIdentity
from customers.domain.identify import resolve_identity
from customers.models import Customer, Identity
from journal.actors import SYSTEM
from journal.domain.recording import record
from portal.domain.sessions import CLAIMED, EMAIL
from portal.models import DataRequest
from tickets.domain import splitting
from tickets.domain.search.indexing import ask
from tickets.domain.tickets import lock_ticket, preview_of, save_changed
from tickets.models import Contact, Direction, Message, Participant, Ticket


def spare_others(request: DataRequest) -> None:
    """What was written from an address that was only claimed may be somebody else's: that becomes a person.

    Not where a colleague decides: most who only write mails have never proved theirs, and it is their words that go.
    """
    claimed = Identity.objects.filter(customer__in=request.people, kind=EMAIL, evidence=CLAIMED)
    for identity in claimed.order_by("pk"):
        asked = Participant.objects.filter(
            address=identity.value, role=Participant.Role.REQUESTER, ticket__customer__in=request.people
        )
        tickets = set(asked.values_list("ticket", flat=True))
        if not tickets:
            continue
        somebody = somebody_new(request.brand.pool, known_by=identity.shown)
        Identity.objects.filter(pk=identity.pk).update(customer=somebody)
        Ticket.objects.filter(pk__in=tickets).update(customer=somebody)
        Contact.objects.filter(ticket__in=tickets, customer__in=request.people).update(customer=somebody)
        Participant.objects.filter(ticket__in=tickets, address=identity.value).update(customer=somebody)
        Message.objects.filter(
            ticket__in=tickets, customer__in=request.people, from_address__iexact=identity.value
        ).update(customer=somebody)


def spare_late(request: DataRequest) -> None:
    """Tickets, and words on tickets of others, that came in since it began, still in the name of who is erased."""
    people = request.people
    late = Ticket.objects.filter(customer__in=people, created_at__gt=request.began_at).order_by("pk")
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            ticket = lock_ticket(pk)
            asker = ticket.participants.filter(role=Participant.Role.REQUESTER).first()
            somebody = newcomer(request.brand.pool, asker.address, asker.name) if asker else None
            hand_over(ticket, somebody, request)
    elsewhere = Message.objects.filter(customer__in=people, created_at__gt=request.began_at)
    for message in elsewhere.exclude(ticket__customer__in=people).order_by("pk"):
        somebody = newcomer(request.brand.pool, message.from_address, message.from_name)
        Message.objects.filter(pk=message.pk).update(customer=somebody)


def hand_over(ticket: Ticket, somebody: Customer | None, request: DataRequest) -> None:
    """What on it is still of who is erased becomes that of who has the address now; without one, of `somebody`."""
    ticket.customer = somebody or somebody_new(request.brand.pool)
    save_changed(ticket, "customer")
    ticket.contacts.filter(customer__in=request.people).update(customer=ticket.customer)
    ticket.messages.filter(customer__in=request.people, from_address="").update(customer=ticket.customer)
    for message in ticket.messages.filter(customer__in=request.people):
        who = newcomer(request.brand.pool, message.from_address, message.from_name)
        Message.objects.filter(pk=message.pk).update(customer=who)
    for one in ticket.participants.filter(customer__in=request.people):
        who = newcomer(request.brand.pool, one.address, one.name)
        Participant.objects.filter(pk=one.pk).update(customer=who)
    ask([ticket.pk])


def newcomer(pool: CustomerPool, address: str, name: str) -> Customer:
    """Who has this address now; nobody we know when there is none."""
    try:
        return resolve_identity(pool, kind=EMAIL, value=address, name=name).customer
    except InvalidIdentity:
        return somebody_new(pool)


def somebody_new(pool: CustomerPool, *, known_by: str = "") -> Customer:
    somebody = Customer.objects.create(pool=pool, known_by=known_by)
    record("customer.created", actor=SYSTEM, customer_id=somebody.pk)
    return somebody


def move_late(request: DataRequest, ticket: Ticket) -> Ticket | None:
    """What was written on this ticket since it began, and what followed, becomes a ticket of its own: the rest goes.

    Call with the ticket locked, its own words taken away already.
    """
    written = ticket.messages.filter(direction=Direction.INBOUND, customer__isnull=False, is_auto=False)
    first = written.filter(created_at__gt=request.began_at).order_by("pk").first()
    if first is None:
        return None
    messages = list(ticket.messages.select_related("contact").filter(pk__gte=first.pk).order_by("pk"))
    subject = first.subject or preview_of(first.reply_text or first.text)
    made = splitting.create_ticket(ticket, messages, subject)
    splitting.participants(ticket, made, messages)
    splitting.move_messages(ticket, made, messages)
    for one in (ticket, made):
        splitting.recount(one)
    record(
        "ticket.created",
        actor=SYSTEM,
        ticket=made,
        kind=made.last_kind,
        inbox=made.inbox_id,
        team=made.team_id,
    )
    made.participants.filter(customer__in=request.people).update(name="")
    somebody = first.customer
    if first.customer_id in request.people:
        somebody = newcomer(request.brand.pool, first.from_address, first.from_name)
    hand_over(made, somebody, request)
    return made
