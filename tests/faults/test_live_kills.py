"""Mails in a real mailbox and lines of many visitors, while processes are killed, servers go away and the line to the
mailbox breaks in the middle of a message: nothing is lost, doubled or out of order, drafts are kept.

With CARECENTER_DRILL=full 500 mails and 500 lines of 50 visitors, else a fifth of it.
"""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import redis

from carecenter.embedded import paths
from tests.faults.test_kills import House
from tests.faults.visitors import Visitor
from tests.flows.dovecot import PASSWORD, Dovecot, Proxy, need_dovecot
from tests.stacks import Stack, run_command, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.mail_server]

IS_FULL = os.environ.get("CARECENTER_DRILL") == "full"
MAILS, VISITORS, LINES = (500, 50, 10) if IS_FULL else (75, 10, 5)
USER = "support@x.test"
SEED = """
from accounts.models import User
from carecenter.lib.time import now
from channels_app.domain.inboxes import NewInbox, open_mail_inbox
from channels_app.models import Connection, Mailbox
from tickets.models import Inbox
box = open_mail_inbox(NewInbox(brand="Nordlicht", address="support@x.test", key="support"))
box.connection.seal({{"imap_password": "{password}"}})
box.connection.save(update_fields=["sealed"])
Mailbox.objects.create(
    connection=box.connection, host="localhost", port={port}, username="{user}", is_on=True, on_since=now()
)
chat = Inbox.objects.create(brand=box.brand, name="Chat", key="chat", kind="webchat")
Connection.objects.create(inbox=chat, from_name="Nordlicht")
User.objects.create_user("kim@support.test", "correct horse battery", name="Kim Berg")
"""
# Takes every chat and answers each line once, whatever goes away meanwhile; writes a draft on every tenth ticket.
AGENT = """
import select, sys
from django.db import Error, connection
from accounts.models import User
from tickets.domain.drafts import save_draft
from tickets.domain.errors import TicketError
from tickets.domain.lines import say
from tickets.models import Contact, Message
answered, drafted = set(), set()
while not select.select([sys.stdin], [], [], 0.2)[0]:
    try:
        kim = User.objects.get()
        live = Message.objects.filter(kind="webchat", direction="in").exclude(pk__in=answered)
        for line in live.select_related("contact").order_by("pk")[:50]:
            try:
                say(line.contact, f"Answer to {line.text}", actor=kim, client_id=f"answer-{line.pk}")
            except TicketError:
                pass
            answered.add(line.pk)
            if line.pk % 10 == 0 and line.ticket_id not in drafted:
                save_draft(line.ticket, author=kim, audience="public", html=f"<p>Draft {line.ticket_id}</p>")
                drafted.add(line.ticket_id)
    except Error:
        connection.close()
print(len(drafted))
"""
FETCHED = "SELECT external_id, count(*), count(DISTINCT ticket_id) FROM tickets_message WHERE kind = 'email' GROUP BY 1"
CHAT_OUT = "SELECT external_id FROM tickets_message WHERE kind = 'webchat' AND direction = 'out'"
CHAT_IN = "FROM tickets_message WHERE kind = 'webchat' AND direction = 'in'"
TICKETS_OF_CHATS = f"SELECT count(DISTINCT ticket_id), count(*) {CHAT_IN}"


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    need_dovecot()
    with Dovecot() as server:
        yield server


@pytest.fixture
def house(tmp_path: object, dovecot: Dovecot) -> Iterator[tuple[House, Proxy]]:
    env = {
        "SSL_CERT_FILE": str(dovecot.authority.file),
        "CARECENTER_CHAT_RATE_PER_NETWORK": "0",
        "CARECENTER_CHAT_LINES_PER_MINUTE": "100000",
        "CARECENTER_MAILBOX_LEASE_SECONDS": "4",
        "CARECENTER_MAILBOX_POLL_SECONDS": "5",
    }
    with Proxy(dovecot.imaps) as line, Stack(tmp_path / "data", env=env) as stack:  # type: ignore[operator]
        stack.start()
        found = House(stack, sink=None)  # type: ignore[arg-type]
        seed = SEED.format(password=PASSWORD, port=line.port, user=USER)
        done = run_command("manage", "shell", "-v0", "-c", seed, env=found.environment())
        assert done.returncode == 0, done.stderr
        yield found, line


