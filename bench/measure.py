"""Ask for the same kind of thing many times, one after the other, and say what it cost."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.client import Answer
from bench.processes import cpu_ms
from bench.stack import BenchError, Scratch

SECONDS = 25.0  # at most, for one row
APPLICATION = ("web", "postgres")
IDLE_SECONDS = 4.0


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
    ratio: float | None = None


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

    def figure(self, name: str, ask: Callable[[int], Answer], *, count: int, status: int = 200) -> Figure:
        """`ask(number)` so many times after a few to warm up. BenchError for any other status."""
        for number in range(min(5, count)):
            expect(name, ask(number), status)
        before, begun = self.read(), time.perf_counter()
        answers: list[Answer] = []
        for number in range(count):
            answers.append(expect(name, ask(number), status))
            if time.perf_counter() - begun > SECONDS:
                break
        seconds, after = time.perf_counter() - begun, self.read()
        used = {key: max(0.0, after[key] - before[key] - self.idle[key] * seconds) for key in after}
        times = [answer.ms for answer in answers]
        return Figure(
            name=name,
            count=len(answers),
            p50_ms=percentile(times, 0.5),
            p95_ms=percentile(times, 0.95),
            cpu_ms=used["application"] / len(answers),
            worker_cpu_ms=used["worker"] / len(answers),
            queries=max(answer.queries for answer in answers),
            bytes=round(percentile([answer.size for answer in answers], 0.5)),
        )


def expect(name: str, answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise BenchError(f"{name}: answered {answer.status}, not {status}: {answer.text[:300]}")
    return answer
