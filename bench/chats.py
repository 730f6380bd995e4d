"""Chats at work: visitors and agents on their sockets, lines both ways, and how long until the other end has them.

`python -m bench.chats --pairs 200 --keep /tmp/folder` prints the figures by themselves.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.client import Client
from bench.measure import percentile
from bench.processes import cpu_ms
from bench.sockets import GONE, SLOWEST, Desk, people
from bench.stack import ROOT, BenchError, Scratch, running, scratch

SENDERS = 16  # requests under way at once at most
LATE = 10.0  # seconds after which a line counts as lost


@dataclass
class Talk:
    """Figures of one run: milliseconds from before the request until the other end's socket had the line."""

    pairs: int
    lines: int = 0
    lines_per_second: float = 0.0
    to_agent_p50_ms: float = 0.0
    to_agent_p95_ms: float = 0.0
    to_agent_last_ms: float = 0.0
    to_visitor_p50_ms: float = 0.0
    to_visitor_p95_ms: float = 0.0
    to_visitor_last_ms: float = 0.0
    lost: int = 0
    cpu_ms_a_line: float = 0.0


class Ear:
    """What one end heard: ids of lines and when."""

    def __init__(self) -> None:
        self.lines: dict[str, float] = {}

    def take(self, fact: dict[str, Any]) -> None:
        if fact.get("name") == "chat.line":
            self.lines.setdefault(fact["line"]["id"], time.perf_counter())


class Agent(Desk):
    def __init__(self, port: int, session: str) -> None:
        super().__init__(port, session)
        self.ear = Ear()
        self.client = Client(port)
        self.client.cookies |= {"sessionid": session, "csrftoken": "b" * 32}
        self.contact = 0

    def take(self, fact: dict[str, Any]) -> None:
        self.ear.take(fact)

    def say(self, number: int) -> str:
        line = f"agent-line-{number}"
        answer = self.client.post(
            f"/desk/chats/{self.contact}/say/", {"id": line, "text": f"Answer {number}"}
        )
        if answer.status not in (200, 201):
            raise BenchError(f"An agent's line was answered {answer.status}: {answer.text[:200]}")
        return line


class Visitor:
    def __init__(self, port: int, key: str, number: int) -> None:
        self.port, self.key, self.number = port, key, number
        self.client = Client(port)
        self.ear = Ear()
        self.opened = asyncio.Event()
        self.token = ""

    def begin(self) -> None:
        answer = self.post("sessions/", {"name": f"Visitor {self.number}"})
        self.token = json.loads(answer.text)["token"]
        self.client.bearer = self.token
        self.say(0)

    def post(self, path: str, body: dict[str, str]) -> Any:
        answer = self.client.post_json(f"/chat/{self.key}/{path}", json.dumps(body).encode())
        if answer.status not in (200, 201):
            raise BenchError(f"A visitor's {path} was answered {answer.status}: {answer.text[:200]}")
        return answer

    def say(self, number: int) -> str:
        line = f"visitor{self.number}-line-{number}"
        self.post("lines/", {"id": line, "text": f"Where is my order number {number}?"})
        return line

    async def live(self) -> None:
        protocols = [Subprotocol("carecenter.chat"), Subprotocol(self.token)]
        address = f"ws://127.0.0.1:{self.port}/ws/chat/"
        headers = {"Origin": f"http://127.0.0.1:{self.port}"}
        with contextlib.suppress(*GONE):
            async with connect(
                address,
                subprotocols=protocols,
                additional_headers=headers,
                open_timeout=SLOWEST,
                compression=None,
            ) as line:
                self.opened.set()
                async for text in line:
                    self.ear.take(json.loads(text))


