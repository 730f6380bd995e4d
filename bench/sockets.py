"""A room full of desks on the socket: how long until all are connected, until all have heard of a change, and until
all are back after the web process was killed. Each client behaves as the page does: pauses, beats, catching up.

`python -m bench.sockets --desks 500 --keep /tmp/folder` prints the figures by themselves.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bench.client import Client
from bench.measure import percentile
from bench.processes import cpu_ms, pss_mib
from bench.stack import ROOT, BenchError, Scratch, running, scratch

LONGEST_PAUSE = 30.0
BEAT_SECONDS = 20.0
SLOWEST = 120.0
WARM_UP = 20
GONE = (OSError, WebSocketException, EOFError, TimeoutError)


@dataclass
class Room:
    """Figures of one run; times in milliseconds, memory in MiB."""

    desks: int
    connect_all_ms: float = 0.0
    connect_p50_ms: float = 0.0
    connect_p95_ms: float = 0.0
    change_p50_ms: float = 0.0
    change_p95_ms: float = 0.0
    change_last_ms: float = 0.0
    changes: int = 0
    heard: int = 0
    storm_server_back_ms: float = 0.0  # from the kill until the web process answers again
    storm_all_ms: float = 0.0  # from the kill until every desk is connected
    storm_settled_ms: float = 0.0  # from the answering until every desk is connected
    attempts: int = 0
    web_cpu_connect_ms: float = 0.0
    web_pss_before_mib: float = 0.0
    web_pss_with_all_mib: float = 0.0
    postgres_connections: int = 0
    closed: dict[str, int] = field(default_factory=dict)


class Desk:
    """One page: it connects again by itself, with the pauses of frontend/src/js/socket.js."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        self.session = session
        self.line: ClientConnection | None = None
        self.opened = asyncio.Event()
        self.handshake_ms = 0.0
        self.attempts = 0
        self.heard: dict[int, float] = {}  # event ids and when they came
        self.codes: list[int] = []

    async def live(self) -> None:
        tries = 0
        while True:
            self.attempts += 1
            try:
                await self.talk()
                tries = 0
            except GONE:
                tries += 1
            self.opened.clear()
            bound = min(LONGEST_PAUSE, 1.5 ** min(tries, 10))
            await asyncio.sleep(0.5 + random.random() * (bound - 0.5))  # noqa: S311

    async def talk(self) -> None:
        begun = time.perf_counter()
        headers = {"Cookie": f"sessionid={self.session}", "Origin": f"http://127.0.0.1:{self.port}"}
        address = f"ws://127.0.0.1:{self.port}/ws/desk/"
        async with connect(
            address, additional_headers=headers, open_timeout=SLOWEST, compression=None, max_queue=None
        ) as line:
            self.handshake_ms = (time.perf_counter() - begun) * 1000
            self.opened.set()
            beats = asyncio.ensure_future(self.beat(line))
            try:
                async for text in line:
                    self.take(json.loads(text))
            finally:
                beats.cancel()
                self.codes.append(line.close_code or 0)

    def take(self, fact: dict[str, Any]) -> None:
        if "event" in fact:
            self.heard[fact["event"]] = time.perf_counter()

    def first_besides(self, known: set[int]) -> float:
        """When it heard of the first event that is not known; 0 when it has not."""
        return min((at for event, at in self.heard.items() if event not in known), default=0)

    async def beat(self, line: ClientConnection) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS * random.uniform(0.9, 1.1))  # noqa: S311
            await line.send('{"type":"seen"}')


