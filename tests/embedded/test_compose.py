"""docker-compose.yml: each service's own command, with its own environment, on real servers. The image is not built."""

import contextlib
import os
import re
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml
from django.conf import settings
from psycopg2 import sql
from websockets.sync.client import connect

from bench.client import Client
from carecenter.embedded import paths, valkey
from tests.stacks import free_ports, started, wait_for

pytestmark = pytest.mark.slow
FILE = yaml.safe_load((paths.PROJECT_DIR / "docker-compose.yml").read_text())
OURS = [name for name, service in FILE["services"].items() if "build" in service]
SECRETS = {"POSTGRES_PASSWORD": "compose-test", "CARECENTER_SECRET_KEY": "compose-test-key"}
MAILS = 20
HEALTH = b"GET /healthz/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
# One process for both: each imports everything.
BEGIN = """
from django.core.management import call_command
call_command("create_inbox", "help@compose.example", "--brand", "Compose", "--key", "compose")
from accounts.models import Grant, Role, User
user = User.objects.create_user("ada@compose.test", "correct horse battery", name="Ada")
Grant.objects.create(user=user, role=Role.objects.get(name="Admin"))
"""
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def filled(text: str, given: dict[str, str]) -> str:
    """As compose fills it in: ${NAME:-default}, ${NAME:?what to do}."""

    def value(found: re.Match[str]) -> str:
        name, sign, rest = found.groups()
        if name in given:
            return given[name]
        assert sign == "-", f"{name} is asked for: {rest}"
        return str(rest)

    return VARIABLE.sub(value, text)


