"""How many codes there are for one address: strangers are stopped, its owner never is."""

import datetime as dt

import pytest
from django.test import Client

from accounts.models import SignInThrottle
from portal.domain import codes, devices
from portal.domain.errors import TooOften
from tests.portal.my.conftest import DANA, code_in, link_in

pytestmark = pytest.mark.django_db
DOOR = "/help/nordlicht-home/my/sign-in/"
HOME = "/help/nordlicht-home/my/"


def test_stranger_does_not_keep_the_owner_from_a_code(clock, brand, dana):
    """However often they ask, from one network, at any brand, all day."""
    refused = 0
    for _ in range(20):
        for _ in range(6):
            try:
                codes.ask(brand, DANA, network="203.0.113.7")
            except TooOften:
                refused += 1
        clock.shift(1000)
    assert 120 - refused == codes.ASKED_A_DAY["net"]
    assert codes.ask(brand, DANA, network="198.51.100.1").address == DANA
    # It should be the network that is refused, a neighbour in its own /64 too
    for _ in range(5):
        codes.ask(brand, DANA, network="2001:db8::1")
    with pytest.raises(TooOften):
        codes.ask(brand, DANA, network="2001:db8::2")


def test_network_is_the_same_at_every_brand(brand, second_brand, dana):
    for n in range(5):
        codes.ask((brand, second_brand)[n % 2], DANA, network="203.0.113.7")
    for one in (brand, second_brand):
        with pytest.raises(TooOften):
            codes.ask(one, DANA, network="203.0.113.7")


def test_refused_network_counts_for_no_address(brand, dana, monkeypatch):
    monkeypatch.setitem(codes.ASKED, "net", 0)
    with pytest.raises(TooOften):
        codes.ask(brand, DANA, network="203.0.113.7")
    assert [row.key.startswith("my-ask-") for row in SignInThrottle.objects.all()] == [True]


def test_many_networks_send_no_more_than_the_ceiling(client, brand, dana, mails):
    statuses = [
        client.post(DOOR, {"email": DANA}, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(110)
    ]
    assert (statuses.count(302), set(statuses[100:])) == (100, {429})
    assert len(mails()) == 100
    # It should say the same of an address that nobody is known by
    for n in range(100):
        codes.ask(brand, "nobody@example.net", network=f"203.0.113.{n}")
    assert client.post(DOOR, {"email": "nobody@example.net"}).status_code == 429


@pytest.fixture
def browser(brand, dana, mails):
    """In which Dana has signed in once, and out again."""
    client = Client()
    page = client.post(DOOR, {"email": DANA}).url
    client.post(page, {"code": code_in(mails()[-1])})
    client.post(f"{HOME}sign-out/")
    return client


def used_up(brand, address=DANA):
    """By many networks together."""
    for n in range(codes.ASKED_A_DAY["address"]):
        codes.ask(brand, address, network=f"203.0.113.{n}")
    with pytest.raises(TooOften):
        codes.ask(brand, address, network="198.51.100.1")


def test_browser_that_proved_the_address_gets_a_code_whatever_strangers_ask(
    clock, browser, brand, mails, monkeypatch
):
    clock.shift(dt.timedelta(days=1))
    used_up(brand)
    monkeypatch.setitem(codes.ASKED, "net", 0)  # nor do the neighbours in its own network stop it
    page = browser.post(DOOR, {"email": " Dana@example.net"})
    assert page.status_code == 302
    assert browser.post(page.url, {"code": code_in(mails()[-1])}).url == HOME
    assert Client().post(DOOR, {"email": DANA}).status_code == 429


def test_browser_that_proved_the_address_has_an_allowance_of_its_own(clock, browser, brand):
    asked = []
    for _ in range(3):
        clock.shift(1000)
        asked += [browser.post(DOOR, {"email": DANA}).status_code for _ in range(6)]
    assert asked == [302] * 5 + [429] + [302] * 5 + [429] * 7
    # It should be the browser that is stopped, nobody else
    assert Client().post(DOOR, {"email": DANA}).status_code == 302


def test_new_sign_in_gives_the_browser_no_new_allowance(clock, browser, brand, mails):
    def device():
        name = devices.cookie_name(brand, DANA)
        return devices.find_device(brand, DANA, browser.cookies[name].value)

    before = device()
    clock.shift(1000)
    page = browser.post(DOOR, {"email": DANA}).url
    browser.post(page, {"code": code_in(mails()[-1])})
    assert before == device() != ""


def test_browser_of_another_address_is_a_stranger(browser, brand, other_brand, pool):
    name = devices.cookie_name(brand, DANA)
    cookie = browser.cookies[name].value
    used_up(brand, "erik@example.org")
    browser.cookies[devices.cookie_name(brand, "erik@example.org")] = cookie
    assert browser.post(DOOR, {"email": "erik@example.org"}).status_code == 429
    # It should be so at another firm, and for who makes one up
    assert devices.find_device(other_brand, DANA, cookie) == ""
    for forged in ("", "x", cookie[:-1] + "x", "a.1:b", "🔑", "a" * 5000):
        assert devices.find_device(brand, DANA, forged) == ""


def test_browser_is_forgotten_after_a_year(clock, browser, brand):
    cookie = browser.cookies[devices.cookie_name(brand, DANA)].value
    clock.shift(devices.KEPT - dt.timedelta(minutes=1))
    assert devices.find_device(brand, DANA, cookie) != ""
    clock.shift(120)
    assert devices.find_device(brand, DANA, cookie) == ""


def test_cookie_of_the_browser_tells_no_address_and_is_for_the_door_alone(browser, brand):
    morsel = browser.cookies[devices.cookie_name(brand, DANA)]
    assert (morsel["path"], morsel["httponly"], morsel["samesite"]) == (DOOR, True, "Lax")
    assert "dana" not in morsel.OutputString().lower()


def test_who_signs_in_on_a_new_browser_gets_a_code_within_the_hour(clock, brand, dana, mails):
    """Whoever takes the turn: the mail goes to the owner, and the link in it opens wherever they are."""
    used_up(brand)
    for _ in range(3):
        clock.shift(3601)
        stranger = Client(REMOTE_ADDR="198.51.100.9")
        assert stranger.post(DOOR, {"email": DANA}).status_code == 302
        assert Client().post(DOOR, {"email": DANA}).status_code == 429
        assert Client().post(link_in(mails()[-1])).url == HOME
    assert len(mails()) == 3


def test_refusal_of_the_day_says_when_it_ends(clock, client, brand, dana):
    """As the brand's zone has it: an hour after the latest where many networks asked, else a day after the first."""
    brand.zone = "Europe/Berlin"
    brand.save(update_fields=["zone"])
    used_up(brand)
    page = client.post(DOOR, {"email": DANA}).content.decode()
    assert "Ask for the next one from 2 Mar 2026, 11:00 on." in page
    assert "quarter of an hour" not in page
    for _ in range(2):
        clock.shift(1000)
        for _ in range(5):
            client.post(DOOR, {"email": "erik@example.org"})
    clock.shift(1000)
    page = client.post(DOOR, {"email": "erik@example.org"}).content.decode()
    assert "Ask for the next one from 3 Mar 2026, 10:17 on." in page
    clock.shift(dt.timedelta(days=1, seconds=-2060))
    assert client.post(DOOR, {"email": "erik@example.org"}).status_code == 429
    clock.shift(60)
    assert client.post(DOOR, {"email": "erik@example.org"}).status_code == 302
