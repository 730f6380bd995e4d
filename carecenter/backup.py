"""One file with everything: database, blobs, the secret key; and back into an empty installation.

The database is dumped first and the blobs after it: bytes are written before the rows that name them, so every
row of the dump finds its bytes in the file.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from carecenter.embedded.postgres import program
from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import path_of, write_synced
from carecenter.lib.time import now

FORMAT = 1
PIECE = 2**20


class BackupError(Exception):
    """`str(error)` says what is wrong and what to do."""


def write_backup(target: Path) -> dict[str, int]:
    """Write the backup to a new file, complete or not at all. Returns what it holds: {"blobs", "bytes"}."""
    if target.exists():
        raise BackupError(f"{target} exists already: name a new file.")
    draft = target.with_name(f".{target.name}.part")
    held = {"blobs": 0, "bytes": 0}
    try:
        with tarfile.open(draft, "w") as archive:
            add_bytes(archive, "manifest.json", manifest())
            add_bytes(archive, "secret.key", settings.SECRET_KEY.encode())
            with tempfile.NamedTemporaryFile(dir=target.parent) as dump:
                run("pg_dump", "--format=custom", "--no-owner", f"--file={dump.name}")
                archive.add(dump.name, "database.dump", filter=plain)
            for sha256 in Blob.objects.order_by("pk").values_list("sha256", flat=True).iterator():
                path = path_of(sha256)
                archive.add(path, f"blobs/{sha256}", filter=plain)
                held["blobs"] += 1
                held["bytes"] += path.stat().st_size
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return held


def manifest() -> bytes:
    return json.dumps({"format": FORMAT, "made_at": now().isoformat()}).encode()


def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of this machine: no owner, no name, no mode of others."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = plain(tarfile.TarInfo(name))
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def read_backup(source: Path) -> dict[str, int]:
    """Fill an empty installation from a backup. Every blob is checked against its name. Returns what came back.

    Raises BackupError for an installation that has people already, and for a file that is no whole backup.
    """
    if has_people():
        raise BackupError("This installation has people already: restore into an empty data folder.")
    held = {"blobs": 0, "bytes": 0}
    try:
        with tarfile.open(source, "r") as archive:
            for entry, content in entries(archive):
                take(entry.name, content, held)
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BackupError(f"{source} is no whole backup: {error}.") from error
    missing = sum(not path_of(sha256).exists() for sha256 in Blob.objects.values_list("sha256", flat=True))
    if missing:
        raise BackupError(f"The backup lacks {missing} files that its database names.")
    return held


def entries(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for entry in archive:
        content = archive.extractfile(entry) if entry.isfile() else None
        if content is None:
            raise ValueError(f"{entry.name!r} is no file")
        yield entry, content


def take(name: str, content: IO[bytes], held: dict[str, int]) -> None:
    """One entry of the archive. The names are fixed: nothing in the file chooses where it is written."""
    folder, _, sha256 = name.rpartition("/")
    if name == "manifest.json":
        if json.load(content).get("format") != FORMAT:
            raise ValueError("it was made by another version")
    elif name == "secret.key":
        keep_key(content.read(1000))
    elif name == "database.dump":
        load_database(content)
    elif folder == "blobs":
        held["blobs"] += 1
        held["bytes"] += keep_blob(sha256, content)
    else:
        raise ValueError(f"it holds {name!r}")


def keep_key(key: bytes) -> None:
    """Old reply addresses, invitations and sessions stay good. A key in the environment goes before it."""
    if settings.EMBEDDED and not os.environ.get("CARECENTER_SECRET_KEY"):
        path = settings.DATA_DIR / "secret.key"
        path.unlink(missing_ok=True)
        write_synced(path, (key,))
        path.chmod(0o600)


def load_database(content: IO[bytes]) -> None:
    with tempfile.NamedTemporaryFile() as dump:
        while piece := content.read(PIECE):
            dump.write(piece)
        dump.flush()
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", dump.name, "--dbname")
    connection.close()


def keep_blob(sha256: str, content: IO[bytes]) -> int:
    """Bytes written. ValueError for bytes that are not what their name says."""
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as spool:
        while piece := content.read(PIECE):
            digest.update(piece)
            size += len(piece)
            spool.write(piece)
        if digest.hexdigest() != sha256:
            raise ValueError(f"the file {sha256[:12]} is damaged")
        spool.seek(0)
        write_synced(path_of(sha256), iter(lambda: spool.read(PIECE), b""))
    return size


def has_people() -> bool:
    if "accounts_user" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM accounts_user)")
        found: bool = cursor.fetchone()[0]
    return found


def run(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs on our database; the password travels in the environment."""
    database = settings.DATABASES["default"]
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {key: str(database[ours]) for key, ours in given.items() if database.get(ours)}
    base = {"PATH": os.environ.get("PATH", ""), "PGDATABASE": database["NAME"], "LC_ALL": "C.UTF-8"}
    words = [*arguments, database["NAME"]] if arguments[-1] == "--dbname" else list(arguments)
    done = subprocess.run(
        [program(name), *words], env=base | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{name} failed: {done.stderr.strip()[-500:]}")
