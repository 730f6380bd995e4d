"""Tickets that became one, and messages that became a ticket of their own: what is needed to take it back."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from carecenter.lib.time import now
from tickets.models.tickets import Ticket


class TicketMerge(models.Model):
    """`gone` became part of `kept`. `moved` says what to put back: ids, codes and moments, never words."""

    kept = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], name="merged_into_one", condition=Q(undone_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class TicketSplit(models.Model):
    """Messages of `source` became the ticket `made`. `moved` has each message with the contact it came from."""

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="splits")
    made = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.made_id} out of {self.source_id}"
