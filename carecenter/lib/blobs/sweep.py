"""Take away what nothing points at any more: rows without a user, files without a row."""

import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import path_of, stored_files
from carecenter.lib.time import now

# Bytes are written before their row, and a row before what uses it: younger ones may still be on their way.
GRACE = datetime.timedelta(hours=24)
BATCH = 500


def sweep_rows() -> int:
    """Delete blobs that no foreign key of any app names. Returns how many.

    File and row go under the row's lock: a writer of the same bytes waits for it in `row_of`, finds the file gone
    and writes it again. A row that came into use meanwhile is younger now, and not deleted.
    """
    unused = Blob.objects.filter(created_at__lt=now() - GRACE)
    for relation in Blob._meta.related_objects:
        users = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        unused = unused.exclude(Exists(users))
    return sum(sweep_row(pk) for pk in list(unused.order_by("pk").values_list("pk", flat=True)[:BATCH]))


def sweep_row(pk: int, grace: datetime.timedelta = GRACE) -> bool:
    """False for one that is in use, or so young that its user may still come. `grace` is more than an hour: a writer
    of the same bytes makes older rows young again.
    """
    with transaction.atomic():
        old = Blob.objects.select_for_update().filter(pk=pk, created_at__lt=now() - grace).first()
        if old is None:
            return False
        try:
            with transaction.atomic():
                old.delete()
        except ProtectedError:
            return False
        path_of(old.sha256).unlink(missing_ok=True)
    return True


def sweep_files() -> int:
    """Delete files that have no row: their transaction was rolled back, or they were never finished."""
    oldest = (now() - GRACE).timestamp()
    old = [path for path in stored_files() if path.stat().st_mtime < oldest]
    swept = 0
    for start in range(0, len(old), BATCH):
        names = {path.name: path for path in old[start : start + BATCH]}
        known = set(Blob.objects.filter(sha256__in=names).values_list("sha256", flat=True))
        swept += sum(removed(path) for name, path in names.items() if name not in known)
    return swept


def removed(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True
