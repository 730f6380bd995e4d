"""Live conversations by the API: the same verbs as on the agents' page, and the visitor hears at once."""

from typing import Any

import pytest

from accounts.models import User
from channels_app.models import ChatSession
from tests.api.conftest import Api
from tests.channels_app.chat.conftest import Browser
from tests.factories.accounts import api_token
from tickets.models import Contact, Ticket
from workforce.domain.presence import heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(visitor: Browser) -> Contact:
    visitor.begin(name="Vera")
    visitor.say("Is this kettle quiet?", "first-line-of-vera")
    return Contact.objects.get()


def client_of(user: User) -> Api:
    return Api(api_token(user, token=f"chat-{user.pk}"))


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def test_a_chat_is_taken_answered_handed_over_and_ended(waiting, visitor, alice, bob, charlie):
    mine, theirs, path = client_of(alice), client_of(bob), f"chats/{waiting.pk}/"
    assert (ids(mine.get("chats/?state=waiting")), ids(mine.get("chats/?state=mine"))) == ([waiting.pk], [])
    assert ids(client_of(charlie).get("chats/")) == []
    assert mine.post(f"{path}lines/", {"text": "Too early"}).status_code == 409

    assert mine.post(f"{path}take/").json()["agent"] == alice.pk
    assert theirs.post(f"{path}take/").json()["type"].endswith(":already-taken")
    said = [mine.post(f"{path}lines/", {"text": "It is.", "id": "abc"}) for _ in range(2)]
    assert [one.status_code for one in said] == [201, 201]
    assert [line["text"] for line in visitor.lines()] == ["Is this kettle quiet?", "It is."]
    heard = mine.get(f"{path}lines/").json()["results"]
    assert [line["direction"] for line in heard] == ["in", "out"]
    assert ids(mine.get(f"{path}lines/?after={heard[0]['id']}")) == [heard[1]["id"]]

    assert mine.post(f"{path}hand-over/", {"user": charlie.pk}).status_code == 400
    heartbeat(bob.pk)
    given = mine.post(f"{path}hand-over/", {"user": bob.pk, "note": "Wants a quiet one."})
    assert given.json()["agent"] == bob.pk
    assert mine.post(f"{path}end/").status_code == 409
    assert theirs.post(f"{path}end/", {"solve": True}).json()["end_reason"] == "finished"
    assert Ticket.objects.get().status == "solved"
    assert visitor.get("state/").json()["ended"] is True


def test_files_typing_and_what_was_read(waiting, visitor, alice, bob):
    mine, path = client_of(alice), f"chats/{waiting.pk}/"
    assert mine.post(f"{path}typing/").status_code == 409  # nobody's yet
    mine.post(f"{path}take/")
    file = mine.raw("POST", "uploads/?name=kettle.txt", b"Quiet.", "application/octet-stream").json()["id"]
    line = mine.post(f"{path}lines/", {"attachments": [file]}).json()
    assert [one["name"] for one in line["attachments"]] == ["kettle.txt"]
    assert visitor.lines()[-1]["files"][0]["name"] == "kettle.txt"
    assert mine.post(f"{path}lines/", {"attachments": [file]}).status_code == 400  # each id once
    assert mine.post(f"{path}lines/", {}).json()["type"].endswith(":empty")
    assert mine.post(f"{path}typing/").status_code == 204
    assert client_of(bob).post(f"{path}read/", {"to": line["id"]}).status_code == 409
    assert mine.post(f"{path}read/", {"to": line["id"]}).status_code == 204
    assert ChatSession.objects.get().agent_read_to == line["id"]
