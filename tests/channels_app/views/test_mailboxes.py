"""The settings page of a mailbox: what it takes, what it never shows, and whom it lets in."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from channels_app.models import Connection, Mailbox, MailboxTest

FORM = {
    "host": "imap.example.com",
    "port": "993",
    "security": "tls",
    "folder": "INBOX",
    "username": "support@example.com",
    "sign_in": "password",
    "password": "hush-hush",
    "import_days": "0",
    "is_on": "on",
}


@pytest.fixture
def path(connection: Connection) -> str:
    return reverse("mailboxes:mailbox", args=[connection.inbox_id])


@pytest.fixture
def browser(client_for: Callable[[User], Client], admin: User) -> Client:
    return client_for(admin)


def test_saved_mailbox_never_shows_its_password(browser: Client, path: str, connection: Connection) -> None:
    assert browser.post(path, FORM).status_code == 302
    mailbox = Mailbox.objects.get()
    assert (mailbox.host, mailbox.is_on, mailbox.security) == ("imap.example.com", True, "tls")
    page = browser.get(path).content.decode()
    assert "hush-hush" not in page
    assert "A password is stored" in page
    connection.refresh_from_db()
    assert connection.opened()["imap_password"] == "hush-hush"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "other.example.com"),
        ("port", "143"),
        ("security", "starttls"),
        ("username", "somebody"),
    ],
)
def test_stored_password_does_not_go_elsewhere(browser: Client, path: str, field: str, value: str) -> None:
    browser.post(path, FORM)
    response = browser.post(path, {**FORM, "password": "", field: value})
    assert response.status_code == 422
    assert "would go to another place" in response.content.decode()
    tested = browser.post(f"{path}test/", {**FORM, "password": "", field: value})
    assert (tested.status_code, MailboxTest.objects.count()) == (422, 0)
    assert browser.post(path, {**FORM, "password": "", "folder": "Support"}).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "https://imap.example.com"},
        {"host": ""},
        {"port": "0"},
        {"security": "plain"},
        {"username": "a\r\nb LOGIN"},
        {"password": ""},
        {"sign_in": "oauth2"},
        {
            "sign_in": "oauth2",
            "refresh_token": "x",
            "client_id": "y",
            "token_url": "http://tokens.example.com/",
        },
        {"import_days": "5000"},
    ],
)
def test_what_cannot_work_is_not_saved(browser: Client, path: str, wrong: dict[str, str]) -> None:
    assert browser.post(path, {**FORM, **wrong}).status_code == 422
    assert not Mailbox.objects.exists()


def test_agents_and_leads_of_the_brand_see_no_settings(
    client_for: Callable[[User], Client], path: str, alice: User, lead: User
) -> None:
    assert [client_for(user).get(path).status_code for user in (alice, lead)] == [404, 404]


def test_inbox_without_mail_has_no_mailbox(browser: Client, path: str, connection: Connection) -> None:
    connection.inbox.kind = "webchat"
    connection.inbox.save(update_fields=["kind"])
    assert browser.get(path).status_code == 404


def test_leads_see_the_trouble_under_incoming(
    client_for: Callable[[User], Client], lead: User, charlie: User, connection: Connection
) -> None:
    from carecenter.lib.time import in_seconds

    Mailbox.objects.create(
        connection=connection, host="imap.example.com", username="x", is_on=True, on_since=in_seconds(-600),
        last_good_at=in_seconds(-300),
    )  # fmt: skip
    assert "mail is not being fetched" in client_for(lead).get("/desk/intake/").content.decode()
    Mailbox.objects.update(last_good_at=in_seconds(-30))
    assert "mail is not being fetched" not in client_for(lead).get("/desk/intake/").content.decode()


OAUTH = {
    **FORM,
    "sign_in": "oauth2",
    "token_url": "https://login.example.com/token",
    "client_id": "carecenter",
    "client_secret": "hush-client",
    "refresh_token": "hush-token",
}


def test_stored_client_secret_does_not_go_elsewhere(
    browser: Client, path: str, connection: Connection
) -> None:
    """A new refresh token is easily typed: it says nothing about knowing the client's secret."""
    assert browser.post(path, OAUTH).status_code == 302
    other = {**OAUTH, "client_secret": "", "refresh_token": "mine", "token_url": "https://evil.example/token"}
    assert browser.post(path, other).status_code == 422
    assert browser.post(f"{path}test/", other).status_code == 422
    assert browser.post(path, {**OAUTH, "client_secret": "", "refresh_token": ""}).status_code == 302
    connection.refresh_from_db()
    assert connection.opened()["imap_client_secret"] == "hush-client"
