import re

import pytest
from django.urls import reverse

from accounts.domain.links import Kind, token_for
from accounts.models import AccountMail
from tests.factories.accounts import UserFactory

NEW = "another good phrase"


def test_reset_says_the_same_for_known_and_unknown(alice, client):
    pages = [
        client.post(reverse("accounts:reset"), {"email": address}).content.decode()
        for address in ("alice@example.com", "ghost@example.com")
    ]

    without_token = [re.sub(r'data-csrf="\w+"', "", page) for page in pages]
    assert without_token[0] == without_token[1]
    assert AccountMail.objects.count() == 2


def test_reset_is_refused_to_a_network_that_asks_too_often(alice, client, clock, settings):
    settings.SIGN_IN_FAILURES = settings.SIGN_IN_FAILURES | {"reset": 3}
    answers = [
        client.post(reverse("accounts:reset"), {"email": f"person{n}@example.com"}).status_code
        for n in range(5)
    ]

    assert answers == [200, 200, 200, 429, 429]
    assert AccountMail.objects.count() == 3
    clock.shift(15 * 60 + 1)
    assert client.post(reverse("accounts:reset"), {"email": "alice@example.com"}).status_code == 200


def test_reset_link_in_the_mail_does_not_follow_the_host_header(alice, client, after_commit, settings):
    with after_commit():
        client.post(
            reverse("accounts:reset"), {"email": "alice@example.com"}, headers={"host": "evil.example"}
        )

    [mail] = settings.MAIL_DIR.glob("*.eml")
    assert b"evil.example" not in mail.read_bytes()


def test_reset_page_changes_nothing_until_the_password_is_sent(alice, client):
    address = reverse("accounts:reset_confirm", args=[token_for(alice, Kind.RESET)])
    before = alice.password
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200

    alice.refresh_from_db()
    assert alice.password == before


def test_reset_sets_the_password_once(alice, client):
    address = reverse("accounts:reset_confirm", args=[token_for(alice, Kind.RESET)])

    assert client.post(address, {"password": NEW}).url == reverse("accounts:sign_in")
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert client.post(address, {"password": "a third good phrase"}).status_code == 410


def test_weak_password_is_said_beside_the_field(alice, client):
    address = reverse("accounts:reset_confirm", args=[token_for(alice, Kind.RESET)])

    page = client.post(address, {"password": "short"}).content.decode()
    assert "This password is too short" in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("name", ["reset_confirm", "accept_invitation"])
def test_bad_link_says_so(db, client, name):
    assert client.get(reverse(f"accounts:{name}", args=["nonsense"])).status_code == 410


def test_invitation_sets_name_and_password_and_signs_in(db, client):
    user = UserFactory(name="N", password=None)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    address = reverse("accounts:accept_invitation", args=[token_for(user, Kind.INVITATION)])

    assert client.post(address, {"name": "Nina", "password": NEW}).status_code == 302
    assert "Nina" in client.get(reverse("accounts:profile")).content.decode()
