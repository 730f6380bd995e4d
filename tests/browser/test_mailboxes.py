"""The page of a watched mailbox: filled in, tested against a real server, watched; on every size, in both themes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Brand, User
from carecenter.lib.time import now
from channels_app.models import Connection, Mailbox, MailboxTest
from tests.browser.looks import LOOKS
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory
from tests.flows.dovecot import PASSWORD, Dovecot, need_dovecot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    need_dovecot()
    with Dovecot() as server:
        yield server


@pytest.fixture
def support(brand: Brand) -> Connection:
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    return ConnectionFactory(inbox=inbox, address="support@support.test")


def path_of(connection: Connection) -> str:
    return f"/admin-desk/inboxes/{connection.inbox_id}/mailbox/"


@pytest.mark.mail_server
def test_admin_sets_up_a_mailbox(
    open_page: Any,
    axe: Any,
    picture: Any,
    support: Connection,
    admin: User,
    dovecot: Dovecot,
    monkeypatch: Any,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority.file))
    page = open_page(admin, path_of(support))
    page.get_by_label("Server").fill("localhost")
    page.get_by_label("Port").fill(str(dovecot.imaps))
    page.get_by_label("Password", exact=False).first.fill("wrong")
    page.get_by_role("button", name="Test this connection").click()
    page.get_by_text("The server does not accept user name and password.").wait_for()
    assert page.locator("[data-step=sign_in]").get_attribute("data-state") == "failed"
    assert page.locator("[data-step=folder]").get_attribute("data-state") == "skipped"
    page.locator("#mailbox-test").scroll_into_view_if_needed()
    picture(page, "mailbox-test-failed")
    assert axe(page) == []
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Test this connection").click()
    page.get_by_text("All is well").wait_for()
    picture(page, "mailbox-test-good")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    mailbox = Mailbox.objects.get()
    assert (mailbox.host, mailbox.username, mailbox.is_on) == ("localhost", "support@support.test", True)
    assert PASSWORD not in page.content()
    support.refresh_from_db()
    assert support.opened()["imap_password"] == PASSWORD
    assert list(MailboxTest.objects.values_list("sealed", flat=True)) == ["", ""]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_mailbox_in_trouble_has_no_finding(
    open_page: Any, axe: Any, picture: Any, support: Connection, admin: User, size: str, theme: str
) -> None:
    Mailbox.objects.create(
        connection=support,
        host="imap.example.com",
        username="support@support.test",
        is_on=True,
        on_since=now() - timedelta(days=2),
        last_good_at=now() - timedelta(hours=2),
        last_mail_at=now() - timedelta(hours=3),
        lag_seconds=2,
        fetched=1234,
        can_idle=True,
        error="sign_in_refused",
        error_detail="[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        error_since=now() - timedelta(hours=2),
        backlog="import",
        backlog_done=120,
        backlog_total=400,
    )
    page = open_page(admin, path_of(support), size=size, theme=theme)
    for name, path in {"mailbox": path_of(support), "mailbox-intake": "/desk/intake/"}.items():
        page.goto(path)
        picture(page, f"{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.querySelector('#main').scrollWidth <= window.innerWidth"), name
    page.goto("/desk/intake/")
    assert page.get_by_text("mail is not being fetched").is_visible()


def test_running_test_shows_how_far_it_is(
    open_page: Any, axe: Any, picture: Any, support: Connection, admin: User
) -> None:
    steps = [{"stage": stage, "state": "done", "code": "", "detail": ""} for stage in ("name", "connect")]
    running = MailboxTest.objects.create(
        connection=support, made_by=admin, settings={"security": "tls"}, steps=steps, started_at=now()
    )
    page = open_page(admin, path_of(support))
    page.goto(f"{path_of(support)}test/{running.pk}/")
    states = page.locator("[data-step]").evaluate_all("steps => steps.map(step => step.dataset.state)")
    assert states == ["done", "done", "running", "waiting", "waiting", "waiting", "waiting"]
