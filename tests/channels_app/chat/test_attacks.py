"""What a visitor's page may send, and what must not happen when two things come at once."""

import json
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_app.domain.chat_leaving import mail_transcript, mail_unread
from channels_app.models import ChatSession
from tests.asked import words_of
from tests.channels_app.chat.conftest import KEY
from tests.factories.tickets import TicketFactory
from tickets.domain.chat_mails import mail_lines
from tickets.domain.holding import take
from tickets.domain.lines import end, say
from tickets.domain.merging import merge
from tickets.models import Contact, Message

pytestmark = pytest.mark.django_db

HALF = "\ud83d"  # half of an emoji, as a page that cuts a text may leave it


@pytest.mark.parametrize("name", ["name", "page_url", "page_title", "referrer", "language"])
@pytest.mark.parametrize("sign", [HALF, "\x00"])
def test_what_cannot_be_stored_begins_a_chat_all_the_same(visitor: Any, name: str, sign: str) -> None:
    answer = visitor.begin(**{name: f"a{sign}b"})
    assert answer.status_code == 201
    assert visitor.say(f"Hello {sign}!").status_code == 200
    assert visitor.post("seen/", {"page_title": f"a{sign}b"}).status_code == 204


@pytest.mark.parametrize("path", ["sessions/", "transcript/"])
@pytest.mark.parametrize("sign", [HALF, "\x00"])
def test_address_that_cannot_be_stored_breaks_nothing(visitor: Any, path: str, sign: str) -> None:
    visitor.begin()
    visitor.say("Hello")
    assert visitor.post(path, {"email": f"kim{sign}@example.net"}).status_code in (200, 400)


def test_agent_can_paste_what_cannot_be_stored(visitor: Any, alice: Any, client_for: Any) -> None:
    visitor.begin()
    visitor.say("Is this kettle quiet?")
    contact = take(Contact.objects.get(), actor=alice)
    body = {"id": "alice-line-1", "text": "Very\x00 quiet."}
    answer = client_for(alice).post(reverse("chats:say", args=[contact.pk]), body)
    assert (answer.status_code, json.loads(answer.content)["line"]["text"]) == (200, "Very quiet.")


def locks_in(queries: CaptureQueriesContext) -> list[str]:
    """Tables in the order in which their rows were locked or written."""
    return [
        table
        for sql in words_of(queries.captured_queries)
        for table in ("tickets_ticket", "channels_app_chatsession")
        if sql.startswith(f'UPDATE "{table}"') or (f'FROM "{table}"' in sql and "FOR UPDATE" in sql)
    ]


@pytest.mark.parametrize("send", [mail_unread, mail_transcript])
def test_mail_of_a_chat_locks_the_ticket_before_the_session(
    visitor: Any, mail: Any, alice: Any, send: Any
) -> None:
    """As a line that comes in does: the other way round the two would wait for each other."""
    visitor.begin(email="kim@example.net")
    visitor.say("Is it waterproof?")
    say(Contact.objects.get(), "Yes.", actor=alice, client_id="alice-line-1")
    ChatSession.objects.update(wants_transcript=True)
    session = ChatSession.objects.select_related("contact").get()
    with CaptureQueriesContext(database) as queries:
        assert send(session) is not None
    assert locks_in(queries)[0] == "tickets_ticket"


def test_mail_of_a_chat_follows_a_merge(visitor: Any, mail: Any, alice: Any, brand: Any) -> None:
    visitor.begin(email="kim@example.net")
    visitor.say("Is it waterproof?")
    contact = Contact.objects.select_related("ticket").get()
    end(contact, reason="left", actor="system")
    kept = TicketFactory(brand=brand)
    merge(contact.ticket, into=kept, actor=alice)

    to = {"name": "Kim", "address": "kim@example.net"}
    sent = mail_lines(contact, to=to, subject="Copy", text="Text")
    assert Message.objects.get(pk=sent.pk).ticket == kept


def test_one_line_of_ipv6_is_one_network(chat: Any, settings: Any) -> None:
    """Whoever has one has 2**64 addresses."""
    settings.CHAT_RATE_PER_NETWORK = 3
    asked = [
        Client().get(f"/chat/{KEY}/state/", REMOTE_ADDR=f"2001:db8:1:2::{number:x}").status_code
        for number in range(1, 6)
    ]
    assert (asked, Client().get(f"/chat/{KEY}/state/", REMOTE_ADDR="2001:db8:1:3::1").status_code) == (
        [200, 200, 200, 429, 429], 200,
    )  # fmt: skip
