"""A visitor's lines over HTTP: once, in order, and nobody else's."""

import pytest
from django.test import override_settings

from channels_app.domain import inbound
from channels_app.models import ChatSession, Connection, InboundRecord
from tests.factories.tickets import InboxFactory
from tickets.domain.lines import end, say
from tickets.models import Contact, Message, Status, Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def test_line_becomes_a_ticket_with_one_live_contact(visitor):
    visitor.begin(page_url="https://shop.example/tents", page_title="Tents", language="fr-CA")
    answer = visitor.say("Is the two-person tent in stock?")

    ticket = Ticket.objects.get()
    contact = Contact.objects.get()
    session = ChatSession.objects.get()
    assert answer.status_code == 200
    assert answer.json()["line"]["position"] == Message.objects.get().pk
    assert (ticket.subject, ticket.customer.name) == (
        "Is the two-person tent in stock?",
        f"Visitor {session.key[:4].upper()}",
    )
    assert (contact.kind, contact.holder, contact.ended_at, session.contact) == (
        "webchat",
        "queue",
        None,
        contact,
    )
    assert (session.page_url, session.language) == ("https://shop.example/tents", "fr-CA")


def test_same_client_id_again_is_the_same_line(visitor):
    visitor.begin()
    first, again = (visitor.say("Hello", "client-id-1").json() for _ in range(2))

    assert first == again
    assert Message.objects.count() == 1


def test_lines_come_back_in_order_behind_a_position(visitor, alice):
    visitor.begin()
    visitor.say("One")
    visitor.say("Two")
    say(Contact.objects.get(), "Three", actor=alice, client_id="agent-line-1")

    lines = visitor.lines()
    assert [(line["side"], line["text"]) for line in lines] == [
        ("in", "One"),
        ("in", "Two"),
        ("out", "Three"),
    ]
    assert [line["text"] for line in visitor.lines(lines[1]["position"])] == ["Three"]
    assert lines[2]["author"] == "Alice Adams"


def test_line_that_waits_for_its_turn_is_taken_when_it_is_sent_again(visitor, monkeypatch):
    visitor.begin()
    with monkeypatch.context() as broken:
        broken.setattr(inbound, "run", lambda _pk, _known: None)
        put_off = visitor.say("Do not lose me", "client-id-1")
    assert (put_off.status_code, visitor.lines()) == (202, [])

    answer = visitor.say("Do not lose me", "client-id-1")

    assert answer.status_code == 200
    assert [line["text"] for line in visitor.lines()] == ["Do not lose me"]
    assert InboundRecord.objects.count() == 1


def test_chat_that_ended_goes_on_in_a_new_contact_of_the_same_ticket(visitor):
    visitor.begin()
    visitor.say("First question")
    assert visitor.post("end/").json()["state"]["ended"] is True
    visitor.say("One more thing")

    first, second = Contact.objects.order_by("pk")
    assert (first.end_reason, second.ended_at, Ticket.objects.count()) == ("left", None, 1)
    assert ChatSession.objects.get().contact == second
    assert [line["text"] for line in visitor.lines()] == ["First question", "One more thing"]


def test_chat_of_a_closed_ticket_opens_a_new_one(visitor):
    visitor.begin()
    visitor.say("First question")
    visitor.post("end/")
    Ticket.objects.update(status=Status.CLOSED)
    visitor.say("Something else")

    assert Ticket.objects.count() == 2
    assert [line["text"] for line in visitor.lines()] == ["First question", "Something else"]


def test_many_lines_are_no_storm(visitor, settings):
    visitor.begin(email="kim@example.net")
    for number in range(39):
        assert visitor.say(f"Line {number}").status_code == 200
    settings.CHAT_LINES_PER_MINUTE = 0
    texts = [line["text"] for line in visitor.lines()]
    assert texts == [f"Line {number}" for number in range(39)]


# Isolation


def test_stranger_sees_nothing(visitor, another):
    visitor.begin()
    visitor.say("Mine alone")
    stranger = another()

    assert [stranger.get(path).status_code for path in ("lines/", "files/abc/")] == [404, 404]
    assert stranger.post("lines/", {"id": "client-id-9", "text": "x"}).status_code == 404
    stranger.token = "a" * 26
    assert stranger.get("lines/").status_code == 404


def test_visitor_sees_no_other_visitors_lines(visitor, another):
    visitor.begin()
    visitor.say("Mine alone")
    other = another()
    other.begin()
    other.say("Mine too")

    assert [line["text"] for line in other.lines()] == ["Mine too"]
    assert [line["text"] for line in visitor.lines()] == ["Mine alone"]


