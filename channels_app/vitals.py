"""Does what arrives become tickets, and are the mailboxes reached?"""

from django.db.models import Min
from django.utils.translation import gettext as _

from carecenter.lib.vitals import Limits, Vital, counted, overdue
from channels_app.models import InboundRecord, Mailbox

LATE = Limits(warning=60, trouble=600)
MANY = 1000  # counted no further


def vitals() -> list[Vital]:
    waiting = InboundRecord.objects.filter(state=InboundRecord.State.NEW)
    due = waiting.aggregate(due=Min("next_try_at"))["due"]
    failed, parked = (
        InboundRecord.objects.filter(state=state)[:MANY].count()
        for state in (InboundRecord.State.FAILED, InboundRecord.State.PARKED)
    )
    return [
        overdue(
            "intake_overdue_seconds", _("What arrived waits"), due, LATE,
            advice=_("The worker does not run or does not keep up: look at its log."),
        ),
        counted(
            "intake_failed", _("Arrived and failed"), failed, Limits(warning=1),
            advice=_("Look at Incoming: nothing is lost, and it can be run again."),
        ),
        counted("intake_parked", _("Arrived and parked"), parked, Limits(), advice=""),
        counted(
            "mailboxes_troubled", _("Mailboxes in trouble"), Mailbox.objects.troubled().count(), Limits(trouble=1),
            advice=_("Open the mailbox in the settings of its inbox and test the connection."),
        ),
    ]  # fmt: skip
