"""Roles that ask for a second factor."""

import re

import pytest
from django.urls import reverse

from accounts.domain import people
from accounts.domain.links import Kind, link_for
from accounts.models import Role
from tests.factories.accounts import PASSWORD, UserFactory, code_of, confirmed, grant, role, with_app
from tests.factories.device import Device

PAGE = reverse("accounts:role_factors")
PROFILE = reverse("accounts:profile")
SET_UP, AUTHENTICATOR = reverse("accounts:set_up"), reverse("accounts:authenticator")


def give_password(client, email="alice@example.com", **more):
    return client.post(reverse("accounts:sign_in"), {"email": email, "password": PASSWORD, **more})


def is_signed_in(client):
    return client.get(PROFILE).status_code == 200


def in_page(client):
    shown = client.get(AUTHENTICATOR).content.decode()
    secret = re.search(r'id="authenticator-key">(\w+)<', shown).group(1)
    return {"kept": re.search(r'name="kept" value="([^"]+)"', shown).group(1), "code": code_of(secret)}


@pytest.fixture
def required(alice):
    Role.objects.filter(name="Agent").update(second_factor=True)


def test_who_lacks_the_factor_sets_it_up_and_can_do_nothing_else(alice, client, clock, required):
    assert give_password(client, next=PROFILE).url == SET_UP
    assert client.get(SET_UP).status_code == 200
    assert not is_signed_in(client)
    page = client.post(AUTHENTICATOR, in_page(client)).content.decode()

    assert f'href="{PROFILE}"' in page
    assert is_signed_in(client)


def test_passkey_will_do(alice, client, required):
    client.defaults["HTTP_HOST"] = "localhost"
    give_password(client)
    made = Device().make(client.post(reverse("accounts:passkey_ask_new")).json())
    client.post(reverse("accounts:passkey_new"), {"name": "Telephone", "answer": made})

    assert is_signed_in(client)


def test_password_alone_adds_no_factor_beside_one_there_is(alice, client, clock, required):
    with_app(alice)
    assert give_password(client).url == reverse("accounts:second_factor")

    for method, url in (
        ("get", SET_UP),
        ("get", AUTHENTICATOR),
        ("post", reverse("accounts:passkey_ask_new")),
    ):
        give_password(client)
        assert getattr(client, method)(url).status_code == 302


def test_last_factor_is_not_removed(alice, client, clock, required):
    secret = with_app(alice)
    give_password(client)
    client.post(reverse("accounts:second_factor"), {"code": code_of(secret)})
    client.post(reverse("accounts:remove_authenticator"))

    alice.refresh_from_db()
    assert alice.authenticator


def test_asking_for_it_ends_sessions_without_one(alice, bob, admin, client_for):
    with_app(bob)
    of_alice, of_bob = client_for(alice), client_for(bob)
    client_for(admin).post(PAGE, {"role": [role("Agent").pk]})  # who one is, first
    assert is_signed_in(of_alice)
    confirmed(client_for(admin)).post(PAGE, {"role": [role("Agent").pk]})

    assert Role.objects.get(name="Agent").second_factor
    assert not is_signed_in(of_alice)
    assert is_signed_in(of_bob)


def test_nobody_shuts_themselves_out(admin, client_for):
    client = confirmed(client_for(admin))
    client.post(PAGE, {"role": [role("Admin").pk]})

    assert not Role.objects.get(name="Admin").second_factor
    assert is_signed_in(client)


def test_role_that_asks_for_it_ends_the_session_of_who_gets_it(alice, admin, client_for):
    lead = role("Lead")
    Role.objects.filter(pk=lead.pk).update(second_factor=True)
    client = client_for(alice)
    people.give(alice, people.Wanted(role=Role.objects.get(pk=lead.pk)), actor=admin)

    assert not is_signed_in(client)
    assert give_password(client).url == SET_UP


def test_asking_for_it_leaves_open_invitations(admin, client_for, client):
    wanted = people.Wanted(role=role("Agent"))
    guest = people.invite("guest@example.com", name="Guest", wanted=wanted, actor=admin)
    link = link_for(guest, Kind.INVITATION)
    confirmed(client_for(admin)).post(PAGE, {"role": [role("Agent").pk, role("Lead").pk]})
    people.give(guest, people.Wanted(role=Role.objects.get(name="Lead")), actor=admin)

    assert client.get(link).status_code == 200


def test_admin_of_one_brand_does_not_decide_for_all(brand, client_for):
    local = grant(UserFactory(), "Admin", brand=brand)
    assert client_for(local).post(PAGE, {"role": []}).status_code == 404
