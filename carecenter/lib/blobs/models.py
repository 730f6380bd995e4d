"""Files by their content: attachments, uploads, raw mail over 256 KiB.

Owns the row; `storage.py` owns the bytes. The bytes are written and synced before the row exists, so a row
never points at nothing; bytes without a row are orphans and swept.
"""

from django.db import models
from django.db.models import Q

from carecenter.lib.time import now


class Blob(models.Model):
    """One stored content. Same bytes, same row, and so one verdict of the scanner, where there is one."""

    class Scan(models.TextChoices):
        NEVER = "", "never asked for"
        WAITING = "waiting", "to be scanned"
        CLEAN = "clean", "nothing found"
        INFECTED = "infected", "something found"

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=127)  # sniffed from the bytes, never what a sender claims
    created_at = models.DateTimeField(default=now)
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.NEVER, blank=True)
    finding = models.CharField(max_length=200, blank=True)  # what the scanner calls it
    scan_tries = models.PositiveSmallIntegerField(default=0)
    scan_next_at = models.DateTimeField(null=True, blank=True)  # of one that waits

    class Meta:
        indexes = [models.Index(fields=["scan_next_at"], name="blob_to_scan", condition=Q(scan="waiting"))]

    def __str__(self) -> str:
        return self.sha256[:12]
