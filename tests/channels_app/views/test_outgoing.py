"""Outgoing mail on the screen and by the API: set, tested on a real server, heeded by the next mail, taken back."""

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from django.urls import reverse

from accounts.domain import mails
from accounts.domain.links import Kind
from accounts.models import User
from carecenter.lib.outgoing import way
from carecenter.lib.outgoing.models import MailServer
from channels_app.domain import ways_out
from journal.models import Event
from tests.factories.accounts import api_token, confirmed
from tests.stacks import free_ports

pytestmark = pytest.mark.django_db
PAGE = "/admin-desk/outgoing-mail/"
SECRET = "relay-secret-7"
SENDER = {"sender_name": "Shöp", "sender_address": "help@shop.example"}


class Relay:
    """A mail server that remembers, wants a sign-in, and takes one sender only."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address != SENDER["sender_address"]:
            return "553 5.7.1 not yours"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope)
        return "250 OK"


@pytest.fixture
def relay() -> Iterator[Any]:
    def signs_in(*args: Any) -> AuthResult:
        (given,) = [one for one in args if isinstance(one, LoginPassword)]
        return AuthResult(success=given.password == SECRET.encode(), handled=False)

    inlet = Relay()
    controller = Controller(
        inlet,
        hostname="127.0.0.1",
        port=free_ports(1)[0],
        authenticator=signs_in,
        auth_require_tls=False,
        auth_required=True,
    )
    controller.start()
    inlet.port = controller.port  # type: ignore[attr-defined]
    yield inlet
    controller.stop()


def typed(port: int, **more: Any) -> dict[str, Any]:
    there = {"host": "127.0.0.1", "port": port, "encryption": "none", "username": "shop", "password": SECRET}
    return {**there, **SENDER, **more}


def tried(client: Any, form: dict[str, Any], after_commit: Any) -> tuple[str, str]:
    """The state of the last step that was taken, and all that the page says of it."""
    with after_commit():
        answer = client.post(f"{PAGE}test/", form, follow=True)
    said = answer.content.decode()
    states = re.findall(r'data-step="(\w+)" data-state="(\w+)"', said)
    return next(
        (f"{step} {state}" for step, state in reversed(states) if state in ("done", "failed")), ""
    ), said


def test_admin_sets_it_sends_a_test_mail_and_the_next_mail_leaves_by_it(
    admin: User, relay: Any, client_for: Any, after_commit: Any
) -> None:
    client = confirmed(client_for(admin))
    reached, said = tried(client, typed(relay.port), after_commit)
    assert reached == "hand_over done", said
    saved = client.post(PAGE, typed(relay.port), follow=True)
    mails.deliver(mails.queue(Kind.RESET, admin.email).pk)

    tested, reset = relay.got
    assert (tested.rcpt_tos, reset.rcpt_tos) == ([admin.email], [admin.email])
    assert message_from_bytes(reset.content, policy=policy.default)["From"] == "Shöp <help@shop.example>"
    assert SECRET not in saved.content.decode() + MailServer.objects.get().sealed
    config, _transport = ways_out.mail()
    assert (config["host"], config["username"], config["password"]) == ("127.0.0.1", "shop", SECRET)
    event = Event.objects.get(name="outgoing_mail.set")
    assert (event.actor, event.data) == (f"user:{admin.pk}", {})

    client.post(
        f"{PAGE}undo/", {"undo": re.search(r'name="undo" value="([^"]+)"', saved.content.decode())[1]}
    )  # type: ignore[index]
    assert not MailServer.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "step", "says"),
    [
        ({"password": "no"}, "sign_in failed", "does not accept user name and password"),
        ({"sender_address": "x@else.example"}, "sender failed", "does not take mail from this sender"),
        ({"encryption": "starttls"}, "tls failed", "offers no STARTTLS"),
        ({"encryption": "tls"}, "tls failed", "does not speak TLS at this port"),
        ({"port": 1}, "connect failed", "nothing listens at this port"),
        ({"username": "", "password": ""}, "sender failed", "wants a sign-in"),
    ],
    ids=["password", "sender", "starttls", "tls", "port", "nobody"],
)
def test_what_fails_is_said(
    wrong: Any, step: str, says: str, admin: User, relay: Any, client_for: Any, after_commit: Any
) -> None:
    reached, said = tried(confirmed(client_for(admin)), typed(relay.port) | wrong, after_commit)

    assert (reached, says in said) == (step, True), said


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"host": "evil.example", "encryption": "tls", "password": ""}, "password"),
        ({"username": "other", "password": ""}, "password"),
        ({"host": "10.0.0.5", "username": "", "password": ""}, "is_plain"),
        ({"host": "10.0.0.5", "is_plain": "on"}, "username"),
        ({"sender_name": "x\r\nBcc: y"}, "sender_name"),
        ({"host": "user@host", "encryption": "tls"}, "host"),
        ({"password": "pässword"}, "password"),
    ],
    ids=["elsewhere", "other-user", "plain", "plain-password", "header", "host", "accents"],
)
def test_what_is_refused(change: Any, field: str, admin: User, client_for: Any) -> None:
    client = confirmed(client_for(admin))
    client.post(PAGE, typed(25))
    answer = client.post(PAGE, typed(25, **change))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert way.current().password == SECRET


def test_a_relay_in_the_own_network_needs_a_yes_and_no_password(admin: User, client_for: Any) -> None:
    form = typed(25, host="10.0.0.5", username="", password="", is_plain="on")

    assert confirmed(client_for(admin)).post(PAGE, form).status_code == 302
    assert (way.current().host, way.current().password) == ("10.0.0.5", "")


def test_what_was_set_at_the_start_wins(admin: User, client_for: Any, settings: Any) -> None:
    client = confirmed(client_for(admin))
    client.post(PAGE, typed(25))
    settings.SMTP_URL = "smtps://ann:hidden-pw@mail.example"
    page = client.get(PAGE).content.decode()

    assert (way.current().host, way.current().port) == ("mail.example", 465)
    assert "Set at the start" in page
    assert "hidden-pw" not in page
    assert client.post(PAGE, typed(26)).status_code == 405
    assert MailServer.objects.get().port == 25


def test_who_sees_to_the_mail_could_be_anybody_so_it_takes_every_permission(
    admin: User, alice: User, lead: User, client_for: Any
) -> None:
    assert [client_for(user).get(PAGE).status_code for user in (alice, lead)] == [404, 404]
    assert client_for(admin).get(PAGE).url.startswith(reverse("accounts:confirm"))


def test_a_mail_costs_one_look(admin: User, django_assert_num_queries: Any, client_for: Any) -> None:
    confirmed(client_for(admin)).post(PAGE, typed(25))
    with django_assert_num_queries(1):
        ways_out.mail()


def test_a_password_sealed_under_a_lost_key_is_said(
    admin: User, client_for: Any, settings: Any, after_commit: Any
) -> None:
    client = confirmed(client_for(admin))
    client.post(PAGE, typed(1))
    MailServer.objects.update(sealed="gAAAAAB")

    assert "cannot be read any more" in tried(client, typed(1, password=""), after_commit)[1]
    mail = mails.queue(Kind.RESET, admin.email)
    assert mails.deliver(mail.pk) is False  # tried again later, as after any failure


def test_api_sets_it_without_ever_showing_the_password(admin: User, client: Any) -> None:
    url, token = reverse("api:admin-outgoing-mail"), api_token(admin)

    def patch(body: Any, tag: str) -> Any:
        headers = {"authorization": f"Bearer {token}", "if-match": tag}
        return client.patch(url, json.dumps(body), content_type="application/json", headers=headers)

    first = client.get(url, headers={"authorization": f"Bearer {token}"})
    made = patch(typed(587, host="mail.example", encryption="starttls"), first["ETag"])
    again = patch({"sender_name": "Shop"}, made["ETag"])

    assert (first.json()["is_set"], made.status_code, again.status_code) == (False, 200, 200)
    assert again.json() == {
        "is_set": True,
        "set_at_start": False,
        "host": "mail.example",
        "port": 587,
        "encryption": "starttls",
        "username": "shop",
        "has_password": True,
        "sender": "Shop <help@shop.example>",
    }
    assert patch({"host": "evil.example"}, again["ETag"]).status_code == 400
    assert patch({"port": 465}, first["ETag"]).status_code == 412
    assert way.current().password == SECRET
