import pytest

from accounts.domain import mails
from accounts.domain.links import Kind
from channels_app.domain import inbound
from channels_app.domain.addresses import reply_address
from channels_app.domain.outbox import deliver_message
from tests.factories.accounts import UserFactory, grant
from tests.factories.channels import arrive
from tests.factories.channels import mail as first_mail
from tickets.domain.replies import queue_reply
from tickets.models import Delivery

pytestmark = pytest.mark.django_db
REPORT = """\
From: dana@example.net
To: {to}
Subject: [#{number}] Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; dana@example.net
Action: failed
Status: 5.1.1

--b--
"""


@pytest.mark.parametrize(("with_token", "expected"), [(False, Delivery.SENT), (True, Delivery.BOUNCED)])
def test_report_with_only_a_number_in_its_subject_marks_nothing(
    connection, alice, clock, with_token, expected
):
    ticket = inbound.process_record(arrive(connection, first_mail()).pk).ticket
    answer = queue_reply(ticket, actor=alice, html="<p>Yes</p>")
    clock.shift(11)
    deliver_message(answer.pk)
    to = reply_address("support@support.test", ticket) if with_token else "support@support.test"
    inbound.process_record(arrive(connection, REPORT.format(to=to, number=ticket.number).encode()).pk)
    answer.refresh_from_db()
    assert answer.delivery == expected


INVITED = """\
From: mailer-daemon@mx.example
To: support@support.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ines@example.com
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
To: ines@example.com
Subject: You are invited to Carecenter

--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "shown"),
    [("failed", "5.1.1", "Invitation came back"), ("delayed", "4.4.1", "Invited")],
)
def test_invitation_that_came_back_is_seen_by_who_invited(
    connection, brand, admin, client_for, action, status, shown
):
    """Its sender is the address of an inbox, so the report arrives there."""
    person = grant(UserFactory(email="ines@example.com"), "Agent", brand=brand)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    mail = mails.queue(Kind.INVITATION, person.email)
    mails.deliver(mail.pk)
    mail.refresh_from_db()
    report = INVITED.format(action=action, status=status, message_id=mail.message_id)
    inbound.process_record(arrive(connection, report.encode()).pk)
    client = client_for(admin)
    for page in ("/admin-desk/people/", f"/admin-desk/people/{person.pk}/"):
        assert f">{shown}</" in client.get(page).content.decode().replace("\n", "")
    # A new one is a new mail
    mails.queue(Kind.INVITATION, person.email)
    assert "Invitation came back" not in client.get("/admin-desk/people/").content.decode()


def test_report_about_a_mail_of_nobody_marks_no_invitation(connection, clock):
    mail = mails.queue(Kind.INVITATION, UserFactory(email="ines@example.com").email)
    mails.deliver(mail.pk)
    for message_id in ("", "somebody@else.example"):
        report = INVITED.format(action="failed", status="5.1.1", message_id=message_id)
        inbound.process_record(arrive(connection, report.encode()).pk)
    mail.refresh_from_db()
    assert mail.state == "sent"
