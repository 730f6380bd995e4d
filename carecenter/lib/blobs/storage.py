"""Bytes on disk under their SHA-256: `ab/cd/abcd…`. Written to a temporary name, synced, renamed."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.db import transaction

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.sniff import sniff
from carecenter.lib.time import in_seconds, now

PIECE = 2**20


def path_of(sha256: str) -> Path:
    root: Path = settings.BLOB_DIR
    return root / sha256[:2] / sha256[2:4] / sha256


def store(content: bytes) -> Blob:
    """The blob with this content; written if new. Safe to call by two processes at once, and safe to call again."""
    digest = hashlib.sha256(content).hexdigest()
    return to_be_scanned(keep(digest, len(content), sniff(content), lambda: (content,)))


def to_be_scanned(blob: Blob) -> Blob:
    """Where there is a scanner it looks at what was never looked at. Without one this costs nothing."""
    if settings.CLAMD and blob.scan == Blob.Scan.NEVER:
        blob.scan, blob.scan_next_at = Blob.Scan.WAITING, now()
        fresh = Blob.objects.filter(pk=blob.pk, scan=Blob.Scan.NEVER)
        fresh.update(scan=blob.scan, scan_next_at=blob.scan_next_at)
    return blob


def store_file(source: IO[bytes]) -> Blob:
    """Like `store`, for bytes that are too many to hold: read twice from their start, a piece at a time."""
    digest, size, head = hashlib.sha256(), 0, b""
    while piece := source.read(PIECE):
        head = head or piece
        digest.update(piece)
        size += len(piece)

    def again() -> Iterable[bytes]:
        source.seek(0)
        return iter(lambda: source.read(PIECE), b"")

    return keep(digest.hexdigest(), size, sniff(head), again)


def keep(sha256: str, size: int, content_type: str, pieces: Callable[[], Iterable[bytes]]) -> Blob:
    """Bytes first, then the row, then the bytes again if the sweep took them while we waited for its row."""
    path = path_of(sha256)
    if not path.exists():
        write_synced(path, pieces())
    blob = row_of(sha256, size, content_type)
    if not path.exists():
        write_synced(path, pieces())
    return blob


def row_of(sha256: str, size: int, content_type: str) -> Blob:
    with transaction.atomic():
        # ON CONFLICT DO NOTHING: the loser of a race reads the winner's row.
        Blob.objects.bulk_create(
            [Blob(sha256=sha256, size=size, content_type=content_type)], ignore_conflicts=True
        )
        # As good as new: the sweep leaves it alone until its user's row is there.
        Blob.objects.filter(sha256=sha256, created_at__lt=in_seconds(-3600)).update(created_at=now())
    return Blob.objects.get(sha256=sha256)


def write_synced(path: Path, pieces: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_blob(blob: Blob) -> BinaryIO:
    """Raises FileNotFoundError when the bytes are gone."""
    return path_of(blob.sha256).open("rb")


def read(blob: Blob) -> bytes:
    return path_of(blob.sha256).read_bytes()


def stored_files() -> Iterator[Path]:
    root: Path = settings.BLOB_DIR
    return (path for path in root.glob("*/*/*") if path.is_file())
