"""Bytes on disk under their SHA-256: `ab/cd/abcd…`. Written to a temporary name, synced, renamed."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.sniff import sniff


def path_of(sha256: str) -> Path:
    root: Path = settings.BLOB_DIR
    return root / sha256[:2] / sha256[2:4] / sha256


def store(content: bytes) -> Blob:
    """The blob with this content; written if new. Safe to call by two processes at once, and safe to call again."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        write_synced(path, content)
    with transaction.atomic():
        # ON CONFLICT DO NOTHING: the loser of a race reads the winner's row.
        Blob.objects.bulk_create(
            [Blob(sha256=sha256, size=len(content), content_type=sniff(content))], ignore_conflicts=True
        )
    return Blob.objects.get(sha256=sha256)


def write_synced(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
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
