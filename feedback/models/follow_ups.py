"""What we did about a bad experience: one to one, by somebody, until the customer says that it is settled."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import scope, scope_q
from accounts.models import Brand, User
from accounts.permissions import FEEDBACK_FOLLOW_UP
from carecenter.lib.time import now
from feedback.models.answers import Answer
from tickets.models import Ticket


class Outcome(models.TextChoices):
    PUT_RIGHT = "put_right", _("Put right")
    MADE_GOOD = "made_good", _("Made good with a gift or a refund")
    EXPLAINED = "explained", _("Explained; nothing was wrong on our side")
    NOT_REACHED = "not_reached", _("The customer could not be reached")
    CANNOT_FIX = "cannot_fix", _("We cannot fix it")
    MISCLICK = "misclick", _("The customer meant another score")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> "FollowUpQuerySet":
        """Follow-ups of the brands and teams in which the user may follow up. The only way to a list of them."""
        return self.filter(scope_q(scope(user, FEEDBACK_FOLLOW_UP), team="answer__team"))

    def active(self) -> "FollowUpQuerySet":
        return self.filter(ended_at__isnull=True)


class FollowUp(models.Model):
    """The steps are times: listened, acknowledged, fixed, made good. It ends with an outcome."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="follow_up")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(
        Ticket, on_delete=models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=now)
    listened_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    made_good_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["brand", "-ended_at", "-id"],
                name="follow_up_ended",
                condition=Q(ended_at__isnull=False),
            ),
            models.Index(
                fields=["brand", "due_at"], name="follow_up_open", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["owner", "due_at"], name="follow_up_mine", condition=Q(ended_at__isnull=True)
            ),
            models.Index(fields=["ticket"], name="follow_up_ticket"),
        ]

    def __str__(self) -> str:
        return f"follow-up of {self.answer_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_overdue(self) -> bool:
        return self.ended_at is None and self.due_at < now()
