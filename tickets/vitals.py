"""Do answers leave, and does the search know what was written?"""

from django.db.models import Min
from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, overdue
from tickets.models import Delivery, Message, SearchTask

OUTBOX_LATE = Limits(warning=300, trouble=1800)
SEARCH_LATE = Limits(warning=600, trouble=6 * 3600)


def vitals() -> list[Vital]:
    leaving = Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING])
    due = leaving.aggregate(due=Min("next_try_at"))["due"]
    unwritten = SearchTask.objects.aggregate(due=Min("due_at"))["due"]
    return [
        overdue(
            "outbox_overdue_seconds", _("Answers wait to leave"), due, OUTBOX_LATE,
            advice=_("The worker does not run, or a mail server does not answer: look at its log."),
        ),
        overdue(
            "search_overdue_seconds", _("The search is behind"), unwritten, SEARCH_LATE,
            advice=_("After a large import this takes a while; else look at the worker's log."),
        ),
    ]  # fmt: skip
