"""Files that a program has sent ahead of the message they belong to."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models

from accounts.models import User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.ids import new_token
from carecenter.lib.time import now

KEPT: Final = timedelta(hours=24)


class Upload(models.Model):
    """One file of one person, waiting to be named by a message of theirs; forgotten after a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=26, unique=True, default=new_token)
    name = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def expires_at(self) -> datetime:
        return self.created_at + KEPT
