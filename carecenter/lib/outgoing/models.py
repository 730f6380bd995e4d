"""The mail server that takes what leaves, as an administrator set it on the screen: one row, or none."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carecenter.lib.time import now

ONLY = 1


class Encryption(models.TextChoices):
    STARTTLS = "starttls", _("STARTTLS (port 587)")
    TLS = "tls", _("TLS from the first byte (port 465)")
    NONE = "none", _("None")


class MailServer(models.Model):
    """Read by `way.current` for each mail, so that every process heeds it at once. The password is sealed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=587)
    encryption = models.CharField(max_length=8, choices=Encryption, default=Encryption.STARTTLS)
    username = models.CharField(max_length=320, blank=True)
    sealed = models.TextField(blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    set_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=ONLY), name="one_mail_server")]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
