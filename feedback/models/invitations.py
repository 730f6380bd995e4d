"""Whom we asked, or will ask, or did not ask and why."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Team, User
from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from customers.models import Customer
from feedback.models.surveys import Survey, SurveyRule
from tickets.models import Contact, Inbox, Message, Ticket


class Invitation(models.Model):
    """One question to one customer about one ticket. Who and what it is about is kept as it was when it was planned.

    `key` is the token of the page: 128 bits, in no log.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        ANSWERED = "answered", _("Answered")
        CANCELLED = "cancelled", _("Cancelled")  # reopened before it left
        DROPPED = "dropped", _("Not sent")  # by a rule, see `why`

    class Why(models.TextChoices):
        NONE = "", ""
        REOPENED = "reopened", _("The ticket was opened again")
        ASKED_LATELY = "asked_lately", _("The customer was asked lately")
        NOT_SAMPLED = "not_sampled", _("Not in the sample")
        LATE = "late", _("It would have come too late")
        NO_WAY = "no_way", _("No way to reach the customer")
        REFUSED = "refused", _("The customer wants no surveys")
        GONE = "gone", _("The ticket or the customer is gone")
        SWITCHED_OFF = "switched_off", _("The survey was switched off")
        FAILED = "failed", _("It could not be sent")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    rule = models.ForeignKey(SurveyRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(
        Ticket, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10)
    key = models.CharField(max_length=32, unique=True, default=new_token)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    why = models.CharField(max_length=14, choices=Why, default=Why.NONE, blank=True)
    planned_at = models.DateTimeField(default=now)
    send_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # The second question of a follow-up, see `FollowUp`.
    follow_up = models.ForeignKey(
        "FollowUp", on_delete=models.CASCADE, null=True, blank=True, related_name="questions"
    )

    class Meta:
        constraints = [
            # Solved twice before it leaves is one question; the second question of a follow-up is one for each.
            models.UniqueConstraint(
                fields=["ticket", "survey"],
                name="invitation_planned_once",
                condition=Q(state__in=("planned", "sending"), follow_up__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["follow_up"], name="settled_asked_once", condition=Q(follow_up__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["send_at"], name="invitation_due", condition=Q(state="planned")),
            models.Index(fields=["next_try_at"], name="invitation_leased", condition=Q(state="sending")),
            models.Index(fields=["customer", "-sent_at"], name="invitation_customer"),
            models.Index(fields=["ticket"], name="invitation_ticket"),
            # The response rates of a period read this alone; a rating given unasked has no kind.
            models.Index(
                fields=["brand", "survey", "sent_at"],
                name="invitation_asked",
                include=["state", "team", "inbox", "agent"],
                condition=Q(sent_at__isnull=False) & ~Q(kind=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} about {self.ticket_id}"
