"""Files that a scanner for malware has to look at before anybody gets them; without CARECENTER_CLAMD it is not asked.

The verdict belongs to the content: a file that came twice is looked at once. What was found stays closed, whether or
not there is a scanner later. The message itself is never held back.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import IO, BinaryIO, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from carecenter.lib.blobs.clamd import NotScanned, ScannerAway, answers, scan
from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import open_blob, to_be_scanned
from carecenter.lib.time import in_seconds, now
from journal.actors import SYSTEM
from journal.domain.recording import record
from tickets.models import Attachment

Scan = Blob.Scan
# Pauses after the scanner gave no verdict on a file; the last one is repeated.
PAUSES: Final = (10, 60, 300, 900, 3600, 6 * 3600)
BATCH: Final = 100
LATE: Final = timedelta(minutes=2)


class KeptBack(Exception):
    """`finding`: what the scanner calls it; "" for a file that it has not looked at yet."""

    def __init__(self, finding: str = "") -> None:
        self.finding = finding
        self.status, self.code = (403, "file-blocked") if finding else (503, "file-not-scanned")
        super().__init__(
            _("Blocked: contains %(finding)s.") % {"finding": finding} if finding else _("Not scanned yet.")
        )


def open_file(blob: Blob) -> BinaryIO:
    """The bytes, for somebody to have. One nobody has looked at is scanned now. KeptBack, FileNotFoundError."""
    if is_due(blob):
        try:
            look_at(to_be_scanned(blob))
        except ScannerAway:
            raise KeptBack from None
    if blob.scan == Scan.INFECTED or (settings.CLAMD and blob.scan != Scan.CLEAN):
        raise KeptBack(blob.finding)
    return open_blob(blob)


def check(source: IO[bytes]) -> None:
    """What is given out seldom, such as a mail as it came: scanned each time. Raises KeptBack."""
    if not settings.CLAMD:
        return
    try:
        finding = scan(settings.CLAMD, source)
    except (ScannerAway, NotScanned):
        raise KeptBack from None
    if finding:
        raise KeptBack(finding)
    source.seek(0)


def is_due(blob: Blob) -> bool:
    """Not while a pause lasts: a hanging scanner must not hold up one page after the other."""
    if not settings.CLAMD or blob.scan in (Scan.INFECTED, Scan.CLEAN):
        return False
    return blob.scan_next_at is None or blob.scan_next_at <= now()


def scan_due(*, seconds: float) -> None:
    """What waits, the oldest first. A scanner that is away costs no file a try."""
    waiting = Blob.objects.filter(scan=Scan.WAITING, scan_next_at__lte=now()).order_by("scan_next_at")
    found, until = list(waiting[:BATCH]), time.monotonic() + seconds
    if not found or not answers(settings.CLAMD):
        return
    for blob in found:
        try:
            look_at(blob)
        except ScannerAway:
            return
        except FileNotFoundError:  # nobody can get it anyway
            Blob.objects.filter(pk=blob.pk).update(scan=Scan.NEVER, scan_next_at=None)
        if time.monotonic() > until:
            return


def look_at(blob: Blob) -> None:
    """Have it scanned, and note what came of it on the row and here. Raises ScannerAway, FileNotFoundError."""
    try:
        with open_blob(blob) as source:
            finding = scan(settings.CLAMD, source)
    except NotScanned:
        put_off(blob)
        return
    blob.scan, blob.finding, blob.scan_next_at = Scan.INFECTED if finding else Scan.CLEAN, finding, None
    with transaction.atomic():
        open_rows = Blob.objects.filter(pk=blob.pk, scan__in=(Scan.NEVER, Scan.WAITING))
        is_first = open_rows.update(scan=blob.scan, finding=finding, scan_next_at=None)
        if finding and is_first:
            note_blocked(Attachment.objects.filter(blob=blob).select_related("blob", "message__ticket"))


def put_off(blob: Blob) -> None:
    blob.scan_next_at = in_seconds(PAUSES[min(blob.scan_tries, len(PAUSES) - 1)])
    rows = Blob.objects.filter(pk=blob.pk, scan__in=(Scan.NEVER, Scan.WAITING))
    rows.update(scan_next_at=blob.scan_next_at, scan_tries=F("scan_tries") + 1)


def note_blocked(files: Iterable[Attachment]) -> None:
    """In the caller's transaction: one line in the journal for each file in which something was found."""
    for file in files:
        if file.blob.finding and file.message is not None:
            subject, finding = f"attachment:{file.pk}", file.blob.finding
            record("file.blocked", actor=SYSTEM, ticket=file.message.ticket, subject=subject, finding=finding)


def unscanned() -> int:
    """Files that have waited for too long; a thousand at most."""
    late = Blob.objects.filter(scan=Scan.WAITING).exclude(scan_tries=0, created_at__gt=now() - LATE)
    return late[:1000].count()
