import email
from email import policy

import pytest

from channels_app.domain import inbound, outbox, ways_out
from channels_app.domain.addresses import reply_address
from channels_app.kinds.base import Unconfirmed
from channels_app.models import DeliveryAttempt
from tests.factories.channels import arrive, mail
from tickets.domain.delivery import claim, confirm_arrived, send_again
from tickets.domain.errors import NotAllowed
from tickets.domain.replies import queue_reply
from tickets.models import Delivery, Ticket

pytestmark = pytest.mark.django_db
Result = DeliveryAttempt.Outcome


class Wire:
    """Stands where the mail server is: fails as it is told, else takes the mail."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.taken = []

    def submit(self, config, envelope_from, recipients, data):
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        self.taken.append(
            (envelope_from, list(recipients), email.message_from_bytes(data, policy=policy.default))
        )
        return {}


@pytest.fixture
def wire(monkeypatch):
    """`wire(error, …)` puts a wire that raises these errors, one a mail, in the place of the real one."""

    def put(*errors):
        made = Wire(*errors)
        monkeypatch.setattr(ways_out, "way_out", lambda _courier: ({}, made))
        return made

    return put


@pytest.fixture
def answer(connection, clock, alice):
    """An answer of Alice's to Dana's mail, ten seconds old: due."""
    ticket = inbound.process_record(arrive(connection, mail()).pk).ticket
    message = queue_reply(ticket, actor=alice, html="<p>Have you <b>plugged it in</b>?</p>")
    clock.shift(11)
    return message


def test_answer_is_kept_as_file_without_a_mail_server(answer, settings):
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    (file,) = settings.MAIL_DIR.glob("*.eml")
    sent = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (answer.delivery, sent["To"]) == (Delivery.SENT, "Dana Duarte <dana@example.net>")
    assert answer.attempts.get().outcome == Result.SENT


def test_answer_is_threaded_and_comes_back_to_its_ticket(answer, wire, connection):
    taken = wire().taken
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    envelope_from, recipients, sent = taken[0]
    assert recipients == ["dana@example.net"]
    # It should stand below Dana's mail
    assert (sent["In-Reply-To"], sent["References"]) == ("<first@example.net>", "<first@example.net>")
    assert sent["Subject"] == f"Re: Kettle [#{answer.ticket.number}]"
    assert sent["Message-ID"] == f"<{answer.external_id}>"
    # It should come from the inbox, and answers and returned mail should find the ticket
    assert sent["From"] == "Nordlicht Home <support@support.test>"
    reply_to = reply_address("support@support.test", answer.ticket)
    assert (sent["Reply-To"], envelope_from) == (reply_to, reply_to)
    # It should be text and HTML, and no automatic mail
    assert "Have you plugged it in?" in sent.get_body(("plain",)).get_content()
    assert "<b>plugged it in</b>" in sent.get_body(("html",)).get_content()
    assert sent["Auto-Submitted"] is None


def test_signature_of_the_author_is_appended(answer, wire, alice):
    alice.signature = "Alice\nNordlicht <Home>"
    alice.save(update_fields=["signature"])
    taken = wire().taken
    outbox.deliver_message(answer.pk)
    sent = taken[0][2]
    lines = sent.get_body(("plain",)).get_content().splitlines()
    assert lines[-4:] == ["", "-- ", "Alice", "Nordlicht <Home>"]
    assert "Nordlicht &lt;Home&gt;" in sent.get_body(("html",)).get_content()


def test_answer_leaves_once_however_often_it_is_tried(answer, wire):
    taken = wire().taken
    for _ in range(3):
        outbox.deliver_message(answer.pk)
    assert len(taken) == 1


def test_answer_does_not_leave_before_its_time(answer, wire, clock):
    clock.shift(-5)
    taken = wire().taken
    outbox.deliver_message(answer.pk)
    assert taken == []


def test_server_that_asks_to_wait_gets_the_same_mail_later(answer, wire, clock):
    taken = wire(ConnectionResetError("away")).taken
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    assert (answer.delivery, answer.attempts.get().outcome) == (Delivery.QUEUED, Result.RETRY)
    first_id = answer.external_id
    outbox.deliver_message(answer.pk)
    assert taken == []
    clock.shift(outbox.PAUSES[0] + 1)
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    assert (answer.delivery, taken[0][2]["Message-ID"]) == (Delivery.SENT, f"<{first_id}>")


def test_answer_nobody_takes_for_three_days_has_failed(answer, wire, clock):
    wire(ConnectionResetError("away"))
    clock.shift(outbox.GIVE_UP_AFTER.total_seconds())
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    assert answer.delivery == Delivery.FAILED


def test_broken_way_out_is_shown_and_holds_its_answers_back(answer, wire, connection, clock):
    taken = wire(ConnectionRefusedError("nobody there")).taken
    outbox.deliver_message(answer.pk)
    connection.refresh_from_db()
    assert "ConnectionRefusedError" in connection.trouble
    # It should not be asked again until its pause is over, then mend by itself
    clock.shift(outbox.PAUSES[0] + 1)
    outbox.deliver_message(answer.pk)
    assert taken == []
    clock.shift(outbox.BROKEN_SECONDS)
    outbox.deliver_message(answer.pk)
    connection.refresh_from_db()
    assert (len(taken), connection.trouble, connection.paused_until) == (1, "", None)


def test_silence_after_the_last_byte_is_unconfirmed_and_never_sent_again_alone(answer, wire, clock):
    taken = wire(Unconfirmed("no answer")).taken
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    assert (answer.delivery, answer.attempts.get().outcome) == (Delivery.UNCONFIRMED, Result.UNCONFIRMED)
    clock.shift(100_000)
    outbox.deliver_message(answer.pk)
    assert taken == []


def test_agent_confirms_that_an_unconfirmed_answer_arrived(answer, wire, alice):
    wire(Unconfirmed("no answer"))
    outbox.deliver_message(answer.pk)
    confirm_arrived(answer.pk, actor=alice)
    answer.refresh_from_db()
    assert answer.delivery == Delivery.SENT
    with pytest.raises(NotAllowed):
        confirm_arrived(answer.pk, actor=alice)


def test_agent_sends_an_unconfirmed_answer_again_as_the_same_mail(answer, wire, alice):
    taken = wire(Unconfirmed("no answer")).taken
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    send_again(answer.pk, actor=alice)
    outbox.deliver_message(answer.pk)
    assert [sent["Message-ID"] for _, _, sent in taken] == [f"<{answer.external_id}>"]
    with pytest.raises(NotAllowed):
        send_again(answer.pk, actor=alice)


def test_answer_on_its_way_cannot_be_sent_again(answer, alice):
    assert claim(answer.pk) is not None
    with pytest.raises(NotAllowed):
        send_again(answer.pk, actor=alice)
    with pytest.raises(NotAllowed):
        confirm_arrived(answer.pk, actor=alice)


def test_sender_that_died_before_its_attempt_left_nothing(answer, wire, clock, settings):
    taken = wire().taken
    assert claim(answer.pk) is not None
    outbox.expire_claim(answer.pk)
    outbox.deliver_message(answer.pk)
    assert taken == []
    clock.shift(settings.SEND_LEASE_SECONDS + 1)
    outbox.expire_claim(answer.pk)
    outbox.deliver_message(answer.pk)
    assert len(taken) == 1


def test_sender_that_died_after_its_attempt_leaves_it_unconfirmed(answer, clock, settings):
    message = claim(answer.pk)
    outbox.begin_attempt(message)
    clock.shift(settings.SEND_LEASE_SECONDS + 1)
    outbox.expire_claim(answer.pk)
    answer.refresh_from_db()
    assert (answer.delivery, answer.attempts.get().outcome) == (Delivery.UNCONFIRMED, Result.UNCONFIRMED)


def test_sender_whose_lease_ran_out_does_not_begin(answer, clock, settings):
    late = claim(answer.pk)
    clock.shift(settings.SEND_LEASE_SECONDS + 1)
    outbox.expire_claim(answer.pk)
    claim(answer.pk)
    with pytest.raises(outbox.Lost):
        outbox.begin_attempt(late)


def test_refused_recipient_fails_with_the_servers_words_without_the_address(answer, wire):
    import smtplib

    wire(smtplib.SMTPRecipientsRefused({"dana@example.net": (550, b"5.1.1 <dana@example.net> unknown user")}))
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    attempt = answer.attempts.get()
    assert (answer.delivery, attempt.outcome) == (Delivery.FAILED, Result.GONE)
    assert attempt.detail == "550 5.1.1 <…> unknown user"


def test_returned_mail_marks_the_answer_and_comes_to_its_ticket(answer, wire, connection):
    wire()
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    record = inbound.process_record(arrive(connection, delivery_report(answer.external_id)).pk)
    answer.refresh_from_db()
    assert (record.state, record.ticket_id) == ("done", answer.ticket_id)
    assert answer.delivery == Delivery.BOUNCED
    assert "unknown user" in answer.delivery_detail
    assert (record.message.is_bounce, record.message.customer) == (True, None)


def test_returned_mail_that_nobody_sent_is_parked(connection):
    record = inbound.process_record(arrive(connection, delivery_report("unknown@support.test")).pk)
    assert (record.state, record.reason, record.ticket) == ("parked", "bounce", None)


def test_returned_mail_of_a_closed_ticket_marks_the_answer_and_is_parked(answer, wire, connection):
    wire()
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    Ticket.objects.update(status="closed")
    record = inbound.process_record(arrive(connection, delivery_report(answer.external_id)).pk)
    answer.refresh_from_db()
    assert (record.state, answer.delivery, Ticket.objects.count()) == ("parked", Delivery.BOUNCED, 1)


def test_answer_without_an_address_to_send_from_fails(answer, connection):
    connection.addresses.all().delete()
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    assert answer.delivery == Delivery.FAILED


def test_own_answer_coming_back_is_ignored(answer, connection, settings):
    outbox.deliver_message(answer.pk)
    (file,) = settings.MAIL_DIR.glob("*.eml")
    record = inbound.process_record(arrive(connection, file.read_bytes()).pk)
    assert (record.state, record.reason) == ("ignored", "own_mail")


def delivery_report(message_id):
    return f"""From: MAILER-DAEMON@mx.example.net\r
To: support@support.test\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <report@mx.example.net>\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=XX\r
\r
--XX\r
Content-Type: text/plain\r
\r
Your mail could not be delivered.\r
--XX\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.net\r
\r
Final-Recipient: rfc822; dana@example.net\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 unknown user\r
\r
--XX\r
Content-Type: text/rfc822-headers\r
\r
From: support@support.test\r
Message-ID: <{message_id}>\r
Subject: Re: Kettle\r
\r
--XX--\r
""".encode()


def test_late_failure_of_a_sender_does_not_queue_what_another_is_sending(answer, alice, clock, monkeypatch):
    class Stalled:
        def submit(self, *_):
            # It stood still beyond its lease; an agent had it sent again, and another sender is at it now
            clock.shift(400)
            outbox.expire_claim(answer.pk)
            send_again(answer.pk, actor=alice)
            assert claim(answer.pk)
            raise ConnectionRefusedError

    monkeypatch.setattr(ways_out, "way_out", lambda _courier: ({}, Stalled()))
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    assert answer.delivery == Delivery.SENDING
