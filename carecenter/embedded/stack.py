"""bin/run: PostgreSQL, Valkey, web, worker with beat, SMTP inlet and fetcher, from the first start to the last."""

import argparse
import errno
import http.client
import os
import shlex
import smtplib
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen

from carecenter.embedded import environment, locks, paths, postgres, processes, servers
from carecenter.embedded.errors import CannotStart, Stopped
from carecenter.embedded.nursery import Nursery
from carecenter.embedded.progress import Progress
from carecenter.embedded.supervisor import Child, Supervisor

HOST = "127.0.0.1"
ROOT = paths.PROJECT_DIR


@dataclass(frozen=True)
class Options:
    port: int
    smtp_port: int
    data: Path
    empty: bool

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: take one from 1 to 65535")
    return number


def parse_options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="bin/run", description="Set up and start Carecenter on this machine."
    )
    parser.add_argument("--port", type=_port, default=8000, help="port of the web pages (8000)")
    parser.add_argument("--smtp-port", type=_port, default=2525, help="port that takes mail (2525)")
    parser.add_argument("--data", type=Path, default=paths.data_dir(), help="data folder (var/)")
    parser.add_argument("--empty", action="store_true", help="no demo data at the first start")
    found = parser.parse_args(arguments)
    if found.port == found.smtp_port:
        parser.error("--port and --smtp-port must differ")
    return Options(found.port, found.smtp_port, found.data.absolute(), found.empty)


def check_early(options: Options) -> None:
    """Refuse before a long set-up what would be refused after it."""
    _refuse_second(options.data)
    if not (options.data / "run-state").exists():  # else a port may still be held by our own leftovers
        check_ports(options)


def _refuse_second(data: Path) -> None:
    found = locks.holder(data)
    if found and found.role == "run":
        raise CannotStart(
            f"Carecenter already runs on {data} (process {found.pid}): end it, or choose another --data."
        )


def check_ports(options: Options) -> None:
    for port, name in ((options.port, "--port"), (options.smtp_port, "--smtp-port")):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                probe.listen()
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    text = (
                        f"Port {port} is in use: end the program that has it, or choose another with {name}."
                    )
                else:
                    text = f"Port {port} cannot be opened ({error.strerror}): choose another with {name}."
                raise CannotStart(text) from error


def run(options: Options, progress: Progress) -> int:
    """Start everything, say so, and watch over it until somebody asks us to end."""
    data = options.data
    servers.prepare_folder(data)
    lock = _take(data, progress)
    try:
        locks.end_leftovers(data)
        check_ports(options)
        paths.create_secret_key(data)
        with (
            Supervisor(data, say=progress.say, on_tick=progress.tick) as watcher,
            Nursery(data, process_environment(options)) as nursery,
        ):
            _start(options, watcher, nursery, progress)
            _announce(options)
            while True:
                watcher.tick(pause=0.2)
    except Stopped:
        progress.abandon()
        progress.say("Carecenter has stopped.")
        return 0
    finally:
        lock.release()


def _take(data: Path, progress: Progress) -> locks.FileLock:
    lock = locks.stack_lock(data)
    for attempt in range(100):
        if lock.acquire():
            locks.sign(lock, "run")
            return lock
        _refuse_second(data)
        if attempt == 5:
            progress.say("A command still uses the servers of this data folder: waiting for it.")
        time.sleep(0.1)
    raise CannotStart(f"A bin/manage command still uses {data}: end it first.")


def _start(options: Options, watcher: Supervisor, nursery: Nursery, progress: Progress) -> None:
    progress.begin("Database")
    servers.start_servers(watcher)
    progress.end("Database")
    _prepare_database_and_files(options, watcher, progress, nursery.env)
    progress.begin("Carecenter")
    watcher.start(application_children(options, nursery))
    # After the others, so that nobody waits for it: it only looks each few seconds whether there is a mailbox.
    watcher.start([Child("mailboxes", partial(_spawn_fetcher, nursery.env), lambda: True)])
    progress.end("Carecenter")


