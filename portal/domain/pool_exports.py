"""All of a pool to take along: a zip of JSON Lines, a file a table, the attachments and what is what.

Made by a worker with a lease, a batch at a time, all of it as it was at one moment: the rows are read in one snapshot,
and how far it is goes over a second connection. Kept for a week. An erasure ends those that were made before it, and
the one that is being made: what is erased must not lie about in them.
"""

import json
import logging
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Brand, CustomerPool, User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import PIECE, store_file
from carecenter.lib.time import in_seconds, now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from portal.domain.errors import NotPossible
from portal.domain.pool_tables import TABLES, Row, Table, batches, blobs_of
from portal.domain.requests import Lost
from portal.models import PoolExport
from tickets.domain.scanning import KeptBack, open_file

logger = logging.getLogger(__name__)
State = PoolExport.State
GOING = (State.WAITING, State.RUNNING)
KEPT = timedelta(days=7)
LEASE_SECONDS = 300
PAUSES = (60, 600)
ASIDE = "beside-a-snapshot"  # the connection over which a snapshot says how far it is


def ask(pool: CustomerPool, *, actor: User) -> PoolExport:
    """Raises NotPossible while one is being made."""
    try:
        with transaction.atomic():
            export = PoolExport.objects.create(pool=pool, asked_by=actor)
            record("data.export_asked", **about(export, user_actor(actor.pk)))
    except IntegrityError:
        raise NotPossible(_("An export of this data is being made already.")) from None
    return export


def about(export: PoolExport, actor: str) -> dict[str, Any]:
    """Under the first brand of the pool, where its administrators read it."""
    brand_id = Brand.objects.filter(pool=export.pool_id).order_by("pk").values_list("pk", flat=True).first()
    subject = f"pool_export:{export.pk}"
    return {"actor": actor, "brand_id": brand_id, "subject": subject, "pool": export.pool_id}


def fetched(export: PoolExport, *, actor: User) -> None:
    with transaction.atomic():
        record("data.export_fetched", **about(export, user_actor(actor.pk)))


def drop(export: PoolExport, *, actor: User) -> None:
    """Not wanted any more, finished or not."""
    with transaction.atomic():
        record("data.export_dropped", **about(export, user_actor(actor.pk)))
        forget(PoolExport.objects.filter(pk=export.pk), "dropped")


def drop_all_of(pool_id: int) -> set[int]:
    """Blobs of the exports that somebody who is erased may be in."""
    rows = PoolExport.objects.filter(pool=pool_id)
    blobs = {pk for pk in rows.values_list("blob", flat=True) if pk is not None}
    forget(rows.filter(state__in=(*GOING, State.DONE)), "erased")
    return blobs


def forget(rows: QuerySet[PoolExport], why: str) -> None:
    """The bytes go with the next sweep of blobs. A worker that is at it finds nothing to finish."""
    rows.update(state=State.CANCELLED, why=why, blob=None, ended_at=now())


def due() -> list[int]:
    rows = PoolExport.objects.filter(state__in=GOING, next_try_at__lte=now())
    return list(rows.order_by("next_try_at").values_list("pk", flat=True)[:5])


def forget_old() -> int:
    over = PoolExport.objects.filter(blob__isnull=False, expires_at__lt=now())
    return over.update(blob=None)


def run(pk: int) -> None:
    """Once, whoever else tries."""
    rows = PoolExport.objects.filter(pk=pk, state__in=GOING, next_try_at__lte=now())
    lease = in_seconds(LEASE_SECONDS)
    if not rows.update(state=State.RUNNING, tries=F("tries") + 1, next_try_at=lease, done=0):
        return
    export = PoolExport.objects.select_related("pool", "asked_by").get(pk=pk)
    try:
        make(export)
    except Lost:
        logger.info("export %s is in other hands", pk)
    except Exception as error:  # noqa: BLE001 -- the process edge: it is recorded on the row and tried again
        logger.warning("export %s failed: %s", pk, type(error).__name__)
        is_last = export.tries > len(PAUSES)
        mine(export).update(
            state=State.FAILED if is_last else State.RUNNING,
            why=type(error).__name__[:40],
            next_try_at=in_seconds(PAUSES[min(export.tries, len(PAUSES)) - 1]),
        )


