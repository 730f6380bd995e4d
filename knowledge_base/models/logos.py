"""Logos of brands."""

from django.db import models

from accounts.models import Brand, User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.ids import new_token
from carecenter.lib.time import now


class Logo(models.Model):
    """A brand's logo, drawn anew before it is stored; shown at /help/BRAND/logo/KEY/. Which one is used stands in
    `HelpSettings`: those before stay, for mails that show them and for whoever wants one back."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    is_dark = models.BooleanField(default=False)  # for dark grounds
    key = models.CharField(max_length=32, unique=True, default=new_token)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["brand", "is_dark", "-id"], name="logo_latest")]

    def __str__(self) -> str:
        return self.key
