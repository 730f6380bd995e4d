"""Nothing a test does leaves the machine: connections go to loopback and unix sockets only."""

import ipaddress
import socket
from typing import Any

NAMES = {"localhost", "ip6-localhost", ""}


class LeftTheMachine(RuntimeError):
    """A test wanted to reach another machine."""


def check(address: Any, family: int) -> None:
    if family == socket.AF_UNIX or not isinstance(address, tuple):
        return
    if not is_loopback(address[0]):
        raise LeftTheMachine(f"tests do not connect to {address[0]}")


def is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name in NAMES:
        return True
    try:
        ip = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


def guard() -> None:
    """Put the check before every connection and every look-up of a name. For the whole process, once."""
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address, self.family)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(address, self.family)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        check(rest[-1], self.family)
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_loopback(host):
            raise LeftTheMachine(f"tests do not look up {host}")
        return getaddrinfo(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    socket.socket.sendto = guarded_sendto  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = guarded_getaddrinfo  # type: ignore[assignment]