def test_token_opens_no_other_inbox(visitor, other_brand):
    visitor.begin()
    visitor.say("Mine alone")
    Connection.objects.create(
        inbox=InboxFactory(brand=other_brand, key="weststern-chat", name="Chat", kind="webchat")
    )
    visitor.key = "weststern-chat"

    assert visitor.get("lines/").status_code == 404
    assert "name" not in visitor.get("state/").json()


def test_visitors_whose_tickets_were_merged_stay_apart(visitor, another):
    """Both on one ticket: each still reads their own lines, and writes into a contact of their own."""
    visitor.begin()
    visitor.say("I am the first")
    visitor.post("end/")
    other = another()
    other.begin()
    other.say("I am the second")
    first, second = Ticket.objects.order_by("pk")
    Ticket.objects.filter(pk=first.pk).update(merged_into=second)
    Message.objects.filter(ticket=first).update(ticket=second)
    Contact.objects.filter(ticket=first).update(ticket=second)

    assert visitor.say("Still the first").status_code == 200

    assert [line["text"] for line in visitor.lines()] == ["I am the first", "Still the first"]
    assert [line["text"] for line in other.lines()] == ["I am the second"]


def test_inbox_of_another_kind_has_no_chat(visitor, mail):
    visitor.key = "mail"
    assert visitor.post("sessions/").status_code == 404
    assert visitor.client.get("/chat/mail/frame/").status_code == 404


def test_page_of_another_site_cannot_call(visitor):
    assert visitor.post("sessions/", Origin="https://evil.example").status_code == 404
    assert visitor.post("sessions/", Origin="http://testserver").status_code == 201


# Limits


@override_settings(CHAT_RATE_PER_NETWORK=0)
def test_too_many_lines_are_refused_for_a_while(visitor, clock):
    visitor.begin()
    answers = [visitor.say(f"Line {number}").status_code for number in range(42)]
    assert (answers.count(200), answers[-1]) == (40, 429)
    clock.shift(60)
    assert visitor.say("Later").status_code == 200


def test_long_and_empty_lines_are_refused_in_words(visitor):
    visitor.begin()
    answers = [visitor.say(text) for text in ("x" * 4001, "  ")]
    assert [answer.status_code for answer in answers] == [413, 400]
    assert "4000" in answers[0].json()["detail"]
    assert visitor.say("no id", "short").status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": 5, "text": {}}', b'"x"', b"\xff"])
def test_hostile_bodies_are_refused(visitor, body):
    visitor.begin()
    headers = {"Authorization": f"Bearer {visitor.token}"}
    answer = visitor.client.generic(
        "POST", "/chat/nordlicht-chat/lines/", body, "application/json", headers=headers
    )
    assert answer.status_code == 400


# Files


def test_picture_is_shown_to_its_visitor_alone(visitor, another):
    visitor.begin()
    line = visitor.upload("tent.png", PNG).json()["line"]
    other = another()
    other.begin()
    other.say("Hello")

    assert [(file["name"], file["is_picture"]) for file in line["files"]] == [("tent.png", True)]
    shown = visitor.get(line["files"][0]["url"] + "?show=1")
    assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (
        200,
        "image/png",
        "nosniff",
    )
    assert "sandbox" in shown["Content-Security-Policy"]
    assert b"".join(shown.streaming_content) == PNG
    assert other.get(line["files"][0]["url"]).status_code == 404


def test_file_is_what_its_bytes_say(visitor):
    visitor.begin()
    line = visitor.upload("tent.png", b"<script>alert(1)</script>").json()["line"]
    answer = visitor.get(line["files"][0]["url"])

    assert line["files"][0]["is_picture"] is False
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_large_file_is_refused(visitor, settings):
    settings.CHAT_FILE_LIMIT = 100
    visitor.begin()
    assert visitor.upload("big.png", PNG * 10).status_code == 413


def test_agent_sees_the_picture_by_the_desks_address(visitor):
    from channels_app.domain.chats import lines_after

    visitor.begin()
    visitor.upload("tent.png", PNG)
    line = lines_after(Contact.objects.get())[0]
    assert line["files"][0]["url"].startswith("/desk/")


def test_ending_twice_is_ending_once(visitor):
    visitor.begin()
    visitor.say("Bye")
    contact = Contact.objects.get()
    assert [end(contact, reason="finished", actor="system") for _ in range(2)] == [True, False]
