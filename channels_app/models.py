"""How contacts cross the border: connections, what came in raw, and each try to send."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carecenter.lib.blobs.models import Blob
from carecenter.lib.time import now
from tickets.models import Inbox, Message, Ticket


class Connection(models.Model):
    """The technical side of an inbox. What it may hold depends on the kind (`registry.py`)."""

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="connection")
    from_name = models.CharField(max_length=120, blank=True)
    config = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"connection of {self.inbox_id}"

    @property
    def address(self) -> str:
        """The first of its addresses: what answers are sent from."""
        own = self.addresses.order_by("pk").first()
        return own.address if own else ""


class InboxAddress(models.Model):
    """An e-mail address that is ours; mail to it, with or without a +suffix, belongs to the connection."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320, unique=True)  # lower case

    def __str__(self) -> str:
        return self.address


class InboundRecord(models.Model):
    """Something that arrived, byte for byte, before anybody answered "OK" to its sender.

    Up to 256 KiB lie in `raw`, more in `blob`. `key` is the provider's id, else the SHA-256 of the bytes: the same
    thing delivered twice is one row.
    """

    class State(models.TextChoices):
        NEW = "new", _("Waiting")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Ignored")
        PARKED = "parked", _("Parked")  # screened out; a person decides
        FAILED = "failed", _("Failed")

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="records")
    key = models.CharField(max_length=200)
    raw = models.BinaryField(null=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True)
    size = models.BigIntegerField()
    envelope = models.JSONField(default=dict)  # {"from", "to", "peer"}
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    reason = models.CharField(max_length=60, blank=True)  # code: why ignored or parked
    error = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="inbound_once"),
            models.CheckConstraint(
                condition=Q(raw__isnull=False) | Q(blob__isnull=False), name="inbound_has_bytes"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="inbound_waiting", condition=Q(state="new")),
            models.Index(fields=["-id"], name="inbound_trouble", condition=Q(state__in=["parked", "failed"])),
            models.Index(fields=["message"], name="inbound_message"),
        ]

    def __str__(self) -> str:
        return f"inbound {self.pk}"


class DeliveryAttempt(models.Model):
    """One try to send a message, written before the call. Without an outcome: unconfirmed."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("Sent")
        RETRY = "retry", _("Try again later")
        REJECTED = "rejected", _("Rejected")
        BROKEN = "broken", _("No connection")
        GONE = "gone", _("Recipient unknown")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    detail = models.CharField(max_length=300, blank=True)  # the server's code and words, without addresses

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.message_id}"
