"""A whole Carecenter under test: bin/run on a data folder and ports of its own."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from carecenter.embedded import locks, paths
from tests import begun

READY = "Ctrl-C ends everything."
NOT_INHERITED = re.compile(r"PYTEST|CARECENTER_|DJANGO_|DATABASE_URL|REDIS_URL")


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def clean_environment(**more: str) -> dict[str, str]:
    """What a person's shell would have: nothing of this test run."""
    return {name: value for name, value in os.environ.items() if not NOT_INHERITED.match(name)} | more


def run_command(
    name: str, *words: str | Path, timeout: float = 60, **options: object
) -> subprocess.CompletedProcess[str]:
    """Run bin/<name> to its end."""
    command = [paths.PROJECT_DIR / "bin" / name, *words]
    options = {"env": clean_environment(), "capture_output": True} | options
    return subprocess.run(command, text=True, timeout=timeout, check=False, **options)  # type: ignore[call-overload]


def processes_of(data: Path) -> dict[int, str]:
    """Every living process that belongs to the data folder, by command line, working folder or environment."""
    found = {}
    mark = os.fsencode(data)
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(folder.name)
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            command = (folder / "cmdline").read_bytes()
            texts = [command, (folder / "environ").read_bytes(), os.fsencode((folder / "cwd").readlink())]
            if pid != os.getpid() and state not in "ZX" and any(mark in text for text in texts):
                found[pid] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def wait_for(condition, seconds: float) -> bool:
    """Whether `condition()` came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def with_tables(folder: Path) -> None:
    """All tables, made by bin/manage."""
    env = clean_environment(CARECENTER_DATA=str(folder))
    done = run_command("manage", "migrate", "--noinput", "--skip-checks", "-v0", env=env, timeout=300)
    assert done.returncode == 0, done.stderr


def _started(folder: Path) -> None:
    begun.copy(begun.folder_with_tables(with_tables), folder)
    with Stack(folder, from_nothing=True) as stack:
        stack.start(within=300)
        assert stack.stop() == 0
    stack.output.unlink()


def started() -> Path:
    """A data folder that was started `--empty` before and has ended: to copy, or to look at."""
    return begun.folder_once_started(_started)


class Stack:
    """Use as a context manager; whatever the test left running is killed at the end.

    An empty one begins with a copy of a folder that was started before, or `from_nothing`.
    """

    def __init__(
        self,
        data: Path,
        *,
        arguments: tuple[str, ...] = ("--empty",),
        env: Mapping[str, str] = {},
        from_nothing: bool = False,
    ) -> None:
        self.data = data
        self.from_nothing = from_nothing
        self.port, self.smtp_port = free_ports(2)
        self.arguments = arguments
        self.env = dict(env)
        self.output = data.with_name(f"{data.name}.output")
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.stop()
        for pid in processes_of(self.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, within: float = 120) -> Self:
        """Start and return when it says that it is ready."""
        self.launch()
        assert wait_for(lambda: READY in self.said() or self.ended(), within), self.said()
        assert not self.ended(), self.said()
        return self

    def launch(self) -> None:
        if not self.from_nothing and "--empty" in self.arguments and not self.data.exists():
            begun.copy(started(), self.data)
        command = [
            paths.PROJECT_DIR / "bin" / "run",
            "--port",
            str(self.port),
            "--smtp-port",
            str(self.smtp_port),
        ]
        command += ["--data", self.data, *self.arguments]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                env=clean_environment(**self.env),
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self, number: int = signal.SIGTERM, *, within: float = 12) -> int:
        """Signal the supervisor and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(within)

    def pid(self, name: str) -> int:
        """The pid of postgres, valkey, web, worker or smtp; 0 while it is down."""
        return locks.children(self.data).get(name, 0)

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Signal one child and return its pid."""
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def is_up(self) -> bool:
        """Whether web and SMTP answer."""
        return _get(self.port, b"GET /healthz/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").startswith(
            b"HTTP/1.1 200"
        ) and _get(self.smtp_port, b"QUIT\r\n").startswith(b"220")


def _get(port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            return connection.recv(64)
    except OSError:
        return b""
