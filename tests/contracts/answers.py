"""What a kind that sends answers by a courier must keep: every answer of the provider has the right outcome."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from channels_app.kinds.base import (
    ConnectionBroken,
    OutboundMessage,
    Outcome,
    RecipientGone,
    Rejected,
    RetryLater,
    Sent,
    Unconfirmed,
)
from channels_app.models import DeliveryAttempt
from tests.contracts.adapter import AdapterContract, words_of
from tests.contracts.http_provider import HttpProvider

Script = Any


class Answers(AdapterContract):
    """Set `scripts`: what the provider does, and the outcome it must have; `good` is the script of a taken answer.

    `provider(script)` starts a fake of the provider on loopback that behaves so, and gives the settings and the
    transport to reach it, and the list of what it got.
    """

    good: ClassVar[Script]
    scripts: ClassVar[Sequence[tuple[Script, type]]]

    def provider(self, script: Script) -> AbstractContextManager[tuple[dict[str, Any], Any, list[Any]]]:
        raise NotImplementedError

    def outbound(self, **changed: Any) -> OutboundMessage:
        fields: dict[str, Any] = {
            "message_id": "m.1@shop.example",
            "from_address": "help@shop.example",
            "from_name": "Shop",
            "to": (("Dana", "dana@customer.example"),),
            "sent_at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
            "subject": "Kettle",
            "text": "Have you plugged it in?",
            "conversation": "thread-1",
            "author_name": "Alice",
        }
        return OutboundMessage(**{**fields, **changed})

    def hand_over(self, script: Script) -> tuple[Outcome | Unconfirmed, list[Any]]:
        with self.provider(script) as (config, transport, got):
            try:
                return self.adapter.send({**self.opened(), **config}, self.outbound(), transport), got
            except Unconfirmed as error:
                return error, got

    def test_every_answer_has_its_outcome(self, caplog: pytest.LogCaptureFixture) -> None:
        """And neither reason nor log says a secret."""
        caplog.set_level(logging.DEBUG)
        wrong = []
        for script, expected in self.scripts:
            outcome, _got = self.hand_over(script)
            if not isinstance(outcome, expected):
                wrong.append((script, expected.__name__, outcome))
            said = f"{outcome!r} {caplog.text}"
            assert [word for word in words_of(self.secrets) if word in said] == []
        assert wrong == []

    def test_scripts_cover_every_outcome(self) -> None:
        missing = {Sent, RetryLater, Rejected, ConnectionBroken, RecipientGone} - {
            kind for _, kind in self.scripts
        }
        assert missing == set()

    def test_taken_answer_arrives_once_under_its_id(self) -> None:
        outcome, got = self.hand_over(self.good)
        assert isinstance(outcome, Sent)
        assert len(got) == 1
        assert "m.1@shop.example" in str(got[0])
        assert "Have you plugged it in?" in str(got[0])

    def test_reasons_fit_their_column(self) -> None:
        size = DeliveryAttempt._meta.get_field("detail").max_length
        for script, _ in self.scripts:
            outcome, _got = self.hand_over(script)
            assert len(getattr(outcome, "reason", "")) <= (size or 0), script


class HttpAnswers(Answers):
    """For the courier "http": scripts are a status, a (status, headers), or a word of `HttpProvider`."""

    good = 200

    def config_for(self, url: str) -> dict[str, Any]:
        return {"url": url}

    @contextmanager
    def provider(self, script: Script) -> Iterator[tuple[dict[str, Any], Any, list[Mapping[str, Any]]]]:
        with HttpProvider(script) as fake:
            yield self.config_for(fake.url), fake.courier(), fake.got
