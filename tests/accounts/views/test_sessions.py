import pytest
from django.test import Client
from django.urls import reverse

from accounts.domain import events
from accounts.models import User, WebSession
from journal.models import Event
from tests.factories.accounts import PASSWORD

SIGN_IN = reverse("accounts:sign_in")


def sign_in(client, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"email": "alice@example.com", "password": password, **more})


def is_signed_in(client):
    return client.get(reverse("accounts:profile")).status_code == 200


def test_sign_in_leads_to_the_desk(alice, client):
    response = sign_in(client)

    assert (response.status_code, response.url) == (302, reverse("tickets:desk"))
    assert is_signed_in(client)
    assert Event.objects.get(name=events.SIGNED_IN).data == {"how": "password"}


def test_where_nobody_has_an_account_the_sign_in_says_how_the_first_is_made(db, client, alice):
    path = reverse("accounts:sign_in")
    assert "create_admin" not in client.get(path).content.decode()
    User.objects.all().delete()
    assert "bin/manage create_admin EMAIL" in client.get(path).content.decode()


def test_sign_in_goes_on_to_the_page_that_was_asked_for(alice, client):
    profile = reverse("accounts:profile")
    page = client.get(profile, follow=True)

    assert f'name="next" value="{profile}"' in page.content.decode()
    assert sign_in(client, next=profile).url == profile


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_sign_in_does_not_lead_to_another_site(alice, client, elsewhere):
    assert sign_in(client, next=elsewhere).url == reverse("tickets:desk")


def test_sign_in_gives_a_new_session_key(alice, client):
    client.get(SIGN_IN)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    sign_in(client)

    assert client.session.session_key != before
    assert not WebSession.objects.filter(pk=before).exists()


def test_wrong_password_says_the_same_as_an_unknown_address(alice, client):
    wrong = sign_in(client, password="wrong")
    unknown = client.post(SIGN_IN, {"email": "ghost@example.com", "password": "wrong"})

    text = "E-mail address or password is wrong."
    assert text in wrong.content.decode()
    assert text in unknown.content.decode()
    assert (wrong.status_code, unknown.status_code) == (200, 200)


def test_lockout_says_until_when(alice, client, clock):
    answers = [sign_in(client, password="wrong").status_code for _ in range(5)]
    locked = sign_in(client)

    assert answers == [200, 200, 200, 200, 429]
    assert "Try again in 15 minutes, at 09:15 UTC." in locked.content.decode()
    assert not is_signed_in(client)


def test_sign_in_page_of_somebody_signed_in_goes_on(alice, client_for):
    assert client_for(alice).get(SIGN_IN).status_code == 302


def test_sign_in_without_csrf_token_is_refused(alice):
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_sign_out_ends_the_session_and_is_recorded(alice, client_for):
    client = client_for(alice)

    assert client.post(reverse("accounts:sign_out")).url == SIGN_IN
    assert not is_signed_in(client)
    assert Event.objects.get(name=events.SIGNED_OUT).subject == f"user:{alice.pk}"


def test_sign_out_by_get_is_refused(alice, client_for):
    client = client_for(alice)

    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert is_signed_in(client)


def test_sign_out_everywhere_ends_every_session(alice, client_for):
    here, there = client_for(alice), client_for(alice)

    here.post(reverse("accounts:sign_out_everywhere"))

    assert not is_signed_in(here)
    assert not is_signed_in(there)


def test_deactivated_person_is_out_with_the_next_request(alice, client_for):
    client = client_for(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    assert not is_signed_in(client)


@pytest.mark.parametrize("path", ["/accounts/sign-in/", "/accounts/reset/"])
def test_address_that_small_letters_lengthen_is_refused_in_words(client, db, path):
    """İ is one letter, and two when it is small: it would not fit into its column."""
    long = "@".join(["a", ".".join(["İ" * 60] * 4) + ".example"])

    answer = client.post(path, {"email": long, "password": "x"})

    assert (answer.status_code, "too long" in answer.content.decode()) == (200, True)
