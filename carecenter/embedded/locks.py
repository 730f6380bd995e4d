"""Who serves a data folder, and who uses it: two locked files and a record of every child.

`stack.lock` is held by the one process that runs the servers and says who that is; `users.lock` is shared by the
commands that need them. The kernel lets go of both when a process dies, however it dies.
"""

import fcntl
import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from carecenter.embedded.processes import signal_group, start_time, wait_until


@dataclass(frozen=True)
class Holder:
    pid: int
    role: str  # "run": bin/run; "keep": the servers of bin/manage and bin/test


def state_dir(data: Path) -> Path:
    folder = data / "run-state"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class FileLock:
    """A lock on a file that only our death or `release` ends. Children do not inherit it unless told to."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)

    def acquire(self, *, shared: bool = False, wait: bool = False) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self.descriptor, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        os.close(self.descriptor)


def stack_lock(data: Path) -> FileLock:
    return FileLock(state_dir(data) / "stack.lock")


def users_lock(data: Path) -> FileLock:
    return FileLock(state_dir(data) / "users.lock")


def has_users(data: Path) -> bool:
    """Whether somebody uses the servers; not while they are being stopped. Makes nothing in a folder that goes."""
    try:
        lock = FileLock(data / "run-state" / "users.lock", create=False)
    except FileNotFoundError:
        return False
    try:
        return not lock.acquire() and lock.acquire(shared=True)
    finally:
        lock.release()


def sign(lock: FileLock, role: str) -> None:
    """Write who holds the lock into it."""
    text = json.dumps({"pid": os.getpid(), "role": role}).encode()
    os.ftruncate(lock.descriptor, 0)
    os.pwrite(lock.descriptor, text, 0)


def holder(data: Path) -> Holder | None:
    """Who serves the data folder now, None when nobody does."""
    try:
        lock = FileLock(data / "run-state" / "stack.lock", create=False)
    except FileNotFoundError:
        return None
    try:
        if lock.acquire(shared=True):
            return None
        return Holder(**json.loads(os.pread(lock.descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return Holder(0, "run")  # it has the lock and has not signed yet
    finally:
        lock.release()


def record_child(data: Path, name: str, pid: int) -> None:
    """Note a child's pid and start, for `end_leftovers` and for people who look for it."""
    (state_dir(data) / f"{name}.pid").write_text(f"{pid} {start_time(pid)}\n")


def forget_child(data: Path, name: str) -> None:
    (state_dir(data) / f"{name}.pid").unlink(missing_ok=True)


def children(data: Path) -> dict[str, int]:
    """The recorded children that live: name to pid."""
    found = {}
    for file in sorted((data / "run-state").glob("*.pid")):
        with suppress(ValueError, OSError):
            pid, started = (int(word) for word in file.read_text().split())
            if start_time(pid) == started:
                found[file.stem] = pid
    return found


def end_leftovers(data: Path, *, within: float = 8.0) -> None:
    """End what a killed supervisor left behind. Call it only while holding `stack_lock`.

    PostgreSQL is not among them: its own start knows how to follow a dying one.
    """
    left = {name: pid for name, pid in children(data).items() if name != "postgres"}
    for pid in left.values():
        signal_group(pid, signal.SIGCONT)
        signal_group(pid, signal.SIGTERM)
    wait_until(lambda: all(start_time(pid) is None for pid in left.values()), within if left else 0)
    for name, pid in left.items():
        signal_group(pid, signal.SIGKILL)
        forget_child(data, name)
