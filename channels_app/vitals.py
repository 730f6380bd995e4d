"""Does what arrives become tickets, and are the mailboxes reached?"""

from email.utils import parseaddr

from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext as _

from carecenter.lib.outgoing import way
from carecenter.lib.vitals import Limits, State, Unit, Vital, counted, overdue
from channels_app.models import InboundRecord, InboxAddress, Mailbox

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
        own_mail_comes_back(),
    ]  # fmt: skip


def own_mail_comes_back() -> Vital:
    """Invitations and resets that no server takes are heard of only by an inbox that has their sender's address."""
    chosen = way.current()
    sender = parseaddr(chosen.sender)[1].lower()
    is_seen = InboxAddress.objects.filter(address=sender, connection__is_active=True).exists()
    state = State.OK if is_seen or settings.DEMO or not chosen else State.WARNING
    label = _("Invitations that come back are noticed")
    advice = _(
        "Make the sender of outgoing mail the address of an inbox: else one that came back counts as sent."
    )
    return Vital("returned_invitations_seen", label, int(is_seen), Unit.FLAG, state, advice)
