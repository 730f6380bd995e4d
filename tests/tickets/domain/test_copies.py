from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from customers.models import Customer
from tests.tickets.domain.conftest import mail
from tickets.domain.copies import read_copies, usual_copies, write_copies
from tickets.domain.errors import BadAddress
from tickets.domain.intake import receive_message
from tickets.models import Draft, Inbox, Message, Ticket

BOSS = {"name": "The Boss", "address": "boss@example.net"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("a@x.example", [("", "a@x.example")]),
        ("a@x.example; b@x.example, A@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ('"Müller, Ida" <ida@x.example>', [("Müller, Ida", "ida@x.example")]),
        ("Ida <ida@x.example>\r\nBcc: c@x.example", None),
        ("nonsense", None),
        ("a@x.example, nobody", None),
        ("a@x.example b@x.example", None),
    ],
)
def test_copies_are_read_as_typed(text: str, expected: list[tuple[str, str]] | None) -> None:
    if expected is None:
        with pytest.raises(BadAddress):
            read_copies(text)
    else:
        assert [(copy["name"], copy["address"]) for copy in read_copies(text)] == expected


def test_copies_are_read_back_as_written() -> None:
    copies = [BOSS, {"name": "Ümit, Q", "address": "u@x.example"}, {"name": "", "address": "p@x.example"}]
    assert read_copies(write_copies(copies)) == copies


def test_those_the_customer_put_in_copy_are_usual(inbox: Inbox, dana: Customer) -> None:
    ticket = receive_message(inbox=inbox, customer=dana, incoming=mail(cc=[BOSS])).ticket
    assert usual_copies(ticket) == [BOSS]


def test_whom_an_unproved_mail_names_does_not_join(ticket: Ticket, inbox: Inbox, dana: Customer) -> None:
    forged = mail("2@example.net", cc=[{"name": "", "address": "mallory@evil.example"}], is_proved=False)
    receive_message(inbox=inbox, customer=dana, incoming=forged, ticket=ticket)
    assert usual_copies(ticket) == []


def test_answer_goes_to_whom_the_composer_names(ticket: Ticket, alice: User, client_for: Any) -> None:
    client: Client = client_for(alice)
    client.post(
        f"/desk/tickets/{ticket.pk}/write/", {"audience": "public", "html": "Hi", "cc": "boss@example.net"}
    )
    assert Message.objects.get(direction="out").cc == [{"name": "", "address": "boss@example.net"}]


def test_wrong_copy_sends_nothing(ticket: Ticket, alice: User, client_for: Any) -> None:
    values = {"audience": "public", "html": "Hi", "cc": "boss"}
    answer = client_for(alice).post(
        f"/desk/tickets/{ticket.pk}/write/", values, headers={"HX-Request": "true"}
    )
    assert "boss is not an e-mail address" in str(answer.headers) + answer.content.decode()
    assert not Message.objects.filter(direction="out").exists()


def test_draft_keeps_the_copies(ticket: Ticket, alice: User, client_for: Any) -> None:
    path = f"/desk/tickets/{ticket.pk}/draft/"
    client_for(alice).post(path, {"audience": "public", "html": "Hi", "cc": "boss@example.net"})
    client_for(alice).post(path, {"audience": "public", "html": "Hi there", "cc": "boss@example.net, an"})
    draft = Draft.objects.get()
    assert ("there" in draft.html, draft.cc) == (True, [{"name": "", "address": "boss@example.net"}])


def test_who_asked_gets_the_answer_to_somebody_else_in_copy(inbox: Inbox, dana: Customer) -> None:
    also = {"name": "Ida", "address": "ida@example.net"}
    ticket = receive_message(inbox=inbox, customer=dana, incoming=mail(cc=[BOSS, also])).ticket
    asker = ticket.participants.get(role="requester")
    expected = [{"name": asker.name, "address": asker.address}, also]
    assert usual_copies(ticket, to="Boss@example.net") == expected
    assert usual_copies(ticket, to=asker.address) == [BOSS, also]
    assert usual_copies(ticket, to="elsewhere@example.net") == [BOSS, also]
