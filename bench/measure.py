"""Ask for the same kind of thing many times, one after the other, and say what it cost."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.client import Answer
from bench.processes import cpu_ms
from bench.stack import BenchError, Scratch

SECONDS = 25.0  # at most, for one row
APPLICATION = ("web", "postgres")
IDLE_SECONDS = 4.0
BLOCK = 10
Ask = Callable[[int], Answer]


@dataclass
class Figure:
    """One row of the table."""

    name: str
    count: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float  # web process and database
    worker_cpu_ms: float  # what the worker did meanwhile, on account of it or not
    queries: int
    bytes: int
    floor: str = ""
    floor_p50_ms: float | None = None
    floor_cpu_ms: float | None = None
    ratio: float | None = None  # by CPU


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class Meter:
    """Takes CPU time of the stack's processes, less what they use when nobody asks."""

    def __init__(self, found: Scratch) -> None:
        self.found = found
        self.idle = dict.fromkeys(("application", "worker"), 0.0)
        before, begun = self.read(), time.perf_counter()
        time.sleep(IDLE_SECONDS)
        after, seconds = self.read(), time.perf_counter() - begun
        self.idle = {name: (after[name] - before[name]) / seconds for name in before}

    def read(self) -> dict[str, float]:
        roots = self.found.roots()
        application = [roots[name] for name in APPLICATION if name in roots]
        return {
            "application": cpu_ms(application),
            "worker": cpu_ms([roots["worker"]]) if "worker" in roots else 0.0,
        }

    def figure(self, name: str, ask: Ask, floor: Ask | None, *, count: int, status: int = 200) -> Figure:
        """`ask(number)` so many times after a few to warm up. BenchError for any other status.

        With a floor, blocks of both take turns: what else the machine does then weighs on both alike.
        """
        for number in range(min(5, count)):
            expect(name, ask(number), status)
        row, beside = Tally(), Tally()
        begun = time.perf_counter()
        for start in range(0, count, BLOCK):
            numbers = range(start, min(start + BLOCK, count))
            self.add(row, [(name, ask, number, status) for number in numbers])
            if floor is not None:
                self.add(beside, [(name, floor, number, 200) for number in numbers])
            if time.perf_counter() - begun > SECONDS:
                break
        return self.as_figure(name, row, beside)

    def add(self, tally: "Tally", calls: list[tuple[str, Ask, int, int]]) -> None:
        """One block: its times, and the CPU time that went by meanwhile, less that of the idle stack."""
        before, begun = self.read(), time.perf_counter()
        tally.answers += [expect(name, ask(number), status) for name, ask, number, status in calls]
        after, seconds = self.read(), time.perf_counter() - begun
        for key in after:
            tally.used[key] = tally.used.get(key, 0.0) + after[key] - before[key] - self.idle[key] * seconds

    @staticmethod
    def as_figure(name: str, row: "Tally", beside: "Tally") -> Figure:
        times = [answer.ms for answer in row.answers]
        figure = Figure(
            name=name,
            count=len(times),
            p50_ms=percentile(times, 0.5),
            p95_ms=percentile(times, 0.95),
            cpu_ms=row.each("application"),
            worker_cpu_ms=row.each("worker"),
            queries=max(answer.queries for answer in row.answers),
            bytes=round(percentile([answer.size for answer in row.answers], 0.5)),
        )
        if beside.answers:
            figure.floor_p50_ms = percentile([answer.ms for answer in beside.answers], 0.5)
            figure.floor_cpu_ms = beside.each("application")
            figure.ratio = figure.cpu_ms / figure.floor_cpu_ms if figure.floor_cpu_ms else None
        return figure


@dataclass
class Tally:
    answers: list[Answer] = field(default_factory=list)
    used: dict[str, float] = field(default_factory=dict)

    def each(self, key: str) -> float:
        return max(0.0, self.used[key]) / len(self.answers)


def expect(name: str, answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise BenchError(f"{name}: answered {answer.status}, not {status}: {answer.text[:300]}")
    return answer
