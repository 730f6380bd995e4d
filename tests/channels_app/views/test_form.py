"""The page where anybody writes to an inbox."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from channels_app.domain import doors, sheets
from channels_app.models import Connection, InboundRecord
from channels_app.views import form as views
from channels_app.views import form_page
from customers.models import Identity
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import InboxFactory
from tickets.domain.routes import route_of
from tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db
PAGE = "/f/write/"
DANA = {
    "name": "Dana Duarte",
    "email": "dana@example.net",
    "subject": "Kettle",
    "text": "It does not boil.",
    "website": "",
}


@pytest.fixture
def door(brand):
    return Connection.objects.create(inbox=InboxFactory(brand=brand, kind="form", key="write"))


def slip_of(page):
    return re.search(r'name="slip" value="(\w+)"', page.content.decode())[1]


def test_message_becomes_a_ticket_and_its_number_is_said(door, client):
    page = client.get(PAGE)
    response = client.post(PAGE, {**DANA, "slip": slip_of(page)}, follow=True)
    ticket = Ticket.objects.get()
    assert f"#{ticket.number}" in response.content.decode()
    message = Message.objects.get()
    assert (message.kind, message.from_address, message.text) == (
        "form",
        "dana@example.net",
        "It does not boil.",
    )
    assert (ticket.subject, ticket.customer.name) == ("Kettle", "Dana Duarte")


def test_typed_address_is_a_claim(door, client, pool):
    known = CustomerFactory(pool=pool, name="The real Dana", email="dana@example.net")
    client.post(PAGE, DANA)
    ticket = Ticket.objects.get()
    assert (ticket.customer, Identity.objects.count()) == (known, 1)
    client.post(PAGE, {**DANA, "email": "new@example.net"})
    assert Identity.objects.get(value="new@example.net").evidence == "claimed"


def test_answer_goes_by_mail(door, client, connection):
    client.post(PAGE, DANA)
    route = route_of(Ticket.objects.get())
    assert (route.inbox, route.to["address"]) == (connection.inbox, "dana@example.net")


def test_same_sheet_twice_is_one_ticket(door, client):
    fields = {**DANA, "slip": slip_of(client.get(PAGE))}
    first, again = client.post(PAGE, fields), client.post(PAGE, fields)
    assert (first.url, Ticket.objects.count()) == (again.url, 1)
    # It should be a message of its own when the words changed
    client.post(PAGE, {**fields, "text": "It is on fire now."})
    assert Ticket.objects.count() == 2


def test_files_come_along(door, client):
    png = SimpleUploadedFile("../lamp.png", b"\x89PNG\r\n\x1a\n", "image/png")
    big = SimpleUploadedFile("log.txt", b"x" * 300_000, "text/plain")
    client.post(PAGE, {**DANA, "uploads": [png, big]})
    files = Attachment.objects.order_by("pk").values_list("name", "blob__size")
    assert list(files) == [("lamp.png", 8), ("log.txt", 300_000)]


def test_too_many_and_too_large_files_are_refused_with_the_text_kept(door, client, settings):
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]
    response = client.post(PAGE, {**DANA, "uploads": many})
    assert (response.status_code, "It does not boil." in response.content.decode()) == (422, True)
    settings.UPLOAD_SIZE_LIMIT = 5
    response = client.post(PAGE, {**DANA, "uploads": [SimpleUploadedFile("a.txt", b"x" * 6)]})
    assert (response.status_code, "It does not boil." in response.content.decode()) == (422, True)
    settings.UPLOAD_SIZE_LIMIT = -form_page.FORM_BYTES
    assert client.post(PAGE, DANA).status_code == 413
    assert InboundRecord.objects.count() == 0


def test_form_without_files_takes_none(door, client):
    door.config = {"takes_files": False}
    door.save(update_fields=["config"])
    assert b'type="file"' not in client.get(PAGE).content
    client.post(PAGE, {**DANA, "uploads": [SimpleUploadedFile("a.txt", b"x")]})
    assert (Ticket.objects.count(), Attachment.objects.count()) == (1, 0)


@pytest.mark.parametrize("change", [{"email": ""}, {"email": "dana"}, {"text": "  "}, {"subject": "x" * 301}])
def test_what_is_missing_is_said_beside_its_field(door, client, change):
    response = client.post(PAGE, {**DANA, **change})
    assert response.status_code == 422
    assert b'aria-invalid="true"' in response.content
    assert InboundRecord.objects.count() == 0


def test_robot_that_fills_in_everything_is_thanked_and_forgotten(door, client):
    response = client.post(PAGE, {**DANA, "website": "https://spam.example"}, follow=True)
    assert (response.status_code, InboundRecord.objects.count()) == (200, 0)


def test_rate_is_limited_by_network_and_address_with_the_text_kept(door, client, settings, clock):
    settings.FORM_RATE_PER_MINUTE = {"net": 1000, "email": 2}
    answers = [
        client.post(
            PAGE, {**DANA, "email": "often@example.net", "text": f"Words {n}"}, REMOTE_ADDR="203.0.113.7"
        )
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Words 2" in answers[2].content.decode()
    settings.FORM_RATE_PER_MINUTE = {"net": 2, "email": 1000}
    codes = [
        client.post(PAGE, {**DANA, "text": f"{n}"}, REMOTE_ADDR="203.0.113.8").status_code for n in range(3)
    ]
    assert codes == [302, 302, 429]


def test_forged_post_of_another_site_is_refused(door):
    client = Client(enforce_csrf_checks=True)
    assert client.post(PAGE, DANA).status_code == 403
    page = client.get(PAGE)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    assert client.post(PAGE, {**DANA, "csrfmiddlewaretoken": token}).status_code == 302


def test_worker_that_is_down_keeps_nobody_waiting(door, client, monkeypatch):
    """Stored is yes; the number is said later, or in the answer."""
    monkeypatch.setattr(views, "send_inbound", lambda _ids: False)
    response = client.post(PAGE, DANA, follow=True)
    assert "Thank you, we have your message" in response.content.decode()
    assert "#" not in re.sub(r"&#\w+;|#main|#rrggbb", "", response.content.decode()).partition("<main")[2]
    assert InboundRecord.objects.get().state == "new"


def raises(*_args, **_more):
    raise OperationalError("away")


def test_database_away_keeps_the_text(door, client, monkeypatch):
    monkeypatch.setattr(sheets, "store_raw", raises)
    response = client.post(PAGE, DANA)
    assert (response.status_code, "It does not boil." in response.content.decode()) == (503, True)
    monkeypatch.setattr(doors, "find_connection", raises)
    response = client.post(PAGE, DANA)
    assert (response.status_code, "It does not boil." in response.content.decode()) == (503, True)
    assert client.get(PAGE).status_code == 503


def test_page_speaks_the_language_of_its_brand(door, client, brand):
    brand.language = "de"
    brand.save(update_fields=["language"])
    assert b'<html lang="de"' in client.get(PAGE, headers={"accept-language": "en"}).content


def test_own_words_and_colour_are_shown(door, client, brand):
    brand.color = "#ffd400"
    brand.save(update_fields=["color"])
    door.config = {"heading": "Ask <us>", "intro": "We are <b>here</b>."}
    door.save(update_fields=["config"])
    body = client.get(PAGE).content.decode()
    assert "Ask &lt;us&gt;" in body
    assert "We are &lt;b&gt;here&lt;/b&gt;." in body
    assert "--brand: #ffd400; --on-brand: #000000" in body


@pytest.mark.parametrize("change", [{"kind": "email"}, {"kind": "api"}, {"is_active": False}])
def test_other_inboxes_have_no_page(door, client, change):
    type(door.inbox).objects.update(**change)
    assert [client.get(PAGE).status_code, client.post(PAGE, DANA).status_code] == [404, 404]


def test_thanks_of_nothing_says_no_number(door, client):
    response = client.get(f"{PAGE}thanks/{'a' * 64}/")
    assert (response.status_code, b"Its number" in response.content) == (200, False)


def test_page_carries_no_script_it_needs():
    text = (Path(__file__).parents[3] / "templates/channels_app/form_page.html").read_text()
    assert "hx-" not in text
    assert "<script" not in text
