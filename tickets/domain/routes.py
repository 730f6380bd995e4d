"""By which way an answer reaches the customer: where they wrote last, else by mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from carecenter.lib.kinds import Capability, can, kinds_that
from carecenter.lib.statements import Given, Statement
from customers.models import Identity
from tickets.domain.errors import NoRecipient
from tickets.models import Contact, Direction, Inbox, Message, Participant, Ticket


@dataclass(frozen=True)
class Route:
    """`last` is the message that is answered; `to` whom it goes to, one {"name", "address"}."""

    inbox: Inbox
    to: dict[str, str]
    last: Message | None = None

    @property
    def kind(self) -> str:
        return self.inbox.kind

    def can(self, capability: Capability) -> bool:
        return can(self.kind, capability)


def route_of(ticket: Ticket) -> Route:
    """Raises NoRecipient, in words that say what is missing.

    A chat answers in the chat while it is open. When the visitor has left, or the customer wrote by a way that carries
    no answers, it goes by mail: from the inbox set for that, else the first mail inbox of the brand.
    """
    last = last_inbound(ticket)
    if last is not None and last.inbox is not None and can_carry(last):
        return Route(last.inbox, reply_to(ticket, last), last)
    inbox = mail_inbox(ticket, last)
    return Route(inbox, recipient(ticket, last), last)


def first_route(ticket: Ticket, requester: Participant) -> Route:
    """Of a ticket that we open right now: nobody has written yet, so nobody's message is looked for."""
    inbox = mail_inbox(ticket, None)
    if "@" in requester.address:
        return Route(inbox, {"name": requester.name, "address": requester.address})
    return Route(inbox, recipient(ticket, None))


def last_inbound(ticket: Ticket) -> Message | None:
    """The customer's latest message that a person wrote and that crossed the border."""
    last = _inbound().first(ticket=ticket.pk)
    if last is not None:
        last.ticket = ticket
    return last


@cache
def _inbound() -> Statement[Message]:
    messages = Message.objects.filter(
        ticket_id=Given("ticket"),
        direction=Direction.INBOUND,
        inbox__isnull=False,
        is_auto=False,
        is_bounce=False,
    )
    return Statement(messages.select_related("inbox__brand", "contact").order_by("-pk")[:1])


def answered_by_mail(shown: Iterable[Message]) -> Message | None:
    """Of messages in their order: the latest that a mail answers, to who wrote it."""
    for one in reversed(list(shown)):
        is_written = one.direction == Direction.INBOUND and not (one.is_auto or one.is_bounce)
        if is_written and can(one.kind, Capability.ADDRESSES):
            return one
    return None


def can_carry(last: Message) -> bool:
    if not can(last.kind, Capability.ANSWERS):
        return False
    is_over = last.contact is None or last.contact.ended_at is not None
    return not (can(last.kind, Capability.LIVE) and is_over)


def live_contact(ticket: Ticket) -> Contact | None:
    """The conversation that is going on right now, if there is one."""
    going = ticket.contacts.filter(ended_at__isnull=True, kind__in=kinds_that(Capability.LIVE))
    return going.order_by("-pk").first()


def mail_inbox(ticket: Ticket, last: Message | None) -> Inbox:
    """Raises NoRecipient when the brand has none."""
    wrote_to = last.inbox if last is not None else None
    for inbox in (wrote_to, ticket.inbox):
        for one in (inbox, inbox.follow_up if inbox else None):
            if one is not None and can(one.kind, Capability.ADDRESSES):
                return one
    kinds = kinds_that(Capability.ADDRESSES)
    found = Inbox.objects.filter(brand_id=ticket.brand_id, kind__in=kinds, is_active=True).order_by("pk")
    if (first := found.first()) is not None:
        return first
    raise NoRecipient(_("This ticket has no inbox to answer from."))


def reply_to(ticket: Ticket, last: Message) -> dict[str, str]:
    """Back the way it came: an address where there are addresses, else the other end itself."""
    if can(last.kind, Capability.ADDRESSES):
        return recipient(ticket, last)
    return {"name": last.from_name, "address": last.from_address}


def recipient(ticket: Ticket, last: Message | None) -> dict[str, str]:
    """Who gets the answer: who wrote last, else the requester, else a known address. Raises NoRecipient."""
    if last and "@" in (address := asked_for(ticket, last)):
        return {"name": last.from_name, "address": address}
    requester = ticket.participants.filter(role=Participant.Role.REQUESTER, address__contains="@").first()
    if requester:
        return {"name": requester.name, "address": requester.address}
    identity = None
    if ticket.customer:
        known = ticket.customer.identities.filter(kind=Identity.Kind.EMAIL)
        identity = known.order_by("-verified_at", "pk").first()
    if identity is None:
        raise NoRecipient(_("This customer has no e-mail address. Add one on the customer's page."))
    return {"name": ticket.customer.name if ticket.customer else "", "address": identity.value}


def asked_for(ticket: Ticket, last: Message) -> str:
    """Where a mail wants its answer. Reply-To counts in the mail that opened the ticket, and for addresses of the
    customer: a forged mail with our number in its subject must not turn the answer to somebody else's question away.
    """
    wanted = last.reply_to.lower()
    if not wanted or not last.from_address:
        return last.reply_to or last.from_address
    first = ticket.messages.order_by("pk").values_list("direction", "reply_to").first()
    known = first is not None and (first[0], first[1].lower()) == (Direction.INBOUND, wanted)
    if not known and ticket.customer:
        known = ticket.customer.identities.filter(kind=Identity.Kind.EMAIL, value=wanted).exists()
    return last.reply_to if known else last.from_address
