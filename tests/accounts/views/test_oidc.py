"""Sign-in by the organisation's own provider, which answers over HTTP with real signatures."""

import re
import time
from html import unescape

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from accounts.domain import events, mails, oidc, passwords
from accounts.domain.errors import OidcUnreachable
from accounts.models import AccountMail, OidcIdentity, Role, User
from journal.models import Event
from tests.factories.accounts import code_of, with_app
from tests.factories.oidc_provider import CLIENT, SECRET, Provider

BEGIN, SIGN_IN = reverse("accounts:oidc_begin"), reverse("accounts:sign_in")
PROFILE = reverse("accounts:profile")
FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def running():
    started = Provider()
    yield started
    started.close()


@pytest.fixture
def provider(running, settings, db):
    running.wrong, running.described, running.fetches = {}, {}, []
    running.of_key = {"alg": "RS256"}
    running.claims = {"sub": "1234", "email": "alice@example.com", "email_verified": True, "name": "Alice A."}
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = running.issuer, CLIENT
    settings.OIDC_CLIENT_SECRET = SECRET
    oidc._kept.clear()
    oidc._failed.clear()
    return running


def go(client, provider, **more):
    """There and back; the answer to coming back."""
    return client.get(way_back(client, provider, **more))


def way_back(client, provider, **more):
    page = client.post(BEGIN, more).content.decode()
    address = unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page).group(1))
    return provider.sign_in(address)


def is_signed_in(client):
    return client.get(PROFILE).status_code == 200


def test_known_person_signs_in_and_is_known_by_their_number_from_then_on(alice, client, provider):
    assert "Sign in with your organisation" in client.get(SIGN_IN).content.decode()
    assert go(client, provider, next=PROFILE).url == PROFILE
    assert is_signed_in(client)
    client.post(reverse("accounts:sign_out"))
    provider.claims |= {"email": "alice.adams@example.com", "email_verified": False}

    go(client, provider)
    assert is_signed_in(client)
    assert Event.objects.filter(name=events.SIGNED_IN).latest("pk").data == {"how": "oidc"}
    assert provider.fetches.count("/keys") == provider.fetches.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": FOREIGN},
        {"key": "secret" * 8, "algorithm": "HS256"},
        {"key": None, "algorithm": "none"},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": [CLIENT, "another"]}},
        {"claims": {"azp": "another"}},
        {"claims": {"iss": "https://another.example"}},
        {"claims": {"nonce": "another"}},
        {"claims": {"exp": int(time.time()) - 120}},
        {"claims": {"iat": int(time.time()) + 7200}},
        {"claims": {"email_verified": "true"}},
        {"claims": {"email": ""}},
    ],
    ids=[
        "another's key", "our secret as a key", "no signature", "another audience", "two audiences", "another party",
        "another issuer", "another sign-in", "run out", "made tomorrow", "a word for yes", "no address",
    ],
)  # fmt: skip
def test_token_that_is_not_right_lets_nobody_in(alice, client, provider, wrong):
    provider.wrong = wrong

    assert go(client, provider).url == SIGN_IN
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("of_key", "algorithm", "is_let_in"),
    [({}, "PS256", True), ({}, "RS512", True), ({"alg": "RS256"}, "RS512", False), ({}, "HS256", False)],
)
def test_key_that_names_no_algorithm_takes_those_of_its_kind(
    alice, client, provider, of_key, algorithm, is_let_in
):
    provider.of_key = of_key
    provider.wrong = {"algorithm": algorithm} | ({"key": "secret" * 8} if algorithm == "HS256" else {})
    go(client, provider)

    assert is_signed_in(client) is is_let_in


def test_clocks_may_differ_by_a_minute(alice, client, provider):
    provider.wrong = {"claims": {"exp": int(time.time()) - 30}}
    go(client, provider)

    assert is_signed_in(client)


def test_turned_keys_are_fetched(alice, client, provider, monkeypatch):
    go(client, provider)
    client.post(reverse("accounts:sign_out"))
    provider.turn_keys()
    monkeypatch.setattr(oidc, "ASK_AGAIN_SECONDS", 0.0)
    go(client, provider)

    assert is_signed_in(client)


def test_way_back_is_good_once_and_in_its_own_browser(alice, client, provider):
    address = way_back(client, provider)
    stranger = type(client)()
    assert stranger.get(address).url == SIGN_IN
    assert not is_signed_in(stranger)
    client.get(address)
    client.post(reverse("accounts:sign_out"))

    assert client.get(address).url == SIGN_IN
    assert not is_signed_in(client)


def test_unknown_person_is_refused_or_made_without_any_role(client, provider, settings):
    provider.claims |= {"sub": "77", "email": "New@Firm.example"}
    go(client, provider)
    assert not is_signed_in(client)

    settings.OIDC_UNKNOWN, settings.OIDC_DOMAINS = "create", ["other.example"]
    go(client, provider)
    assert not is_signed_in(client)

    settings.OIDC_DOMAINS = ["firm.example"]
    go(client, provider)
    user = User.objects.get(email="new@firm.example")
    assert is_signed_in(client)
    assert (user.grants.count(), user.has_usable_password()) == (0, False)


