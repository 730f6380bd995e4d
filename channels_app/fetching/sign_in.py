"""Sign in to a mailbox: by password, or by OAuth 2 with an access token made from the refresh token."""

from __future__ import annotations

import imaplib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from imap_tools.errors import ImapToolsError

from carecenter.lib.hosts import private_networks
from carecenter.lib.http import HttpCourier, HttpError
from channels_app.domain.mailbox_troubles import Trouble
from channels_app.fetching.wire import SMALL, Box, words_of
from channels_app.models import SignIn

TOKEN_SECONDS = 10.0
EARLY_SECONDS = 60  # a token is not used in its last minute
# What servers say when they cannot look a password up, rather than that it is wrong (RFC 5530, and in the wild).
LATER = ("[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "[LIMIT]", "TEMPORAR", "TRY AGAIN", "TOO MANY")


@dataclass(frozen=True)
class Access:
    """How to sign in. Never logged."""

    username: str
    how: str
    password: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""


def access_of(wanted: Mapping[str, Any], secrets: Mapping[str, Any]) -> Access:
    """From a row's fields, or a form's, and the opened secrets."""
    return Access(
        username=str(wanted["username"]),
        how=str(wanted["sign_in"]),
        password=str(secrets.get("imap_password", "")),
        token_url=str(wanted["token_url"]),
        client_id=str(wanted["client_id"]),
        client_secret=str(secrets.get("imap_client_secret", "")),
        refresh_token=str(secrets.get("imap_refresh_token", "")),
    )


@dataclass(frozen=True)
class Token:
    """`refresh_token` is a new one where the service gave one: the old may not work again."""

    value: str
    until: float  # of time.monotonic
    refresh_token: str = ""

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() < self.until


def sign_in(box: Box, access: Access, token: Token | None = None) -> Token | None:
    """Sign in, or raise Trouble. Returns the token that was used, for the next time."""
    wire = box.wire
    wire.allow(SMALL)
    if access.how == SignIn.OAUTH2:
        if "AUTH=XOAUTH2" not in wire.capabilities:
            raise Trouble("sign_in_unsupported")
        token = token if token is not None and token.is_fresh else fetch_token(access)
        attempt(lambda: with_token(wire, access.username, token.value))
        return token
    if "LOGINDISABLED" in wire.capabilities and "AUTH=PLAIN" not in wire.capabilities:
        raise Trouble("sign_in_unsupported")
    is_plain = access.username.isascii() and access.password.isascii()
    if is_plain and "LOGINDISABLED" not in wire.capabilities:
        attempt(lambda: box.login(access.username, access.password, initial_folder=None))
    else:
        attempt(lambda: box.login_utf8(access.username, access.password, initial_folder=None))
    wire.allow(SMALL)
    refresh_capabilities(wire)
    return None


def attempt(verb: Any) -> None:
    try:
        verb()
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        said = words_of(error)
        is_later = any(word in said.upper() for word in LATER)
        raise Trouble("sign_in_later" if is_later else "sign_in_refused", said) from None


def with_token(wire: imaplib.IMAP4, username: str, token: str) -> None:
    """XOAUTH2. A refusal comes as one more question, which wants an empty answer before the server says NO."""
    answers = iter([f"user={username}\x01auth=Bearer {token}\x01\x01".encode()])
    wire.authenticate("XOAUTH2", lambda _question: next(answers, b""))


def refresh_capabilities(wire: imaplib.IMAP4) -> None:
    """Many servers say only after the sign-in what they can do, IDLE among it."""
    kind, data = wire.capability()
    if kind == "OK" and data and data[-1]:
        wire.capabilities = tuple(data[-1].decode("ascii", "replace").upper().split())


def fetch_token(access: Access) -> Token:
    """An access token for the refresh token (RFC 6749, section 6). Raises Trouble."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": access.refresh_token,
        "client_id": access.client_id,
        **({"client_secret": access.client_secret} if access.client_secret else {}),
    }
    courier = HttpCourier(private=private_networks(), answer_seconds=TOKEN_SECONDS)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = courier.post(access.token_url, urlencode(form).encode(), headers)
    except (HttpError, ValueError) as error:
        raise Trouble("token_unreachable", str(error)) from None
    return read_token(answer.status, answer.body)


def read_token(status: int, body: bytes) -> Token:
    try:
        said: Any = json.loads(body)
    except ValueError:
        said = None
    answer: dict[str, Any] = said if isinstance(said, dict) else {}
    if status >= 500 or status == 429:
        raise Trouble("token_unreachable", f"HTTP {status}")
    value = answer.get("access_token")
    if status != 200 or not isinstance(value, str) or not value:
        raise Trouble("token_refused", str(answer.get("error", f"HTTP {status}"))[:100])
    seconds = answer.get("expires_in")
    lasting = float(seconds) if isinstance(seconds, int | float) else 300.0
    again = answer.get("refresh_token")
    return Token(
        value=value,
        until=time.monotonic() + max(0.0, lasting - EARLY_SECONDS),
        refresh_token=again if isinstance(again, str) else "",
    )
