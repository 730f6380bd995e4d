from __future__ import annotations

import json
from pathlib import Path

import pytest

from channels_app.domain.sheets import Sheet, SheetFile
from channels_app.kinds.base import ParseError, Rejected
from tests.contracts.adapter import AdapterContract
from tests.contracts.answers import Answers


class TestForm(AdapterContract):
    kind = "form"
    folder = Path(__file__).parent / "fixtures"
    suffix = ".item"
    opening = "first"
    unknown = (b'{"type": "draft"}', b"{}")

    def test_it_reads_what_the_page_writes(self) -> None:
        file = SheetFile("a b.png", "image/png", b"\x89PNG")
        sheet = Sheet("Dana", "dana@example.net", "Kettle", "Broken", slip="s", files=[file])
        (event,) = self.parse(sheet.as_bytes())
        assert (event.external_id, event.sender_name, event.sender_address) == (
            sheet.key,
            "Dana",
            "dana@example.net",
        )
        assert (event.subject, event.text) == ("Kettle", "Broken")
        assert [(one.name, one.content) for one in event.attachments] == [("a b.png", b"\x89PNG")]

    def test_typed_address_proves_nothing(self) -> None:
        (event,) = self.parse(self.item())
        assert event.people == ()

    def test_no_answer_leaves_by_it(self) -> None:
        assert isinstance(self.adapter.send({}, Answers().outbound(), None), Rejected)


@pytest.mark.parametrize("email", ["", "dana", "a@b@c", "dana @example.net"])
def test_sheet_needs_an_address(email: str) -> None:
    with pytest.raises(ParseError):
        TestForm().parse(json.dumps({"type": "sheet", "id": "1", "email": email, "text": "x"}).encode())
