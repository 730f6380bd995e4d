"""The fetcher is killed at random moments while mails arrive in a real mailbox: each is on one ticket, once.

With CARECENTER_DRILL=full 100 mails and 12 kills, else fewer.
"""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_kills import OPEN, TWICE, House
from tests.flows.dovecot import PASSWORD, Dovecot, need_dovecot
from tests.stacks import Stack, run_command, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.mail_server]

MAILS, KILLS = (100, 12) if os.environ.get("CARECENTER_DRILL") == "full" else (30, 3)
SEED = """
from carecenter.lib.time import now
from channels_app.domain.inboxes import NewInbox, open_mail_inbox
from channels_app.models import Mailbox
box = open_mail_inbox(NewInbox(brand="Nordlicht", address="support@x.test", key="support"))
box.connection.seal({{"imap_password": "{password}"}})
box.connection.save(update_fields=["sealed"])
Mailbox.objects.create(
    connection=box.connection, host="localhost", port={port}, username="support@x.test", is_on=True, on_since=now()
)
"""
ARRIVED = "SELECT external_id FROM tickets_message WHERE direction = 'in'"
PLACE = "SELECT uid_validity, uid_next, fetched FROM channels_app_mailbox"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[House, Dovecot]]:
    need_dovecot()
    with Dovecot() as dovecot:
        env = {"SSL_CERT_FILE": str(dovecot.authority.file), "CARECENTER_MAILBOX_LEASE_SECONDS": "3"}
        with Stack(tmp_path / "data", env=env) as stack:
            stack.start()
            found = House(stack, sink=None)  # type: ignore[arg-type]
            seed = SEED.format(password=PASSWORD, port=dovecot.imaps)
            done = run_command("manage", "shell", "-v0", "-c", seed, env=found.environment())
            assert done.returncode == 0, done.stderr
            assert wait_for(lambda: found.rows(PLACE)[0][0] is not None, 40)
            yield found, dovecot


def letter(number: int) -> bytes:
    """Every tenth takes a while to be fetched."""
    head = f"From: c{number}@customer.test\r\nSubject: Mail {number}\r\nMessage-ID: <box-{number}@customer.test>\r\n"
    return (head + "\r\n" + "Is it in stock?\r\n" * (60_000 if number % 10 == 0 else 3)).encode()


def test_kill_9_of_the_fetcher_loses_and_doubles_nothing(house: tuple[House, Dovecot]) -> None:
    found, dovecot = house
    chance = random.Random("the fetcher dies")

    def arrive() -> None:
        for number in range(MAILS):
            dovecot.put("support@x.test", letter(number))
            time.sleep(0.2)

    arriving = threading.Thread(target=arrive)
    arriving.start()
    killed = 0
    while killed < KILLS:
        time.sleep(chance.uniform(0.5, 4.0))
        if pid := found.stack.pid("mailboxes"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
    arriving.join(60)
    wanted = sorted(f"box-{number}@customer.test" for number in range(MAILS))
    assert wait_for(lambda: len(found.rows(ARRIVED)) >= MAILS and found.rows(OPEN) == [(0,)], 90), found.rows(
        PLACE
    )
    assert sorted(name for (name,) in found.rows(ARRIVED)) == wanted
    assert found.rows(TWICE) == []
    assert wait_for(lambda: found.rows(PLACE)[0][1] == MAILS + 1, 20), found.rows(PLACE)
