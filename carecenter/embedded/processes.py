"""Children that never outlive us, and the user they run as.

Each child is its own process group and gets a signal when we die, even by kill -9. That signal comes when the
*thread* that forked ends, so fork from the main thread only.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from carecenter.embedded.errors import CannotStart
from carecenter.embedded.paths import NOBODY

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_CLONE_NEWUSER = 0x10000000
_REFUSED = 97
_PARENT_GONE = 98


@dataclass(frozen=True)
class Identity:
    """Who a child is, and the signal it gets when we die.

    PostgreSQL refuses uid 0 and, for initdb, a uid without a passwd entry.
    `mapped`: keep our uid outside, be this named user inside a user namespace of the child's own.
    `uid`: really become this user.
    """

    mapped: int | None = None
    uid: int | None = None
    death_signal: int = signal.SIGTERM


OURSELVES = Identity()


class Forked:
    """A child of ours that we did not start ourselves: what is used of a Popen."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float = 3600) -> int:
        if not wait_until(lambda: self.poll() is not None, timeout, pause=0.02):
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def become_subreaper() -> None:
    """Grandchildren whose parent dies are ours, so that we can end them."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _enter_namespace(uid_inside: int, uid: int, gid: int) -> None:
    if _libc.unshare(_CLONE_NEWUSER):
        os._exit(_REFUSED)
    try:
        for name, content in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid_inside} {uid} 1\n"),
            ("gid_map", f"{uid_inside} {gid} 1\n"),
        ):
            descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
            os.write(descriptor, content.encode())
            os.close(descriptor)
    except OSError:
        os._exit(_REFUSED)


def _in_child(identity: Identity, *, own_group: bool) -> Callable[[], None]:
    parent, uid, gid = os.getpid(), os.geteuid(), os.getegid()

    def prepare() -> None:
        if own_group:
            os.setpgid(0, 0)
        if identity.mapped is not None:
            _enter_namespace(identity.mapped, uid, gid)
        elif identity.uid is not None:
            os.setgroups([])
            os.setgid(identity.uid)
            os.setuid(identity.uid)
        # After the change of user, which clears it.
        _libc.prctl(_PR_SET_PDEATHSIG, identity.death_signal)
        if os.getppid() != parent:
            os._exit(_PARENT_GONE)

    return prepare


def spawn(
    command: Sequence[str | Path],
    *,
    output: IO[bytes] | int | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    identity: Identity = OURSELVES,
    keep_open: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own that ends with us."""
    return subprocess.Popen(
        [os.fspath(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=env,
        cwd=cwd,
        pass_fds=keep_open,
        preexec_fn=_in_child(identity, own_group=True),  # noqa: PLW1509 -- the main thread forks
    )


def spawn_in_foreground(
    command: Sequence[str | Path], *, env: Mapping[str, str], keep_open: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start a child on our terminal, in our process group (Ctrl-C reaches it), that ends with us."""
    return subprocess.Popen(
        [os.fspath(part) for part in command],
        env=env,
        pass_fds=keep_open,
        preexec_fn=_in_child(OURSELVES, own_group=False),  # noqa: PLW1509
    )


def can_map_users() -> bool:
    """Whether this machine lets us have a user namespace."""
    uid, gid = os.geteuid(), os.getegid()
    child = os.fork()
    if child == 0:
        _enter_namespace(NOBODY, uid, gid)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _user_for_namespace() -> int | None:
    if _named(NOBODY):
        return NOBODY
    return next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0), None)


def must_become_nobody() -> bool:
    """Whether PostgreSQL cannot run under our own uid here: we are root, and user namespaces are refused."""
    return os.geteuid() == 0 and (_user_for_namespace() is None or not can_map_users())


def _can_reach(uid: int, places: Sequence[Path]) -> bool:
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        os._exit(0 if all(os.access(place, os.X_OK) for place in places) else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def database_identity(folder: Path, program: Path) -> Identity:
    """Who may run `program` on `folder`, which need not exist yet; raises CannotStart with the reason."""
    uid = os.geteuid()
    owner = folder.stat().st_uid if folder.exists() else uid
    if owner != uid and not (uid == 0 and owner == NOBODY):
        raise CannotStart(f"{folder} belongs to another user (uid {owner}): start Carecenter as that user.")
    if uid != 0 and _named(uid):
        return OURSELVES
    inside = _user_for_namespace()
    if owner == uid and inside is not None and can_map_users():
        return Identity(mapped=inside)
    if uid == 0 and _named(NOBODY):
        if _can_reach(NOBODY, [program, folder.parent]):
            return Identity(uid=NOBODY)
        raise CannotStart(
            "PostgreSQL cannot run as root; user namespaces are refused here, and the user nobody may not enter "
            f"{folder.parent} or {program.parent}: start Carecenter as a named user."
        )
    who = "root" if uid == 0 else f"uid {uid}, which has no passwd entry,"
    raise CannotStart(
        f"PostgreSQL cannot run as {who} where user namespaces are refused: start Carecenter as a named user."
    )


def start_time(pid: int) -> int | None:
    """The clock tick at which `pid` started, None when it is gone or a zombie: pid and tick name one process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if fields[0] in {"Z", "X"} else int(fields[19])


def signal_group(pid: int, signal_number: int) -> None:
    """Signal the whole process group of a child; one that is gone is no error."""
    try:
        os.killpg(pid, signal_number)
    except (ProcessLookupError, PermissionError):
        pass


def end(
    process: subprocess.Popen[bytes] | Forked, *, within: float, signal_number: int = signal.SIGTERM
) -> None:
    """Ask a child to end, and kill its whole group after `within` seconds."""
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(max(0.05, within))
        except subprocess.TimeoutExpired:
            pass
    signal_group(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition: Callable[[], bool], seconds: float, *, pause: float = 0.05) -> bool:
    """Whether `condition` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause)
    return True
