"""One change to many tickets: a job with a row for each ticket, so that a worker may die at any moment."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carecenter.lib.time import in_ten_seconds, now
from tickets.models.tickets import Ticket


class BulkJob(models.Model):
    """What somebody wants done to many tickets. `arguments` are the verb's: ids and codes, and a field's value."""

    class Verb(models.TextChoices):
        ASSIGN = "assign", _("Assign")
        TEAM = "team", _("Give to a team")
        STATUS = "status", _("Set the status")
        PRIORITY = "priority", _("Set the priority")
        TAG = "tag", _("Add a tag")
        UNTAG = "untag", _("Remove a tag")
        RETAG = "retag", _("Change a tag")
        FIELD = "field", _("Set a field")
        SNOOZE = "snooze", _("Snooze")
        MERGE = "merge", _("Merge")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bulk_jobs")
    verb = models.CharField(max_length=10, choices=Verb)
    arguments = models.JSONField(default=dict)
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by"
    )
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(default=in_ten_seconds)  # for the sweep: nobody works on it then

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="bulk_waiting", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.verb} by {self.user_id}"


class BulkItem(models.Model):
    """One ticket of a job. `before` and `after` are the value the job replaced and the one it set."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        SAME = "same", _("Was so already")
        FAILED = "failed", _("Failed")

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)  # a refusal's sentence, in the user's language
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "ticket"], name="bulk_once")]
        indexes = [
            models.Index(fields=["job", "id"], name="bulk_left", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"ticket {self.ticket_id} of job {self.job_id}"
