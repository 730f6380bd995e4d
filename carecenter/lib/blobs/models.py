"""Files by their content: attachments, uploads, raw mail over 256 KiB.

Owns the row; `storage.py` owns the bytes. The bytes are written and synced before the row exists, so a row
never points at nothing; bytes without a row are orphans and swept.
"""

from django.db import models

from carecenter.lib.time import now


class Blob(models.Model):
    """One stored content. Same bytes, same row."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=127)  # sniffed from the bytes, never what a sender claims
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.sha256[:12]
