"""Commands one after another, and such chains side by side, with progress and one sentence when one fails."""

import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from carecenter.embedded import processes
from carecenter.embedded.errors import CannotStart, why
from carecenter.embedded.progress import Progress

ROOT = Path(__file__).resolve().parents[2]
NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "No route to host",
    "Connection refused",
    "NewConnectionError",
    "ConnectTimeoutError",
    "Max retries exceeded",
    "EAI_AGAIN",
    "ENOTFOUND",
    "ECONNREFUSED",
    "ENETUNREACH",
    "ETIMEDOUT",
)
ERROR_MARKS = ("ERROR:", "npm error", "npm ERR!", "Error:", "error:")


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str | Path]
    path: str | None = None


class Chain:
    """Steps from an iterator; the code between two `yield`s of a generator runs when the first has succeeded."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = iter(steps)
        self.step: Step | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.log = Path()

    def advance(self, log_dir: Path, env: Mapping[str, str]) -> bool:
        """Start the next step; False when there is none left."""
        self.step = next(self._steps, None)
        if self.step is None:
            self.process = None
            return False
        self.log = log_dir / f"{self.step.name.lower().replace(' ', '-')}.log"
        step_env = dict(env) | ({"PATH": self.step.path} if self.step.path else {})
        with self.log.open("wb") as output:
            self.process = processes.spawn(self.step.command, output=output, env=step_env, cwd=ROOT)
        return True


def run_chains(chains: Sequence[Chain], progress: Progress, log_dir: Path, env: Mapping[str, str]) -> None:
    """Run the chains side by side to their end; the first failure ends them all and raises CannotStart."""
    running: list[Chain] = []
    try:
        for chain in chains:
            if chain.advance(log_dir, env):
                running.append(chain)
                progress.begin(_name(chain))
        while running:
            for chain in list(running):
                if chain.process is None or chain.process.poll() is None:
                    continue
                if chain.process.returncode != 0:
                    raise CannotStart(_explain(chain))
                progress.end(_name(chain))
                if chain.advance(log_dir, env):
                    progress.begin(_name(chain))
                else:
                    running.remove(chain)
            progress.tick()
            time.sleep(0.03)
    finally:
        for chain in running:
            if chain.process:
                with suppress(OSError):
                    processes.end(chain.process, within=2)


def _name(chain: Chain) -> str:
    return chain.step.name if chain.step else ""


def _explain(chain: Chain) -> str:
    text = chain.log.read_text(errors="replace")
    name = _name(chain)
    if any(mark in text for mark in NO_NETWORK):
        return f"{name} could not be fetched: there is no connection to the package index (see {chain.log})."
    return f"{name} failed: {why(chain.log, marks=ERROR_MARKS)}"
