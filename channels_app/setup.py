"""What inboxes say about how far an installation is set up."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import scope
from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from carecenter.lib.steps import Step
from channels_app.domain import trial_mails


def inbox(user: User) -> Step | None:
    if not scope(user, INBOX_MANAGE):
        return None
    address = trial_mails.first_address(user)
    return Step(
        code="inbox",
        title=_("Open a mail inbox"),
        text=_("An address of yours whose mail becomes tickets: relayed to our inlet, or fetched by IMAP."),
        is_done=address is not None,
        url=reverse("inboxes:list") if address else f"{reverse('inboxes:new')}?kind={trial_mails.MAIL}",
        action=_("Set up inbox"),
        fact=address.address if address else "",
    )


def trial(user: User) -> Step | None:
    """The last step: a mail goes the whole way in, and an answer back."""
    if not scope(user, INBOX_MANAGE):
        return None
    latest = trial_mails.latest(user)
    return Step(
        code="trial",
        title=_("Answer a test mail"),
        text=_(
            "A mail of yours goes in by the same door as a customer's. Answer its ticket, and all is proven."
        ),
        is_done=latest is not None and latest.is_answered,
        url=reverse("inboxes:list"),
        fact=_("A mail came in and was answered."),
        panel=reverse("inboxes:trial"),
    )
