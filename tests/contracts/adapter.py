"""What every channel kind must keep. A kind's test class subclasses `AdapterContract` and names its fixtures.

A fixture is an item as it was stored at the border, and beside it `<name>.json` with the fields its event must have,
or `[]` for an item of a type the kind does not read. A kind that takes signed requests adds `SignedRequests`
(`signed.py`), one that sends answers by a courier adds `Answers` (`answers.py`).
"""

from __future__ import annotations

import base64
import functools
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Brand
from carecenter.lib.time import now
from channels_app.domain.inbound import process_record
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.kinds.base import Adapter, InboundEvent, ParseError, SignatureError, SignedRequest
from channels_app.models import Connection, InboundRecord
from channels_app.registry import about, adapter_for
from tests.contracts.racing import at_once
from tests.factories.tickets import InboxFactory
from tickets.models import Message, Ticket

# What stands in JSON where something else was meant.
DEEP: Any = functools.reduce(lambda inner, _: [inner], range(40), [])
ODD = (
    None, True, -1, 10**30, 1.5e300, "", " ", "%", "x" * 2000, "a\0b", "\ud800", "é\u202e\n", [], {}, [1], [[]], [{}],
    {"a": 1}, DEEP,
)  # fmt: skip


class AdapterContract:
    """Set `kind`, `folder` and `suffix`; `config` and `secrets` (words found nowhere else) where it has them.

    `opening` is the name of the fixture that opens a ticket, `unknown` are items of types the kind does not read.
    """

    kind: str
    folder: Path
    suffix: str
    opening: str = ""
    config: dict[str, Any] = {}
    secrets: dict[str, Any] = {}
    unknown: tuple[bytes, ...] = ()

    # What the tests are made of; a kind with needs of its own overrides these.

    @property
    def adapter(self) -> Adapter:
        return adapter_for(self.kind)

    def opened(self) -> dict[str, Any]:
        return {**self.config, **self.secrets}

    def fixtures(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{self.suffix}"))

    def item(self) -> bytes:
        """One that opens a ticket."""
        return (self.folder / f"{self.opening}{self.suffix}").read_bytes()

    def parse(self, raw: bytes) -> list[InboundEvent]:
        return self.adapter.parse(self.opened(), raw)

    def connect(self, brand: Brand) -> Connection:
        """A connection of this kind, stored as the settings page would."""
        connection = Connection(inbox=InboxFactory(brand=brand, kind=self.kind), config=self.config)
        connection.seal(self.secrets)
        connection.save(force_insert=True)
        return connection

    def store(self, connection: Connection, raw: bytes, key: str = "") -> InboundRecord:
        return store_raw([connection], keep_bytes(io.BytesIO(raw)), external_id=key)[0]

    # Parsing

    def test_kind_is_registered(self) -> None:
        assert about(self.kind).kind.code == self.kind

    def test_there_are_fixtures(self) -> None:
        assert len(self.fixtures()) >= 5
        assert [file for file in self.fixtures() if not file.with_suffix(".json").exists()] == []

    def test_fixtures_parse_as_expected(self) -> None:
        for file in self.fixtures():
            expected = json.loads(file.with_suffix(".json").read_text())
            events = self.parse(file.read_bytes())
            assert len(events) == (0 if expected == [] else 1), file.name
            shown = plain(events[0]) if events else {}
            assert {name: shown[name] for name in expected} == (expected or {}), file.name

    def test_parsing_is_pure_and_repeatable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No database either: pytest-django refuses it here."""
        first = [self.parse(file.read_bytes()) for file in self.fixtures()]
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        assert [self.parse(file.read_bytes()) for file in self.fixtures()] == first

    def test_unknown_types_give_no_event(self) -> None:
        assert [self.parse(raw) for raw in self.unknown] == [[] for _ in self.unknown]

    def test_nothing_is_a_parse_error(self) -> None:
        for raw in (b"", b" \r\n"):
            with pytest.raises(ParseError):
                self.parse(raw)

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

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(raw=st.binary(max_size=3000))
    def test_noise_gives_an_event_or_a_parse_error(self, raw: bytes) -> None:
        self.check_hostile(raw)

    def test_other_values_in_json_give_an_event_or_a_parse_error(self) -> None:
        """Right form, wrong content: each value of a JSON item in turn is something else that JSON has."""
        for file in self.fixtures():
            try:
                json.loads(file.read_bytes())
            except ValueError:
                continue
            for path in paths_of(json.loads(file.read_bytes())):
                for value in ODD:
                    self.check_hostile(json.dumps(replaced(file.read_bytes(), path, value)).encode())

    def check_hostile(self, raw: bytes) -> None:
        try:
            events = self.parse(raw)
        except ParseError:
            return
        assert len(events) <= 1
        for event in events:
            check_storable(event)

    def test_request_without_signature_is_refused(self) -> None:
        request = SignedRequest(headers={}, body=self.item(), received_at=now())
        with pytest.raises(SignatureError):
            self.adapter.verify(self.opened(), request)

    # Once, and only once

    @pytest.mark.django_db(transaction=True)
    def test_same_item_twice_is_one_message(self, brand: Brand) -> None:
        connection = self.connect(brand)
        first, again = self.store(connection, self.item(), "1"), self.store(connection, self.item(), "1")
        assert first.pk == again.pk
        # It should be known by its own id, too, when it was stored under another key
        other = self.store(connection, self.item(), "2")
        states = [process_record(record.pk).state for record in (first, other)]
        assert (states, Message.objects.count(), Ticket.objects.count()) == (["done", "ignored"], 1, 1)

    @pytest.mark.django_db(transaction=True)
    def test_same_item_by_workers_at_once_is_one_message(self, brand: Brand) -> None:
        connection = self.connect(brand)
        first, other = self.store(connection, self.item(), "1"), self.store(connection, self.item(), "2")
        at_once(*[lambda pk=pk: process_record(pk) for pk in (first.pk, first.pk, other.pk, other.pk)])
        assert (Message.objects.count(), Ticket.objects.count()) == (1, 1)

    @pytest.mark.django_db(transaction=True)
    def test_unreadable_item_is_kept_for_a_person(self, brand: Brand) -> None:
        record = process_record(self.store(self.connect(brand), b" \r\n.", "1").pk)
        assert record.state in ("parked", "done")
        assert bytes(record.raw or b"") == b" \r\n."

    # Secrets

    @pytest.mark.django_db(transaction=True)
    def test_secrets_stay_in_their_box(self, brand: Brand, caplog: pytest.LogCaptureFixture) -> None:
        """Not in a log, a row or an error, whether the item is good, broken, or signed wrongly."""
        caplog.set_level(logging.DEBUG)
        said = [self.say_wrongly(raw) for raw in (self.item(), self.item()[:40], b"{}")]
        connection = self.connect(brand)
        for number, raw in enumerate((self.item(), self.item()[:40], *self.unknown)):
            process_record(self.store(connection, raw, str(number)).pk)
        everything = "\n".join([*said, caplog.text, repr(connection), all_rows()])
        assert [word for word in words_of(self.secrets) if word in everything] == []

    def say_wrongly(self, raw: bytes) -> str:
        """What the errors of a wrong signature and of a broken body say."""
        said = ""
        request = SignedRequest(headers={"authorization": "x"}, body=raw, received_at=now())
        for call in (
            lambda: self.adapter.verify(self.opened(), request),
            lambda: self.adapter.parse(self.opened(), raw),
        ):
            try:
                call()
            except (SignatureError, ParseError) as error:
                said += f"{error!r} {error.__cause__!r} {error.__context__!r}"
        return said


def words_of(secrets: Any) -> list[str]:
    """Every text in a connection's secrets."""
    if isinstance(secrets, dict):
        return [word for value in secrets.values() for word in words_of(value)]
    if isinstance(secrets, list):
        return [word for value in secrets for word in words_of(value)]
    return [secrets] if isinstance(secrets, str) and len(secrets) > 7 else []


def all_rows() -> str:
    """Every text in the database, as it stands there."""
    models = (model for model in apps.get_models() if model._meta.managed)
    return "\n".join(repr(row) for model in models for row in model._default_manager.values())


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value in the JSON is, the whole one first."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for at, inner in inside:
        yield from paths_of(inner, (*path, at))


def replaced(raw: bytes, path: tuple[Any, ...], value: Any) -> Any:
    """The JSON with another value at this place."""
    if not path:
        return value
    whole = inner = json.loads(raw)
    for at in path[:-1]:
        inner = inner[at]
    inner[path[-1]] = value
    return whole


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
