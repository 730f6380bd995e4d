"""Another help desk's history, handed in as a file: looked at first, then taken over, ticket by ticket."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.time import in_ten_seconds, now
from tickets import history
from tickets.models import Inbox


class TicketImport(models.Model):
    """`found` is what the trial says would come, `taken` what came; `done` of `total` rows were read.

    `tries` names the worker that has it: another one that still writes finds nothing.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being read")
        CHECKED = "checked", _("Ready to import")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Could not be read")
        DROPPED = "dropped", _("Dropped")

    class Source(models.TextChoices):
        ZENDESK = history.ZENDESK, _("Zendesk")
        FRESHDESK = history.FRESHDESK, _("Freshdesk")
        CHATWOOT = history.CHATWOOT, _("Chatwoot")
        ZAMMAD = history.ZAMMAD, _("Zammad")
        CSV = history.CSV, _("Table (CSV)")

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=10, choices=Source)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.CHECKING)
    error = models.CharField(max_length=300, blank=True)  # in the language of who handed it in
    found = models.JSONField(default=dict, blank=True)
    taken = models.JSONField(default=dict, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(default=in_ten_seconds)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="ticket_import_due",
                condition=Q(state__in=["checking", "running"]),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.RUNNING)

    @property
    def can_start(self) -> bool:
        return self.blob_id is not None and self.state in (self.State.CHECKED, self.State.STOPPED)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class TicketImportTrouble(models.Model):
    """What of a file was not taken over; numbers and reasons, never what people wrote."""

    job = models.ForeignKey(TicketImport, on_delete=models.CASCADE, related_name="troubles")
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField()
    ticket = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
