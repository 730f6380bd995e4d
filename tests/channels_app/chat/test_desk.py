"""The agents' side of a chat: who waits, taking, saying, handing on, ending."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Team, User
from carecenter.lib.time import now
from journal.models import Event
from tests.channels_app.chat.conftest import Browser
from tickets.models import Contact, Message, Ticket
from workforce.domain.agents import change_settings
from workforce.domain.presence import OFFLINE_AFTER, heartbeat
from workforce.models import Presence

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(visitor: Browser, team: Team) -> Contact:
    """Vera wrote one line and waits."""
    visitor.begin(name="Vera", page_url="https://shop.example/kettles", page_title="Kettles")
    visitor.say("Is this kettle quiet?", "first-line-of-vera")
    return Contact.objects.get()


@pytest.fixture
def desk(client_for: Any) -> Any:
    return client_for


def state(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(reverse("chats:state")).json()
    return found


def post(client: Client, name: str, contact: Contact, **body: Any) -> Any:
    return client.post(reverse(f"chats:{name}", args=[contact.pk]), body)


def test_queue_shows_who_waits_where_and_with_what_words(waiting, alice, desk):
    (row,) = state(desk(alice))["waiting"]

    known = {name: row[name] for name in ("name", "first", "page_title", "evidence", "contact")}
    assert known == {
        "name": "Vera",
        "first": "Is this kettle quiet?",
        "page_title": "Kettles",
        "evidence": "",
        "contact": waiting.pk,
    }


def test_take_gives_the_chat_and_the_ticket_to_who_was_first(waiting, alice, bob, desk):
    taken = post(desk(alice), "take", waiting)
    late = post(desk(bob), "take", waiting)

    assert (taken.status_code, late.status_code) == (200, 409)
    assert late.content.decode() == "Alice Adams was faster and has this chat."
    assert [line["text"] for line in taken.json()["lines"]] == ["Is this kettle quiet?"]
    waiting.refresh_from_db()
    assert (waiting.holder, waiting.agent) == ("agent", alice)
    assert Ticket.objects.get().assignee == alice
    assert state(desk(bob))["waiting"] == []


def test_take_of_a_chat_whose_agent_is_gone_is_allowed(waiting, alice, bob, desk):
    post(desk(alice), "take", waiting)
    Presence.objects.filter(user=alice).update(seen_at=now() - 2 * OFFLINE_AFTER)

    assert [row["agent"] for row in state(desk(bob))["waiting"]] == ["Alice Adams"]
    assert post(desk(bob), "take", waiting).status_code == 200
    waiting.refresh_from_db()
    assert waiting.agent == bob


def test_take_stops_at_as_many_as_the_agent_wants(waiting, another, alice, desk):
    change_settings(alice, most_chats=1, sounds=[], notices=[])
    post(desk(alice), "take", waiting)
    second = another()
    second.begin(name="Wim")
    second.say("Hello?")
    other = Contact.objects.exclude(pk=waiting.pk).get()

    refused = post(desk(alice), "take", other)

    assert (refused.status_code, refused.content.decode()) == (
        409,
        "You have 1 chats already. End one or hand it over first.",
    )


def test_say_reaches_the_visitor_once_however_often_it_is_sent(waiting, visitor, alice, desk):
    post(desk(alice), "take", waiting)
    said = [post(desk(alice), "say", waiting, text="It is.", id="abc") for _ in range(2)]

    positions = {answer.json()["line"]["position"] for answer in said}
    assert len(positions) == 1
    assert [(line["side"], line["text"]) for line in visitor.lines()] == [
        ("in", "Is this kettle quiet?"),
        ("out", "It is."),
    ]


def test_say_is_for_who_has_the_chat(waiting, alice, bob, desk):
    heartbeat(alice.pk)
    post(desk(alice), "take", waiting)

    refused = post(desk(bob), "say", waiting, text="Me too", id="x")

    assert (refused.status_code, refused.content.decode()) == (409, "This chat is with Alice Adams now.")
    assert Message.objects.filter(direction="out").count() == 0


def test_file_is_a_line_with_what_its_bytes_are(waiting, visitor, alice, desk):
    from django.core.files.uploadedfile import SimpleUploadedFile

    post(desk(alice), "take", waiting)
    picture = SimpleUploadedFile("plan.gif", b"GIF89a" + b"\0" * 20)
    line = post(desk(alice), "say_file", waiting, file=picture, id="f1").json()["line"]

    assert [(file["name"], file["is_picture"]) for file in line["files"]] == [("plan.gif", True)]
    assert visitor.lines()[-1]["files"][0]["name"] == "plan.gif"


def test_lines_catch_up_by_position(waiting, visitor, alice, desk):
    taken = post(desk(alice), "take", waiting).json()
    visitor.say("And the cord?")
    last = taken["lines"][-1]["position"]

    found = desk(alice).get(reverse("chats:chat", args=[waiting.pk]), {"after": last}).json()

    assert [line["text"] for line in found["lines"]] == ["And the cord?"]
    assert found["more"] is False


def test_hand_over_tells_the_next_one_who_gave_it_and_why(waiting, alice, bob, desk):
    for user in (alice, bob):
        heartbeat(user.pk)
    post(desk(alice), "take", waiting)
    form = desk(alice).get(reverse("chats:hand_over", args=[waiting.pk])).content.decode()
    done = post(
        desk(alice), "hand_over", waiting, to=f"user:{bob.pk}", note="Wants a quiet one for the night."
    )

    assert "Bob Brown" in form
    assert done.status_code == 204
    (row,) = state(desk(bob))["mine"]
    assert (row["handed"]["by"], row["handed"]["note"]) == ("Alice Adams", "Wants a quiet one for the night.")
    assert state(desk(alice))["mine"] == []
    assert Ticket.objects.get().assignee == bob


def test_hand_over_to_a_team_waits_in_its_queue(waiting, alice, bob, team, desk):
    heartbeat(alice.pk)
    post(desk(alice), "take", waiting)
    assert post(desk(alice), "hand_over", waiting, to=f"team:{team.pk}", note="").status_code == 204

    waiting.refresh_from_db()
    assert (waiting.holder, waiting.agent) == ("queue", None)
    assert [row["handed"]["by"] for row in state(desk(bob))["waiting"]] == ["Alice Adams"]


def test_hand_over_to_nobody_known_is_refused(waiting, alice, charlie, desk):
    heartbeat(charlie.pk)
    post(desk(alice), "take", waiting)

    assert post(desk(alice), "hand_over", waiting, to=f"user:{charlie.pk}").status_code == 409


def test_end_can_solve_the_ticket(waiting, visitor, alice, desk):
    post(desk(alice), "take", waiting)
    post(desk(alice), "say", waiting, text="It is.", id="abc")
    assert post(desk(alice), "end", waiting, solve="1").status_code == 204

    waiting.refresh_from_db()
    assert (waiting.end_reason, Ticket.objects.get().status) == ("finished", "solved")
    assert visitor.get("state/").json()["ended"] is True
    assert post(desk(alice), "say", waiting, text="Late", id="late").status_code == 409


def test_what_was_said_before_an_end_comes_with_the_next_chat(waiting, visitor, alice, desk):
    client = desk(alice)
    assert post(client, "take", waiting).json()["earlier"] == []
    post(client, "say", waiting, text="It is.", id="abc")
    post(client, "end", waiting)
    visitor.say("And the cord?")
    again = Contact.objects.exclude(pk=waiting.pk).get()

    found = post(client, "take", again).json()

    assert again.ticket == waiting.ticket
    assert [line["text"] for line in found["earlier"]] == ["Is this kettle quiet?", "It is."]
    assert [line["text"] for line in found["lines"]] == ["And the cord?"]
    behind = {"after": found["lines"][-1]["position"]}
    assert "earlier" not in client.get(reverse("chats:chat", args=[again.pk]), behind).json()


def test_earlier_chat_of_another_customer_on_the_ticket_stays_there(waiting, visitor, dana, alice, desk):
    client = desk(alice)
    post(client, "take", waiting)
    post(client, "end", waiting)
    Contact.objects.filter(pk=waiting.pk).update(customer=dana)
    visitor.say("And the cord?")

    again = Contact.objects.exclude(pk=waiting.pk).get()
    assert post(client, "take", again).json()["earlier"] == []


def test_strangers_find_no_chat(waiting, charlie, desk):
    client = desk(charlie)

    assert state(client)["waiting"] == []
    assert client.get(reverse("chats:chat", args=[waiting.pk])).status_code == 404
    assert [post(client, name, waiting).status_code for name in ("take", "say", "end")] == [404, 404, 404]


def test_state_costs_the_same_for_one_and_for_three(waiting, another, alice, desk):
    client = desk(alice)
    counts = []
    for name in ("Wim", "Xenia"):
        with CaptureQueriesContext(connection) as queries:
            state(client)
        counts.append(len(queries))
        newcomer = another()
        newcomer.begin(name=name)
        newcomer.say("Hello?")

    assert counts[0] == counts[1] == 7


def test_taking_and_handing_on_are_in_the_journal(waiting, alice, bob, desk):
    for user in (alice, bob):
        heartbeat(user.pk)
    post(desk(alice), "take", waiting)
    post(desk(alice), "hand_over", waiting, to=f"user:{bob.pk}")

    names = list(
        Event.objects.filter(subject=f"contact:{waiting.pk}").order_by("pk").values_list("name", flat=True)
    )
    assert names == ["contact.opened", "contact.taken", "contact.handed_over"]


def test_typing_and_reading_are_heard_from_who_has_the_chat(waiting, visitor, alice, bob: User, desk):
    from channels_app.domain.chat_verbs import hear

    post(desk(alice), "take", waiting)
    newest = Message.objects.latest("pk").pk
    hear(bob.pk, {"type": "chat.read", "contact": waiting.pk, "to": newest})
    assert visitor.get("state/").json()["agent_read_to"] == 0

    hear(alice.pk, {"type": "chat.read", "contact": waiting.pk, "to": 10**12})
    assert visitor.get("state/").json()["agent_read_to"] == newest
    hear(alice.pk, {"type": "chat.read", "contact": "1; drop", "to": newest})


def test_desks_look_again_when_the_agent_of_a_chat_goes(waiting, alice, desk, monkeypatch, clock):
    from channels_app.domain import chats
    from workforce.domain.presence import sweep_gone

    heartbeat(alice.pk)
    post(desk(alice), "take", waiting)
    told = []
    monkeypatch.setattr(chats, "push", lambda groups, fact: told.append((groups, fact["name"])))
    clock.shift(61)
    sweep_gone()

    assert ([f"brand-{waiting.ticket.brand_id}"], "chat.changed") in told
