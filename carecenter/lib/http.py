"""Requests to addresses that somebody typed: they end in time, follow nobody, and stay out of our own network.

The name is looked up once, every address behind it is judged, and the connection goes to the address that was judged:
a name that points elsewhere a moment later (DNS rebinding) gets nothing.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from carecenter.lib import tracing
from carecenter.lib.trust import usual_trust

ANSWER_LIMIT = 64 * 1024
MOST_ADDRESSES = 4
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class HttpError(Exception):
    """Base. Its text is fit for a row: it says neither the address nor what was sent."""


class Unreachable(HttpError):
    """Nothing left, and nothing will until somebody changes something: name, port, certificate, forbidden address."""


class TooSlow(HttpError):
    """Nothing left: no connection in time."""


class NoAnswer(HttpError):
    """The request left, at least in part, and no answer came: it may have been read."""


@cache
def _trust_read_once() -> ssl.SSLContext:
    """Once a process: reading the machine's certificates costs more than most requests."""
    return usual_trust()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # its first 64 KiB


@dataclass(frozen=True)
class Target:
    """A URL taken apart. Raises Unreachable, by `target_of`, for what we never ask."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"


def target_of(url: str) -> Target:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unreachable("the address cannot be read") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise Unreachable("the address begins with https://")
    if parts.username or parts.password or not url.isascii() or not url.isprintable() or " " in url:
        raise Unreachable("the address has a user, a password, or odd characters in it")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path)


@dataclass(frozen=True)
class HttpCourier:
    """`private` are networks of our own that may be asked all the same, and without TLS."""

    private: Sequence[Network] = ()
    connect_seconds: float = 5.0
    answer_seconds: float = 15.0
    context: ssl.SSLContext = field(default_factory=_trust_read_once)

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        return self.ask("GET", url, None, headers)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        return self.ask("POST", url, body, headers)

    def ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Raises Unreachable or TooSlow when nothing left, NoAnswer when it may have. Follows no redirect."""
        target = target_of(url)
        with tracing.span(f"HTTP {method}", "CLIENT", http_request_method=method, server_address=target.host):
            return self.exchange(method, target, body, headers)

    def exchange(self, method: str, target: Target, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection(target.host, target.port, timeout=self.answer_seconds)
        connection.sock = self.open(target)
        with deadline(connection.sock, self.answer_seconds) as is_over:
            try:
                connection.request(method, target.path, body, {"User-Agent": "Carecenter", **headers})
                response = connection.getresponse()
                content = response.read(ANSWER_LIMIT)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise NoAnswer(f"no answer: {type(error).__name__}") from None
            finally:
                connection.close()
        if is_over.is_set():  # what was cut off may look like a short answer
            raise NoAnswer("no answer in time")
        return Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, content
        )

    def open(self, target: Target) -> socket.socket:
        """Connected to an address that was judged, with TLS where the URL says so."""
        plain = self.connect(target)
        if not target.is_secure:
            return plain
        try:
            return self.context.wrap_socket(plain, server_hostname=target.host)
        except TimeoutError:
            plain.close()
            raise TooSlow("no secure connection in time") from None
        except (OSError, ValueError) as error:
            plain.close()
            reason = (
                getattr(error, "verify_message", "") or getattr(error, "reason", "") or type(error).__name__
            )
            raise Unreachable(f"no secure connection: {reason}"[:200]) from None

    def connect(self, target: Target) -> socket.socket:
        """To the first of the addresses that answers: a machine may have no way to those of IPv6."""
        failure: HttpError = Unreachable("the name of the server is not known")
        for address in self.addresses_of(target)[:MOST_ADDRESSES]:
            try:
                return socket.create_connection((str(address), target.port), timeout=self.connect_seconds)
            except TimeoutError:
                failure = TooSlow("no connection in time")
            except OSError as error:
                failure = Unreachable(f"no connection: {error.strerror or type(error).__name__}")
        raise failure

    def addresses_of(self, target: Target) -> list[Ip]:
        """Each address of the name once. Unreachable when any of them is one we must not ask."""
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable("the name of the server is not known") from None
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        for address in addresses:
            if not self.may_ask(address, is_secure=target.is_secure):
                raise Unreachable("this address lies in a private network, or is without TLS")
        return list(dict.fromkeys(addresses))

    def may_ask(self, address: Ip, *, is_secure: bool) -> bool:
        real = inner(address)
        if any(real in network for network in self.private if network.version == real.version):
            return True
        return is_secure and is_public(real)


def is_public(address: Ip) -> bool:
    """An address of the internet and of one machine; fec0::/10 was private before fc00::/7, and still is at some."""
    is_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_local)


def inner(address: Ip) -> Ip:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@contextmanager
def deadline(sock: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Cut the connection when the whole takes too long: a server that drips a byte a second never times out."""
    is_over = threading.Event()

    def cut() -> None:
        is_over.set()
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield is_over
    finally:
        timer.cancel()
