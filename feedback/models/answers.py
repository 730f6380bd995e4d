"""What they said."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import scope, scope_q
from accounts.models import Brand, Team, User
from accounts.permissions import FEEDBACK_READ
from carecenter.lib.time import now
from feedback.models.invitations import Invitation
from feedback.models.surveys import Measure
from tickets.models import Inbox


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> "AnswerQuerySet":
        """Answers about everybody's work, of the brands and teams the user's grants cover."""
        return self.filter(scope_q(scope(user, FEEDBACK_READ)))


def copied(invitation: Invitation) -> dict[str, Any]:
    """What an answer keeps of its invitation, for `Answer(invitation=…, **copied(invitation))`."""
    names = ("brand_id", "team_id", "inbox_id", "agent_id")
    return {"measure": invitation.survey.measure} | {name: getattr(invitation, name) for name in names}


class Answer(models.Model):
    """One for each invitation; the same person may change it for a day. `more` is {question key: answer}.

    Whose it is and what it measures are copies of the invitation (`copied`): lists and figures read one table.
    """

    class Way(models.TextChoices):
        MAIL = "mail", _("From a mail")
        CHAT = "chat", _("In the chat")
        PORTAL = "portal", _("In the help centre")

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="answer")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    measure = models.CharField(max_length=8, choices=Measure)
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(max_length=4000, blank=True)
    more = models.JSONField(default=dict, blank=True)
    way = models.CharField(max_length=8, choices=Way, default=Way.MAIL)
    is_angry = models.BooleanField(default=False)  # by its words, whatever the score
    answered_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        indexes = [
            # The figures of a period read this alone.
            models.Index(
                fields=["brand", "measure", "answered_at"],
                name="answer_counted",
                include=["score", "team", "inbox", "agent"],
            ),
            models.Index(fields=["agent", "-answered_at", "-id"], name="answer_of_agent"),
            models.Index(fields=["brand", "-answered_at", "-id"], name="answer_of_brand"),
            models.Index(fields=["-answered_at", "-id"], name="answer_recent"),
            GinIndex(fields=["comment"], opclasses=["gin_trgm_ops"], name="answer_comment_trgm"),
        ]

    def __str__(self) -> str:
        return str(self.score)
