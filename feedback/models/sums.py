"""Answers and questions added up by day and month, so that a figure of a year reads some thousand rows of any millions.

All of it follows from the answers and the invitations, and can be made anew (`domain/summing.py`). Ids are plain
numbers: erasing a person, or a team that ends, leaves no dangling key.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from carecenter.lib.time import now
from feedback.models.surveys import Measure


class Axis(models.TextChoices):
    ALL = "-"
    INBOX = "i"
    AGENT = "a"
    BOTH = "b"


class Grain(models.TextChoices):
    DAY = "d"
    MONTH = "m"


class ResultSum(models.Model):
    """One day or month, in UTC, of a brand and team: in all, or of one inbox or agent (0: none).

    On the axis of both `value` is the inbox and `agent_id` whose work it was; on the others that is 0.

    `scores`: how many gave a 0, a 1, … a 10. `asked`: how many questions left; `answered`: of these, by now.
    """

    brand_id = models.BigIntegerField()
    team_id = models.BigIntegerField()  # 0: no team
    axis = models.CharField(max_length=1, choices=Axis)
    value = models.BigIntegerField()
    agent_id = models.BigIntegerField(default=0, db_default=0)
    measure = models.CharField(max_length=8, choices=Measure)
    grain = models.CharField(max_length=1, choices=Grain)
    day = models.DateField()
    scores = ArrayField(models.IntegerField())
    asked = models.IntegerField()
    answered = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand_id", "axis", "grain", "day", "value", "agent_id", "measure", "team_id"],
                name="result_sum_once",
            )
        ]
        indexes = [models.Index(fields=["team_id"], name="result_sum_team")]

    def __str__(self) -> str:
        return f"{self.measure} of brand {self.brand_id} on {self.day}"


class SumProgress(models.Model):
    """How far it is added up; one row, and who holds its lock adds.

    `position`: of the journal. `until`: the days before it are added up, those since are read one by one; none yet.
    """

    position = models.BigIntegerField(default=0)
    until = models.DateField(null=True)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "sum progress"

    def __str__(self) -> str:
        return f"added up until {self.until}"
