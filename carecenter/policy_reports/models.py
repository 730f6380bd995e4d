"""One row for each thing that was blocked, with a count: anybody may send reports, so rows are few and say little."""

from django.db import models

from carecenter.lib.time import now


class PolicyReport(models.Model):
    """`page` is a name of the address table, `blocked` a keyword or an origin: never an address with its path."""

    directive = models.CharField(max_length=40)
    blocked = models.CharField(max_length=120)
    page = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directive", "blocked", "page"], name="policy_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.directive} blocked {self.blocked}"
