"""A scratch installation: filled by `bin/manage fill`, run by `bin/run`, ended with the bench."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from carecenter.embedded import locks, paths

ROOT = paths.PROJECT_DIR
READY = "Ctrl-C ends everything."
START_SECONDS = 300
MANY = 500_000  # from here on the database gets the memory that a large installation would give it
NOT_INHERITED = ("CARECENTER_", "DATABASE_URL", "REDIS_URL", "DJANGO_")


class BenchError(Exception):
    """Its text is one sentence for the person at the terminal."""


@dataclass
class Scratch:
    """A data folder with so many tickets."""

    data: Path
    tickets: int
    fill_seconds: float = 0.0
    port: int = 0
    smtp_port: int = 0
    env: dict[str, str] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)  # started by the bench itself

    @property
    def stamp(self) -> Path:
        return self.data / "bench-tickets"

    def roots(self) -> dict[str, int]:
        """postgres, valkey, web, worker, smtp: their process ids."""
        return locks.children(self.data) | self.beside


def environment(data: Path, tickets: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    more = {"CARECENTER_DATA": str(data), "CARECENTER_BENCH": "1", "CARECENTER_API_RATE": "1000000"}
    more |= {"CARECENTER_CHAT_RATE_PER_NETWORK": "0", "CARECENTER_CHAT_LINES_PER_MINUTE": "100000"}
    if tickets >= MANY:
        more["CARECENTER_POSTGRES_SETTINGS"] = "shared_buffers=256MB"
    return kept | more


@contextlib.contextmanager
def scratch(tickets: int, keep: Path | None, seed: int) -> Iterator[Scratch]:
    """The folder, filled. Without `keep` it is deleted at the end; with it a second run of that size is quick."""
    folder = keep.absolute() if keep else Path(tempfile.mkdtemp(prefix="cc-bench-"))
    found = Scratch(folder, tickets, env=environment(folder, tickets))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        prepare(found, seed)
        yield found
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def prepare(found: Scratch, seed: int) -> None:
    filled = found.stamp.exists()
    if filled and found.stamp.read_text() != str(found.tickets):
        raise BenchError(
            f"{found.data} holds {found.stamp.read_text()} tickets: delete it or keep another folder."
        )
    if not filled and any(found.data.iterdir()):
        raise BenchError(f"{found.data} is not empty and no folder of a bench.")
    manage(found.env, "migrate", "--noinput", "--skip-checks", "-v", "0")
    if not filled:
        fill(found, seed)


def fill(found: Scratch, seed: int) -> None:
    """Where there are tables and no tickets."""
    begun = time.monotonic()
    manage(found.env, "fill", "--tickets", str(found.tickets), "--seed", str(seed))
    found.fill_seconds = time.monotonic() - begun
    manage(found.env, "rebuild_facts")  # or the worker would count beside what is measured
    found.stamp.write_text(str(found.tickets))


def manage(env: Mapping[str, str], *words: str) -> None:
    done = subprocess.run([ROOT / "bin" / "manage", *words], env=env, stdout=sys.stderr, check=False)
    if done.returncode:
        raise BenchError(f"bin/manage {' '.join(words)} failed.")


@contextlib.contextmanager
def running(found: Scratch) -> Iterator[Scratch]:
    """Everything up on free loopback ports; ended by signal, and by force if it does not end."""
    found.port, found.smtp_port = free_ports(2)
    log = found.data / "bench-run.log"
    ports = ["--port", str(found.port), "--smtp-port", str(found.smtp_port)]
    command = [str(ROOT / "bin" / "run"), *ports, "--data", str(found.data), "--empty"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=found.env, start_new_session=True
        )
    try:
        wait_ready(process, log)
        yield found
    finally:
        end(process)


@contextlib.contextmanager
def second_worker(found: Scratch) -> Iterator[None]:
    """Beside the one of the stack, as on a machine more; without a clock of its own."""
    ready = found.data / "second-worker.ready"
    ready.unlink(missing_ok=True)
    log = found.data / "second-worker.log"
    worker = ["-m", "celery", "-A", "carecenter.celery", "worker", "--pool", "threads", "-c", "2"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    python = str(ROOT / ".venv" / "bin" / "python")
    env = {**found.env, "CARECENTER_WORKER_READY_FILE": str(ready)}
    with log.open("wb") as output:
        process = subprocess.Popen([python, *worker, *quiet], stdout=output, stderr=output, env=env, cwd=ROOT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"The second worker did not start: {log.read_text().strip()[-500:]}")
            time.sleep(0.2)
        found.beside["second worker"] = process.pid
        yield
    finally:
        found.beside.clear()
        end(process)


def wait_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while READY not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"bin/run did not start: {log.read_text().strip()[-500:]}")
        time.sleep(0.2)


def end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
