"""Processes are killed at random moments and servers go away while mail flows: nothing is lost, nothing happens twice.

Every mail that was answered 250 is on exactly one ticket once; every answer left once, or is marked unconfirmed.
"""

import contextlib
import os
import random
import signal
import smtplib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest

from carecenter.embedded import paths, postgres
from tests.faults.sink import Sink
from tests.stacks import Stack, clean_environment, run_command, wait_for

pytestmark = pytest.mark.slow

SEED = """
from accounts.models import User
from channels_app.domain.inboxes import NewInbox, open_mail_inbox
open_mail_inbox(NewInbox(brand="Nordlicht", address="support@support.test", key="support"))
User.objects.create_user("kim@support.test", "correct horse battery", name="Kim Berg")
"""
# Answers every third ticket that has no answer yet, whatever goes away meanwhile, until its input ends.
ANSWER = """
import select, sys, time
from django.db import Error, connection
from accounts.models import User
from tickets.domain.replies import queue_reply
from tickets.models import Ticket
while not select.select([sys.stdin], [], [], 0.2)[0]:
    try:
        kim = User.objects.get()
        for ticket in Ticket.objects.filter(message_count=1, status="new").order_by("pk"):
            if ticket.number % 3 == 0:
                queue_reply(ticket, actor=kim, html="<p>We look into it.</p>")
    except Error:
        connection.close()
"""
TWICE = "SELECT external_id FROM tickets_message WHERE direction = 'in' GROUP BY 1 HAVING count(*) > 1"
OPEN = "SELECT count(*) FROM channels_app_inboundrecord WHERE state = 'new'"
UNDER_WAY = "SELECT count(*) FROM tickets_message WHERE delivery IN ('queued', 'sending')"
UNANSWERED = (
    "SELECT count(*) FROM tickets_ticket WHERE message_count = 1 AND status = 'new' AND number % 3 = 0"
)
ANSWERS = "SELECT external_id, delivery FROM tickets_message WHERE direction = 'out'"


class House:
    """A running Carecenter, a mail server that takes its answers, and somebody who writes them."""

    def __init__(self, stack: Stack, sink: Sink) -> None:
        self.stack = stack
        self.sink = sink
        self.sent: list[str] = []  # Message-IDs that were answered 250

    def environment(self) -> dict[str, str]:
        return clean_environment(CARECENTER_DATA=str(self.stack.data), **self.stack.env)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        command = [paths.PROJECT_DIR / "bin" / "manage", "shell", "-v0", "-c", ANSWER]
        with subprocess.Popen(command, env=self.environment(), stdin=subprocess.PIPE) as agent:
            try:
                yield
            finally:
                agent.communicate(b"enough\n", timeout=30)

    def send(self, name: str, count: int, *, over_seconds: float) -> None:
        """Send that many mails, each again and again until it is answered 250, as mail servers do."""
        for number in range(count):
            message_id = f"{name}-{number}@customer.test"
            raw = (
                f"From: {name}{number}@customer.test\r\nTo: support@support.test\r\nSubject: {message_id}\r\n"
            )
            raw += f"Message-ID: <{message_id}>\r\n\r\nHello from {number}\r\n"
            while not self.hand_over(raw.encode()):
                time.sleep(0.3)
            self.sent.append(message_id)
            time.sleep(over_seconds / count)

    def hand_over(self, raw: bytes) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.stack.smtp_port, timeout=40) as client:
                client.sendmail("x@customer.test", ["support@support.test"], raw)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def rows(self, query: str, *, patience: float = 60) -> list[tuple[Any, ...]]:
        """Waits for a server that is ending, or beginning again."""
        deadline = time.monotonic() + patience
        while True:
            try:
                return self.rows_now(query)
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def rows_now(self, query: str) -> list[tuple[Any, ...]]:
        database = postgres.connect(self.stack.data, paths.DATABASE_NAME)
        with contextlib.closing(database), database.cursor() as cursor:
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def is_quiet(self) -> bool:
        """Nothing waits any more, and every mail is there."""
        return self.is_none_left(OPEN, UNDER_WAY)

    def is_answered(self) -> bool:
        """Looked for in the order of a mail's way: what was none can be some no more."""
        return self.is_none_left(OPEN, UNANSWERED, UNDER_WAY)

    def is_none_left(self, *queries: str) -> bool:
        try:
            return all(self.rows_now(query) == [(0,)] for query in queries)
        except psycopg2.Error:
            return False

    def check(self) -> list[tuple[str, str]]:
        """What must hold once all is answered and quiet; the answers with their states."""
        assert wait_for(self.is_answered, 150), [self.rows(query) for query in (UNANSWERED, OPEN, UNDER_WAY)]
        there = [
            found for (found,) in self.rows("SELECT external_id FROM tickets_message WHERE direction = 'in'")
        ]
        assert sorted(there) == sorted(self.sent)
        assert self.rows(TWICE) == []
        answers = self.rows(ANSWERS)
        for message_id, state in answers:
            taken = self.sink.taken[message_id]
            assert (state, taken) in (("sent", 1), ("unconfirmed", 0), ("unconfirmed", 1)), (
                message_id,
                state,
                taken,
            )
        assert set(self.sink.taken) <= {message_id for message_id, _ in answers}
        return answers


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    env = {"CARECENTER_UNDO_SECONDS": "0", "CARECENTER_SEND_LEASE_SECONDS": "8"}
    stack = Stack(tmp_path_factory.mktemp("faults") / "data", env=env)
    with stack, Sink(pause=0.03) as sink:
        stack.env["CARECENTER_SMTP_URL"] = sink.url
        stack.start()
        found = House(stack, sink)
        done = run_command("manage", "shell", "-v0", "-c", SEED, env=found.environment())
        assert done.returncode == 0, done.stderr
        with found.answering():
            yield found


