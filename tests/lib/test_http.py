"""Where a request may go, and how it ends. The answers of servers are in the contract of the kinds that send."""

import ipaddress
import socket
import time

import pytest

from carecenter.lib.http import HttpCourier, NoAnswer, Unreachable, inner, target_of
from tests.contracts.http_provider import PATIENCE, HttpProvider

OUTSIDE = HttpCourier()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
        "::7f00:1", "64:ff9b:1::7f00:1", "2001:0:7f00:1::", "fec0::1",
    ],
)  # fmt: skip
def test_own_network_is_not_asked(address):
    assert not OUTSIDE.may_ask(ipaddress.ip_address(address), is_secure=True)


def test_internet_is_asked_by_tls_only():
    address = ipaddress.ip_address("93.184.216.34")
    assert (OUTSIDE.may_ask(address, is_secure=True), OUTSIDE.may_ask(address, is_secure=False)) == (
        True,
        False,
    )


def test_named_network_of_ours_is_asked():
    courier = HttpCourier(private=[ipaddress.ip_network("10.20.0.0/16")])
    asked = [
        courier.may_ask(ipaddress.ip_address(one), is_secure=False) for one in ("10.20.0.5", "10.21.0.5")
    ]
    assert asked == [True, False]
    assert courier.may_ask(ipaddress.ip_address("::ffff:10.20.0.5"), is_secure=False)


def test_loopback_is_refused_before_a_connection():
    with HttpProvider(200) as provider, pytest.raises(Unreachable, match="private network"):
        OUTSIDE.post(provider.url, b"x", {})
    assert provider.got == []


def test_name_with_one_private_address_is_refused(monkeypatch):
    """Or the second look-up could give the other one."""
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    with pytest.raises(Unreachable, match="private network"):
        OUTSIDE.addresses_of(target_of("https://shop.example/"))


def test_name_is_looked_up_once_and_the_judged_address_is_asked(monkeypatch):
    with HttpProvider(200) as provider:
        asked, real = [], socket.getaddrinfo

        def look_up(host, port, *args, **more):
            if host != "shop.test":
                return real(host, port, *args, **more)
            asked.append(host)
            return [(2, 1, 6, "", ("127.0.0.1", provider.port))]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        answer = provider.courier().post(f"http://shop.test:{provider.port}/", b"x", {})
    assert (answer.status, asked) == (200, ["shop.test"])
    assert provider.got[0]["headers"]["host"] == f"shop.test:{provider.port}"


def test_next_address_is_asked_when_the_first_is_silent(monkeypatch):
    with HttpProvider(200) as provider:
        real = socket.getaddrinfo

        def look_up(host, port, *args, **more):
            found = [(10, 1, 6, "", ("::1", 1, 0, 0)), (2, 1, 6, "", ("127.0.0.1", provider.port))]
            return found if host == "shop.test" else real(host, port, *args, **more)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        courier = HttpCourier(private=[ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")])
        assert courier.post(f"http://shop.test:{provider.port}/", b"x", {}).status == 200


@pytest.mark.parametrize(
    "url",
    ["", "shop.example", "ftp://shop.example/", "file:///etc/passwd", "https://", "https://user:pass@shop.example/",
     "https://shop.example:99999/", "https://shop.example/a b", "https://shop.example/\r\nX: y", "https://sh\u00f6p.example/"],
)  # fmt: skip
def test_what_is_no_address(url):
    with pytest.raises(Unreachable):
        target_of(url)


def test_redirect_is_an_answer_and_is_not_followed():
    with HttpProvider(200) as other, HttpProvider((302, {"Location": other.url})) as provider:
        answer = provider.courier().post(provider.url, b"x", {})
    assert (answer.status, other.got) == (302, [])


@pytest.mark.parametrize("script", ["silence", "drip"])
def test_server_that_takes_its_time_is_cut_off(script):
    with HttpProvider(script) as provider:
        started = time.monotonic()
        with pytest.raises(NoAnswer):
            provider.courier().post(provider.url, b"x", {})
        assert time.monotonic() - started < PATIENCE * 4


def test_answer_without_end_is_read_to_its_limit():
    with HttpProvider("flood") as provider:
        assert len(provider.courier().post(provider.url, b"x", {}).body) == 64 * 1024


def test_errors_say_neither_address_nor_body():
    with HttpProvider("refuse") as provider, pytest.raises(Unreachable) as error:
        provider.courier().post(provider.url, b"secret words", {})
    assert str(error.value) == "no connection: Connection refused"


def test_inner_address_of_tunnels():
    assert str(inner(ipaddress.ip_address("64:ff9b::a00:1"))) == "10.0.0.1"
