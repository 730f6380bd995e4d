"""Who gets an answer in copy: those who take part already, or whom the agent names."""

from collections.abc import Sequence
from email.utils import getaddresses
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from carecenter.lib.statements import Given, Statement
from tickets.domain.errors import BadAddress
from tickets.models import Participant, Ticket

MOST = 50
Address = dict[str, str]  # {"name", "address"}


def usual_copies(ticket: Ticket, *, to: str = "") -> list[Address]:
    """Those who take part besides whom the answer goes `to`, in the order they came; nobody by two addresses.

    When somebody in copy wrote last, or the customer of a merged ticket, who asked first gets the answer in copy.
    """
    people = _participants().rows(ticket=ticket.pk)
    receiver = next((one for one in people if one.address == to.lower()), None)
    answered = ticket.customer_id if receiver is None else receiver.customer_id
    left_out = {one for one in (ticket.customer_id, answered) if one is not None}
    copies = [
        one
        for one in people
        if one.role == Participant.Role.COPY and one != receiver and one.customer_id not in left_out
    ]
    if receiver is not None and receiver.role == Participant.Role.COPY and answered != ticket.customer_id:
        copies = [one for one in people if one.role == Participant.Role.REQUESTER] + copies
    return [{"name": copy.name, "address": copy.address} for copy in copies[:MOST]]


@cache
def _participants() -> Statement[Participant]:
    return Statement(Participant.objects.filter(ticket_id=Given("ticket")).order_by("pk")[: MOST + 1])


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
