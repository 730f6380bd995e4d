"""The fence around the machine holds: for every test, whatever it uses."""

import socket
import urllib.request

import pytest

from tests.network import LeftTheMachine

OUTSIDE = ("192.0.2.1", 80)


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(OUTSIDE, timeout=1),
        lambda: socket.create_connection(("2001:db8::1", 80), timeout=1),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", OUTSIDE),
        lambda: socket.socket().connect_ex(OUTSIDE),
        lambda: socket.getaddrinfo("example.com", 80),
        lambda: urllib.request.urlopen("http://example.com/", timeout=1),
    ],
)
def test_no_test_leaves_the_machine(reach):
    with pytest.raises((LeftTheMachine, OSError)) as caught:
        reach()
    assert "tests do not" in str(caught.value)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        socket.create_connection(server.getsockname()[:2], timeout=5).close()
