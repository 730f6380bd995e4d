"""What stands below an answer by mail: the writer's own signature, else the inbox's, else the brand's."""

import re

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import brands_for
from accounts.models import Brand, User
from accounts.permissions import REPLIES_MANAGE
from carecenter.lib.kinds import Capability, can, kinds_that
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.domain.placeholders import fill, hole, likely, unknown_in
from tickets.models import Delivery, Inbox, Message, Signature, Ticket

LONGEST = 2000


def usual_of(ticket: Ticket) -> str:
    """As the ticket was read for its page, else with a query."""
    known: str | None = getattr(ticket, "usual_signature", None)
    if known is not None:
        return known
    there = Q(inbox=None) | Q(inbox=ticket.inbox_id)
    rows = Signature.objects.filter(there, brand=ticket.brand_id).order_by(F("inbox").asc(nulls_last=True))
    return rows.values_list("text", flat=True).first() or ""


def signature_for(ticket: Ticket, agent: User) -> str:
    """As it is sent, filled in for this ticket; lines on which nothing is known are left out."""
    template = agent.signature.strip() or usual_of(ticket)
    lines = [(line, fill(line, ticket=ticket, agent=agent).text.rstrip()) for line in template.splitlines()]
    kept = [said for line, said in lines if said.strip(" ,;·|-–") or not line.strip()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def signature_of(message: Message) -> str:
    """What stands below this answer; nothing below chats, what the system wrote, and where the writer left it off."""
    if message.author is None or message.is_auto or not message.is_signed:
        return ""
    if not can(message.kind, Capability.ADDRESSES):
        return ""
    return signature_for(message.ticket, message.author)


def leave_off(message: Message) -> None:
    """Send this answer without. In the transaction that queued it."""
    Message.objects.filter(pk=message.pk, delivery=Delivery.QUEUED, tries=0).update(is_signed=False)


def check(text: str) -> str:
    """The text as it is kept. Raises NotAllowed for a placeholder that does not exist, with the one that is meant."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise NotAllowed(_("At most %(longest)s characters.") % {"longest": LONGEST})
    if unknown := unknown_in(text):
        raise NotAllowed(said_of(unknown))
    return text


def said_of(unknown: list[str]) -> str:
    said = _("There is no placeholder %(names)s.") % {"names": ", ".join(hole(name) for name in unknown)}
    if meant := [hole(found) for name in unknown if (found := likely(name))]:
        said += " " + _("Do you mean %(names)s?") % {"names": ", ".join(meant)}
    return said


def save_own(user: User, text: str) -> None:
    user.signature = check(text)
    user.save(update_fields=["signature"])


def places_for(user: User) -> tuple[QuerySet[Brand], QuerySet[Inbox]]:
    """Brands, and inboxes from which mail leaves, whose signature the user may write."""
    brands = brands_for(user, REPLIES_MANAGE).filter(archived_at__isnull=True)
    mail = kinds_that(Capability.ADDRESSES)
    return brands, Inbox.objects.filter(
        brand__in=brands.order_by().values("pk"), kind__in=mail, is_active=True
    )


def save_usual(brand: Brand, inbox: Inbox | None, text: str, *, actor: User) -> None:
    """Of the brand or of one of its inboxes; an empty text takes it away."""
    text = check(text)
    with transaction.atomic():
        rows = Signature.objects.filter(brand=brand, inbox=inbox)
        if text:
            Signature.objects.update_or_create(brand=brand, inbox=inbox, defaults={"text": text})
        else:
            rows.delete()
        subject = f"inbox:{inbox.pk}" if inbox else f"brand:{brand.pk}"
        record("signature.saved", actor=user_actor(actor.pk), brand_id=brand.pk, subject=subject)
