"""Starts children in order, starts crashed ones again, and leaves none behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from carecenter.embedded import locks, processes
from carecenter.embedded.errors import CannotStart, Stopped, why

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
STEADY_SECONDS = 30.0  # a child that ran this long starts its pauses anew
CLIENTS_WITHIN, SERVERS_WITHIN = 6.0, 9.0  # seconds after the stop began
RETRY_WITHIN = 15.0
LOG_LIMIT = 20 * 2**20


@dataclass
class Child:
    """One process to keep alive.

    `start(log)` spawns it and `is_ready()` asks it. When it dies at its first start, `retry(log, since)` says whether
    that passes by itself, and `explain(log, since)` why it died; `since` is where this start began in the log.
    """

    name: str
    start: Callable[[Path], subprocess.Popen[bytes] | processes.Forked]
    is_ready: Callable[[], bool]
    ready_within: float = 60.0
    stop_signal: int = signal.SIGTERM
    is_server: bool = False
    explain: Callable[[Path, int], str] | None = None
    retry: Callable[[Path, int], bool] | None = None
    process: subprocess.Popen[bytes] | processes.Forked | None = field(default=None, init=False)
    ready: bool = field(default=False, init=False)
    started: float = field(default=0.0, init=False)
    next_start: float | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    log_start: int = field(default=0, init=False)


class Supervisor:
    """Use as a context manager: leaving it, for whatever reason, ends every child."""

    def __init__(
        self, data: Path, *, say: Callable[[str], None], on_tick: Callable[[], None] = lambda: None
    ) -> None:
        self.data = data
        self.say = say
        self.on_tick = on_tick
        self.children: list[Child] = []
        self.steps: list[subprocess.Popen[bytes]] = []
        self.log_dir = data / "log"
        self._next_log_check = 0.0

    def __enter__(self) -> Self:
        self.log_dir.mkdir(exist_ok=True)
        processes.become_subreaper()
        return self

    def __exit__(self, *_: object) -> None:
        stop_interruptions()
        self.stop()

    def log(self, name: str) -> Path:
        return self.log_dir / f"{name}.log"

    def start(self, children: Sequence[Child]) -> None:
        """Start all of `children` at once and return when all are ready; raises CannotStart when one is not."""
        for child in children:
            self.children.append(child)
            self._spawn(child)
        begun = time.monotonic()
        while not all(child.ready for child in children):
            for child in children:
                self._must_still_start(child, may_retry=time.monotonic() - begun < RETRY_WITHIN)
            self.tick(pause=0.03)

    def run_step(self, command: Sequence[str | Path], env: dict[str, str], cwd: Path, name: str) -> Path:
        """Run a command to its end while watching the children; returns its log. Raises CannotStart when it fails."""
        steps = self.begin_step(command, env, cwd, name)
        return self.finish_step(steps, name)

    def begin_step(
        self, command: Sequence[str | Path], env: dict[str, str], cwd: Path, name: str
    ) -> subprocess.Popen[bytes]:
        with self.log(name).open("wb") as output:
            step = processes.spawn(command, output=output, env=env, cwd=cwd)
        self.steps.append(step)
        return step

    def finish_step(self, step: subprocess.Popen[bytes], name: str) -> Path:
        while step.poll() is None:
            self.tick(pause=0.03)
        self.steps.remove(step)
        log = self.log(name)
        if step.returncode != 0:
            raise CannotStart(f"{name} failed: {why(log)}")
        return log

    def tick(self, *, pause: float = 0.1) -> None:
        """Look after everybody once, then rest for `pause` seconds."""
        for child in self.children:
            self._look_after(child)
        self._reap_adopted()
        self._keep_logs_short()
        self.on_tick()
        time.sleep(pause)

    def stop(self) -> None:
        """End everybody, those who use the servers first, within 10 seconds in all."""
        begun = time.monotonic()
        for step in self.steps:
            processes.end(step, within=1)
        for group, within in ((False, CLIENTS_WITHIN), (True, SERVERS_WITHIN)):
            members = [child for child in self.children if child.is_server is group and child.process]
            for child in members:
                self._ask_to_end(child)
            for child in members:
                if child.process:
                    processes.end(
                        child.process,
                        within=begun + within - time.monotonic(),
                        signal_number=child.stop_signal,
                    )
                locks.forget_child(self.data, child.name)
        self._reap_adopted()

    @staticmethod
    def _ask_to_end(child: Child) -> None:
        if child.process and child.process.poll() is None:
            with suppress(ProcessLookupError):
                child.process.send_signal(child.stop_signal)
                child.process.send_signal(signal.SIGCONT)

    def _spawn(self, child: Child) -> None:
        log = self.log(child.name)
        child.log_start = log.stat().st_size if log.exists() else 0
        child.ready, child.next_start, child.started = False, None, time.monotonic()
        child.process = child.start(log)
        locks.record_child(self.data, child.name, child.process.pid)

    def _must_still_start(self, child: Child, *, may_retry: bool) -> None:
        assert child.process is not None  # noqa: S101 -- start() spawned it
        if child.ready or (
            child.process.poll() is None and time.monotonic() - child.started < child.ready_within
        ):
            return None
        log = self.log(child.name)
        if child.process.poll() is None:
            raise CannotStart(f"{child.name} did not answer within {child.ready_within:.0f} s (see {log}).")
        if child.retry and may_retry and child.retry(log, child.log_start):
            time.sleep(0.3)
            return self._spawn(child)
        if child.explain:
            raise CannotStart(child.explain(log, child.log_start))
        raise CannotStart(f"{child.name} could not start: {why(log, since=child.log_start)}")

    def _look_after(self, child: Child) -> None:
        if child.process is None:
            return
        if child.next_start is not None:
            if time.monotonic() >= child.next_start:
                self._start_again(child)
        elif child.process.poll() is not None:
            if child.ready or child.failures:
                self._plan_restart(child)
        elif not child.ready and child.is_ready():
            child.ready = True
            if child.failures:
                self.say(f"{child.name} is back.")

    def _plan_restart(self, child: Child) -> None:
        assert child.process is not None  # noqa: S101
        processes.signal_group(child.process.pid, signal.SIGKILL)  # grandchildren of a killed child
        steady = child.ready and time.monotonic() - child.started > STEADY_SECONDS
        child.failures = 1 if steady else child.failures + 1
        pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** (child.failures - 1))
        child.next_start, child.ready = time.monotonic() + pause, False
        self.say(
            f"{child.name} {_ending(child.process.returncode or 0)}; starting it again in {pause:.1f} s."
        )

    def _start_again(self, child: Child) -> None:
        try:
            self._spawn(child)
        except (CannotStart, OSError) as error:
            child.failures += 1
            child.next_start = time.monotonic() + LONGEST_PAUSE
            self.say(f"{child.name} could not be started again: {error}")

    def _reap_adopted(self) -> None:
        """Collect orphans that became ours; our own children are left to their Popen."""
        ours = {child.process.pid for child in self.children if child.process} | {
            step.pid for step in self.steps
        }
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None or found.si_pid in ours:
                return
            os.waitpid(found.si_pid, os.WNOHANG)

    def _keep_logs_short(self) -> None:
        """Children append to their logs for months: past the limit one old copy is kept."""
        if time.monotonic() < self._next_log_check:
            return
        self._next_log_check = time.monotonic() + 60
        for log in self.log_dir.glob("*.log"):
            with suppress(OSError):
                if log.stat().st_size > LOG_LIMIT:
                    with log.open("rb") as full, log.with_suffix(".log.1").open("wb") as old:
                        while block := full.read(2**20):
                            old.write(block)
                    os.truncate(log, 0)


def _ending(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def raise_when_interrupted() -> None:
    """From now on Ctrl-C, SIGTERM and SIGHUP raise Stopped in the main thread."""

    def stop(number: int, _frame: object) -> None:
        stop_interruptions()
        raise Stopped(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def stop_interruptions() -> None:
    """We are ending already: a second Ctrl-C must not leave half of it behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
