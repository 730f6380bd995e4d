"""Everything that happened, once, in order, and which reactions to it failed.

Ids are plain numbers, not foreign keys, so that every app may record; `data` holds ids and codes, never text,
names or addresses, so that erasing a person leaves the numbers.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from carecenter.lib.time import in_ten_seconds, now


class Event(models.Model):
    """One fact. `position` orders facts by commit: readers page by it and never skip a slow transaction."""

    position = models.BigIntegerField(null=True, unique=True)
    name = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    brand_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=40)  # "user:5", "customer:9", "system"
    ticket_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=40, blank=True)  # "message:12": what it is about beside the ticket
    data = models.JSONField(default=dict)
    # For the sweep; empty once all reactions have run.
    next_try_at = models.DateTimeField(null=True, default=in_ten_seconds)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)  # how often a worker took it

    class Meta:
        indexes = [
            models.Index(
                fields=["ticket_id", "id"], name="event_ticket", condition=models.Q(ticket_id__isnull=False)
            ),
            models.Index(
                fields=["customer_id", "id"],
                name="event_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
            models.Index(
                fields=["next_try_at"], name="event_waiting", condition=models.Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["id"], name="event_unnumbered", condition=models.Q(position__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class FailedReactionQuerySet(models.QuerySet["FailedReaction"]):
    def unsettled(self) -> "FailedReactionQuerySet":
        """What an administrator may want to see: the parked first, then what will be tried again."""
        states = [FailedReaction.State.PARKED, FailedReaction.State.WAITING]
        return self.filter(state__in=states).order_by("state", "-pk")


class FailedReaction(models.Model):
    """A handler that failed on an event: tried again with growing pauses, then parked for an administrator."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Will be tried again")
        PARKED = "parked", _("Parked")
        DONE = "done", _("Done")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="failures")
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=1)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)

    objects = FailedReactionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="failure_once_per_handler")]
        indexes = [
            models.Index(fields=["next_try_at"], name="failure_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["-id"], name="failure_parked", condition=models.Q(state="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.handler} on event {self.event_id}"
