"""From a read item to a message on a ticket: files stored, the sender known, the same mail kept once."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import CustomerPool
from carecenter.lib.blobs import storage
from channels_app.domain.conversations import remember_conversation
from channels_app.kinds.base import AddressPair, Attachment, InboundEvent, Person
from channels_app.models import Connection
from customers.domain.errors import IdentityTaken, InvalidIdentity
from customers.domain.identify import add_identity, find_identity, new_identity, resolve_identity, settle
from customers.domain.normalise import normalise
from customers.domain.proposals import propose
from customers.models import Customer, Identity
from tickets.domain.fields.reading import fields_of_brand
from tickets.domain.fields.values import take_in
from tickets.domain.intake import (
    Address,
    IncomingFile,
    IncomingMessage,
    Received,
    receive_message,
)
from tickets.models import Direction, Message, Ticket

EXTERNAL_ID = 400  # characters a message keeps of an id
# What a mail server repeats of a stranger's words: quoted strings and comments say nothing of its own.
_REPEATED = re.compile(r'"(?:\\.|[^"\\])*"|\((?:\\.|[^()\\])*\)')


@dataclass(frozen=True)
class Item:
    """An event with what the core adds to it: who it is really from, and which addresses in it are ours."""

    connection: Connection
    event: InboundEvent
    name: str
    address: str
    own: frozenset[str]


def store_files(attachments: Iterable[Attachment]) -> tuple[IncomingFile, ...]:
    """Written and synced before any row names them; call it outside the transaction."""
    return tuple(
        IncomingFile(
            blob=storage.store(attachment.content),
            name=attachment.name,
            content_type=attachment.content_type,
            content_id=attachment.content_id or "",
            is_inline=attachment.inline,
        )
        for attachment in attachments
    )


def incoming_message(
    item: Item, files: tuple[IncomingFile, ...], *, is_proved: bool, is_unseen: bool
) -> IncomingMessage:
    event = item.event
    elsewhere = next((pair[1] for pair in event.reply_to if pair[1].lower() not in item.own), "")
    return IncomingMessage(
        kind=item.connection.inbox.kind,
        external_id=event.external_id[:EXTERNAL_ID],
        in_reply_to=event.in_reply_to,
        from_name=item.name,
        from_address=item.address,
        reply_to=elsewhere if elsewhere.lower() != item.address.lower() else "",
        to=as_dicts(event.to),
        cc=as_dicts(event.cc),
        own_addresses=item.own,
        subject=event.subject,
        text=event.text,
        html=event.html,
        reply_text=event.reply_text,
        files=files,
        is_proved=is_proved,
        is_unseen=is_unseen,
        is_auto=event.is_auto,
        is_bounce=event.is_bounce,
        sent_at=event.sent_at,
        fields=own_fields(item),
    )


def own_fields(item: Item) -> dict[str, Any]:
    """What a form asked for, as far as the fields of the brand still take it."""
    given = item.event.fields
    return take_in(list(fields_of_brand(item.connection.inbox.brand)), given) if given else {}


def as_dicts(pairs: Sequence[AddressPair]) -> list[Address]:
    return [{"name": name, "address": address} for name, address in pairs]


def customer_of(
    item: Item, ticket: Ticket | None, senders: dict[tuple[int, str], Identity | None]
) -> Customer | None:
    """The person behind the message; nobody where nothing says who it is. `senders`: whose address was looked up.

    A robot's mail on a ticket makes no new customer, and a mail system that returns mail is nobody.
    """
    pool = item.connection.inbox.brand.pool
    people = known_first(pool, item.event.people) or (sender_of(item),)
    try:
        if item.event.is_bounce:
            return None
        if item.event.is_auto and ticket is not None:
            known = find_identity(pool, people[0].kind, normalise(people[0].kind, people[0].value))
            return known.customer if known else None
        identity = resolved(pool, people[0], item, senders)
    except InvalidIdentity:
        return ticket.customer if ticket is not None else None
    for person in people[1:]:
        know_also(identity.customer, person)
    return identity.customer


def resolved(
    pool: CustomerPool, person: Person, item: Item, senders: dict[tuple[int, str], Identity | None]
) -> Identity:
    """The identity of the first person. Raises InvalidIdentity."""
    said = {"evidence": evidence_of(person), "kind": person.kind}
    key = (pool.pk, "" if item.event.people else normalise(person.kind, person.value))
    if key not in senders:
        return resolve_identity(
            pool, value=person.value, name=item.name, verified_by=person.verified_by, **said
        )
    new = new_identity(pool, normal=key[1], written=person.value, by=person.verified_by, **said)
    identity = senders[key] = settle(senders[key], new, name=item.name)
    return identity


def known_first(pool: CustomerPool, people: Sequence[Person]) -> list[Person]:
    """As given, but the first proved one that somebody has comes first: a proof joins, a claim never does."""
    if len(people) < 2:
        return list(people)

    def is_known(person: Person) -> bool:
        with suppress(InvalidIdentity):
            return find_identity(pool, person.kind, normalise(person.kind, person.value)) is not None
        return False

    known = next((person for person in people if person.verified_by and is_known(person)), people[0])
    return [known, *(person for person in people if person != known)]


def sender_of(item: Item) -> Person:
    """Who a mail is from: a claim, unless our own mail server saw the proof."""
    return Person(Identity.Kind.EMAIL, item.address, "dmarc" if is_vouched_for(item) else "")


def evidence_of(person: Person) -> str:
    return Identity.Evidence.VERIFIED if person.verified_by else Identity.Evidence.CLAIMED


def know_also(customer: Customer, person: Person) -> None:
    """One more way to reach them. What somebody else has already stays theirs: a person is asked whether it is one."""
    try:
        add_identity(
            customer,
            kind=person.kind,
            value=person.value,
            actor=None,
            evidence=evidence_of(person),
            verified_by=person.verified_by,
        )
    except InvalidIdentity:
        return
    except IdentityTaken as taken:
        owner = Customer.objects.get(pk=taken.customer_id)
        propose(
            customer, owner, [{"code": "typed_email" if not person.verified_by else f"same_{person.kind}"}]
        )


def is_vouched_for(item: Item) -> bool:
    """Did our own mail server see DMARC pass for the From domain?

    Only the topmost Authentication-Results counts, and only if it bears the name set as `authserv_id`: anybody can
    write the others.
    """
    ours = str(item.connection.config.get("authserv_id", "")).lower()
    name, _, results = item.event.headers.get("authentication-results", "").lower().partition(";")
    results = _REPEATED.sub("", results)
    domain = item.event.sender_address.lower().rpartition("@")[2]
    if not ours or not domain or name.split()[:1] != [ours] or item.address != item.event.sender_address:
        return False
    if any(mark in results for mark in '"()'):  # not to be read for certain
        return False
    passed = [part.split() for part in results.split(";") if part.split()[:1] == ["dmarc=pass"]]
    return any(f"header.from={domain}" in words for words in passed)


def append(
    item: Item, incoming: IncomingMessage, *, customer: Customer | None, ticket: Ticket | None
) -> Received:
    """Put the message on the ticket, or on a new one. Call inside a transaction.

    The same Message-ID with the same content gives the message that is there, marked as a duplicate. With other
    content (some programs number their mails badly) it is a mail of its own and gets an id of its own, made from the
    content, so that this mail again is a duplicate too.
    """
    said = (incoming.from_address, incoming.subject, incoming.text, incoming.html)
    digest = fingerprint(said, (file.blob.sha256 for file in incoming.files))
    inbox = item.connection.inbox
    received = receive_message(inbox=inbox, customer=customer, incoming=incoming, ticket=ticket)
    if received.is_duplicate and not is_same(received.message, digest):
        incoming = distinct(incoming, digest)
        received = receive_message(inbox=inbox, customer=customer, incoming=incoming, ticket=ticket)
    if item.event.conversation:
        remember_conversation(item.connection, item.event.conversation, received.message)
    return received


def distinct(incoming: IncomingMessage, digest: str) -> IncomingMessage:
    return replace(incoming, external_id=f"{incoming.external_id[:360]}#{digest[:32]}", is_unseen=False)


def is_same(message: Message, digest: str) -> bool:
    """Has this stored message the sender and content of that digest? Our own answers never have."""
    shas = message.attachments.values_list("blob__sha256", flat=True)
    same = fingerprint((message.from_address, message.subject, message.text, message.html), shas) == digest
    return same and message.direction == Direction.INBOUND


def fingerprint(said: tuple[str, str, str, str], shas: Iterable[str]) -> str:
    """Of sender, subject, text and HTML, as far as a message keeps them, and of its files."""
    sender, subject, text, html = said
    parts = [sender[:320].lower(), subject[:400], text, html, *sorted(shas)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
