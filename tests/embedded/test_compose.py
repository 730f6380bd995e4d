"""docker-compose.yml: each service's own command, with its own environment, on real servers. The image is not built."""

import os
import re
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml
from django.conf import settings
from psycopg2 import sql

from carecenter.embedded import paths, valkey
from tests.stacks import free_ports, wait_for

pytestmark = pytest.mark.slow
FILE = yaml.safe_load((paths.PROJECT_DIR / "docker-compose.yml").read_text())
OURS = [name for name, service in FILE["services"].items() if "build" in service]
SECRETS = {"POSTGRES_PASSWORD": "compose-test", "CARECENTER_SECRET_KEY": "compose-test-key"}
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
        env["CARECENTER_STATIC_DIR"] = str(self.folder / "static")
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **env}

    def command(self, name: str) -> list[str]:
        words = [filled(word, SECRETS) for word in FILE["services"][name]["command"]]
        ports = {
            "8000": str(self.web),
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

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                self.command(name), env=self.environment(name), cwd=paths.PROJECT_DIR,
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
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    made = Services(tmp_path, name)
    try:
        made.start_valkey()
        yield made
    finally:
        made.stop()
        with admin.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.close()


def test_every_service_runs_its_command(services: Services) -> None:
    """A mail that comes to the inlet service is a ticket by the worker service, and the web service knows it."""
    services.run("migrate")
    services.run("web", "manage.py", "collectstatic", "--noinput", "-v", "0")
    services.run(
        "web", "manage.py", "create_inbox", "help@compose.example", "--brand", "Compose", "--key", "compose"
    )
    for name in OURS:
        if name != "migrate":
            services.start(name)
    request = b"GET /healthz/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
    assert wait_for(lambda: answers(services.web, request, b"HTTP/1.1 200"), 60), services.log("web")
    assert wait_for(lambda: answers(services.smtp, b"", b"220"), 60), services.log("smtp")
    send_mail(services.smtp)
    assert wait_for(lambda: tickets(services) == "1", 60), services.log("worker") + services.log("beat")
    time.sleep(1)
    ended = {name: process.poll() for name, process in services.running.items()}
    assert ended == dict.fromkeys(services.running), {
        name: services.log(name) for name in OURS if name != "migrate"
    }
    codes = services.stop()
    assert -9 not in codes.values(), codes


def send_mail(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        head = "From: Dana <dana@example.net>\r\nSubject: Hello\r\nMessage-ID: <1@example.net>"
        words = f"{head}\r\n\r\nIs it in stock?\r\n"
        line.sendmail("dana@example.net", ["help@compose.example"], words)


def tickets(services: Services) -> str:
    count = "from tickets.models import Ticket; print(Ticket.objects.count())"
    return services.run("web", "manage.py", "shell", "-v", "0", "-c", count).strip()


def test_compose_asks_for_its_secrets() -> None:
    text = (paths.PROJECT_DIR / "docker-compose.yml").read_text()
    asked = {name for name, sign, _rest in VARIABLE.findall(text) if sign == "?"}
    assert asked == set(SECRETS)


@pytest.mark.parametrize("name", OURS)
def test_service_waits_for_its_tables(name: str) -> None:
    waits: dict[str, Any] = FILE["services"][name]["depends_on"]
    assert set(waits) == ({"postgres", "valkey"} if name == "migrate" else {"migrate"})
