from __future__ import annotations

import pytest

from channels_app.kinds.base import Bounce, InboundEvent
from channels_app.kinds.email.bounce_reasons import find_code, is_hard
from tests.channels_app.kinds.email.mails import read


def notice(body: str, subject: str = "failure notice", **fields: str) -> InboundEvent:
    return read(body, **{"from": "MAILER-DAEMON@mx.example", "subject": subject, **fields})


def test_qmail_notice() -> None:
    event = notice(
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        "<gone@customer.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <m.7@shop.example>\nSubject: quota exceeded\n"
    )

    (bounce,) = event.bounces
    assert (bounce.recipient, bounce.dsn, bounce.hard) == ("gone@customer.example", "5.1.1", True)
    assert bounce.original_message_id == "m.7@shop.example"
    assert event.auto_reason == "bounce"


def test_notice_without_any_address_is_a_bounce_of_nobody() -> None:
    event = notice("Your message could not be delivered. The mailbox is full.")

    assert event.bounces == (
        Bounce("", "", False, "Your message could not be delivered. The mailbox is full."),
    )


def test_sns_notice_in_json() -> None:
    event = read(
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":'
        '"gone@customer.example","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}}\n--\nunsubscribe'
    )

    assert [(bounce.recipient, bounce.dsn, bounce.hard) for bounce in event.bounces] == [
        ("gone@customer.example", "5.1.1", True)
    ]


NOT_BOUNCES = [
    {"subject": "Re: Mail delivery failed: returning message to sender", "from": "dana@customer.example"},
    {"subject": "Delivery failed", "from": "dana@customer.example"},
    {"subject": "Your returned order", "from": "dana@customer.example"},
]


@pytest.mark.parametrize("fields", NOT_BOUNCES)
def test_what_people_write_about_delivery_is_no_bounce(fields: dict[str, str]) -> None:
    event = read("Your courier says it could not find the house. Please send it again.", **fields)

    assert not event.is_bounce
    assert not event.is_auto


def test_report_of_success_is_automatic_but_no_bounce() -> None:
    event = read(
        "--b\n\nDelivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; dana@customer.example\nAction: delivered\nStatus: 2.0.0\n\n--b--\n",
        content_type='multipart/report; report-type=delivery-status; boundary="b"',
    )

    assert (event.is_bounce, event.is_auto, event.auto_reason) == (False, True, "report")


def test_delay_is_never_hard() -> None:
    event = read(
        "--b\n\nStill trying.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; dana@customer.example\nAction: delayed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 user unknown\n\n--b--\n",
        content_type='multipart/report; report-type=delivery-status; boundary="b"',
    )

    assert [(bounce.dsn, bounce.hard) for bounce in event.bounces] == [("5.1.1", False)]


SAID = [
    ("550 5.1.1 User unknown", "5.1.1", True),
    ("550 No such user here", "", True),
    ("550 5.1.2 Host unknown", "5.1.2", True),
    ("551 5.1.6 The user has moved", "5.1.6", True),
    ("552 5.2.2 Mailbox full", "5.2.2", False),
    ("550 User dana: mailbox is over quota", "", False),
    ("554 5.7.1 blocked using spamhaus, user unknown to us", "5.7.1", False),
    ("552 5.3.4 Message size exceeds fixed maximum", "5.3.4", False),
    ("550 5.2.1 The account is disabled", "5.2.1", False),
    ("450 4.1.1 User unknown in virtual table", "4.1.1", False),
    ("conversation with mx.example timed out", "4.4.2", False),
]


@pytest.mark.parametrize(("said", "code", "hard"), SAID)
def test_words_of_servers(said: str, code: str, hard: bool) -> None:
    assert is_hard(code, said) is hard


def test_find_code_prefers_one_that_says_something() -> None:
    assert find_code("said: 550 5.7.1 no", "5.0.0") == "5.7.1"
    assert find_code("version 5.7.123.4, host 10.5.1.1") == ""