def test_who_has_no_password_is_mailed_none(client, provider, settings):
    settings.OIDC_UNKNOWN = "create"
    go(client, provider)
    passwords.ask_reset("alice@example.com")
    mails.deliver(AccountMail.objects.get().pk)

    assert AccountMail.objects.get().state == AccountMail.State.IGNORED


def test_deactivated_person_stays_out(alice, client, provider):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    go(client, provider)

    assert not is_signed_in(client)


def test_second_factor_is_asked_unless_the_issuer_asked_for_two(alice, client, provider):
    secret = with_app(alice)
    assert go(client, provider).url == reverse("accounts:second_factor")
    provider.claims["amr"] = ["pwd", "mfa"]
    for _ in range(2):  # an address alone does not make the issuer's factor that of the person
        assert go(client, provider).url == reverse("accounts:second_factor")
    client.post(reverse("accounts:second_factor"), {"code": code_of(secret)})
    client.post(reverse("accounts:sign_out"))
    go(client, provider)

    assert is_signed_in(client)


@pytest.mark.parametrize("stranger", [{"sub": "666"}, {"sub": "666", "email": "alıce@example.com"}])
def test_another_number_is_not_linked_to_somebody_who_has_one(alice, client, provider, stranger):
    go(client, provider)
    client.post(reverse("accounts:sign_out"))
    provider.claims |= stranger
    go(client, provider)

    assert not is_signed_in(client)
    assert OidcIdentity.objects.get().subject == "1234"


@pytest.mark.parametrize(
    ("said", "let_in"), [({"email_verified": False}, False), ({"email_verified": None}, True)]
)
def test_trusted_addresses_are_not_those_the_issuer_calls_unconfirmed(
    alice, client, provider, settings, said, let_in
):
    settings.OIDC_TRUST_EMAIL = True
    provider.claims |= said
    go(client, provider)

    assert is_signed_in(client) is let_in


def test_confirming_links_nobody_and_asks_for_the_factor(alice, bob, client, provider, settings):
    settings.OIDC_UNKNOWN = "create"
    go(client, provider)
    with_app(alice)
    client.post(reverse("accounts:sign_out"))
    provider.claims["amr"] = ["mfa"]
    go(client, provider)
    old = client.session["confirmed_at"]
    provider.claims["amr"] = ["pwd"]
    assert go(client, provider).url == reverse("accounts:confirm")
    for email in ("bob@example.com", "somebody@example.com"):
        provider.claims |= {"sub": "777", "email": email, "amr": ["mfa"]}
        assert go(client, provider).url == reverse("accounts:confirm")

    assert (client.session["confirmed_at"], OidcIdentity.objects.count(), User.objects.count()) == (old, 1, 2)


def test_right_sign_ins_do_not_lock_an_office(alice, client, provider, settings):
    settings.SIGN_IN_FAILURES = settings.SIGN_IN_FAILURES | {"oidc": 1}
    for _ in range(2):
        go(client, provider)
        go(client, provider)  # confirming does not count
        assert is_signed_in(client)
        client.post(reverse("accounts:sign_out"))


def test_unreachable_issuer_is_not_asked_again_at_once(client, provider, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:1/realm"
    client.post(BEGIN)
    assert len(oidc._failed) == 1
    with pytest.raises(OidcUnreachable, match="a moment ago"):
        oidc.discovered()


def test_role_that_asks_for_a_factor_asks_here_too(alice, client, provider):
    Role.objects.filter(name="Agent").update(second_factor=True)

    assert go(client, provider).url == reverse("accounts:set_up")


def test_who_has_no_password_confirms_there(client, provider, settings):
    settings.OIDC_UNKNOWN = "create"
    go(client, provider)
    session = client.session
    session["confirmed_at"] -= 700
    session.save()
    asked = client.get(reverse("accounts:authenticator"))
    assert 'type="password"' not in client.get(asked.url).content.decode()
    provider.wrong = {"claims": {"auth_time": int(time.time()) - 3600}}
    go(client, provider, next=reverse("accounts:authenticator"))
    assert provider.asked["prompt"] == "login"
    assert client.get(reverse("accounts:authenticator")).status_code == 302
    provider.wrong = {}
    go(client, provider, next=reverse("accounts:authenticator"))

    assert client.get(reverse("accounts:authenticator")).status_code == 200


def test_issuer_under_another_name_or_in_a_forbidden_network_is_not_believed(
    alice, client, provider, settings
):
    provider.described = {"issuer": "https://another.example"}
    assert client.post(BEGIN).url == SIGN_IN
    oidc._kept.clear()
    provider.described = {}
    settings.TESTING = False
    settings.PRIVATE_TARGETS = []
    provider.fetches.clear()

    assert client.post(BEGIN).url == SIGN_IN
    assert provider.fetches == []


def test_without_a_setting_there_is_no_such_way(client, db):
    assert client.post(BEGIN).status_code == 404
    assert "oidc" not in client.get(SIGN_IN).content.decode()
