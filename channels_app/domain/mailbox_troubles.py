"""What can be wrong with a mailbox: a code for the row, what it means and what to do for the person who reads it."""

import enum
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


class Stage(enum.StrEnum):
    """The steps from a name to a mail, in order."""

    NAME = "name"
    CONNECT = "connect"
    TLS = "tls"
    GREETING = "greeting"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    IDLE = "idle"
    FETCH = "fetch"
    SENDER = "sender"
    RECIPIENT = "recipient"
    HAND_OVER = "hand_over"


STAGES: Final[dict[str, Any]] = {
    Stage.NAME: _("Find the server's address"),
    Stage.CONNECT: _("Connect"),
    Stage.TLS: _("Encrypt"),
    Stage.GREETING: _("The server's greeting"),
    Stage.SIGN_IN: _("Sign in"),
    Stage.FOLDER: _("Open the folder"),
    Stage.IDLE: _("Instant notice of new mail"),
    Stage.FETCH: _("Fetch mail"),
    Stage.SENDER: _("Name the sender"),
    Stage.RECIPIENT: _("Name the recipient"),
    Stage.HAND_OVER: _("Hand the mail over"),
}


def steps_of(security: str) -> list[Stage]:
    """The steps of a connection, in the order they are done."""
    way_in = [Stage.GREETING] if security == "plain" else [Stage.TLS, Stage.GREETING]
    return [Stage.NAME, Stage.CONNECT, *way_in, Stage.SIGN_IN, Stage.FOLDER, Stage.IDLE]


@dataclass(frozen=True)
class Meaning:
    """`needs_person`: it will not go away by itself, so people are told at once."""

    stage: Stage
    text: Any
    advice: Any
    needs_person: bool = False


