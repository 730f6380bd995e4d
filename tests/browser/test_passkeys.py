"""A passkey from the first click to the sign-in, with the authenticator that Chromium plays."""

import pytest

from tests.factories.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_passkey_is_made_and_opens_the_desk(alice, open_page, axe, picture):
    page = open_page(alice, "/accounts/security/")
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})

    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_label("Name").fill("Alice's telephone")
    picture(page, "accounts-passkey")
    assert axe(page) == []
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("link", name="I have kept them").wait_for()
    picture(page, "accounts-recovery-codes")
    assert axe(page) == []
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("Alice's telephone").wait_for()
    picture(page, "accounts-security")
    assert axe(page) == []

    page.context.clear_cookies()
    page.goto("/accounts/sign-in/?next=/accounts/profile/")
    picture(page, "accounts-sign-in-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Profile and settings").wait_for()

    page.context.clear_cookies()
    page.goto("/accounts/sign-in/?next=/accounts/profile/")
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    picture(page, "accounts-second-factor")
    assert axe(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Profile and settings").wait_for()
