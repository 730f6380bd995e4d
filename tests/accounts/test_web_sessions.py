"""How long sessions live, and whose they are."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import WebSession
from carecenter.lib.browsers import browser_of
from tests.factories.accounts import PASSWORD
from tickets.consumers.admission import find_rights

PROFILE, SECURITY = reverse("accounts:profile"), reverse("accounts:security")
HOUR = 3600
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1"


def enter(agent=FIREFOX, email="alice@example.com"):
    client = Client(headers={"user-agent": agent})
    client.post(reverse("accounts:sign_in"), {"email": email, "password": PASSWORD})
    return client


def is_signed_in(client):
    return client.get(PROFILE).status_code == 200


def key_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_session_ends_when_it_is_not_used(alice, clock):
    client = enter()
    clock.shift(71 * HOUR)
    assert is_signed_in(client)
    clock.shift(71 * HOUR)
    assert is_signed_in(client)
    clock.shift(73 * HOUR)
    assert not is_signed_in(client)


def test_session_ends_after_two_weeks_however_much_it_is_used(alice, clock):
    client = enter()
    for _ in range(6):
        clock.shift(55 * HOUR)
        assert is_signed_in(client)
    assert find_rights(key_of(client)) is not None
    clock.shift(7 * HOUR)

    assert find_rights(key_of(client)) is None
    assert not is_signed_in(client)


def test_use_is_written_down_once_in_five_minutes(alice, clock, django_assert_num_queries):
    client = enter()
    client.get(PROFILE)
    clock.shift(299)
    with django_assert_num_queries(4):
        client.get(PROFILE)
    clock.shift(1)
    client.get(PROFILE)

    assert WebSession.objects.get(user=alice).used_at.minute == 5


def test_own_devices_are_listed_and_one_is_ended(alice, bob, clock):
    here, there, other = enter(), enter(PHONE), enter(PHONE, email="bob@example.com")
    page = here.get(SECURITY)
    found = page.context["devices"]

    assert [(one.name, one.is_this) for one in found] == [("Firefox, Linux", True), ("Safari, iPhone", False)]
    assert key_of(there) not in page.content.decode()
    assert here.post(reverse("accounts:end_session"), {"device": found[1].handle}).url == SECURITY
    assert [is_signed_in(one) for one in (here, there, other)] == [True, False, True]


def test_somebody_elses_session_is_not_ended(alice, bob):
    mine, theirs = enter(), enter(email="bob@example.com")
    handle = theirs.get(SECURITY).context["devices"][0].handle

    assert mine.post(reverse("accounts:end_session"), {"device": handle}).status_code == 404
    assert is_signed_in(theirs)


def test_admin_signs_somebody_out_everywhere(alice, admin, client_for, charlie):
    of_alice = [enter(), enter(PHONE)]
    url = reverse("accounts:person_sign_out", args=[alice.pk])
    client_for(charlie).post(url)
    assert is_signed_in(of_alice[0])

    client_for(admin).post(url)
    assert not any(is_signed_in(one) for one in of_alice)


def test_cookies_are_kept_from_scripts_and_other_sites(alice):
    cookie = enter().cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140.0 Mobile Safari/537", "Chrome, Android"),
        ("curl/8", ""),
    ],
)
def test_browsers_are_named_for_people(agent, name):
    assert browser_of(agent) == name
