"""What is asked, and when."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Team
from carecenter.lib.time import now
from tickets.models import Inbox


class Measure(models.TextChoices):
    """What a score means. The two customer effort scores run in opposite directions: never one figure."""

    CSAT = "csat", _("Satisfaction (1 to 5)")
    NPS = "nps", _("Would recommend (0 to 10)")
    CES_1 = "ces1", _("Effort (1 to 5, low is good)")
    CES_2 = "ces2", _("Made it easy (1 to 7)")
    SETTLED = "settled", _("Is it settled? (yes or no)")  # the second question after a bad rating


class Survey(models.Model):
    """`words` is {language: {"question", "comment", "thanks"}}; what is missing is the product's own wording.

    `questions` are further ones, all of them optional: [{"key", "type": "choice"|"text"|"scale", "words":
    {language: text}, "options": [{"key", "words": {language: text}}]}].
    """

    class Look(models.TextChoices):
        STARS = "stars", _("Stars")
        FACES = "faces", _("Faces")
        NUMBERS = "numbers", _("Numbers")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="surveys")
    name = models.CharField(max_length=120)
    measure = models.CharField(max_length=8, choices=Measure, default=Measure.CSAT)
    look = models.CharField(max_length=8, choices=Look, default=Look.STARS)
    words = models.JSONField(default=dict, blank=True)
    questions = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="survey_name_once_in_brand")]

    def __str__(self) -> str:
        return self.name


class Trigger(models.TextChoices):
    SOLVED = "solved", _("The ticket is solved")
    ENDED = "ended", _("The conversation ends")


class SurveyRule(models.Model):
    """When a survey is asked. Empty lists mean any. The first active rule of the brand that fits asks, and no other."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveIntegerField(default=0)
    trigger = models.CharField(max_length=8, choices=Trigger, default=Trigger.SOLVED)
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # one of them is enough
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    delay_seconds = models.PositiveIntegerField(default=3600)
    sample_percent = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.survey_id} on {self.trigger}"


class FeedbackSettings(models.Model):
    """What holds for all surveys of a brand. Quiet hours are in the customer's zone, else the brand's."""

    class Owner(models.TextChoices):
        """Who gets a follow-up. When there is no such person, it waits for whoever of the team takes it."""

        LEAD = "lead", _("The lead of the agent's team")
        ASSIGNEE = "assignee", _("The agent whose ticket it was")
        TEAM = "team", _("Nobody yet: the team takes it")

    brand = models.OneToOneField(
        Brand, on_delete=models.CASCADE, primary_key=True, related_name="feedback_settings"
    )
    days_between = models.PositiveSmallIntegerField(default=30)  # one survey a customer, whichever it is
    quiet_from = models.TimeField(default=dt.time(20, 0))
    quiet_until = models.TimeField(default=dt.time(8, 0))  # the same as `quiet_from`: never quiet
    late_hours = models.PositiveSmallIntegerField(default=72)  # one that could not leave by then is dropped
    valid_days = models.PositiveSmallIntegerField(default=30)
    low_csat = models.PositiveSmallIntegerField(default=2)  # this and less opens a follow-up
    low_nps = models.PositiveSmallIntegerField(default=6)
    low_ces2 = models.PositiveSmallIntegerField(default=3)
    high_ces1 = models.PositiveSmallIntegerField(default=4)  # this and more: low is good
    follow_up_owner = models.CharField(max_length=8, choices=Owner, default=Owner.LEAD)
    follow_up_hours = models.PositiveSmallIntegerField(default=24)
    settled_days = models.PositiveSmallIntegerField(
        default=3
    )  # after a follow-up ends, before the second question

    def __str__(self) -> str:
        return f"feedback of {self.brand_id}"
