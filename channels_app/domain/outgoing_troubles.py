"""What can be wrong with the server for outgoing mail: what it means, and what to do for the person who tests it."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from channels_app.domain.mailbox_troubles import MEANINGS as OF_MAILBOXES
from channels_app.domain.mailbox_troubles import Meaning, Stage

SAME: Final = (
    "unreachable",
    "connect_timeout",
    "tls_name",
    "tls_expired",
    "tls_untrusted",
    "tls_failed",
    "turned_away",
    "secrets_lost",
)


def meaning(stage: Stage, text: Any, advice: Any) -> Meaning:
    return Meaning(stage, text, advice)


MEANINGS: Final[dict[str, Meaning]] = {
    **{code: OF_MAILBOXES[code] for code in SAME},
    "name_unknown": meaning(
        Stage.NAME,
        _("Nobody knows this name."),
        _("Look for a typing mistake in the server's name. It often begins with “smtp.” or “mail.”."),
    ),
    "plain_remote": meaning(
        Stage.NAME,
        _("The name leads to another machine."),
        _("Without encryption a password is sent to this machine only. Choose STARTTLS or TLS."),
    ),
    "refused": meaning(
        Stage.CONNECT,
        _("The server refuses the connection: nothing listens at this port."),
        _("Check the port: 587 for STARTTLS, 465 for TLS, 25 for a relay within your network."),
    ),
    "tls_not_spoken": meaning(
        Stage.TLS,
        _("The server does not speak TLS at this port."),
        _("Port 465 goes with TLS, port 587 with STARTTLS: choose the other one."),
    ),
    "no_starttls": meaning(
        Stage.TLS,
        _("The server offers no STARTTLS here."),
        _("Choose TLS and port 465, or ask the provider which port it wants."),
    ),
    "not_smtp": meaning(
        Stage.GREETING,
        _("Something answers, but it is no mail server for sending."),
        _("Check the port. IMAP and web servers answer at other ones."),
    ),
    "sign_in_refused": meaning(
        Stage.SIGN_IN,
        _("The server does not accept user name and password."),
        _("Many providers ask for an app password instead of the usual one, and want SMTP switched on first."),
    ),
    "sign_in_later": meaning(
        Stage.SIGN_IN,
        _("The server cannot check the sign-in at the moment."),
        _("Try again in a moment."),
    ),
    "sign_in_unsupported": meaning(
        Stage.SIGN_IN,
        _("The server takes no sign-in here."),
        _("A relay within your network often wants none: leave user name and password empty. Else check the port."),
    ),
    "sign_in_needed": meaning(
        Stage.SENDER,
        _("The server wants a sign-in before it takes mail."),
        _("Enter user name and password."),
    ),
    "sender_refused": meaning(
        Stage.SENDER,
        _("The server does not take mail from this sender."),
        _("Use an address that belongs to this account or domain, or have the provider allow this one."),
    ),
    "recipient_refused": meaning(
        Stage.RECIPIENT,
        _("The server does not take mail for your address."),
        _("It may only deliver within its own domain, or want a sign-in first. Look at what it said."),
    ),
    "mail_refused": meaning(
        Stage.HAND_OVER,
        _("The server did not take the mail."),
        _("Look at what it said: it may be a limit, or a filter."),
    ),
    "silent": meaning(
        Stage.HAND_OVER,
        _("The server stopped answering."),
        _("Try again. If it stays, ask the provider."),
    ),
    "cut": meaning(
        Stage.HAND_OVER,
        _("The connection broke."),
        _("Try again. If it stays, a firewall in between may be the cause."),
    ),
    "odd_answer": meaning(
        Stage.HAND_OVER,
        _("Something went wrong that we did not foresee."),
        _("Look at the log of the worker."),
    ),
}  # fmt: skip


def meaning_of(code: str) -> Meaning:
    return MEANINGS.get(code, MEANINGS["odd_answer"])


def steps_of(encryption: str, *, signs_in: bool) -> list[Stage]:
    """The steps of a test mail, in the order they are done."""
    return [
        Stage.NAME,
        Stage.CONNECT,
        *([] if encryption == "none" else [Stage.TLS]),
        Stage.GREETING,
        *([Stage.SIGN_IN] if signs_in else []),
        Stage.SENDER,
        Stage.RECIPIENT,
        Stage.HAND_OVER,
    ]
