"""A customer answers, closes, opens again and rates."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from channels_app.domain import letters
from channels_app.models import Connection, InboundRecord
from customers.models import Identity
from feedback.models import Answer
from journal.models import Event
from tests.factories.customers import IdentityFactory
from tests.factories.surveys import SurveyFactory
from tests.portal.my.conftest import DANA, answered, asked
from tests.portal.my.test_tickets import page_of, read
from tickets.domain.routes import route_of
from tickets.models import Inbox, Ticket

pytestmark = pytest.mark.django_db


def send(client, ticket, text="It is plugged in.", **fields):
    return client.post(f"{page_of(ticket)}answer/", {"text": text, **fields}, follow=True)


def test_answer_comes_in_by_the_intake(sign_in, brand, ticket, dana):
    page = send(sign_in(brand), ticket)
    assert "Your answer has arrived." in page.content.decode()
    message = ticket.messages.latest("pk")
    assert (message.kind, message.direction, message.text) == ("portal", "in", "It is plugged in.")
    assert (message.customer, message.from_address, message.contact.kind) == (dana, DANA, "portal")
    record = InboundRecord.objects.get()
    assert (record.state, record.message, record.connection.inbox.name) == ("done", message, "Help centre")
    assert Event.objects.filter(name="message.received", ticket_id=ticket.pk).count() == 1
    ticket.refresh_from_db()
    assert ticket.waiting_since is not None


def test_answer_reopens_and_goes_back_by_mail(sign_in, brand, ticket, inbox):
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    send(sign_in(brand), ticket)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    route = route_of(ticket)
    assert (route.inbox, route.to["address"]) == (inbox, DANA)


def test_same_answer_twice_is_one(sign_in, brand, ticket):
    client = sign_in(brand)
    send(client, ticket, slip="s1")
    send(client, ticket, slip="s1")
    assert ticket.messages.filter(kind="portal").count() == 1
    send(client, ticket, text="Other words", slip="s1")
    assert ticket.messages.filter(kind="portal").count() == 2


def slip_on(client, ticket):
    return re.search(r'name="slip" value="(\w+)"', read(client, page_of(ticket)))[1]


def test_same_words_to_a_second_question_are_a_second_answer(clock, sign_in, brand, ticket):
    """Within the hour: what was answered is told by what we had said when the page was shown."""
    client = sign_in(brand)
    slip = slip_on(client, ticket)
    send(client, ticket, text="Yes", slip=slip)
    send(client, ticket, text="Yes", slip=slip)
    assert slip_on(client, ticket) == slip
    assert ticket.messages.filter(kind="portal").count() == 1
    answered(ticket, DANA, "And does the lamp burn?")
    send(client, ticket, text="Yes", slip=slip_on(client, ticket))
    assert ticket.messages.filter(kind="portal").count() == 2


def test_files_come_along(sign_in, brand, ticket):
    png = SimpleUploadedFile("../lamp.png", b"\x89PNG\r\n\x1a\n", "image/png")
    send(sign_in(brand), ticket, text="", uploads=[png])
    message = ticket.messages.latest("pk")
    file = message.attachments.get()
    assert (file.name, file.blob.content_type) == ("lamp.png", "image/png")


def test_too_many_files_are_refused_in_words(sign_in, brand, ticket):
    files = [SimpleUploadedFile(f"{n}.txt", b"x", "text/plain") for n in range(11)]
    page = send(sign_in(brand), ticket, uploads=files)
    assert page.status_code == 422
    assert "Send at most 10 files." in page.content.decode()
    assert not InboundRecord.objects.exists()


def test_empty_answer_is_refused(sign_in, brand, ticket):
    page = send(sign_in(brand), ticket, text="  ")
    assert (page.status_code, InboundRecord.objects.count()) == (422, 0)


def test_answer_on_a_closed_ticket_opens_a_new_one(sign_in, brand, ticket, dana):
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    page = send(sign_in(brand), ticket)
    made = Ticket.objects.latest("pk")
    assert made != ticket
    assert (made.customer, made.subject, made.brand) == (dana, "Kettle", brand)
    assert f"#{made.number}" in page.content.decode()


def test_nobody_else_answers(ticket, brand):
    """Without a session, and without the token of a form: nothing is stored."""
    assert Client().post(f"{page_of(ticket)}answer/", {"text": "x"}).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{page_of(ticket)}answer/", {"text": "x"}).status_code == 403
    assert not InboundRecord.objects.exists()


@pytest.mark.parametrize("path", ["answer/", "close/", "reopen/", "rate/", "share/"])
def test_foreign_site_does_nothing(path, sign_in, brand, ticket):
    client = sign_in(brand)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(page_of(ticket) + path, {"text": "x", "score": 1}).status_code == 403
    assert client.get(page_of(ticket) + path).status_code == 405
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == ("open", 2)


def test_answer_from_a_claimed_address_proves_nothing(sign_in, brand, inbox, dana):
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    his = asked(brand, inbox, dana, "erik@example.org", subject="Lamp", text="x")
    send(sign_in(brand, "erik@example.org"), his)
    assert his.messages.filter(kind="portal").count() == 1
    assert Identity.objects.get(value="erik@example.org").evidence == "claimed"


def test_flood_of_answers_is_stopped(sign_in, brand, ticket):
    client = sign_in(brand)
    statuses = [send(client, ticket, text=f"Answer {n}").status_code for n in range(12)]
    assert statuses[:10] == [200] * 10
    assert 429 in statuses[10:]


def test_closed_door_is_said_before(sign_in, brand, ticket):
    """A colleague has closed the inbox: customers read, and are not led to write in vain."""
    letters.door_of(brand)
    Inbox.objects.filter(name="Help centre").update(is_active=False)
    client = sign_in(brand)
    assert 'id="answer"' not in read(client, page_of(ticket))
    assert send(client, ticket).status_code == 422


def test_door_is_opened_once_and_belongs_to_the_brands_team(brand, ticket, team):
    Inbox.objects.filter(brand=brand).update(default_team=team)
    first, second = letters.door_of(brand), letters.door_of(brand)
    assert (first, first.inbox.default_team, Connection.objects.count()) == (second, team, 2)


def test_customer_closes_and_opens_again(sign_in, brand, ticket, dana):
    client = sign_in(brand)
    client.post(f"{page_of(ticket)}close/")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == ("solved", None)
    client.post(f"{page_of(ticket)}reopen/")
    ticket.refresh_from_db()
    assert ticket.status == "open"
    # It should be seen that somebody waits again
    assert ticket.waiting_since is not None
    moves = Event.objects.filter(name="ticket.status_changed", ticket_id=ticket.pk).order_by("pk")
    assert [(move.actor, move.data["after"]) for move in moves] == [
        (f"customer:{dana.pk}", "solved"),
        (f"customer:{dana.pk}", "open"),
    ]


def test_closed_for_good_is_not_opened_again(sign_in, brand, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    page = sign_in(brand).post(f"{page_of(ticket)}reopen/", follow=True).content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    assert "closed for good" in page


def test_rating_is_an_answer_of_the_survey(sign_in, brand, ticket):
    SurveyFactory(brand=brand)
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    client = sign_in(brand)
    assert 'id="rate"' in read(client, page_of(ticket))
    client.post(f"{page_of(ticket)}rate/", {"score": "4", "comment": "Friendly"})
    client.post(f"{page_of(ticket)}rate/", {"score": "5", "comment": "Very friendly"})
    given = Answer.objects.get()
    assert (given.score, given.comment, given.way) == (5, "Very friendly", "portal")


def test_rating_waits_until_it_is_solved(sign_in, brand, ticket):
    SurveyFactory(brand=brand)
    client = sign_in(brand)
    assert 'id="rate"' not in read(client, page_of(ticket))
    client.post(f"{page_of(ticket)}rate/", {"score": "1"})
    assert not Answer.objects.exists()


@pytest.mark.parametrize("score", ["0", "6", "-1", "x", ""])
def test_rating_outside_the_scale_is_refused(sign_in, brand, ticket, score):
    SurveyFactory(brand=brand)
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    assert sign_in(brand).post(f"{page_of(ticket)}rate/", {"score": score}).status_code == 422
    assert not Answer.objects.exists()


def test_no_rating_where_the_brand_asks_for_none(sign_in, brand, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    assert 'id="rate"' not in read(sign_in(brand), page_of(ticket))
