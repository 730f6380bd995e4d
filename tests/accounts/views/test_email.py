"""The address one signs in with is changed by a link to the new one."""

import pytest
from django.urls import reverse

from accounts.domain import addresses, factor_rules, mails, passwords, people, sessions
from accounts.domain.links import Kind, token_for
from accounts.models import AccountMail
from tests.factories.accounts import confirmed

NEW = "new@example.com"
CHANGE = reverse("accounts:change_email")


def page_of(alice, address=NEW):
    return reverse("accounts:new_email", args=[token_for(alice, Kind.NEW_ADDRESS, address=address)])


def sent(settings):
    return sorted(path.read_bytes().decode() for path in settings.MAIL_DIR.glob("*.eml"))


def test_only_who_has_just_shown_who_they_are_asks_for_it(alice, client_for):
    assert client_for(alice).post(CHANGE, {"email": NEW}).url.startswith(reverse("accounts:confirm"))
    assert not AccountMail.objects.exists()


def test_address_that_capitals_make_equal_to_another_is_refused(alice, client_for):
    assert confirmed(client_for(alice)).post(CHANGE, {"email": "new@exampıe.com"}).status_code == 422
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize(
    "rescue",
    [
        lambda user, admin: passwords.change_password(user, "another good phrase"),
        lambda user, admin: sessions.end_all_sessions(user, actor="system"),
        lambda user, admin: factor_rules.reset_factors(user, actor=None),
        lambda user, admin: people.deactivate(user, actor=admin),
    ],
    ids=["password", "everywhere", "factors", "deactivated"],
)
def test_change_that_waits_does_not_outlive_a_rescue(alice, admin, rescue):
    addresses.ask_change(alice, NEW)
    rescue(alice, admin)

    mail = AccountMail.objects.get(kind=Kind.NEW_ADDRESS)
    assert (mail.state, mail.address, mails.deliver(mail.pk)) == (AccountMail.State.IGNORED, "", False)


def test_too_many_new_addresses_are_refused(alice, client_for, settings):
    settings.SIGN_IN_FAILURES = settings.SIGN_IN_FAILURES | {"address": 1}
    client = confirmed(client_for(alice))

    assert [client.post(CHANGE, {"email": f"{n}{NEW}"}).status_code for n in range(2)] == [302, 429]


def test_link_goes_to_the_new_address_and_word_to_the_old(alice, client, client_for, settings):
    confirmed(client_for(alice)).post(CHANGE, {"email": NEW})
    mails.deliver(AccountMail.objects.get().pk)
    assert f"To: {NEW}" in sent(settings)[0]
    assert client.get(page_of(alice)).status_code == 200
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"

    client.post(page_of(alice))
    alice.refresh_from_db()
    assert alice.email == NEW
    mails.deliver(AccountMail.objects.get(kind=Kind.ADDRESS_LEFT).pk)
    assert any("To: alice@example.com" in mail for mail in sent(settings))


@pytest.mark.parametrize("spoilt", ["used", "password", "taken", "other kind"])
def test_link_that_is_not_good_changes_nothing(alice, bob, client, spoilt):
    page = page_of(alice, "bob@example.com" if spoilt == "taken" else NEW)
    if spoilt == "used":
        client.post(page)
    elif spoilt == "password":
        alice.set_password("another good phrase")
        alice.save(update_fields=["password"])
    elif spoilt == "other kind":
        page = reverse("accounts:new_email", args=[token_for(alice, Kind.RESET)])
    alice.refresh_from_db()
    before = alice.email

    assert client.post(page).status_code == 410
    alice.refresh_from_db()
    assert alice.email == before
