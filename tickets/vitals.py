"""Do answers leave, and does the search know what was written?"""

from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext as _

from carecenter.lib.blobs.clamd import answers
from carecenter.lib.vitals import Limits, State, Unit, Vital, counted, overdue
from tickets.domain import scanning
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
        *scanner(),
    ]  # fmt: skip


def scanner() -> list[Vital]:
    """Of the scanner for malware, where one is set."""
    if not settings.CLAMD:
        return []
    is_up = answers(settings.CLAMD)
    advice = _("Start clamd or correct CARECENTER_CLAMD: until it has looked at them, new files stay closed.")
    state = State.OK if is_up else State.TROUBLE
    return [
        Vital("scanner_up", _("The virus scanner answers"), int(is_up), Unit.FLAG, state, advice),
        counted(
            "files_unscanned", _("Files not scanned yet"), scanning.unscanned(), Limits(trouble=1),
            advice=_("If the scanner answers, they are too large for it: raise StreamMaxLength in clamd.conf."),
        ),
    ]  # fmt: skip
