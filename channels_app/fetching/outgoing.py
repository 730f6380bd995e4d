"""Send a test mail step by step: what works, what failed first, and what the server said about it."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict
from email.utils import parseaddr

from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext as _

from carecenter.lib.hosts import is_loopback, look_up
from carecenter.lib.mailer import words_of
from carecenter.lib.sealing import Unreadable
from carecenter.lib.trust import usual_trust
from channels_app.domain.mailbox_troubles import Stage, Trouble
from channels_app.domain.outgoing_troubles import steps_of
from channels_app.fetching.diagnosis import WHOLE_SECONDS, Step
from channels_app.fetching.wire import ANSWER_SECONDS, about_encryption, connect, encrypt, trouble_of_tls
from channels_app.models import MailboxTest

Tell = Callable[[dict[str, str]], None]


class Line(smtplib.SMTP):
    """smtplib on a socket that is connected already."""

    def __init__(self, given: socket.socket, host: str, port: int) -> None:
        self.given = given
        super().__init__(host, port, timeout=ANSWER_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.given

    def sever(self) -> None:
        """End the line from another thread."""
        try:
            socket.socket.shutdown(self.sock or self.given, socket.SHUT_RDWR)
        except OSError:
            return


def try_out(test: MailboxTest, tell: Tell) -> None:
    """One mail to who began the test, by the settings of its row."""
    wanted, reached = test.settings, list[Stage]()

    def report(stage: Stage, detail: str = "") -> None:
        reached.append(stage)
        tell(asdict(Step(stage, "done", detail)))

    try:
        converse(test, report)
    except Trouble as trouble:
        steps = steps_of(wanted["security"], signs_in=bool(wanted["username"]))
        stage = next((one for one in steps if one not in reached), Stage.HAND_OVER)
        tell(asdict(Step(stage, "failed", trouble.detail, trouble.code)))


def converse(test: MailboxTest, report: Callable[..., None]) -> None:
    """Raises Trouble."""
    wanted = test.settings
    try:
        password = str(test.opened().get("password", ""))
    except Unreadable:
        raise Trouble("secrets_lost") from None
    line = open_line(wanted["host"], int(wanted["port"]), wanted["security"], bool(password), report)
    patience = threading.Timer(WHOLE_SECONDS, line.sever)
    patience.daemon = True
    patience.start()
    try:
        if wanted["username"]:
            sign_in(line, wanted["username"], password)
            report(Stage.SIGN_IN)
        hand_over(line, letter(test), report)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise broken(error) from error
    finally:
        patience.cancel()
        line.close()


def open_line(host: str, port: int, security: str, has_password: bool, report: Callable[..., None]) -> Line:
    """Connected, encrypted and greeted. A relay may well be in our own network: only who may do all sets it."""
    addresses = look_up(host, port)
    if not addresses:
        raise Trouble("name_unknown")
    if security == "none" and has_password and not all(is_loopback(one.ip) for one in addresses):
        raise Trouble("plain_remote")
    report(Stage.NAME, ", ".join(one.ip for one in addresses[:4]))
    sock = connect(addresses)
    report(Stage.CONNECT)
    try:
        if security == "tls":
            sock = encrypt(sock, host)
            report(Stage.TLS, about_encryption(sock))
        line = greet(sock, host, port)
        if security == "starttls":
            start_tls(line)
            report(Stage.TLS, about_encryption(line.sock))
    except BaseException:
        sock.close()
        raise
    report(Stage.GREETING)
    return line


def greet(sock: socket.socket, host: str, port: int) -> Line:
    try:
        line = Line(sock, host, port)
        line.ehlo_or_helo_if_needed()
    except smtplib.SMTPResponseException as error:
        is_smtp = 400 <= error.smtp_code < 600
        raise Trouble("turned_away" if is_smtp else "not_smtp", said(error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        # A server that waits for TLS says nothing.
        is_silent = isinstance(error.__context__, TimeoutError) or isinstance(error, TimeoutError)
        raise Trouble("tls_not_spoken" if is_silent else "not_smtp") from error
    return line


def start_tls(line: Line) -> None:
    try:
        line.starttls(context=usual_trust())
        line.ehlo()
    except smtplib.SMTPException as error:
        raise Trouble("no_starttls") from error
    except (OSError, ValueError) as error:
        raise trouble_of_tls(error) from error


def sign_in(line: Line, username: str, password: str) -> None:
    try:
        line.login(username, password)
    except smtplib.SMTPResponseException as error:
        code = "sign_in_later" if 400 <= error.smtp_code < 500 else "sign_in_refused"
        raise Trouble(code, said(error.smtp_error)) from error
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        raise Trouble("sign_in_unsupported") from error


def hand_over(line: Line, mail: EmailMultiAlternatives, report: Callable[..., None]) -> None:
    sender, to = parseaddr(mail.from_email)[1], mail.to[0]
    expect(line.mail(sender), (250,), "sender_refused")
    report(Stage.SENDER, sender)
    expect(line.rcpt(to), (250, 251), "recipient_refused")
    report(Stage.RECIPIENT, to)
    try:
        raw = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own takes it
        expect(line.data(raw), (250,), "mail_refused")
    except smtplib.SMTPDataError as error:
        raise Trouble("mail_refused", said(error.smtp_error)) from error
    report(Stage.HAND_OVER)


def expect(answer: tuple[int, bytes], good: tuple[int, ...], trouble: str) -> None:
    code, words = answer
    if code not in good:
        raise Trouble("sign_in_needed" if code == 530 else trouble, f"{code} {said(words)}")


def broken(error: Exception) -> Trouble:
    is_silent = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    return Trouble("silent" if is_silent else "cut")


def said(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return "".join(char if char.isprintable() else " " for char in text)[:300].strip()


def letter(test: MailboxTest) -> EmailMultiAlternatives:
    """In the language of who reads it."""
    user = test.made_by
    with translation.override(user.language or "en"):
        text, html = words_of("channels_app/mail/outgoing_test", {"user": user})
        mail = EmailMultiAlternatives(
            _("Test mail of Carecenter"), text, test.settings["sender"], [user.email]
        )
    mail.extra_headers["Auto-Submitted"] = "auto-generated"
    mail.attach_alternative(html, "text/html")
    return mail
