"""A mail server on loopback that answers each command as it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator


class Server:
    """Answers each command by `answers` (its first word to the reply); b"" closes the connection."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = {"EHLO": b"250-test\r\n250 SIZE 1000000", "QUIT": b"221 bye", **answers}
        self.received = b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 test\r\n")
            for line in lines:
                command = line.split(maxsplit=1)[0].strip().decode().upper()
                reply = self.answers.get(line.decode().strip().upper(), self.answers.get(command, b"250 ok"))
                if not self.say(connection, reply):
                    return
                if command == "DATA" and reply.startswith(b"354"):
                    self.read_data(lines)
                    if not self.say(connection, self.answers.get(".", b"250 taken")):
                        return

    def read_data(self, lines: Iterator[bytes]) -> None:
        for line in lines:
            if line == b".\r\n":
                return
            self.received += line

    @staticmethod
    def say(connection: socket.socket, reply: bytes) -> bool:
        if reply:
            connection.sendall(reply + b"\r\n")
        return bool(reply)
