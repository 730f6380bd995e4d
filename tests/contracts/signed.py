"""What a kind that takes signed requests must keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_app.kinds.base import SignatureError, SignedRequest
from tests.contracts.adapter import AdapterContract

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class SignedRequests(AdapterContract):
    """Set `other_secrets` (a stranger's) and `rotated` (ours, after a change, the old one still good until `until`)."""

    other_secrets: dict[str, Any]
    rotated: dict[str, Any]
    until: datetime

    def sign(self, body: bytes, at: datetime, secrets: dict[str, Any]) -> dict[str, str]:
        """The headers as the provider makes them, names in lower case."""
        raise NotImplementedError

    def accepts(
        self, body: bytes, headers: dict[str, str], *, at: datetime = AT, secrets: Any = None
    ) -> bool:
        config = {**self.config, **(secrets or self.secrets)}
        try:
            self.adapter.verify(config, SignedRequest(headers=headers, body=body, received_at=at))
        except SignatureError:
            return False
        return True

    def test_good_signature_is_taken(self) -> None:
        assert self.accepts(self.item(), self.sign(self.item(), AT, self.secrets))

    def test_signature_counts_over_the_raw_bytes(self) -> None:
        headers = self.sign(self.item(), AT, self.secrets)
        assert [self.accepts(body, headers) for body in (self.item() + b" ", self.item()[:-1], b"")] == [
            False
        ] * 3

    def test_strangers_signature_is_refused(self) -> None:
        assert not self.accepts(self.item(), self.sign(self.item(), AT, self.other_secrets))

    def test_missing_and_damaged_headers_are_refused(self) -> None:
        good = self.sign(self.item(), AT, self.secrets)
        for name in good:
            without = {other: value for other, value in good.items() if other != name}
            for headers in (
                without,
                {**without, name: ""},
                {**without, name: "ÿ" + good[name]},
                {**without, name: "x"},
            ):
                assert not self.accepts(self.item(), headers), (name, headers)

    @pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
    def test_stale_and_early_signatures_are_refused(self, minutes: int) -> None:
        headers = self.sign(self.item(), AT, self.secrets)
        assert not self.accepts(self.item(), headers, at=AT + timedelta(minutes=minutes))

    def test_signature_is_fresh_for_some_minutes(self) -> None:
        headers = self.sign(self.item(), AT, self.secrets)
        assert self.accepts(self.item(), headers, at=AT + timedelta(minutes=4))

    def test_old_secret_is_good_until_its_end(self) -> None:
        before, after = self.until - timedelta(minutes=1), self.until + timedelta(minutes=1)
        taken = [
            self.accepts(self.item(), self.sign(self.item(), at, secrets), at=at, secrets=self.rotated)
            for at in (before, after)
            for secrets in (self.secrets, self.rotated)
        ]
        assert taken == [True, True, False, True]

    def test_nothing_is_accepted_without_a_secret(self) -> None:
        headers = self.sign(self.item(), AT, self.secrets)
        with pytest.raises(SignatureError):
            self.adapter.verify(self.config, SignedRequest(headers=headers, body=self.item(), received_at=AT))
