import email
import re
import socket
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from accounts.domain import mails, passwords
from accounts.domain.links import Kind
from accounts.models import AccountMail
from carecenter.lib import mailer
from carecenter.lib.outgoing import way
from tests.factories.accounts import UserFactory

State = AccountMail.State


def kept_mails(settings):
    files = sorted(Path(settings.MAIL_DIR).glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


class Inlet:
    """A mail server that remembers, or refuses."""

    def __init__(self):
        self.got, self.answer = [], "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.got.append(envelope)
        return self.answer


@pytest.fixture
def mail_server(settings):
    inlet = Inlet()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inlet, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_URL = f"smtp+plain://127.0.0.1:{port}"
    yield inlet
    controller.stop()


def test_reset_mail_is_kept_as_a_file_without_a_mail_server(alice, settings):
    mail = mails.queue(Kind.RESET, "Alice@example.com")

    assert mails.deliver(mail.pk) is True
    [message] = kept_mails(settings)
    assert (message["To"], message["Subject"]) == ("alice@example.com", "Set a new password")
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",)).get_content()
    assert re.search(r"http://127\.0\.0\.1:8000/accounts/reset/[\w:-]+/", text)
    assert 'href="http://127.0.0.1:8000/accounts/reset/' in message.get_body(("html",)).get_content()
    assert [file.stat().st_mode & 0o777 for file in Path(settings.MAIL_DIR).iterdir()] == [0o600]


def test_mail_is_written_in_the_language_of_the_person(db, settings):
    UserFactory(email="greta@example.com", language="de")
    mails.deliver(mails.queue(Kind.INVITATION, "greta@example.com").pk)

    assert kept_mails(settings)[0]["Subject"] == "Sie sind zu Carecenter eingeladen"


def test_mail_to_an_unknown_address_is_queued_and_goes_nowhere(db, settings):
    mail = mails.queue(Kind.RESET, "ghost@example.com")

    assert mails.deliver(mail.pk) is False
    mail.refresh_from_db()
    assert (mail.state, mail.address) == (State.IGNORED, "")
    assert kept_mails(settings) == []


@pytest.mark.parametrize("typed", ["lisa@shopıt.example", "liſa@shopit.example"])
def test_link_leaves_to_no_address_that_capitals_make_equal(db, settings, typed):
    UserFactory(email="lisa@shopit.example")
    passwords.ask_reset(typed)

    assert mails.deliver(AccountMail.objects.get().pk) is False
    assert kept_mails(settings) == []


def test_asking_does_the_same_work_for_known_and_unknown(alice, django_assert_num_queries):
    for address in ("alice@example.com", "ghost@example.com"):
        with django_assert_num_queries(5):
            passwords.ask_reset(address)


def test_asking_again_at_once_sends_no_second_mail(alice, clock):
    assert mails.queue(Kind.RESET, "alice@example.com") is not None
    assert mails.queue(Kind.RESET, "alice@example.com") is None
    clock.shift(61)
    assert mails.queue(Kind.RESET, "alice@example.com") is not None


def test_mail_is_sent_after_the_commit(alice, settings, after_commit):
    with after_commit():
        passwords.ask_reset("alice@example.com")

    assert len(kept_mails(settings)) == 1
    assert AccountMail.objects.get().state == State.SENT


def test_mail_goes_through_the_mail_server(alice, mail_server, settings):
    mails.deliver(mails.queue(Kind.RESET, "alice@example.com").pk)

    assert [envelope.rcpt_tos for envelope in mail_server.got] == [["alice@example.com"]]
    assert kept_mails(settings) == []


def test_mail_is_tried_again_when_the_server_is_down(alice, settings, clock):
    settings.SMTP_URL = "smtp+plain://127.0.0.1:1"
    mail = mails.queue(Kind.RESET, "alice@example.com")

    assert mails.deliver(mail.pk) is False
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.error) == (State.QUEUED, 1, "ConnectionRefusedError")
    assert mails.due() == []
    clock.shift(mails.PAUSES[0])
    settings.SMTP_URL = ""
    assert mails.due() == [mail.pk]
    assert mails.deliver(mail.pk) is True


def test_mail_fails_for_good_after_the_last_pause(alice, mail_server, clock):
    mail_server.answer = "451 try later"
    mail = mails.queue(Kind.RESET, "alice@example.com")
    for pause in (*mails.PAUSES, 0):
        mails.deliver(mail.pk)
        clock.shift(pause)

    mail.refresh_from_db()
    assert (mail.state, mail.error) == (State.FAILED, "SMTPDataError 451")
    assert len(mail_server.got) == len(mails.PAUSES) + 1


def test_mail_is_claimed_by_one_worker(alice):
    mail = mails.queue(Kind.RESET, "alice@example.com")
    AccountMail.objects.filter(pk=mail.pk).update(next_try_at=mail.next_try_at, tries=0)
    assert mails.deliver(mail.pk) is True
    assert mails.deliver(mail.pk) is False


def test_server_without_starttls_gets_nothing(alice, mail_server, settings):
    """smtp:// promises encryption: without it the mail waits, it does not go in clear."""
    settings.SMTP_URL = settings.SMTP_URL.replace("smtp+plain", "smtp")
    mail = mails.queue(Kind.RESET, "alice@example.com")

    assert mails.deliver(mail.pk) is False
    assert mail_server.got == []


def test_settled_mails_are_forgotten_after_a_month(alice, clock):
    mails.deliver(mails.queue(Kind.RESET, "alice@example.com").pk)
    clock.shift(31 * 86_400)

    assert mails.forget_old() == 1


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("smtp://ann:p%40ss@mail.example.com", ("mail.example.com", 587, "ann", "p@ss", True, False)),
        ("smtps://mail.example.com:4650", ("mail.example.com", 4650, "", "", False, True)),
        ("smtp+plain://127.0.0.1", ("127.0.0.1", 25, "", "", False, False)),
    ],
)
def test_smtp_url(url, seen):
    backend = mailer.connection(way.of_url(url, "x@example.com"))

    found = (backend.host, backend.port, backend.username, backend.password, backend.use_tls, backend.use_ssl)
    assert found == seen


def test_smtp_url_of_another_kind_is_refused():
    with pytest.raises(ValueError):
        way.of_url("http://example.com", "x@example.com")
