"""A mail of one's own to an inbox, by the same door as a customer's: does it arrive, can it be answered?"""

import io
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from channels_app.domain.errors import NoAddress
from channels_app.domain.inboxes import MAIL
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import InboundRecord, InboxAddress, of_inboxes
from tickets.models import Ticket

PEER = "test"  # the envelope says that nobody sent it by SMTP
KEYS = [f"test-mail-{number}" for number in range(1, 21)]  # of an inbox: the latest is the one that is shown


@dataclass(frozen=True)
class TrialMail:
    """How far it is: stored, then a ticket, then answered."""

    record: InboundRecord
    ticket: Ticket | None

    @property
    def is_answered(self) -> bool:
        return self.ticket is not None and self.ticket.first_replied_at is not None

    @property
    def is_stuck(self) -> bool:
        """It was looked at, and is no ticket."""
        return self.ticket is None and self.record.state not in ("new", "done")


def addresses_of(user: User) -> QuerySet[InboxAddress]:
    """Addresses in use of the mail inboxes that the user sets up, the oldest first."""
    mine = of_inboxes(user, INBOX_MANAGE, inbox="connection__inbox")
    used = InboxAddress.objects.filter(
        mine, connection__is_active=True, connection__inbox__is_active=True, connection__inbox__kind=MAIL
    )
    return used.select_related("connection__inbox__brand").order_by("pk")


def first_address(user: User) -> InboxAddress | None:
    return addresses_of(user).first()


def latest(user: User) -> TrialMail | None:
    """The latest to an inbox that the user sets up, whoever wrote it."""
    mine = of_inboxes(user, INBOX_MANAGE, inbox="connection__inbox")
    sent = InboundRecord.objects.filter(mine, key__in=KEYS, envelope__peer=PEER)
    record = sent.select_related("ticket").order_by("-pk").first()
    return TrialMail(record, record.ticket) if record else None


def send(user: User) -> InboundRecord:
    """Write to the first mail inbox of the user's as the user. Raises NoAddress without one, or after twenty."""
    target = first_address(user)
    if target is None:
        raise NoAddress(_("Open a mail inbox first."))
    taken = InboundRecord.objects.filter(connection=target.connection, key__in=KEYS).count()
    if taken == len(KEYS):
        raise NoAddress(_("This inbox has had twenty test mails. Write to it from your own mail program."))
    envelope = {"from": user.email, "to": [target.address], "peer": PEER}
    raw = keep_bytes(io.BytesIO(letter(user, target.address).as_bytes()))
    return store_raw([target.connection], raw, external_id=KEYS[taken], envelope=envelope)[0]


def letter(user: User, to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = formataddr((user.name, user.email))
    message["To"] = to
    message["Subject"] = _("Test: is anybody there?")
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{new_token()}@{user.email.rpartition('@')[2]}>"
    message.set_content(
        _("This mail was written by Carecenter to try the way in. Answer it, and the way out is tried too.")
    )
    return message
