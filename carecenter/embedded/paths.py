"""Where the data folder and its unix sockets lie. Standard library only: settings and the set-up import it first."""

import hashlib
import os
import stat
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent

POSTGRES_PORT = 5432
DATABASE_NAME = "carecenter"
DATABASE_USER = "postgres"
VALKEY_SOCKET = "valkey.sock"

# sockaddr_un holds 108 bytes, the last one a zero.
SOCKET_PATH_LIMIT = 107
POSTGRES_SOCKET = f".s.PGSQL.{POSTGRES_PORT}"


class UnsafeSocketDir(Exception):
    """The folder for the sockets belongs to somebody else or is open to others."""


def data_dir() -> Path:
    """Return the folder that holds everything which must survive: CARECENTER_DATA, else var/ of the project."""
    return Path(os.environ.get("CARECENTER_DATA") or PROJECT_DIR / "var").absolute()


def socket_dir(data: Path) -> Path:
    """Return the folder of the PostgreSQL and Valkey sockets of `data`; creates nothing.

    It is `run/` below the data folder, or, where that is too long for a unix socket, a private folder named
    after the data folder in $XDG_RUNTIME_DIR or /tmp.
    """
    inside = data / "run"
    if len(os.fsencode(inside / POSTGRES_SOCKET)) <= SOCKET_PATH_LIMIT:
        return inside
    name = f"cc-{os.getuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if (
        runtime
        and os.access(runtime, os.W_OK)
        and len(os.fsencode(f"{runtime}/{name}/{POSTGRES_SOCKET}")) <= SOCKET_PATH_LIMIT
    ):
        return Path(runtime) / name
    return Path("/tmp") / name  # noqa: S108 -- private, checked by make_socket_dir


def valkey_socket(data: Path) -> Path:
    return socket_dir(data) / VALKEY_SOCKET


def make_socket_dir(data: Path) -> Path:
    """Create the socket folder as 0700 and return it; raises UnsafeSocketDir where it is not ours alone."""
    folder = socket_dir(data)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise UnsafeSocketDir(f"{folder} belongs to somebody else; remove it or choose another --data folder.")
    if found.st_mode & 0o077:
        if folder == data / "run":
            folder.chmod(0o700)
        else:
            raise UnsafeSocketDir(f"{folder} is open to other users; remove it or choose another --data folder.")
    return folder