def process_environment(options: Options) -> dict[str, str]:
    (locks.state_dir(options.data) / "base-url").write_text(options.address)
    env = environment.child_environment(options.data)
    return env | {
        "CARECENTER_WORKER_READY_FILE": str(_worker_ready(options.data)),
        "DJANGO_SETTINGS_MODULE": "carecenter.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _manage(*words: str) -> list[str | Path]:
    return [environment.PYTHON, ROOT / "manage.py", *words]


def _prepare_database_and_files(
    options: Options, watcher: Supervisor, progress: Progress, env: dict[str, str]
) -> None:
    """Static files, tables and, the first time, the demo: each only when there is something to do."""
    lock = environment.hold_still()
    try:
        finish_static = _begin_static_files(options.data, watcher, progress, env)
        _prepare_database(options, watcher, progress, env)
        finish_static()
    finally:
        lock.release()


def _begin_static_files(
    data: Path, watcher: Supervisor, progress: Progress, env: dict[str, str]
) -> Callable[[], None]:
    """Collect the static files beside what comes next; the returned function waits for it."""
    stamp, made_from = data / "static" / ".made-from", environment.static_hash()
    if stamp.exists() and stamp.read_text() == made_from:
        return lambda: None
    command = _manage("collectstatic", "--noinput", "--clear", "-v", "0")
    step = watcher.begin_step(command, env, ROOT, "collectstatic")

    def finish() -> None:
        progress.begin("Static files")
        watcher.finish_step(step, "collectstatic")
        progress.end("Static files")
        stamp.write_text(made_from)

    return finish


def _prepare_database(options: Options, watcher: Supervisor, progress: Progress, env: dict[str, str]) -> None:
    data = options.data
    embedded = servers.needs_postgres()
    mark = environment.migrations_hash()
    found = postgres.read_mark(data) if embedded else None
    demo_wanted = data / "demo-wanted"
    if options.empty:
        demo_wanted.unlink(missing_ok=True)
    elif embedded and found is None:
        demo_wanted.touch()  # stays until it is loaded, should we be interrupted
    if found != mark:
        progress.begin("Tables")
        watcher.run_step(_manage("migrate", "--noinput", "--skip-checks"), env, ROOT, "migrate")
        progress.end("Tables")
    if demo_wanted.exists():
        progress.begin("Demo data")
        watcher.run_step(_manage("demo_data"), env, ROOT, "demo_data")
        sign_ins = watcher.run_step(_manage("demo_sign_ins"), env, ROOT, "demo_sign_ins")
        (data / "demo-sign-ins.txt").write_text(sign_ins.read_text())
        demo_wanted.unlink()
        progress.end("Demo data")
    if embedded and found != mark:
        postgres.write_mark(data, mark)


def application_children(options: Options, nursery: Nursery) -> list[Child]:
    env = nursery.env
    web = ["-m", "uvicorn", "carecenter.asgi:application", "--host", HOST, "--port", str(options.port)]
    web += ["--lifespan", "off", "--no-access-log", "--log-level", "warning"]
    web += ["--timeout-graceful-shutdown", "5"]
    # Facts are small: packing them costs each socket more memory than it saves, and nobody sends large messages.
    web += ["--ws-per-message-deflate", "false", "--ws-max-size", str(2**17)]
    web += ["--no-server-header", *([] if env.get("CARECENTER_BEHIND_PROXY") else ["--no-proxy-headers"])]
    worker = ["-m", "celery", "-A", "carecenter.worker_with_beat", "worker", "--pool", "threads", "-c", "2"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    inlet = [str(ROOT / "manage.py"), "smtp_inlet", "--host", HOST, "--port", str(options.smtp_port)]
    ready_file = _worker_ready(options.data)
    host = env.get("CARECENTER_HOSTS", HOST).split(",")[0].lstrip(".*") or HOST

    def fork_worker(log: Path) -> processes.Forked:
        ready_file.unlink(missing_ok=True)
        return nursery.fork(worker, log)

    return [
        Child("web", partial(nursery.fork, web), partial(_web_answers, options.port, host)),
        Child("smtp", partial(nursery.fork, inlet), partial(_smtp_greets, options.smtp_port)),
        Child("worker", fork_worker, ready_file.exists),
    ]


def _spawn_fetcher(env: dict[str, str], log: Path) -> Popen[bytes]:
    command: list[str | Path] = [environment.PYTHON, "-m", "channels_app.fetching.waiting"]
    with log.open("ab") as output:
        return processes.spawn(command, output=output, env=env, cwd=ROOT)


def _worker_ready(data: Path) -> Path:
    return data / "run-state" / "worker.ready"


def _web_answers(port: int, host: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=3)
    try:
        connection.request("GET", "/healthz/", headers={"Host": host})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _smtp_greets(port: int) -> bool:
    try:
        with smtplib.SMTP(HOST, port, timeout=3):
            return True
    except (OSError, smtplib.SMTPException):
        return False


def create_admin_line(options: Options) -> str:
    """As another terminal needs it, which does not know what --data was."""
    where = (
        ""
        if options.data == paths.PROJECT_DIR / "var"
        else f"CARECENTER_DATA={shlex.quote(str(options.data))} "
    )
    return f"{where}bin/manage create_admin EMAIL"


def _announce(options: Options) -> None:
    lines = [f"Carecenter is ready: {options.address}"]
    sign_ins = options.data / "demo-sign-ins.txt"
    if servers.needs_postgres() and sign_ins.exists():
        lines.append(sign_ins.read_text().rstrip())
    else:
        lines.append(f"The first administrator: {create_admin_line(options)}")
    lines.append(
        f"Mail comes in at {HOST}:{options.smtp_port}. Logs: {options.data / 'log'}. Ctrl-C ends everything."
    )
    try:
        print("\n".join(lines), flush=True)  # noqa: T201
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 -- nobody reads us; go on all the same
