from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from carecenter.lib import signing
from channels_app.kinds.base import (
    Attachment,
    ConnectionBroken,
    ParseError,
    RecipientGone,
    Rejected,
    RetryLater,
    Sent,
)
from tests.contracts.answers import HttpAnswers
from tests.contracts.signed import AT, SignedRequests

FOLDER = Path(__file__).parent / "fixtures"


def secret(letter: str) -> str:
    return "whsec_" + base64.b64encode(letter.encode() * 32).decode()


def good(*values: str, until: str = "") -> list[dict[str, str]]:
    return [{"value": value, "until": until if index else ""} for index, value in enumerate(values)]


UNTIL = AT + timedelta(hours=24)


class TestApi(SignedRequests, HttpAnswers):
    kind = "api"
    folder = FOLDER
    suffix = ".item"
    opening = "first"
    config = {"url": "https://shop.example/answers", "vouches_for": ["external"]}
    secrets = {"messages": good(secret("a")), "answers": good(secret("b"))}
    unknown = (b'{"type": "typing"}', b'{"id": "1", "type": "message.deleted", "text": "x"}')
    other_secrets = {"messages": good(secret("z")), "answers": good(secret("z"))}
    rotated = {
        "messages": good(secret("c"), secret("a"), until=UNTIL.isoformat()),
        "answers": good(secret("b")),
    }
    until = UNTIL
    scripts = [
        (200, Sent),
        (204, Sent),
        (202, Sent),
        (408, RetryLater),
        (425, RetryLater),
        (429, RetryLater),
        (500, RetryLater),
        (503, RetryLater),
        (599, RetryLater),
        (410, RecipientGone),
        (401, ConnectionBroken),
        (403, ConnectionBroken),
        (404, ConnectionBroken),
        ((302, {"Location": "http://127.0.0.1/elsewhere"}), ConnectionBroken),
        (307, ConnectionBroken),
        (400, Rejected),
        (413, Rejected),
        (422, Rejected),
        ("refuse", ConnectionBroken),
        ("plain", ConnectionBroken),
        ("silence", RetryLater),
        ("hang up", RetryLater),
        ("reset", RetryLater),
        ("garble", RetryLater),
        ("drip", RetryLater),
        ("flood", Sent),
    ]

    def sign(self, body: bytes, at: Any, secrets: dict[str, Any]) -> dict[str, str]:
        return signing.headers_for([secrets["messages"][0]["value"]], id="msg_1", at=at, body=body)

    def test_answer_is_signed_json(self) -> None:
        file = Attachment(name="a.txt", content_type="text/plain", content=b"abc")
        with self.provider(200) as (config, transport, got):
            self.adapter.send({**self.opened(), **config}, self.outbound(attachments=(file,)), transport)
        (request,) = got
        assert (request["method"], request["path"]) == ("POST", "/hook?for=us")
        assert request["headers"]["content-type"] == "application/json"
        signing.check([secret("b")], headers=request["headers"], body=request["body"], at=AT)
        assert json.loads(request["body"]) == {
            "type": "answer.created",
            "timestamp": "2026-03-02T09:00:00+00:00",
            "data": {
                "id": "m.1@shop.example",
                "conversation": "thread-1",
                "author": "Alice",
                "to": {"name": "Dana", "email": "dana@customer.example"},
                "subject": "Kettle",
                "text": "Have you plugged it in?",
                "html": "",
                "attachments": [{"name": "a.txt", "content_type": "text/plain", "content": "YWJj"}],
            },
        }

    def test_answer_is_signed_with_the_old_secret_too_until_its_end(self) -> None:
        secrets = {"answers": good(secret("n"), secret("b"), until=UNTIL.isoformat())}
        for moment, known in ((AT, True), (UNTIL + timedelta(minutes=1), False)):
            with self.provider(200) as (config, transport, got):
                self.adapter.send({**config, **secrets}, self.outbound(sent_at=moment), transport)
            headers, body = got[0]["headers"], got[0]["body"]
            signing.check([secret("n")], headers=headers, body=body, at=moment)
            assert (len(headers["webhook-signature"].split()) == 2) == known

    def test_server_says_when_to_come_back(self) -> None:
        for said, seconds in (("120", 120), ("999999", 3600), ("soon", 60), ("-5", 60)):
            outcome, _ = self.hand_over((503, {"Retry-After": said}))
            assert (type(outcome), outcome.after_seconds) == (RetryLater, seconds)

    def test_nothing_leaves_without_address_or_secret(self) -> None:
        with self.provider(200) as (config, transport, got):
            for settings in ({**config}, {**self.secrets}, {**config, "answers": []}):
                assert isinstance(self.adapter.send(settings, self.outbound(), transport), ConnectionBroken)
        assert got == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": None}, "id: is needed."),
        ({"id": 7}, "id: must be a text."),
        ({"id": "x" * 201}, "id: may have 200 characters."),
        ({"text": ""}, "text: is needed, or html, or attachments."),
        ({"colour": "red"}, "colour: there is no such field."),
        ({"from": "dana@example.net"}, "from: must be an object."),
        ({"from": {"email": "Dana <dana@example.net>"}}, "from/email: is no e-mail address."),
        ({"from": {"mail": "x"}}, "from/mail: there is no such field."),
        ({"sent_at": "yesterday"}, "sent_at: must be a time like 2026-03-02T09:00:00Z."),
        ({"attachments": [{"name": "x", "content": "%%%"}]}, "attachments/0: content: is not base64."),
        (
            {"attachments": [{"name": "x", "content": "eA=="}] * 21},
            "attachments: must be a list of at most 20 files.",
        ),
        ({"text": "a\0b"}, "A text has a NUL character or half a surrogate pair."),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], said: str) -> None:
    item = {"id": "1", "text": "x", **change}
    with pytest.raises(ParseError) as error:
        TestApi().parse(json.dumps(item).encode())
    assert str(error.value) == said


def test_site_vouches_for_what_is_set_only() -> None:
    raw = (FOLDER / "first.item").read_bytes()
    proofs = [
        [(person.kind, person.verified_by) for person in TestApi().adapter.parse(config, raw)[0].people]
        for config in ({}, {"vouches_for": ["email"]})
    ]
    assert proofs == [[("external", ""), ("email", "")], [("email", "api"), ("external", "")]]
