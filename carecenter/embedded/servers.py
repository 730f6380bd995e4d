"""PostgreSQL and Valkey for whoever needs them: bin/run runs them itself, commands and tests borrow them.

Borrowers share a lock; the first one starts a keeper, a small process that runs the servers for as long as anybody
holds that lock. So several commands share one pair of servers, the last one out stops them, and a borrower that is
killed leaves nothing behind.
"""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from carecenter.embedded import locks, paths, postgres, processes, supervisor, valkey
from carecenter.embedded.errors import CannotStart, Stopped, explain, last_words

ENTRY = Path(__file__).with_name("__main__.py")
START_WITHIN = 130.0  # a crash recovery may take its time
FRESH_SECONDS = 60  # its owner may not have locked it yet
NEEDED_BYTES = 200 * 2**20


def needs_postgres() -> bool:
    return not os.environ.get("DATABASE_URL")


def needs_valkey() -> bool:
    return not os.environ.get("REDIS_URL")


def server_children(data: Path, *, durable: bool = True) -> list[supervisor.Child]:
    """The embedded servers that the environment does not replace by an address."""
    found = []
    if needs_postgres():
        found.append(
            supervisor.Child(
                "postgres",
                start=partial(postgres.start, data, durable=durable),
                is_ready=partial(postgres.answers, data),
                ready_within=120,
                stop_signal=signal.SIGINT,
                is_server=True,
                explain=partial(postgres.explain_end, data),
                retry=postgres.is_worth_another_try,
            )
        )
    if needs_valkey():
        found.append(
            supervisor.Child(
                "valkey",
                start=partial(valkey.start, data),
                is_ready=partial(valkey.answers, data),
                ready_within=20,
                is_server=True,
            )
        )
    return found


def prepare_folder(data: Path) -> None:
    """Make the data folder and refuse one that cannot work."""
    try:
        data.mkdir(parents=True, mode=0o700, exist_ok=True)
        mode = stat.S_IMODE(data.stat().st_mode)
        if needs_postgres() and mode & 0o011 != 0o011 and processes.must_become_nobody():
            mode |= 0o011  # the way to its pg/
            data.chmod(mode)
        if mode & 0o077:
            os.umask(0o077)  # others may pass: mails and attachments are still none of their business
        paths.make_socket_dir(data)
    except paths.UnsafeSocketDir as error:
        raise CannotStart(str(error)) from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise CannotStart(
            f"This user may not write to {data}: change the owner or choose another --data folder."
        )
    free = shutil.disk_usage(data).free
    if free < NEEDED_BYTES:
        raise CannotStart(
            f"The disk is full: {data} has {free // 2**20} MB free, Carecenter needs {NEEDED_BYTES // 2**20}."
        )


def start_servers(watcher: supervisor.Supervisor, *, durable: bool = True) -> None:
    """Bring the servers up under `watcher`, with a database in them."""
    data = watcher.data
    if needs_postgres():
        postgres.initialise(data, watcher.log("postgres"), durable=durable)
    watcher.start(server_children(data, durable=durable))
    if needs_postgres():
        postgres.create_database(data)


def serving(data: Path) -> bool:
    return (not needs_postgres() or _has_database(data)) and (not needs_valkey() or valkey.answers(data))


def _has_database(data: Path) -> bool:
    import psycopg2

    try:
        postgres.connect(data, paths.DATABASE_NAME).close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def borrowed_servers(data: Path, *, throwaway: bool = False) -> Iterator[locks.FileLock]:
    """Run the block with the servers of `data` up; yields the lock that keeps them up.

    `throwaway`: nothing in this folder will be needed again. The servers do without fsync, and the whole folder is
    removed when its last user is gone, even by kill -9.
    """
    prepare_folder(data)
    lock = locks.users_lock(data)
    try:
        lock.acquire(shared=True, wait=True)
        if needs_postgres() or needs_valkey():
            _await_servers(data, throwaway=throwaway)
        yield lock
    finally:
        lock.release()
        _await_end(data)


def _await_servers(data: Path, *, throwaway: bool) -> None:
    deadline = time.monotonic() + START_WITHIN
    keeper: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        if locks.holder(data) is None:
            if keeper is not None and keeper.poll():
                reason = last_words(data / "log" / "keeper.log")
                raise CannotStart(reason or "The embedded servers could not be started.")
            if keeper is None or keeper.poll() is not None:
                keeper = _start_keeper(data, throwaway=throwaway)
        elif serving(data):
            return
        time.sleep(0.02)
    raise CannotStart(f"The embedded servers of {data} did not answer within {START_WITHIN:.0f} s.")


def _start_keeper(data: Path, *, throwaway: bool) -> subprocess.Popen[bytes]:
    log = data / "log" / "keeper.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-I", ENTRY, "keep", str(data), *(["--throwaway"] if throwaway else [])],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # it serves others too: our terminal's Ctrl-C is not meant for it
        )


def _await_end(data: Path) -> None:
    """As the last user, return only when the servers are gone, so that the folder may be moved or removed."""
    deadline = time.monotonic() + 12
    while time.monotonic() < deadline:
        found = locks.holder(data)
        if found is None or found.role == "run" or locks.has_users(data):
            return
        time.sleep(0.02)


def keep(data: Path, *, throwaway: bool) -> int:
    """Run the servers of `data` while anybody holds its users' lock. The body of the keeper process."""
    lock, users = locks.stack_lock(data), locks.users_lock(data)
    if not lock.acquire():
        return 0  # another keeper, or bin/run, was faster
    locks.sign(lock, "keep")
    try:
        supervisor.raise_when_interrupted()
        locks.end_leftovers(data)
        with supervisor.Supervisor(data, say=_note) as watcher:
            start_servers(watcher, durable=not throwaway)
            # Held from here to our end: whoever comes now waits and starts servers of its own.
            while not users.acquire():
                watcher.tick()
    except Stopped:
        return 0
    except CannotStart as error:
        _note(str(error))
        return 1
    except OSError as error:
        _note(explain(error))
        return 1
    if throwaway:
        _remove(data)
    return 0


def _remove(data: Path) -> None:
    shutil.rmtree(paths.socket_dir(data), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 -- its log


def remove_abandoned(folders: Sequence[Path]) -> None:
    """Remove throwaway folders that nobody serves or uses any more, such as after a power cut."""
    for folder in folders:
        with suppress(FileNotFoundError):  # somebody else removes it
            fresh = time.time() - folder.stat().st_mtime < FRESH_SECONDS
            if not fresh and locks.holder(folder) is None and not locks.has_users(folder):
                _remove(folder)
