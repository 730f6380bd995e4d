"""A Dovecot with a mailbox, and the row that watches it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from channels_app.fetching.process import Fetcher
from channels_app.models import Connection, Mailbox
from tests.flows.dovecot import PASSWORD, Dovecot, need_dovecot

USER = "support@x.test"


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    need_dovecot()
    with Dovecot() as server:
        yield server


@pytest.fixture
def trusted(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """The machine trusts the authority of the server's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority.file))
    return dovecot


@pytest.fixture
def user() -> str:
    """A mailbox nobody used before."""
    return f"support-{time.monotonic_ns()}@x.test"


@pytest.fixture
def mailbox(transactional_db: None, connection: Connection, trusted: Dovecot, user: str) -> Mailbox:
    return watch(connection, trusted, user)


def watch(connection: Connection, server: Dovecot, user: str, **more: Any) -> Mailbox:
    from carecenter.lib.time import now

    connection.seal({"imap_password": PASSWORD})
    connection.save(update_fields=["sealed"])
    values = {
        "host": "localhost",
        "port": server.imaps,
        "username": user,
        "is_on": True,
        "on_since": now(),
    } | more
    return Mailbox.objects.create(connection=connection, **values)


class Running:
    """A fetcher in this process, looked after by the test."""

    def __init__(self) -> None:
        self.fetcher = Fetcher()

    def look(self) -> None:
        self.fetcher.look()

    def until(self, condition: Callable[[], Any], seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            self.look()
            assert time.monotonic() < deadline, state()
            time.sleep(0.05)

    def end(self) -> None:
        self.fetcher.end()
        assert not any(watcher.thread.is_alive() for watcher in self.fetcher.watchers.values())


def state() -> list[dict[str, Any]]:
    return list(Mailbox.objects.values())


@pytest.fixture
def fetcher(settings: Any) -> Iterator[Running]:
    settings.MAILBOX_LEASE_SECONDS = 3
    running = Running()
    yield running
    running.end()
    connections.close_all()
