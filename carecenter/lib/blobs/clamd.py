"""Ask ClamAV's daemon about a file: its INSTREAM command over TCP or a unix socket, a piece at a time, in bounded time.

The answers are those of clamd 1.4: `stream: OK`, `stream: NAME FOUND`, `INSTREAM size limit exceeded. ERROR`.
"""

import re
import socket
import struct
import threading
from typing import IO
from urllib.parse import urlsplit

CONNECT_SECONDS = 3.0
WHOLE_SECONDS = 20.0
PIECE = 256 * 1024
ANSWER_LIMIT = 4096
FOUND = re.compile(r"^stream: (.{1,200}) FOUND$")


class ScannerAway(Exception):
    """Nobody answers at the address: the next file would fare no better."""


class NotScanned(Exception):
    """The scanner is there and gave no verdict on this file: it is too large for it, or took too long."""


def scan(address: str, source: IO[bytes]) -> str:
    """What it found, "" when nothing. Raises ScannerAway, NotScanned."""
    line = connect(address)
    patience = threading.Timer(WHOLE_SECONDS, sever, [line])
    patience.daemon = True
    patience.start()
    try:
        with line:
            try:
                line.sendall(b"zINSTREAM\0")
                while piece := source.read(PIECE):
                    line.sendall(struct.pack("!I", len(piece)) + piece)
                line.sendall(struct.pack("!I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has hung up on a file that is too large for it, and may have said so
            return verdict(read(line))
    except OSError as error:
        raise NotScanned(type(error).__name__) from error
    finally:
        patience.cancel()


def verdict(answer: str) -> str:
    if answer == "stream: OK":
        return ""
    if found := FOUND.match(answer):
        return found[1]
    raise NotScanned(answer[:200] or "no answer")


def answers(address: str) -> bool:
    try:
        with connect(address) as line:
            line.settimeout(CONNECT_SECONDS)
            line.sendall(b"zPING\0")
            return read(line) == "PONG"
    except (ScannerAway, OSError):
        return False


def connect(address: str) -> socket.socket:
    """`tcp://host:port`, `unix:///path` or a path."""
    try:
        parts = urlsplit(address)
        if parts.scheme == "tcp":
            return socket.create_connection(
                (parts.hostname or "127.0.0.1", parts.port or 3310), CONNECT_SECONDS
            )
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT_SECONDS)
        line.connect(parts.path)
    except (OSError, ValueError) as error:
        raise ScannerAway(type(error).__name__) from error
    return line


def read(line: socket.socket) -> str:
    """Its answer, which ends with a zero byte or with the line."""
    line.settimeout(WHOLE_SECONDS)
    answer = b""
    while len(answer) < ANSWER_LIMIT and b"\0" not in answer and (piece := line.recv(ANSWER_LIMIT)):
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def sever(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
