import io

import pytest

from channels_app.domain import inbound
from channels_app.domain.appending import Item, is_vouched_for
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.kinds.base import InboundEvent
from channels_app.models import InboundRecord, Reason
from tests.factories.channels import arrive, mail

pytestmark = pytest.mark.django_db
State = InboundRecord.State


def run(connection, raw):
    return inbound.process_record(arrive(connection, raw).pk)


def test_same_id_and_text_of_another_sender_is_another_mail(connection):
    run(connection, mail("Please call me."))
    # It should be kept: devices and forms give everybody the same id
    second = run(connection, mail("Please call me.", **{"from": "Zoe <zoe@example.org>"}))
    assert (second.state, second.message.from_address) == (State.DONE, "zoe@example.org")


def test_id_longer_than_we_keep_is_known_again(connection):
    raw = b"From: dana@example.net\r\nMessage-ID: <" + b"a" * 800 + b"@example.net>\r\n\r\nHello\r\n"
    assert run(connection, raw).state == State.DONE
    again = run(connection, b"Received: from mx2\r\n" + raw)
    assert (again.state, again.reason) == (State.IGNORED, Reason.DUPLICATE)
    assert run(connection, raw + b"More\r\n").state == State.DONE


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dmarc=pass (p=REJECT) header.from=example.net", True),
        ("dmarc=none header.from=example.net", False),
        ('spf=pass smtp.mailfrom="a; dmarc=pass header.from=example.net ; b"@evil.test', False),
        ("spf=fail (x; dmarc=pass header.from=example.net ; y) smtp.mailfrom=evil.test", False),
        ('spf=fail smtp.mailfrom="a; dmarc=pass header.from=example.net', False),
    ],
)
def test_only_our_servers_own_words_vouch(connection, results, expected):
    connection.config = {"authserv_id": "mx.firm.test"}
    headers = {"authentication-results": f"mx.firm.test; {results}"}
    event = InboundEvent(sender_address="dana@example.net", headers=headers)
    item = Item(connection=connection, event=event, name="", address="dana@example.net", own=frozenset())
    assert is_vouched_for(item) is expected


@pytest.mark.parametrize("odd", ["a\udcff@example.net", "a\0@example.net"])
def test_odd_bytes_in_the_envelope_do_not_keep_a_mail_out(connection, odd):
    envelope = {"from": odd, "to": [odd], "peer": "pipe"}
    record = store_raw([connection], keep_bytes(io.BytesIO(mail())), envelope=envelope)[0]
    assert record.envelope == {"from": "a?@example.net", "to": ["a?@example.net"], "peer": "pipe"}
