"""What customers write in their own pages: stored raw before they are told so, on the inbox their brand has for it."""

import base64
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from accounts.models import Brand
from carecenter.lib.ids import new_token
from carecenter.lib.kinds import Capability, kinds_that
from channels_app.domain.errors import NotOpen
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.domain.sheets import SheetFile
from channels_app.models import Connection, InboundRecord
from journal.actors import SYSTEM
from journal.domain.recording import record as record_event
from tickets.domain.tokens import reply_token
from tickets.models import Inbox, Ticket

NAME = "Help centre"


@dataclass(frozen=True)
class Letter:
    """An answer on a ticket. `slip` is what the page gave the empty form: the same words on it are the same letter.

    `proof` says how the page knew that the address is theirs; "" where it knows no more than that they typed it.
    """

    ticket: Ticket
    name: str
    email: str
    text: str
    proof: str = ""
    slip: str = ""
    files: Sequence[SheetFile] = field(default=())

    @property
    def key(self) -> str:
        """Not to be guessed: the slip is a token."""
        parts = [self.slip, self.ticket.token, self.email, self.text]
        for file in self.files:
            parts += [file.name, hashlib.sha256(file.content).hexdigest()]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    def as_bytes(self) -> bytes:
        files = [
            {
                "name": file.name,
                "content_type": file.content_type,
                "content": base64.b64encode(file.content).decode(),
            }
            for file in self.files
        ]
        body = {
            "type": "letter",
            "id": self.key,
            "ticket": reply_token(self.ticket),
            "name": self.name,
            "email": self.email,
            "proof": self.proof,
            "subject": self.ticket.subject,
            "text": self.text,
            "attachments": files,
        }
        return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def hand_in(letter: Letter, *, peer: str) -> InboundRecord:
    """Stored once, whoever sends it again. Raises NotOpen, TooLarge, and whatever the database or the disk raise."""
    connection = door_of(letter.ticket.brand)
    raw = keep_bytes(io.BytesIO(letter.as_bytes()))
    (record,) = store_raw([connection], raw, external_id=letter.key, envelope={"peer": peer})
    return record


def find_door(brand: Brand) -> Connection | None:
    """The brand's inbox for these pages, in use or not; None while it has none."""
    found = Connection.objects.select_related("inbox__brand").filter(
        inbox__brand=brand, inbox__kind__in=kinds_that(Capability.OWN_PAGES)
    )
    return found.order_by("-inbox__is_active", "-is_active", "pk").first()


def is_open(brand: Brand) -> bool:
    door = find_door(brand)
    return door is None or (door.inbox.is_active and door.is_active)


def door_of(brand: Brand) -> Connection:
    """The inbox, opened with the first answer that needs it. Raises NotOpen where a colleague has closed it."""
    door = find_door(brand) or open_door(brand)
    if not (door.inbox.is_active and door.is_active):
        raise NotOpen("closed")
    return door


def open_door(brand: Brand) -> Connection:
    """Its tickets go to the team of the brand's first inbox. Two at once open one."""
    first = Inbox.objects.filter(brand=brand, is_active=True).order_by("pk").first()
    key = f"help-{brand.slug}"[:60]
    if Inbox.objects.filter(key=key).exists():
        key = f"help-{new_token()}"
    try:
        with transaction.atomic():
            inbox = Inbox.objects.create(
                brand=brand,
                name=NAME,
                key=key,
                kind=kinds_that(Capability.OWN_PAGES)[0],
                default_team_id=first.default_team_id if first else None,
                hours_id=first.hours_id if first else None,
            )
            connection = Connection.objects.create(inbox=inbox, config={"takes_files": True})
            record_event(
                "inbox.created",
                actor=SYSTEM,
                brand_id=brand.pk,
                subject=f"inbox:{inbox.pk}",
                kind=inbox.kind,
            )
    except IntegrityError:  # another was faster
        found = find_door(brand)
        if found is None:  # an inbox of another kind bears the name
            raise NotOpen("the brand has an inbox of this name") from None
        return found
    return connection
