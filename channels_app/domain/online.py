"""The last line of our answers by mail: where the customer reads and answers online.

The address opens nothing by itself, so a forwarded mail shows nobody the ticket: the page behind it asks who they are.
It names the address it was sent to by a keyed hash, for the sign-in to fill in.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.domain.brands import public_address
from carecenter.lib import mailer
from carecenter.lib.kinds import Capability, can
from carecenter.lib.languages import speak
from knowledge_base.domain.help_settings import settings_of
from tickets.models import Message, Participant, Ticket

KEY = "to"  # the parameter


def foot_of(message: Message) -> tuple[str, str]:
    """Text and HTML, in the customer's language; nothing below what the system writes, or for others than who asks."""
    ticket = message.ticket
    if message.is_auto or not can(message.kind, Capability.ADDRESSES) or ticket.customer is None:
        return "", ""
    named = [one.get("address", "").lower() for one in message.to]
    address = requesters(ticket).filter(address__in=named).values_list("address", flat=True).first()
    if not address or not settings_of(ticket.brand).mail_links:
        return "", ""
    link = link_to(ticket, address)
    if not link:
        return "", ""
    language = speak(ticket.customer.language, speak(ticket.brand.language, settings.LANGUAGE_CODE))
    with translation.override(language):
        context = {"link": link, "host": urlsplit(link).netloc}
        text, html = mailer.words_of("channels_app/mail/_online", context)
    return text.strip(), html.strip()


def link_to(ticket: Ticket, address: str) -> str:
    """The ticket among the customer's own, at the brand's own host if it has one; "" without such pages."""
    brand = ticket.brand
    names = {"brand": brand.slug, "token": ticket.token}
    try:
        path = reverse("my:ticket", urlconf=settings.ROOT_URLCONF, kwargs=names)
    except NoReverseMatch:
        return ""
    return f"{public_address(brand, path)}?{KEY}={key_of(ticket, address)}"


def key_of(ticket: Ticket, address: str) -> str:
    return salted_hmac("channels.online", f"{ticket.token}:{address}", algorithm="sha256").hexdigest()[:16]


def find_address(ticket: Ticket, key: str) -> str:
    """Where the mail with this link went, while they still ask here; "" for a link of nobody's."""
    addresses = requesters(ticket).order_by("pk").values_list("address", flat=True)[:20]
    return next((one for one in addresses if constant_time_compare(key_of(ticket, one), key)), "")


def requesters(ticket: Ticket) -> QuerySet[Participant]:
    return ticket.participants.filter(role=Participant.Role.REQUESTER)
