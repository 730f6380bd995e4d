from __future__ import annotations

import json
from pathlib import Path

import pytest

from channels_app.kinds.base import ParseError, Person, Rejected
from tests.contracts.adapter import AdapterContract
from tests.contracts.answers import Answers


class TestPortal(AdapterContract):
    kind = "portal"
    folder = Path(__file__).parent / "fixtures"
    suffix = ".item"
    opening = "first"
    unknown = (b'{"type": "sheet"}', b"{}")

    def test_proved_address_is_who_it_is(self) -> None:
        (event,) = self.parse(self.item())
        assert event.people == (Person("email", "dana@example.net", "code"),)

    def test_claimed_address_stays_a_claim(self) -> None:
        (event,) = self.parse((self.folder / "claimed.item").read_bytes())
        assert event.people == ()

    def test_no_answer_leaves_by_it(self) -> None:
        assert isinstance(self.adapter.send({}, Answers().outbound(), None), Rejected)


@pytest.mark.parametrize("email", ["", "dana", "a@b@c", "dana @example.net"])
def test_letter_needs_an_address(email: str) -> None:
    with pytest.raises(ParseError):
        TestPortal().parse(json.dumps({"type": "letter", "id": "1", "email": email, "text": "x"}).encode())


def test_letter_needs_words_or_a_file() -> None:
    letter = {"type": "letter", "id": "1", "email": "dana@example.net", "text": " "}
    with pytest.raises(ParseError):
        TestPortal().parse(json.dumps(letter).encode())
