from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels_app.kinds.base import ParseError, Rejected
from channels_app.kinds.webchat import payloads
from channels_app.kinds.webchat.forms import WebchatForm, origin_of
from tests.contracts.adapter import AdapterContract
from tests.contracts.answers import Answers


class TestWebchat(AdapterContract):
    kind = "webchat"
    folder = Path(__file__).parent / "fixtures"
    suffix = ".item"
    opening = "anonymous"
    secrets = {"user_secret": "the-secret-that-signs-users-0123456789"}
    unknown = (b'{"type": "seen"}', b'{"type": "typing", "session": "x"}')

    def test_it_reads_what_the_page_writes(self) -> None:
        line = payloads.Line(
            session="k3vq7wmd2a5bxyz6rtno4cfeha",
            client_id="0f1e2d3c4b5a6978",
            text="Grüße 👋\nzweite Zeile",
            visitor=payloads.Visitor("Kim", "kim@example.net"),
            sent_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
            introduces=True,
            files=(payloads.File("a b.png", "image/png", b"\x89PNG\0"),),
        )
        assert payloads.read(payloads.write(line)) == line

    def test_nothing_leaves_by_it(self) -> None:
        assert isinstance(self.adapter.send({}, Answers().outbound(), None), Rejected)

    @pytest.mark.parametrize(
        "wrong", [{"id": "short"}, {"id": None}, {"session": "A B"}, {"text": " "}, {"files": [{}]}]
    )
    def test_line_without_what_it_needs_is_a_parse_error(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ParseError):
            self.parse(json.dumps({**json.loads(self.item()), **wrong}).encode())


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://www.Shop.example/cart?x=1", "https://www.shop.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("shop.example", ""),
        ("ftp://shop.example", ""),
        ("https://shop.example:99999", ""),
        ("https://shop.example;script-src *", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_origin_is_scheme_and_host(written: str, origin: str) -> None:
    assert origin_of(written) == origin


def test_settings_keep_a_list_of_sites() -> None:
    typed = {"origins": "https://a.example/x\nhttps://b.example", "ask_name": "no", "ask_email": "required"}
    form = WebchatForm({**typed, "suggest": "on", "color": "#2f6f4f"})
    assert form.is_valid(), form.errors
    assert form.config()["origins"] == ["https://a.example", "https://b.example"]
    again = WebchatForm(initial=form.config())
    assert "https://b.example" in str(again["origins"])


def test_site_that_is_none_is_refused() -> None:
    form = WebchatForm({"origins": "shop.example", "ask_name": "no", "ask_email": "no"})
    assert "shop.example" in str(form.errors["origins"])
