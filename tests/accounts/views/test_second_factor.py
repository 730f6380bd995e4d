import re
from urllib.parse import unquote

import pytest
from asgiref.sync import async_to_sync
from django.urls import reverse

from accounts.domain import second_factor, sessions
from tests.factories.accounts import PASSWORD, code_of, confirmed, with_app
from tests.sockets import Socket, close_readers

CODE = reverse("accounts:second_factor")
PROFILE = reverse("accounts:profile")
SECURITY = reverse("accounts:security")
SET_UP = reverse("accounts:authenticator")
SIGN_IN = reverse("accounts:sign_in")


def give_password(client, **more):
    return client.post(SIGN_IN, {"email": "alice@example.com", "password": PASSWORD, **more})


def is_signed_in(client):
    return client.get(PROFILE).status_code == 200


@pytest.fixture
def secret(alice, clock):
    return with_app(alice)


def test_password_alone_opens_nothing(alice, client, secret):
    before = client.session.session_key
    response = give_password(client, next=PROFILE)

    assert response.url == CODE
    assert client.session.session_key != before
    assert not is_signed_in(client)
    assert "alice@example.com" not in client.get(CODE).content.decode()


def test_code_lets_in_and_leads_where_one_wanted(alice, client, secret):
    give_password(client, next=PROFILE)
    half = client.session.session_key

    assert client.post(CODE, {"code": code_of(secret)}).url == PROFILE
    assert is_signed_in(client)
    assert client.session.session_key != half


def test_wrong_codes_lock_and_the_password_does_not_clear_their_count(alice, client, secret):
    give_password(client)
    statuses = [client.post(CODE, {"code": "000000"}).status_code for _ in range(3)]
    give_password(client)
    statuses += [client.post(CODE, {"code": "000000"}).status_code for _ in range(2)]

    assert statuses == [422, 422, 422, 422, 429]
    assert client.post(CODE, {"code": code_of(secret)}).status_code == 429


@pytest.mark.parametrize("ends", ["time", "everywhere"])
def test_half_a_sign_in_ends(alice, client, secret, clock, ends):
    give_password(client)
    if ends == "time":
        clock.shift(300)
    else:
        sessions.end_all_sessions(alice, actor="system")

    assert client.post(CODE, {"code": code_of(secret)}).url == SIGN_IN
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_socket_is_refused_to_half_a_sign_in(alice, client, secret):
    give_password(client)

    async def knock():
        async with Socket(client) as desk:
            return desk.code

    try:
        assert async_to_sync(knock)() is not None
    finally:
        close_readers()


def test_app_is_set_up_with_recovery_codes_to_download(alice, client, clock):
    give_password(client)
    shown = client.get(SET_UP).content.decode()
    secret = re.search(r'id="authenticator-key">(\w+)<', shown).group(1)
    kept = re.search(r'name="kept" value="([^"]+)"', shown).group(1)
    page = client.post(SET_UP, {"kept": kept, "code": code_of(secret)}).content.decode()

    codes = re.findall(r"<li>([A-Z2-9]{5}-[A-Z2-9]{5})</li>", page)
    assert len(codes) == 10
    file = unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', page).group(1))
    assert file.splitlines()[2:] == codes
    assert second_factor.check_code(alice, codes[0]) == "recovery"


def test_secret_sealed_for_one_person_is_nothing_to_another(alice, bob, client_for, clock):
    shown = fresh(client_for(bob)).get(SET_UP).content.decode()
    secret = re.search(r'id="authenticator-key">(\w+)<', shown).group(1)
    sealed = re.search(r'name="kept" value="([^"]+)"', shown).group(1)

    answer = fresh(client_for(alice)).post(SET_UP, {"kept": sealed, "code": code_of(secret)})
    assert answer.status_code == 422
    assert not second_factor.has_factor(alice)


def fresh(client):
    """The person has just shown who they are."""
    client.post(reverse("accounts:confirm"), {"password": PASSWORD})
    return client


def test_removing_asks_who_one_is_after_ten_minutes(alice, client, secret, clock):
    give_password(client)
    client.post(CODE, {"code": code_of(secret)})
    clock.shift(600)
    asked = client.post(reverse("accounts:remove_authenticator"))

    assert asked.url == f"{reverse('accounts:confirm')}?next=%2Faccounts%2Fsecurity%2F"
    assert (
        client.post(asked.url, {"password": PASSWORD}).status_code == 200
    )  # a code is asked, not the password
    key = client.session.session_key
    assert client.post(asked.url, {"code": code_of(secret)}).url == SECURITY
    assert client.session.session_key != key
    client.post(reverse("accounts:remove_authenticator"))
    assert not second_factor.has_factor(alice)


def test_admin_resets_the_factor_of_a_person(alice, admin, client_for, secret):
    url = reverse("accounts:reset_factors", args=[alice.pk])
    assert (
        "Reset second factor"
        in client_for(admin).get(reverse("accounts:person", args=[alice.pk])).content.decode()
    )

    client_for(admin).post(url)
    assert second_factor.has_factor(alice)
    confirmed(client_for(admin)).post(url)

    assert not second_factor.has_factor(alice)
