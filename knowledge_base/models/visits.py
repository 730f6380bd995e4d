"""What visitors did before they wrote, and whether they wrote at all: the raw material of deflection.

No address and no words: a visit is a random key of a cookie, a step is a name and ids.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand
from carecenter.lib.time import now
from knowledge_base.models.articles import Article


class Arm(models.TextChoices):
    """Who is shown answers while they write, and the stable few who are not, so that a difference can be seen."""

    SHOWN = "shown", _("Sees suggestions")
    HELD_OUT = "held_out", _("Sees none")


class StepName(models.TextChoices):
    SEARCHED = "searched", _("Searched")
    SUGGESTED = "suggested", _("Was shown suggestions")
    WOULD_SUGGEST = (
        "would_suggest",
        _("Would have been shown suggestions"),
    )  # the same moment in the other arm
    READ = "read", _("Read an article")
    SOLVED = "solved", _("Said that it helped")
    NOT_SOLVED = "not_solved", _("Said that it did not help")
    BEGAN = "began", _("Began to write to us")
    SENT = "sent", _("Wrote to us")


class Visit(models.Model):
    """One visitor's stay at one brand. The arm is drawn from the visitor's own key: it stays for all their visits."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    visitor = models.CharField(max_length=64)  # hash of the cookie
    arm = models.CharField(max_length=10, choices=Arm)
    share = models.PositiveSmallIntegerField()  # percent held out when the visit began
    began_at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "visitor", "-last_at"], name="visit_visitor"),
            models.Index(fields=["brand", "began_at"], name="visit_began"),
        ]

    def __str__(self) -> str:
        return f"{self.arm} at {self.brand_id}"


class Step(models.Model):
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=14, choices=StepName)
    at = models.DateTimeField(default=now)
    article = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=10, blank=True)  # "help", "form", "chat"
    count = models.PositiveSmallIntegerField(default=0)  # answers shown or found
    record_id = models.BigIntegerField(
        null=True, blank=True
    )  # what was sent: a plain id, for channels stand above us

    class Meta:
        indexes = [
            models.Index(fields=["visit", "at"], name="step_visit"),
            models.Index(fields=["article", "name"], name="step_article", condition=Q(article__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class VoteReason(models.TextChoices):
    NOT_MINE = "not_mine", _("It is about something else")
    UNCLEAR = "unclear", _("I do not understand it")
    WRONG = "wrong", _("It is wrong or out of date")
    NOT_WORKING = "not_working", _("I tried it and it did not work")
    DISLIKED = "disliked", _("I do not like the answer")


class Vote(models.Model):
    """ "Did this solve it?", once for each visitor and article; the last word counts."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    visitor = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    helped = models.BooleanField()
    reason = models.CharField(max_length=12, choices=VoteReason, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "visitor"], name="vote_once")]
        indexes = [models.Index(fields=["article", "-at"], name="vote_article")]

    def __str__(self) -> str:
        return "yes" if self.helped else self.reason or "no"
