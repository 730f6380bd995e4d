"""A provider on loopback that answers HTTP as it is told, or badly."""

from __future__ import annotations

import ipaddress
import socket
import struct
import threading
import time
from typing import Any, Self

from carecenter.lib.http import HttpCourier

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
PATIENCE = 0.4


class HttpProvider:
    """`script`: a status; (status, {header: value}); or "refuse" (nobody listens), "silence" (reads and says nothing),
    "hang up" (reads and closes), "reset" (closes before it has read), "garble" (answers no HTTP), "drip" (a byte now
    and then, for ever), "flood" (an answer without end), "plain" (no TLS where TLS is asked for).
    """

    def __init__(self, script: Any) -> None:
        self.script = script
        self.got: list[dict[str, Any]] = []
        self.stopped = threading.Event()

    def __enter__(self) -> Self:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        if self.script == "refuse":
            self.socket.close()
            return self
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        if self.script != "refuse":
            self.thread.join(5)
            self.socket.close()

    @property
    def url(self) -> str:
        return f"{'https' if self.script == 'plain' else 'http'}://127.0.0.1:{self.port}/hook?for=us"

    def courier(self) -> HttpCourier:
        return HttpCourier(
            private=[LOOPBACK],
            connect_seconds=PATIENCE,
            answer_seconds=PATIENCE,
        )

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.socket.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(2)
                try:
                    self.answer(connection)
                except OSError:
                    continue

    def answer(self, connection: socket.socket) -> None:
        if self.script == "plain":
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        if self.script == "reset":
            linger = struct.pack("ii", 1, 0)
            connection.recv(1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return
        self.got.append(read_request(connection))
        if self.script == "silence":
            self.stopped.wait(PATIENCE * 3)
        elif self.script == "garble":
            connection.sendall(b"220 mail.example ESMTP\r\n")
        elif self.script == "drip":
            until = time.monotonic() + PATIENCE * 6
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while time.monotonic() < until and not self.stopped.wait(PATIENCE / 4):
                connection.sendall(b"x")
        elif self.script == "flood":
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for _ in range(200):
                connection.sendall(b"x" * 65536)
        elif self.script != "hang up":
            status, headers = self.script if isinstance(self.script, tuple) else (self.script, {})
            lines = [
                f"HTTP/1.1 {status} Said",
                "Content-Length: 2",
                *(f"{k}: {v}" for k, v in headers.items()),
            ]
            connection.sendall("\r\n".join([*lines, "", "ok"]).encode())


def read_request(connection: socket.socket) -> dict[str, Any]:
    """Path, headers by lower-case name, and body of one request."""
    with connection.makefile("rb") as stream:
        method, path, _ = stream.readline().decode().split(" ")
        headers: dict[str, str] = {}
        while (line := stream.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
    return {"method": method, "path": path, "headers": headers, "body": body}
