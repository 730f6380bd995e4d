"""Events of our own making, and what they set off."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from journal.domain.recording import record
from journal.models import Event
from journal.wiring import table
from tests.journal import reactions


@pytest.fixture(autouse=True)
def wiring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(table(), "test.silent", ())
    monkeypatch.setitem(table(), "test.seen", ("tests.journal.reactions.remember",))
    monkeypatch.setitem(
        table(), "test.twice", ("tests.journal.reactions.remember", "tests.journal.reactions.remember_too")
    )
    fragile = ("tests.journal.reactions.fail_while_broken", "tests.journal.reactions.remember_too")
    monkeypatch.setitem(table(), "test.fragile", fragile)
    monkeypatch.setitem(table(), "test.many", ("tests.journal.reactions.remember_together",))
    reactions.seen.clear()
    reactions.broken.clear()
    yield
    reactions.broken.clear()


@pytest.fixture
def happen() -> Callable[..., Event]:
    """Record one event in a transaction of its own."""

    def one(name: str = "test.seen", **data: object) -> Event:
        with transaction.atomic():
            return record(name, actor="system", **data)

    return one


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker takes nothing: only the sweep is left."""
    monkeypatch.setattr("journal.domain.recording._couriers", [])
