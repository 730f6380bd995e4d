"""Signing in, one's own settings and the people page, on every size and in both themes."""

import pytest
from django.db import transaction

from accounts.domain.links import Kind, token_for
from journal.domain.recording import record
from journal.models import FailedReaction
from tests.browser.looks import LOOKS
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def stranger(chromium, live_server):
    """A browser in which nobody has signed in."""
    contexts = []

    def visit(path, *, size="desktop", theme="light"):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="en",
            base_url=live_server.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_before_the_door_look_right(alice, stranger, axe, picture, size, theme):
    links = {kind: token_for(alice, kind) for kind in Kind}
    paths = {
        "sign-in": "/accounts/sign-in/",
        "reset": "/accounts/reset/",
        "reset-confirm": f"/accounts/reset/{links[Kind.RESET]}/",
        "invitation": f"/accounts/invitation/{links[Kind.INVITATION]}/",
        "link-invalid": "/accounts/reset/nonsense/",
    }
    page = stranger("/accounts/sign-in/", size=size, theme=theme)
    for name, path in paths.items():
        page.goto(path)
        picture(page, f"accounts-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert fits(page), name


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_of_accounts_look_right(admin, alice, team, open_page, axe, picture, size, theme):
    invited = UserFactory(name="Ines Invited", password=None)
    invited.set_unusable_password()
    invited.save(update_fields=["password"])
    with transaction.atomic():
        event = record("user.signed_in", actor="system")
    FailedReaction.objects.create(
        event=event, handler="accounts.handlers.close_sockets", state="parked", tries=6, error="ValueError: x"
    )
    page = open_page(admin, "/admin-desk/people/", size=size, theme=theme)
    for name in ("people", "people/invite", f"people/{invited.pk}", "profile", "parked"):
        page.goto(f"/accounts/{name}/")
        picture(page, f"accounts-{name.replace('/', '-')}-{size}-{theme}")
        assert axe(page) == [], name
        assert fits(page), name


def test_sign_in_by_keyboard_alone(alice, stranger):
    page = stranger("/accounts/profile/")
    page.keyboard.type("alice@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/accounts/profile/")
    assert page.get_by_label("Name", exact=True).input_value() == "Alice Adams"


def test_wrong_password_is_said_and_the_address_kept(alice, stranger):
    page = stranger("/accounts/sign-in/")
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()

    assert page.get_by_role("alert").inner_text() == "E-mail address or password is wrong."
    assert page.get_by_label("E-mail address").input_value() == "alice@example.com"


def test_theme_and_language_are_chosen_in_the_profile(alice, open_page):
    page = open_page(alice, "/accounts/profile/")
    page.get_by_label("Language").select_option("de")
    page.get_by_label("Colours").select_option("dark")
    page.get_by_role("button", name="Save settings").click()

    page.get_by_text("Ihre Einstellungen sind gespeichert.").wait_for()
    assert page.evaluate("document.documentElement.className").split().count("dark") == 1


def test_somebody_is_invited_and_deactivated(admin, brand, open_page):
    page = open_page(admin, "/admin-desk/people/")
    page.get_by_role("link", name="Invite", exact=True).click()
    page.get_by_label("Name").fill("Nina New")
    page.get_by_label("E-mail address").fill("nina@example.com")
    page.get_by_label("Brand").select_option(label="Nordlicht Home")
    page.get_by_role("button", name="Send invitation").click()
    page.get_by_role("link", name="Nina New").click()
    page.get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()

    page.get_by_text("Nina New may no longer sign in.").wait_for()
    assert page.get_by_text("Deactivated").is_visible()
