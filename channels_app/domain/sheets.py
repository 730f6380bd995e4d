"""What somebody wrote on our page, as one item that is stored raw before they are told so."""

import base64
import hashlib
import io
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from carecenter.lib.time import now
from channels_app.domain.doors import find_stored
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import Connection, InboundRecord

FRESH = timedelta(seconds=5)
STEP_SECONDS = 0.1
STEPS = 5


@dataclass(frozen=True)
class SheetFile:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Sheet:
    """`slip` is what the page gave the empty sheet: the same words on the same slip are the same sheet."""

    name: str
    email: str
    subject: str
    text: str
    slip: str = ""
    files: Sequence[SheetFile] = field(default=())
    fields: Mapping[str, Any] = field(default_factory=dict)  # values of the firm's own fields, by key

    @property
    def words(self) -> dict[str, str]:
        return {"name": self.name, "email": self.email, "subject": self.subject, "text": self.text}

    @property
    def key(self) -> str:
        """Not to be guessed: the slip is a token."""
        parts = [self.slip, *self.words.values()]
        parts += [
            part for file in self.files for part in (file.name, hashlib.sha256(file.content).hexdigest())
        ]
        if self.fields:
            parts.append(json.dumps(self.fields, sort_keys=True))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    def as_bytes(self) -> bytes:
        """What the kinds with a page read. The same sheet gives the same bytes."""
        files = [
            {
                "name": file.name,
                "content_type": file.content_type,
                "content": base64.b64encode(file.content).decode(),
            }
            for file in self.files
        ]
        body: dict[str, Any] = {"type": "sheet", "id": self.key, **self.words, "attachments": files}
        if self.fields:
            body["fields"] = dict(self.fields)
        return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def hand_in(connection: Connection, sheet: Sheet, *, peer: str) -> InboundRecord:
    """Stored once, whoever sends it again. Raises TooLarge, and whatever the database or the disk raise."""
    raw = keep_bytes(io.BytesIO(sheet.as_bytes()))
    (record,) = store_raw([connection], raw, external_id=sheet.key, envelope={"peer": peer})
    return record


def wait_for_ticket(connection: Connection, key: str) -> InboundRecord | None:
    """The record, given a moment to become a ticket when it has just come in. None for a key of nothing."""
    record = find_stored(connection, key)
    for _ in range(STEPS):
        if record is None or record.state != InboundRecord.State.NEW or record.received_at < now() - FRESH:
            break
        time.sleep(STEP_SECONDS)
        record = find_stored(connection, key)
    return record
