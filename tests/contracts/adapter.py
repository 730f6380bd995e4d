"""What every channel kind must keep. A test class of a kind subclasses `AdapterContract` and names its fixtures.

A fixture is a file as it came from outside, and beside it `<name>.json` with the fields the event must have.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_app.kinds.base import Adapter, InboundEvent, ParseError


class AdapterContract:
    """Set `adapter`, `folder` and `suffix`; `config` where parsing needs one."""

    adapter: Adapter
    folder: Path
    suffix: str
    config: dict[str, Any] = {}

    def fixtures(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{self.suffix}"))

    def parse(self, raw: bytes) -> list[InboundEvent]:
        return self.adapter.parse(self.config, raw)

    def test_there_are_fixtures(self) -> None:
        assert len(self.fixtures()) >= 5
        assert [file for file in self.fixtures() if not file.with_suffix(".json").exists()] == []

    def test_fixtures_parse_as_expected(self) -> None:
        for file in self.fixtures():
            expected = json.loads(file.with_suffix(".json").read_text())
            (event,) = self.parse(file.read_bytes())
            shown = plain(event)
            assert {name: shown[name] for name in expected} == expected, file.name

    def test_parsing_is_pure_and_repeatable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = [self.parse(file.read_bytes()) for file in self.fixtures()]
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        assert [self.parse(file.read_bytes()) for file in self.fixtures()] == first

    def test_truncated_bodies_give_an_event_or_a_parse_error(self) -> None:
        for file in self.fixtures():
            raw = file.read_bytes()
            for end in range(0, len(raw), max(1, len(raw) // 60)):
                self.check_hostile(raw[:end])

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_damaged_bodies_give_an_event_or_a_parse_error(self, data: st.DataObject) -> None:
        raw = bytearray(data.draw(st.sampled_from(self.fixtures())).read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(raw)))
            raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
        self.check_hostile(bytes(raw))

    @settings(max_examples=80, deadline=None)
    @given(raw=st.binary(max_size=3000))
    def test_noise_gives_an_event_or_a_parse_error(self, raw: bytes) -> None:
        self.check_hostile(raw)

    def check_hostile(self, raw: bytes) -> None:
        try:
            events = self.parse(raw)
        except ParseError:
            return
        for event in events:
            check_storable(event)


def check_storable(event: InboundEvent) -> None:
    """Everything in the event fits into PostgreSQL and into UTF-8."""
    text = repr_of_texts(asdict(event))
    assert "\0" not in text
    text.encode()


def repr_of_texts(value: Any) -> str:
    """All text in nested data, one string; bytes left out."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return " ".join(repr_of_texts(item) for pair in value.items() for item in pair)
    if isinstance(value, (list, tuple)):
        return " ".join(map(repr_of_texts, value))
    return ""


def plain(event: InboundEvent) -> dict[str, Any]:
    """The event as JSON would have it; the content of a file as base64."""
    return json.loads(json.dumps(asdict(event), default=_plain_value))


def _plain_value(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value.isoformat()