class Services:
    """The services' commands as processes; what the network gives in docker are loopback ports here."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.web, self.smtp, self.valkey = free_ports(3)
        self.database = f"postgres://postgres@/{database}?host={settings.RUN_DIR}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, name: str) -> dict[str, str]:
        service = FILE["services"][name]["environment"]
        env = {key: filled(str(value), SECRETS) for key, value in service.items()}
        env["DATABASE_URL"], env["REDIS_URL"] = self.database, f"redis://127.0.0.1:{self.valkey}"
        env["CARECENTER_DATA"] = str(self.folder)
        env["CARECENTER_STATIC_DIR"] = str(started() / "static")
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **env}

    def command(self, name: str, web: int = 0) -> list[str]:
        words = [filled(word, SECRETS) for word in FILE["services"][name]["command"]]
        ports = {
            "8000": str(web or self.web),
            "2525": str(self.smtp),
            "0.0.0.0": "127.0.0.1",
            "python": sys.executable,
        }
        ports["/tmp/celerybeat-schedule"] = str(self.folder / "beat")
        return [ports.get(word, word) for word in words]

    def run(self, name: str, *more: str) -> str:
        done = subprocess.run(
            self.command(name) if not more else [sys.executable, *more],
            env=self.environment(name), cwd=paths.PROJECT_DIR, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str, number: int = 1, web: int = 0) -> None:
        """`number` and `web`: one more of them, at a port of its own."""
        called = name if number == 1 else f"{name} {number}"
        with (self.folder / f"{called}.log").open("wb") as log:
            self.running[called] = subprocess.Popen(
                self.command(name, web), env=self.environment(name), cwd=paths.PROJECT_DIR,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def start_valkey(self) -> None:
        words = [word for word in FILE["services"]["valkey"]["command"] if word != "valkey-server"]
        here = ["--bind", "127.0.0.1", "--port", str(self.valkey), "--dir", str(self.folder)]
        self.running["valkey"] = subprocess.Popen(
            [str(valkey.binary()), *here, *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        assert wait_for(lambda: answers(self.valkey, b"PING\r\n", b"+PONG"), 10)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def stop(self) -> dict[str, int]:
        """The exit code of each, asked to end as compose asks: SIGTERM, ten seconds, then SIGKILL."""
        for name, process in self.running.items():
            if name != "valkey":
                process.terminate()
        codes = {}
        for name, process in self.running.items():
            if name == "valkey":
                process.terminate()
            try:
                codes[name] = process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                codes[name] = process.wait(5)
        return codes


def answers(port: int, said: bytes, expected: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            line.settimeout(2)
            if said:
                line.sendall(said)
            return line.recv(4096).startswith(expected)
    except OSError:
        return False


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    name = f"compose_{os.getpid()}"
    admin = psycopg2.connect(host=str(settings.RUN_DIR), user="postgres", dbname="postgres")
    admin.autocommit = True
    with admin.cursor() as cursor:
        made_from = sql.Identifier(paths.DATABASE_NAME)  # of a whole run: with its tables
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), made_from))
    made = Services(tmp_path, name)
    try:
        made.start_valkey()
        yield made
    finally:
        made.stop()
        with admin.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.close()


def test_every_service_runs_its_command_and_any_may_die(services: Services) -> None:
    """Mails that come to the inlet service are tickets by the worker services; a desk at one of two web services hears
    of them, signed in at the other. One web and one worker service are killed in the middle.
    """
    services.run("migrate")
    services.run("web", "manage.py", "shell", "-v", "0", "-c", BEGIN)
    (other,) = free_ports(1)
    for name in OURS:
        if name != "migrate":
            services.start(name)
    services.start("web", 2, web=other)
    services.start("worker", 2)
    for port, name in ((services.web, "web"), (other, "web 2")):
        assert wait_for(lambda p=port: answers(p, HEALTH, b"HTTP/1.1 200"), 90), services.log(name)
    assert wait_for(lambda: answers(services.smtp, b"", b"220"), 60), services.log("smtp")
    client = Client(services.web).sign_in("ada@compose.test", "correct horse battery")
    cookie = f"sessionid={client.cookies['sessionid']}"
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{other}"}
    with connect(f"ws://127.0.0.1:{other}/ws/desk/", additional_headers=headers) as desk:
        send_mail(services.smtp, 0)
        assert wait_for(lambda: tickets(services) == 1, 60), services.log("worker") + services.log("beat")
        assert wait_for(lambda: "ticket" in desk.recv(timeout=20), 1)
        ended = {name: process.poll() for name, process in services.running.items()}
        assert set(ended.values()) == {None}, ended
        for name in ("web", "worker"):
            os.killpg(services.running.pop(name).pid, 9)
        for number in range(1, MAILS):
            send_mail(services.smtp, number)
        assert wait_for(lambda: tickets(services) == MAILS, 90), services.log("worker 2")
    elsewhere = Client(other)
    elsewhere.cookies = client.cookies
    page = elsewhere.get("/desk/?view=all")
    assert (page.status, "Hello" in page.text) == (200, True)
    codes = services.stop()
    assert -9 not in codes.values(), codes


def send_mail(port: int, number: int = 1) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        head = f"From: Dana <dana@example.net>\r\nSubject: Hello\r\nMessage-ID: <{number}@example.net>"
        words = f"{head}\r\n\r\nIs it in stock?\r\n"
        line.sendmail("dana@example.net", ["help@compose.example"], words)


def tickets(services: Services) -> int:
    with (
        contextlib.closing(psycopg2.connect(services.database)) as database,
        database.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM tickets_ticket")
        count: int = cursor.fetchone()[0]
    return count


def test_compose_asks_for_its_secrets() -> None:
    text = (paths.PROJECT_DIR / "docker-compose.yml").read_text()
    asked = {name for name, sign, _rest in VARIABLE.findall(text) if sign == "?"}
    assert asked == set(SECRETS)


@pytest.mark.parametrize("name", OURS)
def test_service_waits_for_its_tables(name: str) -> None:
    waits: dict[str, Any] = FILE["services"][name]["depends_on"]
    assert set(waits) == ({"postgres", "valkey"} if name == "migrate" else {"migrate"})
