"""A process that has imported Carecenter already: web, inlet and worker fork from it.

So a start imports once instead of three times, a child that crashed is back without importing anything, and what was
imported lies in memory once. The processes are ours all the same: the one between ends, and orphans come to us.
"""

import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from carecenter.embedded import environment, locks, paths, processes
from carecenter.embedded.errors import CannotStart, why

NAME = "nursery"
READY_WITHIN = 60.0
ANSWER_WITHIN = 10.0


class Nursery:
    """Use as a context manager. It begins to import at once; one that died is begun again with the next wish."""

    def __init__(self, data: Path, env: dict[str, str]) -> None:
        self.data = data
        self.env = env
        self.log = data / "log" / f"{NAME}.log"

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def fork(self, words: Sequence[str], log: Path) -> processes.Forked:
        """Run what `python WORDS` would run, as a child of ours; its output goes to `log`."""
        wish = json.dumps({"words": words, "log": str(log)}).encode()
        pid = self._ask(wish)
        if not pid:
            self._end()
            self._begin()
            pid = self._ask(wish)
        if not pid:
            raise CannotStart(f"Carecenter could not start: {why(self.log, since=self.log_start)}")
        return processes.Forked(int(pid))

    def _begin(self) -> None:
        self.log_start = self.log.stat().st_size if self.log.exists() else 0
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command: list[str | Path] = [environment.PYTHON, "-m", "carecenter.preloaded", str(theirs.fileno())]
        with theirs, self.log.open("ab") as output:
            self.process = processes.spawn(
                command, output=output, env=self.env, cwd=paths.PROJECT_DIR, keep_open=(theirs.fileno(),)
            )
        locks.record_child(self.data, NAME, self.process.pid)
        self.is_ready = False

    def _end(self) -> None:
        self.line.close()
        processes.end(self.process, within=1)
        locks.forget_child(self.data, NAME)

    def _ask(self, wish: bytes) -> bytes:
        """A pid; nothing when it has died, or hangs. Waits while it imports."""
        try:
            if not self.is_ready:
                self.is_ready = bool(self._hear(READY_WITHIN))
            self.line.sendall(wish)
            return self._hear(ANSWER_WITHIN)
        except (TimeoutError, ConnectionError):
            return b""

    def _hear(self, within: float) -> bytes:
        self.line.settimeout(within)
        return self.line.recv(64)