def in_shell(found: Scratch, *words: str) -> Any:
    command = [str(ROOT / ".venv/bin/python"), "-m", "bench.desks", *words]
    done = subprocess.run(command, cwd=ROOT, env=found.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"The chats could not be prepared: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


async def say_all(
    pairs: list[tuple[Any, Ear]], rounds: int, rate: float, pool: ThreadPoolExecutor
) -> list[float]:
    """Everybody says something, one after the other at this rate, `rounds` times; waits in ms, -1 for a lost one."""
    loop = asyncio.get_running_loop()
    told: list[tuple[Ear, str, float]] = []

    async def one(end: Any, ear: Ear, number: int) -> None:
        begun = time.perf_counter()
        line = await loop.run_in_executor(pool, end.say, number)
        told.append((ear, line, begun))

    tasks = []
    for number in range(1, rounds + 1):
        for end, ear in pairs:
            tasks.append(asyncio.ensure_future(one(end, ear, number)))
            await asyncio.sleep(1 / rate)
    await asyncio.gather(*tasks)
    deadline = time.perf_counter() + LATE
    while time.perf_counter() < deadline and any(line not in ear.lines for ear, line, _ in told):
        await asyncio.sleep(0.05)
    return [(ear.lines[line] - begun) * 1000 if line in ear.lines else -1.0 for ear, line, begun in told]


async def play(found: Scratch, count: int, rounds: int, rate: float) -> Talk:
    facts = people(found, count)
    key = in_shell(found, "chat", str(facts["brand"]))["key"]
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(SENDERS)
    visitors = [Visitor(found.port, key, number) for number in range(count)]
    await asyncio.gather(*(loop.run_in_executor(pool, visitor.begin) for visitor in visitors))
    contacts = in_shell(found, "give", *map(str, facts["users"]))["contacts"]
    agents = [Agent(found.port, session) for session in facts["sessions"]]
    by_user = dict(zip(facts["users"], agents, strict=True))
    for visitor in visitors:
        given = contacts[f"Visitor {visitor.number}"]
        by_user[given["user"]].contact = given["contact"]
    ears = [by_user[contacts[f"Visitor {visitor.number}"]["user"]].ear for visitor in visitors]
    ends: list[Any] = [*agents, *visitors]
    lives = [asyncio.ensure_future(end.live()) for end in ends]
    async with asyncio.timeout(SLOWEST):
        await asyncio.gather(*(end.opened.wait() for end in ends))
    await asyncio.sleep(3)
    talk, roots = Talk(count), found.roots()
    counted = [roots[name] for name in ("web", "postgres", "worker")]
    cpu, begun = cpu_ms(counted), time.perf_counter()
    waits = await say_all(list(zip(visitors, ears, strict=True)), rounds, rate, pool)
    seconds = time.perf_counter() - begun
    talk.cpu_ms_a_line = (cpu_ms(counted) - cpu) / len(waits)
    talk.lines, talk.lines_per_second = len(waits), len(waits) / seconds
    talk.to_agent_p50_ms, talk.to_agent_p95_ms, talk.to_agent_last_ms = spread(waits)
    said_to = {contacts[f"Visitor {visitor.number}"]["user"]: visitor.ear for visitor in visitors}
    back = await say_all([(by_user[user], ear) for user, ear in said_to.items()], 1, rate, pool)
    talk.to_visitor_p50_ms, talk.to_visitor_p95_ms, talk.to_visitor_last_ms = spread(back)
    talk.lost = sum(wait < 0 for wait in (*waits, *back))
    for live in lives:
        live.cancel()
    await asyncio.gather(*lives, return_exceptions=True)
    pool.shutdown()
    return talk


def spread(waits: list[float]) -> tuple[float, float, float]:
    heard = [wait for wait in waits if wait >= 0]
    if not heard:
        raise BenchError("No line came to the other end.")
    return percentile(heard, 0.5), percentile(heard, 0.95), max(heard)


def measure(found: Scratch, *, pairs: int = 200, rounds: int = 2, rate: float = 10.0) -> Talk:
    """On a running scratch installation: so many chats, so many lines a second altogether."""
    return asyncio.run(play(found, pairs, rounds, rate))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chats", description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(words)
    try:
        with scratch(options.tickets, options.keep, 1) as found, running(found):
            talk = measure(found, pairs=options.pairs, rounds=options.rounds, rate=options.rate)
    except BenchError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(asdict(talk), indent=1))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