class Desks:
    """All of them, in this process' loop."""

    def __init__(self, port: int, sessions: list[str]) -> None:
        self.all = [Desk(port, session) for session in sessions]
        self.tasks: list[asyncio.Task[None]] = []

    def come(self) -> None:
        self.tasks = [asyncio.ensure_future(desk.live()) for desk in self.all]

    async def all_open(self, within: float = SLOWEST) -> float:
        """Seconds until every desk is connected. BenchError when some never are."""
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(within):
                await asyncio.gather(*(desk.opened.wait() for desk in self.all))
        except TimeoutError:
            missing = sum(not desk.opened.is_set() for desk in self.all)
            raise BenchError(f"{missing} desks did not connect within {within:.0f} s.") from None
        return time.perf_counter() - begun

    async def go(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def people(found: Scratch, count: int) -> dict[str, Any]:
    command = [str(ROOT / ".venv/bin/python"), "-m", "bench.desks", str(count)]
    done = subprocess.run(command, cwd=ROOT, env=found.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"The desks could not be prepared: {done.stderr.strip()[-500:]}")
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


async def one_change(desks: Desks, change: Callable[[], Awaitable[None]]) -> list[float]:
    """How many milliseconds after the request each desk heard of it; those who had not within five seconds are left
    out."""
    known = set().union(*(desk.heard for desk in desks.all))
    begun = time.perf_counter()
    await change()
    while True:
        fresh = [desk.first_besides(known) for desk in desks.all]
        if all(fresh) or time.perf_counter() > begun + 5:
            return [(at - begun) * 1000 for at in fresh if at]
        await asyncio.sleep(0.05)


async def changes(desks: Desks, change: Callable[[], Awaitable[None]], count: int, room: Room) -> None:
    """Each change is told to every desk; from before the request until the desk has it."""
    for _ in range(WARM_UP):  # everybody has just come: the worker still notes who is present
        waits = await one_change(desks, change)
        await asyncio.sleep(1)
        if len(waits) == len(desks.all) and max(waits) < 1000:
            break
    waits = []
    for _ in range(count):
        waits += await one_change(desks, change)
        await asyncio.sleep(0.3)
    room.changes, room.heard = count, len(waits)
    if not waits:
        raise BenchError("No desk heard of any change.")
    room.change_p50_ms, room.change_p95_ms = percentile(waits, 0.5), percentile(waits, 0.95)
    room.change_last_ms = max(waits)


async def storm(desks: Desks, found: Scratch, room: Room) -> None:
    """kill -9 of the web process; the supervisor starts it again, the desks come back as pages do."""
    web = found.roots()["web"]
    before = sum(desk.attempts for desk in desks.all)
    begun = time.perf_counter()
    os.kill(web, signal.SIGKILL)
    while any(desk.opened.is_set() for desk in desks.all):
        await asyncio.sleep(0.01)
    await answers(found.port)
    back = time.perf_counter()
    await desks.all_open()
    room.storm_server_back_ms = (back - begun) * 1000
    room.storm_all_ms = (time.perf_counter() - begun) * 1000
    room.storm_settled_ms = room.storm_all_ms - room.storm_server_back_ms
    room.attempts = sum(desk.attempts for desk in desks.all) - before


async def answers(port: int) -> None:
    """Until the port takes connections."""
    deadline = time.perf_counter() + SLOWEST
    while time.perf_counter() < deadline:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise BenchError("The web process did not come back.")


def connections_of(found: Scratch) -> int:
    """Database connections that the servers hold, from the names of PostgreSQL's processes."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            status = (path.parent / "status").read_text()
            if words.startswith("postgres: ") and "[local]" in words:
                count += f"PPid:\t{found.roots()['postgres']}\n" in status
    return count


async def play(found: Scratch, facts: dict[str, Any], *, count: int) -> Room:
    room = Room(len(facts["sessions"]))
    web = found.roots()["web"]
    room.web_pss_before_mib, cpu = pss_mib([web]), cpu_ms([web])
    browser = Client(found.port)
    browser.cookies["sessionid"] = facts["sessions"][0]
    browser.get(f"/desk/tickets/{facts['ticket']}/")
    desks = Desks(found.port, facts["sessions"])
    desks.come()
    room.connect_all_ms = await desks.all_open() * 1000
    room.web_cpu_connect_ms = cpu_ms([web]) - cpu
    waits = [desk.handshake_ms for desk in desks.all]
    room.connect_p50_ms, room.connect_p95_ms = percentile(waits, 0.5), percentile(waits, 0.95)
    await asyncio.sleep(3)
    priorities = itertools.cycle((3, 4))

    async def change() -> None:
        address = f"/desk/tickets/{facts['ticket']}/priority/?to={next(priorities)}"
        answer = await asyncio.to_thread(browser.post, address, {})
        if answer.status not in (200, 204):
            raise BenchError(f"The change was answered {answer.status}: {answer.text[:200]}")

    await changes(desks, change, count, room)
    room.web_pss_with_all_mib, room.postgres_connections = pss_mib([web]), connections_of(found)
    await storm(desks, found, room)
    codes = [code for desk in desks.all for code in desk.codes]
    room.closed = {str(code): codes.count(code) for code in sorted(set(codes))}
    await desks.go()
    return room


def measure(found: Scratch, *, desks: int = 500, count: int = 20) -> Room:
    """On a running scratch installation."""
    return asyncio.run(play(found, people(found, desks), count=count))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sockets", description=__doc__)
    parser.add_argument("--desks", type=int, default=500)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(words)
    try:
        with scratch(options.tickets, options.keep, 1) as found, running(found):
            room = measure(found, desks=options.desks, count=options.changes)
    except BenchError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(asdict(room), indent=1))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
