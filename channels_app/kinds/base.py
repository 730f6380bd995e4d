"""The contract between the core and a channel kind: plain frozen data in, plain frozen data out.

Owns the names every kind and the core share. Must not import Django, models or anything that does input or output:
an adapter is handed its configuration, its raw bytes and its transport, and gives back what it found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from carecenter.lib.kinds import Kind

Config = Mapping[str, Any]
"""Settings of one connection, secrets already opened by the core. An adapter never keeps or logs it."""

AddressPair = tuple[str, str]
"""(display name, address); the name may be empty, the address is lower case in its domain only."""


class ParseError(Exception):
    """The bytes are no item of this kind. The record is kept and listed; the message says why, for admins."""


class Unconfirmed(Exception):
    """The last byte was handed over and no answer came: it may have left. Never sent again without a person's word."""


class SignatureError(Exception):
    """The request does not come from who it says, or not now. The message says what is wrong, without secrets."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something to copy from the settings page. `{base}` in it is our address, `{key}` the inbox's."""

    label: Any
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """What the core knows of a kind without loading it: one in each kind's `about.py`.

    `adapter` and `settings_form` (a `kinds.settings_form.SettingsForm`) are import paths; `courier` names how answers
    travel ("mail", "http"), empty where the other side fetches them from us or none can leave. `takes_requests`:
    signed items come to the API's address of the inbox. `drops_repeats`: the other side knows an answer by its id and
    drops it when it comes again, so that one that may have left is sent again by itself.
    """

    kind: Kind
    adapter: str
    settings_form: str = ""
    courier: str = ""
    snippets: tuple[Snippet, ...] = ()
    takes_requests: bool = False
    drops_repeats: bool = False


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came: header names in lower case, the body byte for byte, when it came."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """One way the sender is known by: a kind of `customers.Identity`, its value, and who proved it ("" is a claim)."""

    kind: str
    value: str
    verified_by: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. `name` is safe to show and to save: no path, no control or direction characters."""

    name: str
    content_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient that a delivery report speaks of. `dsn` is x.y.z or empty; `hard` means do not try again."""

    recipient: str
    dsn: str
    hard: bool
    diagnostic: str = ""
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """One message as it came in, decoded. No NUL bytes and no lone surrogates in any text.

    `external_id`, `in_reply_to` and `references` are ids without their angle brackets, empty where there are none.
    `html` is the raw HTML: whoever shows it sanitises it. `text` is always filled where there was anything to read.
    `reply_tokens` are candidates only: the core checks their signature. `conversation` is the thread as the other side
    names it: the same name goes to the same ticket. `people` is who it is, the surest first, where that is more than
    the address it came from. `fields` is what a form asked beside its text: the core checks it.
    """

    external_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender_address: str = ""
    sender_name: str = ""
    reply_to: tuple[AddressPair, ...] = ()
    to: tuple[AddressPair, ...] = ()
    cc: tuple[AddressPair, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    reply_text: str = ""
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime | None = None
    is_auto: bool = False
    auto_reason: str = ""
    is_bounce: bool = False
    bounces: tuple[Bounce, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_tokens: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    conversation: str = ""
    people: tuple[Person, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to hand to the other side. `message_id`, `in_reply_to` and `references` come without brackets.

    `sent_at` is the Date to write, given by the caller because kinds own no clock.
    """

    message_id: str
    from_address: str
    to: tuple[AddressPair, ...]
    sent_at: datetime
    from_name: str = ""
    reply_to: str = ""
    cc: tuple[AddressPair, ...] = ()
    bcc: tuple[AddressPair, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    auto_submitted: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    conversation: str = ""
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it. `refused` names recipients it would not take while it took the others."""

    external_id: str
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Nothing left; try again after so many seconds."""

    after_seconds: int
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider will never take this message as it is."""

    reason: str


@dataclass(frozen=True, slots=True)
class ConnectionBroken:
    """Nothing left: sign-in, TLS, name or port fails for every message. An admin is told; tried again slowly."""

    reason: str


@dataclass(frozen=True, slots=True)
class RecipientGone:
    """The address takes no mail, for good."""

    reason: str


Outcome = Sent | RetryLater | Rejected | ConnectionBroken | RecipientGone


class Adapter(Protocol):
    """What every kind provides. `parse` is pure: the same bytes give the same events, whatever the time and place."""

    def verify(self, config: Config, request: SignedRequest) -> None:
        """Raises SignatureError for what is not signed, not by them, or not fresh. Kinds without requests take none."""
        ...

    def parse(self, config: Config, raw: bytes) -> list[InboundEvent]:
        """The events in these bytes, [] for types we do not read. Raises ParseError, nothing else."""
        ...

    def send(self, config: Config, message: OutboundMessage, transport: Any) -> Outcome:
        """Hand the message to the provider. Raises Unconfirmed where it may have left, nothing else."""
        ...
