"""How many mails a second become messages on tickets: through the SMTP inlet and through the pipe."""

import os
import smtplib
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from bench.processes import cpu_ms
from bench.stack import ROOT, BenchError, Scratch

KIB = 1024
WAIT_SECONDS = 120.0
IDLE_SECONDS = 4.0
CONNECTIONS = 2


@dataclass
class MailFigure:
    name: str
    count: int
    accepted_per_second: float  # the sender has its 250, or exit code 0
    ticketed_per_second: float  # until the last one is on its ticket
    cpu_ms: (
        float  # a mail and what it sets off, all processes of the stack and of the pipe, less the idle stack
    )


def mail(number: int, size: int, run: str) -> bytes:
    """A mail of about this size from one of many customers; a large one carries a file."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Customer {number} <sender{number % 300}@{run}.example>"
    message["To"] = "support@load-one.example"
    message["Subject"] = f"Question {number} of {run}"
    message["Message-ID"] = f"<{run}.{number}@bench.example>"
    words = "The parcel has not arrived yet and the tracking page shows nothing new. "
    if size <= 64 * KIB:
        message.set_content("\n".join([words] * max(1, (size - 700) // len(words))))
        return message.as_bytes()
    message.set_content(words)
    content = number.to_bytes(4) * int(size * 0.73 / 4)
    message.add_attachment(content, "application", "octet-stream", filename="scan.bin")
    return message.as_bytes()


UNDONE = """
    SELECT EXISTS (SELECT FROM journal_event WHERE next_try_at IS NOT NULL)
        OR EXISTS (SELECT FROM channels_app_inboundrecord WHERE state = 'new')
        OR EXISTS (SELECT FROM tickets_searchtask)
"""


class Ledger:
    """Counts what has arrived and what still waits, in the scratch database."""

    def __init__(self, found: Scratch) -> None:
        import psycopg2

        from carecenter.embedded import paths

        folder = paths.socket_dir(found.data)
        self.connection = psycopg2.connect(
            host=str(folder), dbname=paths.DATABASE_NAME, user=paths.DATABASE_USER
        )
        self.connection.autocommit = True

    def done(self) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM channels_app_inboundrecord WHERE state = 'done'")
            count: int = cursor.fetchone()[0]
        return count

    def rest(self) -> None:
        """Until everything that was set off is done: it must not be counted to whatever comes next."""
        deadline = time.monotonic() + WAIT_SECONDS
        with self.connection.cursor() as cursor:
            while True:
                cursor.execute(UNDONE)
                if not cursor.fetchone()[0]:
                    return
                if time.monotonic() > deadline:
                    raise BenchError(f"The worker is not done after {WAIT_SECONDS:.0f} s.")
                time.sleep(0.1)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while self.done() < count:
            if time.monotonic() > deadline:
                raise BenchError(
                    f"Only {self.done()} of {count} mails are on tickets after {WAIT_SECONDS:.0f} s."
                )
            time.sleep(0.05)


def by_smtp(found: Scratch, name: str, *, count: int, size: int) -> MailFigure:
    """Two senders with a connection each, kept open."""
    run = f"smtp{size}-{time.monotonic_ns()}"
    mails = [mail(number, size, run) for number in range(count)]

    def send(share: list[bytes]) -> None:
        with smtplib.SMTP("127.0.0.1", found.smtp_port, timeout=WAIT_SECONDS) as server:
            for number, content in enumerate(share):
                server.sendmail(f"sender{number}@{run}.example", ["support@load-one.example"], content)

    return timed(found, name, count, lambda: together(send, mails))


def by_pipe(found: Scratch, name: str, *, count: int, size: int) -> MailFigure:
    """Two mail servers that start `manage.py pipe_mail` for each mail, as a pipe does."""
    run = f"pipe{size}-{time.monotonic_ns()}"
    mails = [mail(number, size, run) for number in range(count)]
    command: list[str | Path] = [
        ROOT / ".venv/bin/python",
        ROOT / "manage.py",
        "pipe_mail",
        "--inbox",
        "load-one",
    ]

    def send(share: list[bytes]) -> None:
        for content in share:
            done = subprocess.run(command, input=content, env=found.env, capture_output=True, check=False)
            if done.returncode:
                raise BenchError(f"pipe_mail ended with {done.returncode}: {done.stderr.decode()[-300:]}")

    return timed(found, name, count, lambda: together(send, mails))


def together(send: Callable[[list[bytes]], None], mails: list[bytes]) -> None:
    shares = [mails[start::CONNECTIONS] for start in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send, shares))


def timed(found: Scratch, name: str, count: int, work: Callable[[], Any]) -> MailFigure:
    ledger = Ledger(found)
    ledger.rest()
    idle = idle_of(found)
    before, used = ledger.done(), cpu_of(found)
    begun = time.perf_counter()
    watcher: list[float] = []

    def watch() -> None:
        ledger.wait_for(before + count)
        watcher.append(time.perf_counter() - begun)

    thread = threading.Thread(target=watch)
    thread.start()
    work()
    accepted = time.perf_counter() - begun
    thread.join()
    if not watcher:
        raise BenchError(f"{name}: not all mails are on tickets.")
    ledger.rest()
    used = cpu_of(found) - used - idle * (time.perf_counter() - begun)
    return MailFigure(name, count, count / accepted, count / watcher[0], used / count)


def idle_of(found: Scratch) -> float:
    """CPU milliseconds a second while nobody asks."""
    used, begun = cpu_of(found), time.perf_counter()
    time.sleep(IDLE_SECONDS)
    return (cpu_of(found) - used) / (time.perf_counter() - begun)


def cpu_of(found: Scratch) -> float:
    """Of the stack, and of the commands that this process has started and waited for."""
    own = os.times()
    return cpu_ms(list(found.roots().values())) + (own.children_user + own.children_system) * 1000
