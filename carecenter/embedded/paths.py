"""Where the data folder and its unix sockets lie. Standard library only: settings and the set-up import it first."""

import contextlib
import hashlib
import os
import secrets
import stat
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent

POSTGRES_PORT = 5432
DATABASE_NAME = "carecenter"
DATABASE_USER = "postgres"
NOBODY = 65534
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
    after the data folder in /tmp. ($XDG_RUNTIME_DIR is no place for them: a mail server's pipe does not have the
    variable that the terminal had, and would look elsewhere.)
    """
    inside = data / "run"
    if len(os.fsencode(inside / POSTGRES_SOCKET)) <= SOCKET_PATH_LIMIT:
        return inside
    name = f"cc-{os.getuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
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
    # As root without user namespaces, the folder was handed to the user nobody for PostgreSQL.
    owners = {os.geteuid(), NOBODY} if os.geteuid() == 0 else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise UnsafeSocketDir(
            f"{folder} belongs to somebody else; remove it or choose another --data folder."
        )
    if found.st_mode & 0o077:
        if folder == data / "run":
            folder.chmod(0o700)
        else:
            raise UnsafeSocketDir(
                f"{folder} is open to other users; remove it or choose another --data folder."
            )
    return folder


def create_secret_key(data: Path) -> str:
    """Return the key in `data`/secret.key, made at first use; two processes at once get the same one."""
    path = data / "secret.key"
    data.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = data / f".secret.key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()
