"""The token in our reply addresses: names a ticket and cannot be made up.

`<ticket token><8 signature characters>` in lower-case base32, since mail servers fold case: 34 characters, which
with `support+` stays below the 64 a local part may have.
"""

import base64
import hashlib
import hmac

from django.conf import settings

from tickets.models import Ticket

TOKEN_LENGTH = 26
SIGNATURE_LENGTH = 8


def reply_token(ticket: Ticket) -> str:
    return ticket.token + signature(ticket.token)


def ticket_for_token(token: str) -> Ticket | None:
    """The ticket a reply token names; None for a forged, cut or unknown one."""
    token = token.strip().lower()
    if len(token) != TOKEN_LENGTH + SIGNATURE_LENGTH or not token.isascii():
        return None
    name, signed = token[:TOKEN_LENGTH], token[TOKEN_LENGTH:]
    if not hmac.compare_digest(signature(name), signed):
        return None
    return Ticket.objects.filter(token=name).first()


def signature(name: str) -> str:
    key = hashlib.sha256(b"reply-token" + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, name.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:SIGNATURE_LENGTH]
