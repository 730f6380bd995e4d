"""The bench's arithmetic, and its look at processes."""

import os
import subprocess
import sys
import time

import pytest

from bench.client import Answer
from bench.mails import KIB, mail
from bench.measure import Ask, Figure, Meter, percentile
from bench.processes import cpu_ms, family, pss_mib
from bench.report import Report
from bench.stack import BenchError
from carecenter.lib.counting import Counter


def test_percentile_is_the_nearest_rank() -> None:
    assert percentile([5.0, 1.0, 3.0, 2.0, 4.0], 0.5) == 3.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert percentile([7.0], 0.95) == 7.0


def test_cpu_time_is_that_of_the_tree() -> None:
    """A child's work counts, while it runs and after it was waited for."""
    before = cpu_ms([os.getpid()])
    busy = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    child = subprocess.Popen([sys.executable, "-c", busy])
    assert child.pid in family([os.getpid()])
    child.wait(30)
    assert 250 < cpu_ms([os.getpid()]) - before < 3000


def test_memory_is_that_of_the_tree() -> None:
    child = subprocess.Popen([sys.executable, "-c", "x = b'y' * 60_000_000; input()"], stdin=subprocess.PIPE)
    deadline = time.monotonic() + 10
    while pss_mib([child.pid]) < 55 and time.monotonic() < deadline:
        time.sleep(0.05)
    found = pss_mib([child.pid])
    child.communicate(b"\n", timeout=10)
    assert 55 < found < 120


def test_mails_have_about_the_size_asked_for() -> None:
    assert 3.5 * KIB < len(mail(1, 4 * KIB, "run")) < 5 * KIB
    assert 4.7e6 < len(mail(1, 5_000 * KIB, "run")) < 5.6e6


def test_a_row_is_measured_in_turns_with_its_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page costs three times the floor; a busy moment in the middle weighs on both."""
    spent = {"application": 0.0, "worker": 0.0}

    def ask(ms: float) -> Ask:
        def answer(number: int) -> Answer:
            spent["application"] += ms * (4 if number >= 20 else 1)
            return Answer(200, ms, 7, 2, "")

        return answer

    meter = Meter.__new__(Meter)
    meter.idle = dict.fromkeys(spent, 0.0)
    monkeypatch.setattr(meter, "read", lambda: dict(spent))
    figure = meter.figure("page", ask(6.0), ask(2.0), count=40)
    assert (figure.count, figure.ratio, figure.queries) == (40, 3.0, 2)
    assert figure.cpu_ms == 15.0


def test_a_wrong_answer_ends_the_bench() -> None:
    meter = Meter.__new__(Meter)
    with pytest.raises(BenchError, match="answered 500, not 200"):
        meter.figure("page", lambda _: Answer(500, 1.0, 0, 0, "oops"), None, count=3)


def test_report_shows_the_floor_beside_each_row() -> None:
    page = Figure("page", 1, 1.0, 1.0, 10.0, 0.0, 5, 10, floor="floor", floor_cpu_ms=4.0, ratio=2.5)
    report = Report(7, 0.0, rows=[page])
    assert report.as_json()["rows"][0]["ratio"] == 2.5
    assert next(line for line in report.text().splitlines() if line.startswith("page")).split()[-2:] == [
        "4.0",
        "2.5",
    ]


def test_queries_are_counted() -> None:
    counter = Counter()
    assert counter(lambda *_: "row", "SELECT 1", (), False, {}) == "row"
    assert counter.count == 1