def in_threads(*verbs: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=verb) for verb in verbs]
    for thread in threads:
        thread.start()
    return threads


def test_kill_9_at_thirty_random_moments_while_300_mails_flow(house: House) -> None:
    chance = random.Random("thirty kills")
    victims = ["worker", "smtp", "web", "nursery", "postgres", "valkey"] * 5
    chance.shuffle(victims)
    senders = in_threads(*[lambda n=n: house.send(f"kill{n}", 75, over_seconds=30) for n in range(4)])
    for name in victims:
        time.sleep(chance.uniform(0.2, 2.0))
        with contextlib.suppress(ProcessLookupError):
            if pid := house.stack.pid(name):
                os.kill(pid, signal.SIGKILL)
    for sender in senders:
        sender.join(120)
    assert not any(sender.is_alive() for sender in senders)
    assert wait_for(house.stack.is_up, 30)
    answers = house.check()
    assert len(house.sent) == 300
    assert len(answers) >= 25


def restart_postgres(stack: Stack) -> None:
    stack.kill("postgres", signal.SIGINT)


def kill_valkey(stack: Stack) -> None:
    stack.kill("valkey")


def empty_valkey(stack: Stack) -> None:
    import redis

    redis.Redis(unix_socket_path=str(paths.valkey_socket(stack.data))).flushall()


def stop_valkey_for_ten_seconds(stack: Stack) -> None:
    pid = stack.kill("valkey", signal.SIGSTOP)
    time.sleep(10)
    os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("fault", [restart_postgres, empty_valkey, kill_valkey, stop_valkey_for_ten_seconds])
def test_server_goes_away_while_mail_flows(fault: Callable[[Stack], None], house: House) -> None:
    before = len(house.sent)
    senders = in_threads(
        *[lambda n=n: house.send(f"{fault.__name__}{n}", 10, over_seconds=4) for n in range(2)]
    )
    time.sleep(1.5)
    fault(house.stack)
    for sender in senders:
        sender.join(60)
    house.check()
    assert len(house.sent) == before + 20
