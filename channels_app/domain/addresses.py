"""Which addresses are ours, and the marks we put on what we send."""

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings

from channels_app.models import Connection, InboxAddress
from tickets.domain.tokens import reply_token
from tickets.models import Ticket

LOOP_HEADER = "X-Carecenter-Loop"
LOCAL_PART_LIMIT = 64


def base_address(address: str) -> str:
    """Without the +suffix of its local part, lower case: `Support+abc@x.example` is `support@x.example`."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def suffix_of(address: str) -> str:
    return address.strip().rpartition("@")[0].partition("+")[2]


def connections_for(addresses: Iterable[str]) -> dict[str, Connection]:
    """The connection each of these addresses belongs to; strangers' and closed inboxes' addresses are left out.

    An address that is ours as it stands wins over the one without its suffix.
    """
    wanted = {address: (address.strip().lower(), base_address(address)) for address in addresses}
    spelled = {spelling for pair in wanted.values() for spelling in pair}
    rows = InboxAddress.objects.filter(
        address__in=spelled,
        connection__is_active=True,
        connection__inbox__is_active=True,
    ).select_related("connection__inbox__brand")
    ours = {row.address: row.connection for row in rows}
    found = {address: ours.get(exact) or ours.get(base) for address, (exact, base) in wanted.items()}
    return {address: connection for address, connection in found.items() if connection is not None}


def own_addresses(addresses: Iterable[str]) -> frozenset[str]:
    """Those of these addresses, in lower case, that are ours, in any inbox, open or closed."""
    given = list(addresses)
    return own_among(given, spellings_of_ours(given))


def spellings_of_ours(addresses: Iterable[str]) -> frozenset[str]:
    """Which of these, or of what they are without their suffix, are addresses of an inbox. One query."""
    plain = [address for address in addresses if "@" in address]
    spelled = {*(address.strip().lower() for address in plain), *map(base_address, plain)}
    return frozenset(InboxAddress.objects.filter(address__in=spelled).values_list("address", flat=True))


def own_among(addresses: Iterable[str], ours: frozenset[str]) -> frozenset[str]:
    """`own_addresses` where the spellings of ours are read already."""
    wanted = {address.strip().lower(): base_address(address) for address in addresses if "@" in address}
    return frozenset(address for address, base in wanted.items() if address in ours or base in ours)


def reply_address(address: str, ticket: Ticket) -> str:
    """Where an answer to our mail comes back to: the inbox's address with the ticket's signed token."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local.partition('+')[0]}+{reply_token(ticket)}"
    # Mail servers take 64 octets before the @; beyond it the thread is found by References alone.
    return f"{tagged}@{domain}" if len(tagged) <= LOCAL_PART_LIMIT else address


def loop_mark() -> str:
    """What we write into X-Carecenter-Loop: known to this installation only, so nobody can have their mail ignored."""
    key = hashlib.sha256(b"loop-mark" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, b"1", hashlib.sha256).hexdigest()[:32]


def is_loop_mark(value: str) -> bool:
    return hmac.compare_digest(value.strip().encode(), loop_mark().encode())