def letter(number: int) -> bytes:
    """Every twentieth is large enough to be cut in its middle."""
    head = f"From: c{number}@customer.test\r\nTo: {USER}\r\nSubject: Mail {number}\r\n"
    head += f"Message-ID: <box-{number}@customer.test>\r\n\r\n"
    return (head + "Is it in stock?\r\n" * (20_000 if number % 20 == 0 else 3)).encode()


def fill_mailbox(dovecot: Dovecot, over_seconds: float) -> None:
    for start in range(0, MAILS, 25):
        dovecot.put(USER, *[letter(number) for number in range(start, start + 25)])
        time.sleep(over_seconds * 25 / MAILS)


def trouble(stack: Stack, line: Proxy, until: Callable[[], bool]) -> dict[str, int]:
    """One thing after the other goes wrong, in an order that is always the same; says how often each did."""
    chance = random.Random("a bad day")
    done: dict[str, int] = {}
    names = ["web", "worker", "mailboxes", "smtp", "cut", "cut later", "flush", "postgres", "valkey"]
    while not until():
        chance.shuffle(names)
        for name in names:
            time.sleep(chance.uniform(0.5, 2.0))
            done[name] = done.get(name, 0) + 1
            if name == "cut":
                line.cut()
            elif name == "cut later":
                line.cut_after[:] = [chance.randint(2_000, 400_000)]
                line.cut()
            elif name == "flush":
                with contextlib.suppress(redis.RedisError):
                    redis.Redis(unix_socket_path=str(paths.valkey_socket(stack.data))).flushall()
            elif pid := stack.pid(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT if name == "postgres" else signal.SIGKILL)
            if until():
                break
    line.cut_after.clear()
    return done


@contextlib.contextmanager
def answering(house: House) -> Iterator[list[str]]:
    command = [paths.PROJECT_DIR / "bin" / "manage", "shell", "-v0", "-c", AGENT]
    said: list[str] = []
    with subprocess.Popen(
        command, env=house.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as agent:
        try:
            yield said
        finally:
            out, _ = agent.communicate(b"enough\n", timeout=60)
            said += out.decode().split()


def test_nothing_is_lost_doubled_or_out_of_order(house: tuple[House, Proxy], dovecot: Dovecot) -> None:
    found, line = house
    stack = found.stack
    visitors = [
        Visitor(
            f"visitor{number:02}",
            stack.port,
            "chat",
            [f"{number} says {count}" for count in range(LINES)],
            1.5,
        )
        for number in range(VISITORS)
    ]
    with answering(found) as drafts:
        threads = [visitor.begin() for visitor in visitors]
        post = threading.Thread(target=fill_mailbox, args=(dovecot, 40 if IS_FULL else 12))
        post.start()
        done = trouble(stack, line, lambda: not any(thread.is_alive() for thread in [*threads, post]))
        assert wait_for(stack.is_up, 60)
        assert wait_for(lambda: fetched(found) == MAILS, 150), how_it_stands(found)
        assert wait_for(found.is_quiet, 150)
        wait_for(lambda: len(found.rows(CHAT_OUT)) == VISITORS * LINES, 30)
    assert [visitor.trouble for visitor in visitors if visitor.trouble] == []
    assert min(done.values()) >= (2 if IS_FULL else 1), done
    # It should have every mail of the mailbox once
    assert sorted(found.rows(FETCHED)) == sorted(
        (f"box-{number}@customer.test", 1, 1) for number in range(MAILS)
    )
    # It should have every line once, in the order it was said, each visitor's on one ticket
    assert found.rows(TICKETS_OF_CHATS) == [(VISITORS, VISITORS * LINES)]
    for visitor in visitors:
        heard = visitor.heard()
        assert [one["text"] for one in heard if one["side"] == "in"] == visitor.lines
        assert visitor.positions == [one["position"] for one in heard if one["side"] == "in"]
        answers = [one["text"] for one in heard if one["side"] == "out"]
        assert answers == [f"Answer to {text}" for text in visitor.lines]
    # It should have kept what an agent was writing
    assert found.rows("SELECT count(*) FROM tickets_draft") == [(int(drafts[0]),)]
    print(f"faults: {done}; drafts: {drafts[0]}")


def how_it_stands(house: House) -> object:
    states = "SELECT state, reason, count(*) FROM channels_app_inboundrecord GROUP BY 1, 2"
    boxes = "SELECT uid_next, fetched, error, error_detail, holder, last_good_at FROM channels_app_mailbox"
    return fetched(house), house.rows(states), house.rows(boxes)


def fetched(house: House) -> int:
    return len(house.rows(FETCHED))
