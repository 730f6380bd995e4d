"""What they said."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from carecenter.lib.time import now
from feedback.models.invitations import Invitation


class Answer(models.Model):
    """One for each invitation; the same person may change it for a day. `more` is {question key: answer}."""

    class Way(models.TextChoices):
        MAIL = "mail", _("From a mail")
        CHAT = "chat", _("In the chat")
        PORTAL = "portal", _("In the help centre")

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="answer")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(max_length=4000, blank=True)
    more = models.JSONField(default=dict, blank=True)
    way = models.CharField(max_length=8, choices=Way, default=Way.MAIL)
    is_angry = models.BooleanField(default=False)  # by its words, whatever the score
    answered_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["-answered_at", "-id"], name="answer_recent"),
            GinIndex(fields=["comment"], opclasses=["gin_trgm_ops"], name="answer_comment_trgm"),
        ]

    def __str__(self) -> str:
        return str(self.score)
