"""Count what was blocked. Bounded: so many different rows, forgotten after a week."""

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Sum

from carecenter.lib.time import in_seconds, now
from carecenter.policy_reports.models import PolicyReport
from carecenter.policy_reports.reading import Violation

MOST_ROWS = 100
KEPT_SECONDS = 7 * 86_400
DAY_SECONDS = 86_400
MOST_SHOWN = 20
OTHER = Violation("other", "", "")  # all that found no room


def keep(found: Violation) -> None:
    if counted(found):
        return
    if PolicyReport.objects.count() >= MOST_ROWS:
        found = OTHER
    try:
        with transaction.atomic():
            if not counted(found):
                PolicyReport.objects.create(directive=found.directive, blocked=found.blocked, page=found.page)
    except IntegrityError:  # another report of the same came in between
        counted(found)


def counted(found: Violation) -> bool:
    same = PolicyReport.objects.filter(
        directive=found.directive, blocked=found.blocked, page=found.page, count__lt=2**30
    )
    return same.update(count=F("count") + 1, last_at=now()) > 0


def of_today() -> int:
    """How often something was blocked that was also blocked within a day."""
    late = PolicyReport.objects.filter(last_at__gte=in_seconds(-DAY_SECONDS))
    return late.aggregate(all=Sum("count"))["all"] or 0


def latest() -> QuerySet[PolicyReport]:
    return PolicyReport.objects.order_by("-last_at")[:MOST_SHOWN]


def forget() -> int:
    """Drop what was not reported for a week. Returns how many rows."""
    dropped, _ = PolicyReport.objects.filter(last_at__lt=in_seconds(-KEPT_SECONDS)).delete()
    return dropped