MEANINGS: Final[dict[str, Meaning]] = {
    "name_unknown": Meaning(
        Stage.NAME,
        _("Nobody knows this name."),
        _("Look for a typing mistake in the server's name. It often begins with “imap.”."),
    ),
    "name_private": Meaning(
        Stage.NAME,
        _("The name leads into a private network."),
        _("That is refused unless the administrator allows it by CARECENTER_PRIVATE_TARGETS."),
        needs_person=True,
    ),
    "plain_remote": Meaning(
        Stage.NAME,
        _("Without encryption the server must be on this machine."),
        _("Choose TLS or STARTTLS. The password and the mails would be readable on the way."),
        needs_person=True,
    ),
    "refused": Meaning(
        Stage.CONNECT,
        _("The server refuses the connection: nothing listens at this port."),
        _(
            "Check the port: 993 for TLS, 143 for STARTTLS. Perhaps IMAP has to be switched on at the provider."
        ),
    ),
    "unreachable": Meaning(
        Stage.CONNECT,
        _("The server cannot be reached."),
        _("Check the name and the port, and whether a firewall lets this machine out to it."),
    ),
    "connect_timeout": Meaning(
        Stage.CONNECT,
        _("The server does not answer."),
        _("Check the name and the port. A firewall that drops the connection looks like this."),
    ),
    "tls_name": Meaning(
        Stage.TLS,
        _("The certificate is for another name than the one set here."),
        _("Use the name that is in the certificate. If you did, somebody may be in between: do not go on."),
        needs_person=True,
    ),
    "tls_expired": Meaning(
        Stage.TLS,
        _("The server's certificate has expired."),
        _("Its administrator has to renew it. Check that the clock of this machine is right."),
        needs_person=True,
    ),
    "tls_untrusted": Meaning(
        Stage.TLS,
        _("The certificate was not issued by anybody this machine trusts."),
        _(
            "For a server with a certificate of its own, add that authority to this machine's "
            "certificates (SSL_CERT_FILE)."
        ),
        needs_person=True,
    ),
    "tls_not_spoken": Meaning(
        Stage.TLS,
        _("The server does not speak TLS at this port."),
        _("Port 993 goes with TLS, port 143 with STARTTLS: choose the other one."),
    ),
    "tls_failed": Meaning(
        Stage.TLS,
        _("No encrypted connection came about."),
        _("The server may be too old for safe encryption. Its administrator can tell."),
    ),
    "no_starttls": Meaning(
        Stage.TLS,
        _("The server offers no STARTTLS here."),
        _("Choose TLS and port 993. Without encryption we do not sign in."),
        needs_person=True,
    ),
    "not_imap": Meaning(
        Stage.GREETING,
        _("Something answers, but it is no IMAP server."),
        _("Check the port. SMTP and POP servers answer at other ones."),
    ),
    "turned_away": Meaning(
        Stage.GREETING,
        _("The server turns us away before the sign-in."),
        _("It may be overloaded or have too many connections of this mailbox. It is tried again by itself."),
    ),
    "sign_in_refused": Meaning(
        Stage.SIGN_IN,
        _("The server does not accept user name and password."),
        _(
            "Many providers ask for an app password instead of the usual one, and want IMAP switched on first."
        ),
        needs_person=True,
    ),
    "sign_in_later": Meaning(
        Stage.SIGN_IN,
        _("The server cannot check the sign-in at the moment."),
        _("Nothing to do yet: it is tried again by itself."),
    ),
    "sign_in_unsupported": Meaning(
        Stage.SIGN_IN,
        _("The server does not offer this way to sign in."),
        _("Choose the other way to sign in, or ask the provider which one it takes."),
        needs_person=True,
    ),
    "secrets_lost": Meaning(
        Stage.SIGN_IN,
        _("The stored password cannot be read any more."),
        _("The installation's secret key has changed. Enter the password again."),
        needs_person=True,
    ),
    "token_refused": Meaning(
        Stage.SIGN_IN,
        _("The token service gives out no access."),
        _("The permission may have been withdrawn or have run out. Make a new refresh token."),
        needs_person=True,
    ),
    "token_unreachable": Meaning(
        Stage.SIGN_IN,
        _("The token service cannot be reached."),
        _("Check the address of the token service. It is tried again by itself."),
    ),
    "no_folder": Meaning(
        Stage.FOLDER,
        _("There is no such folder, or it cannot be opened."),
        _("Check the spelling. The folder of incoming mail is called INBOX."),
        needs_person=True,
    ),
    "no_numbers": Meaning(
        Stage.FOLDER,
        _("The server gives the mails of this folder no lasting numbers."),
        _("Without them no mail could be told from another. Choose another folder or server."),
        needs_person=True,
    ),
    "fetch_refused": Meaning(
        Stage.FETCH,
        _("The server does not give out a mail."),
        _(
            "It is tried again. After some tries what can be had of it is parked, and the next one is fetched."
        ),
    ),
    "cut": Meaning(
        Stage.FETCH,
        _("The connection broke."),
        _("It is made again by itself, and the mail is fetched again from its beginning."),
    ),
    "silent": Meaning(
        Stage.FETCH,
        _("The server stopped answering."),
        _("The connection was given up and is made again by itself."),
    ),
    "odd_answer": Meaning(
        Stage.FETCH,
        _("The server says something that is no IMAP."),
        _("The connection was given up and is made again by itself. If it stays, ask the provider."),
    ),
    "too_much": Meaning(
        Stage.FETCH,
        _("The server sends more than was asked for."),
        _("The connection was given up. If it stays, ask the provider."),
    ),
    "our_side": Meaning(
        Stage.FETCH,
        _("What arrived could not be stored here."),
        _("Look whether the database runs and the disk has room. Nothing is lost: it is fetched again."),
    ),
    "nobody_fetches": Meaning(
        Stage.FETCH,
        _("Nobody has asked the mailbox for some minutes."),
        _("Look whether the process that fetches mail runs (bin/manage fetch_mail) and what its log says."),
    ),
}


class Trouble(Exception):
    """Something is wrong with a mailbox. `detail` is what the other side said, without addresses and secrets."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail[:300]

    @property
    def meaning(self) -> Meaning:
        return MEANINGS[self.code]


def meaning_of(code: str) -> Meaning:
    """Of a code on a row; of one that is not known any more, the broadest."""
    return MEANINGS.get(code, MEANINGS["odd_answer"])
