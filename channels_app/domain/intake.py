"""Store what arrived, byte for byte, before anybody answers "OK" to its sender."""

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.db import IntegrityError, transaction

from carecenter.lib.blobs import storage
from carecenter.lib.blobs.models import Blob
from carecenter.lib.faults import point
from carecenter.lib.rows import insert
from carecenter.lib.time import in_seconds
from channels_app.domain.errors import EmptyInput, TooLarge
from channels_app.models import Connection, InboundRecord

INLINE_BYTES = 256 * 1024
GRACE_SECONDS = 10  # the fast path has had it for long by then; after this the sweep takes it
PIECE = 2**20


@dataclass(frozen=True)
class Raw:
    """Bytes that are safe on disk, or small enough for the row itself."""

    sha256: str
    size: int
    content: bytes | None = None
    blob: Blob | None = None


def keep_bytes(source: IO[bytes]) -> Raw:
    """Read `source` to its end; what is large is written and synced as a blob, never held in memory as a whole.

    Raises EmptyInput for nothing but white space, TooLarge over the limit of the settings.
    """
    head = source.read(INLINE_BYTES + 1)
    if not head.strip():
        raise EmptyInput("nothing arrived")
    if len(head) <= INLINE_BYTES:
        return Raw(sha256=hashlib.sha256(head).hexdigest(), size=len(head), content=head)
    source.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if size > settings.MAIL_SIZE_LIMIT:
            raise TooLarge(f"more than {settings.MAIL_SIZE_LIMIT} bytes")
    source.seek(0)
    return Raw(sha256=digest.hexdigest(), size=size, blob=storage.store_file(source))


def store_raw(
    connections: Iterable[Connection],
    raw: Raw,
    *,
    external_id: str = "",
    envelope: Mapping[str, Any] | None = None,
) -> list[InboundRecord]:
    """One record for each connection, all committed in one transaction: all or none.

    The key is the provider's id, else the SHA-256 of the bytes; the same thing again, or by two processes at once,
    gives the row that is there already.
    """
    wanted = [new_record(one, raw, external_id or raw.sha256, envelope or {}) for one in connections]
    try:
        with transaction.atomic():
            for record in wanted:
                insert(record)
            point("before_commit")
    except IntegrityError:
        # Rare: some are there already. Each in a savepoint, which would cost every first one two more round trips.
        with transaction.atomic():
            wanted = [insert_or_get(record) for record in wanted]
            point("before_commit")
    point("after_store")
    return wanted


def new_record(connection: Connection, raw: Raw, key: str, envelope: Mapping[str, Any]) -> InboundRecord:
    return InboundRecord(
        connection=connection,
        key=key[:200],
        raw=raw.content,
        blob=raw.blob,
        size=raw.size,
        envelope=storable(envelope),
        next_try_at=in_seconds(GRACE_SECONDS),
    )


def insert_or_get(record: InboundRecord) -> InboundRecord:
    record.pk = None
    try:
        with transaction.atomic():
            insert(record)
    except IntegrityError:
        return InboundRecord.objects.get(connection=record.connection_id, key=record.key)
    return record


def holds(record: InboundRecord, raw: Raw) -> bool:
    """Are these the bytes of the record?"""
    if record.blob is not None or raw.blob is not None:
        return record.blob is not None and record.blob.sha256 == raw.sha256
    return bytes(record.raw or b"") == raw.content


def storable(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Without what PostgreSQL refuses in JSON: a stranger's odd bytes must not keep the mail out for ever."""

    def clean(text: str) -> str:
        return text.encode("utf-8", "replace").decode().replace("\x00", "?")

    return {
        name: [clean(one) for one in value] if isinstance(value, list) else clean(str(value))
        for name, value in envelope.items()
    }


def open_raw(record: InboundRecord) -> IO[bytes]:
    """What arrived, to be read by pieces. Raises FileNotFoundError when the blob's file is gone."""
    return storage.open_blob(record.blob) if record.blob is not None else io.BytesIO(bytes(record.raw or b""))


def raw_bytes(record: InboundRecord) -> bytes:
    """What arrived, as a whole. Raises FileNotFoundError when the blob's file is gone."""
    with open_raw(record) as source:
        return source.read()
