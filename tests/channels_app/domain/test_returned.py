import pytest

from channels_app.domain import inbound
from channels_app.domain.addresses import reply_address
from channels_app.domain.outbox import deliver_message
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
