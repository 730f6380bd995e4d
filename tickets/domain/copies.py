"""Who gets an answer in copy: those who take part already, or whom the agent names."""

from collections.abc import Sequence
from email.utils import getaddresses

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tickets.domain.errors import BadAddress
from tickets.models import Participant, Ticket

MOST = 50
Address = dict[str, str]  # {"name", "address"}


def usual_copies(ticket: Ticket) -> list[Address]:
    """Those the customer put in copy, in the order they came; not the customer's own other addresses."""
    found = ticket.participants.filter(role=Participant.Role.COPY)
    if ticket.customer_id is not None:
        found = found.exclude(customer=ticket.customer_id)
    copies = found.order_by("pk")[:MOST]
    return [{"name": copy.name, "address": copy.address} for copy in copies]


def read_copies(text: str) -> list[Address]:
    """Addresses as people type them: "Dana <dana@x.example>, bob@y.example"; each once. Raises BadAddress."""
    if ":" in text:  # a header's name or a group: no part of an address that people type
        raise BadAddress(_("Separate the addresses by commas."))
    pairs = getaddresses([" ".join(text.replace(";", ",").split())]) if text.strip() else []
    found: dict[str, Address] = {}
    for name, address in pairs:
        try:
            validate_email(address)
        except ValidationError:
            wrong = address or name or text
            raise BadAddress(_("%(address)s is not an e-mail address.") % {"address": wrong[:100]}) from None
        found.setdefault(address.lower(), {"name": name[:200], "address": address})
    if len(found) > MOST:
        raise BadAddress(_("An answer goes to %(count)s people in copy at most.") % {"count": MOST})
    return list(found.values())


def write_copies(copies: Sequence[Address]) -> str:
    """As people read them, and as `read_copies` reads them back."""
    return ", ".join(written(copy["name"], copy["address"]) for copy in copies)


def written(name: str, address: str) -> str:
    quotable = "".join(character for character in name if character not in '"\\')
    return f'"{quotable}" <{address}>' if quotable.strip() else address
