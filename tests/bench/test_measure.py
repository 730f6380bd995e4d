"""The bench's arithmetic, and its look at processes."""

import os
import subprocess
import sys
import time

from bench.mails import KIB, mail
from bench.measure import Figure, percentile
from bench.processes import cpu_ms, family, pss_mib
from bench.report import Report
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


def test_report_compares_with_the_floor_of_the_run() -> None:
    floor = Figure("floor", 1, 1.0, 1.0, 4.0, 0.0, 2, 10)
    page = Figure("page", 1, 1.0, 1.0, 10.0, 0.0, 5, 10, floor="floor")
    report = Report(7, 0.0, rows=[floor, page])
    report.compare()
    assert (floor.ratio, page.ratio) == (None, 2.5)
    assert report.as_json()["rows"][1]["ratio"] == 2.5
    assert "page" in report.text()


def test_queries_are_counted() -> None:
    counter = Counter()
    assert counter(lambda *_: "row", "SELECT 1", (), False, {}) == "row"
    assert counter.count == 1