def mine(export: PoolExport) -> QuerySet[PoolExport]:
    return PoolExport.objects.filter(pk=export.pk, state=State.RUNNING, tries=export.tries)


def went_on(export: PoolExport, rows: int) -> None:
    """The lease begins anew, and the page says how far it is. Raises Lost."""
    export.done += rows
    if not mine(export).using(ASIDE).update(done=export.done, next_try_at=in_seconds(LEASE_SECONDS)):
        raise Lost


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read within is as of one moment, however long it takes, and nothing is written but over ASIDE.

    While it is open the database keeps the old rows of everything, as for any dump.
    """
    connections[ASIDE] = connection.copy(ASIDE)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        connections[ASIDE].close()
        del connections[ASIDE]


def make(export: PoolExport) -> None:
    with tempfile.TemporaryFile() as target:
        with snapshot():
            total = sum(table.rows(export.pool_id).count() for table in TABLES)
            mine(export).using(ASIDE).update(total=total)
            counts = write_zip(target, export)
            target.seek(0)
            went_on(export, 0)
        blob = store_file(target)
    with transaction.atomic():
        at = now()
        ready = {"state": State.DONE, "blob": blob, "counts": counts, "why": ""}
        if not mine(export).update(**ready, ended_at=at, expires_at=at + KEPT):
            raise Lost
        record("data.export_made", **about(export, SYSTEM))


def write_zip(target: IO[bytes], export: PoolExport) -> dict[str, int]:
    """Returns how many rows each table has, and how many files there are."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            counts[table.name] = write_table(archive, table, export)
        counts["files"] = write_files(archive, export)
        with override(export.asked_by.language or "en"):
            archive.writestr("README.txt", readme(export, counts))
    return counts


def write_table(archive: zipfile.ZipFile, table: Table, export: PoolExport) -> int:
    count = 0
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
        for rows in batches(table, export.pool_id):
            for row in rows:
                line = json.dumps(shown(row), ensure_ascii=False, cls=DjangoJSONEncoder)
                file.write(line.encode() + b"\n")
            count += len(rows)
            went_on(export, len(rows))
    return count


def shown(row: Row) -> Row:
    return {**row, "file": f"files/{row['sha256']}"} if "sha256" in row else row


def write_files(archive: zipfile.ZipFile, export: PoolExport) -> int:
    """Each content once, by its checksum. Those whose bytes are gone or kept back are left out."""
    return sum(write_file(archive, blob, export) for blob in blobs_of(export.pool_id))


def write_file(archive: zipfile.ZipFile, blob: Blob, export: PoolExport) -> bool:
    try:
        source = open_file(blob)
    except (FileNotFoundError, KeptBack):
        return False
    with source, archive.open(f"files/{blob.sha256}", "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            target.write(piece)
    went_on(export, 0)
    return True


def readme(export: PoolExport, counts: dict[str, int]) -> str:
    listed = "\n".join(f"{count:>10}  {name}" for name, count in counts.items())
    return _(
        "All data of %(pool)s, asked for on %(at)s.\n\n"
        "Each .jsonl file is a table: UTF-8, one JSON object a line, in the order of their id. A name that ends "
        "in _id points at the id of a row in another table. Times are ISO 8601 in UTC, amounts of money in the "
        "smallest unit of their currency. An attachment lies under the path its row names in `file`, without an "
        "ending; its name and kind are in the row. Secrets, passwords and links are in no file, nor mails as they "
        "came in.\n\n%(listed)s\n"
    ) % {"pool": export.pool.name, "at": f"{export.asked_at:%Y-%m-%d %H:%M} UTC", "listed": listed}
