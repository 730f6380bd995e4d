"""Where a name leads, before we go there: what people type into settings must not reach into our own network."""

import ipaddress
import socket
import threading
from dataclasses import dataclass

from django.conf import settings

from carecenter.lib.http import inner, is_public

RESOLVE_SECONDS = 10.0


class UnknownHost(Exception):
    """The name leads nowhere, or nobody could say in time."""


class PrivateHost(Exception):
    """The name leads into a private network."""


@dataclass(frozen=True)
class Address:
    """One end to connect to. The name was asked once: connect to this, not to the name again."""

    family: socket.AddressFamily
    ip: str
    port: int


def addresses_of(host: str, port: int) -> list[Address]:
    """Where the host is. Raises UnknownHost; PrivateHost as soon as one of its addresses is one we may not go to."""
    found = list(dict.fromkeys(look_up(host, port)))
    if not found:
        raise UnknownHost(host)
    if not all(may_reach(address.ip) for address in found):
        raise PrivateHost(host)
    return found


def look_up(host: str, port: int) -> list[Address]:
    """The system's resolver knows no time-out, so it is asked from a thread that may be left behind."""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return [Address(socket.AF_INET6 if ip.version == 6 else socket.AF_INET, str(ip), port)]
    answers: list[Address] = []

    def ask() -> None:
        try:
            for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                answers.append(Address(family, str(where[0]), port))
        except (OSError, UnicodeError):
            return

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(RESOLVE_SECONDS)
    return list(answers)


def is_loopback(ip: str) -> bool:
    return plain(ip).is_loopback


def network_of(ip: str) -> str:
    """Whom a limit is for: one IPv4 address, or the /64 that one line has of IPv6. What is no address is itself."""
    try:
        address = plain(ip)
    except ValueError:
        return ip
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def may_reach(ip: str) -> bool:
    """Public addresses, and networks of our own that the administrator allows."""
    address = plain(ip)
    allowed = any(address in network for network in private_networks() if network.version == address.version)
    return allowed or is_public(address)


def private_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Those of CARECENTER_PRIVATE_TARGETS, and this machine in tests. ValueError for what cannot be read."""
    own = ["127.0.0.0/8", "::1/128"] if settings.TESTING else []
    return [ipaddress.ip_network(one) for one in (*settings.PRIVATE_TARGETS, *own)]


def plain(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Without zone; an IPv4 address that is dressed as IPv6 for what it is."""
    return inner(ipaddress.ip_address(ip.partition("%")[0]))
