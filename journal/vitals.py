"""Does what follows from events happen?"""

from django.db.models import Min
from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, counted, overdue
from journal.models import Event, FailedReaction

LATE = Limits(warning=60, trouble=600)


def vitals() -> list[Vital]:
    due = Event.objects.filter(next_try_at__isnull=False).aggregate(due=Min("next_try_at"))["due"]
    parked = FailedReaction.objects.filter(state=FailedReaction.State.PARKED).count()
    return [
        overdue(
            "journal_overdue_seconds", _("Reactions to events wait"), due, LATE,
            advice=_("The worker does not run or does not keep up: look at its log."),
        ),
        counted(
            "reactions_parked", _("Parked reactions"), parked, Limits(warning=1),
            advice=_("Read what went wrong at Parked reactions, and run them again."),
        ),
    ]  # fmt: skip
