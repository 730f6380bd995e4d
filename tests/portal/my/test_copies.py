"""A copy of all that is known of a customer: made in the background, fetched with a fresh sign-in, kept a week."""

import datetime as dt
import io
import json
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from carecenter.lib.blobs.storage import store
from carecenter.lib.time import now
from channels_app.models import ChatSession
from customers.models import Customer
from portal import tasks
from portal.domain import requests, running
from portal.models import DataRequest
from tests.factories.answers import AnswerFactory
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import ContactFactory, InboxFactory
from tests.portal.my.conftest import DANA, PRIVACY, asked, text_of
from tests.portal.my.test_tickets import read
from tickets.domain.replies import add_note
from tickets.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(sign_in, brand):
    def wish(address=DANA):
        client = sign_in(brand, address)
        client.post(f"{PRIVACY}copy/")
        return client

    return wish


def opened(client):
    row = DataRequest.objects.latest("pk")
    response = client.get(f"{PRIVACY}copy/{row.token}/")
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_copy_has_everything_of_the_person(ask, brand, second_brand, dana, ticket, mails):
    other = asked(
        second_brand, InboxFactory(brand=second_brand), dana, DANA, subject="Hedge", text="It grows."
    )
    OrderFactory(customer=dana, number="A-1")
    Attachment.objects.create(
        message=ticket.messages.first(),
        blob=store(b"bytes"),
        name="../../etc/passwd",
        content_type="text/plain",
    )
    Customer.objects.filter(pk=dana.pk).update(fields={"contract": "K-17"})
    client = ask()
    archive = opened(client)
    data = json.loads(archive.read("data.json"))
    assert [one["number"] for one in data["tickets"]] == [ticket.number, other.number]
    texts = [message["text"] for one in data["tickets"] for message in one["messages"]]
    assert texts == ["It does not boil.", "Is it plugged in?", "It grows."]
    assert [one["value"] for one in data["known_by"]] == [DANA]
    assert [one["number"] for one in data["orders"]] == ["A-1"]
    assert data["person"][0]["fields"] == {"contract": "K-17"}
    (path,) = data["tickets"][0]["messages"][0]["files"]
    assert archive.read(path) == b"bytes"
    assert ".." not in path
    assert archive.testzip() is None
    mail = mails()[-1]
    assert (mail["To"], mail["Subject"]) == (DANA, "Your data from Nordlicht Home is ready")
    # It should hold no way in: whoever has the mail still signs in
    assert DataRequest.objects.get().token not in text_of(mail)


def test_copy_has_nothing_of_others_and_no_notes(ask, brand, inbox, pool, dana, ticket, alice):
    erik = CustomerFactory(pool=pool, email="erik@example.org")
    asked(brand, inbox, erik, "erik@example.org", subject="SECRET", text="SECRET")
    IdentityFactory(customer=dana, value="claimed@example.org", evidence="claimed")
    asked(brand, inbox, dana, "claimed@example.org", subject="SECRET", text="SECRET")
    add_note(ticket, actor=alice, html="<p>SECRET</p>")
    archive = opened(ask())
    assert b"SECRET" not in archive.read("data.json")


def test_copy_has_no_chats_and_surveys_that_my_tickets_do_not_show(ask, brand, inbox, dana, ticket):
    """Of a ticket that was asked from an address somebody only said was hers."""
    IdentityFactory(customer=dana, value="claimed@example.org", evidence="claimed")
    hidden = asked(brand, inbox, dana, "claimed@example.org", subject="SECRET", text="SECRET")
    survey = SurveyFactory(brand=brand)
    for one, word in ((hidden, "SECRET"), (ticket, "hers")):
        contact = ContactFactory(ticket=one, inbox=InboxFactory(brand=brand, kind="webchat"), kind="webchat")
        ChatSession.objects.create(
            connection=inbox.connection, contact=contact, token_hash=word, visitor_name=word
        )
        AnswerFactory(invitation=InvitationFactory(survey=survey, ticket=one), score=2, comment=word)
    data = json.loads(opened(ask()).read("data.json"))
    assert [one["visitor_name"] for one in data["chats"]] == ["hers"]
    assert [one["comment"] for one in data["surveys"]] == ["hers"]
    assert "SECRET" not in json.dumps(data)


def test_lease_is_renewed_while_a_long_copy_is_written(clock, me_at, brand, dana, ticket, monkeypatch):
    """Each file takes ten minutes: nobody else begins it meanwhile."""
    from portal.domain import copies

    Attachment.objects.create(
        message=ticket.messages.first(), blob=store(b"x" * 4), name="a", content_type="text/plain"
    )
    row = requests.ask_copy(me_at(brand), language="en")
    taken, open_file = [], copies.open_file

    class Slow(io.BytesIO):
        def read(self, size=-1):
            clock.shift(200)
            taken.extend(pk for pk in requests.due() if pk == row.pk)
            return super().read(1)

    monkeypatch.setattr(copies, "open_file", lambda blob: Slow(open_file(blob).read()))
    running.run(row.pk)
    row.refresh_from_db()
    assert (taken, row.state, row.tries) == ([], "done", 1)


def test_copy_of_a_worker_that_was_overtaken_is_not_kept(clock, me_at, brand, dana, ticket, monkeypatch):
    """It slept longer than its lease; another has finished the copy."""
    from portal.domain import copies

    row, write, whole = requests.ask_copy(me_at(brand), language="en"), copies.write_zip, []

    def slow(*given):
        counts = write(*given)
        monkeypatch.setattr(copies, "write_zip", write)
        clock.shift(301)
        running.run(row.pk)
        whole.append(DataRequest.objects.get())
        clock.shift(60)
        return counts

    monkeypatch.setattr(copies, "write_zip", slow)
    running.run(row.pk)
    kept = DataRequest.objects.get()
    assert (kept.state, kept.tries, kept.mails.count()) == ("done", 2, 1)
    assert (kept.blob, kept.ended_at) == (whole[0].blob, whole[0].ended_at)


def test_page_of_many_wishes_costs_no_more_than_of_two(sign_in, brand, dana, ticket):
    """Copies whose time is over, before they are swept."""
    blob = store(b"zip")

    def wish(count):
        for _ in range(count):
            DataRequest.objects.create(
                kind="download",
                brand=brand,
                customer=dana,
                state="done",
                blob=blob,
                expires_at=now() - dt.timedelta(hours=1),
            )

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert "Ask for a copy" in read(client, PRIVACY)
        return len(found)

    client = sign_in(brand)
    wish(2)
    few = queries()
    wish(18)
    assert queries() == few


def test_erasure_is_shown_behind_many_copies(me_at, sign_in, brand, dana, ticket):
    """Three copies a day for a week are more than one page of wishes."""
    requests.ask_erasure(me_at(brand), language="en")
    for _ in range(60):
        DataRequest.objects.create(kind="download", brand=brand, customer=dana, state="failed")
    assert "Keep my data" in read(sign_in(brand), PRIVACY)


def test_copy_is_for_its_person_alone(ask, sign_in, brand, second_brand, pool, dana, ticket):
    ask()
    CustomerFactory(pool=pool, email="erik@example.org")
    path = f"{PRIVACY}copy/{DataRequest.objects.get().token}/"
    assert sign_in(brand, "erik@example.org").get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert "Download" not in read(sign_in(brand, "erik@example.org"), PRIVACY)


def test_old_sign_in_is_asked_for_once_more(clock, ask, sign_in, brand, dana, ticket):
    client = ask()
    path = f"{PRIVACY}copy/{DataRequest.objects.get().token}/"
    clock.shift(1900)
    assert client.get(path).url == PRIVACY
    page = read(client, PRIVACY)
    assert "Please sign in once more" in page
    for name in ("copy/", "erase/"):
        client.post(PRIVACY + name, {"sure": "on"})
    assert DataRequest.objects.count() == 1
    assert client.get("/help/nordlicht-home/my/sign-in/?again=1").status_code == 200
    assert sign_in(brand).get(path).status_code == 200


def test_copy_is_kept_a_week(clock, ask, sign_in, brand, dana, ticket):
    ask()
    row = DataRequest.objects.get()
    clock.shift(dt.timedelta(days=8))
    assert sign_in(brand).get(f"{PRIVACY}copy/{row.token}/").status_code == 404
    assert requests.forget_copies() == 1
    row.refresh_from_db()
    assert row.blob is None


def test_three_copies_a_day(clock, ask, dana, ticket, brand):
    for _ in range(4):
        ask()
    assert DataRequest.objects.count() == 3


def test_two_wishes_at_once_are_one(me_at, brand, dana, ticket):
    me = me_at(brand)
    requests.ask_copy(me, language="en")
    with pytest.raises(requests.NotPossible):
        requests.ask_copy(me, language="en")


def test_lost_task_is_found_by_the_sweep(me_at, brand, dana, ticket, mails):
    row = requests.ask_copy(me_at(brand), language="en")
    tasks.sweep_requests()
    row.refresh_from_db()
    assert (row.state, len(mails())) == ("done", 1)
    running.run(row.pk)
    row.refresh_from_db()
    assert row.tries == 1


def test_error_is_kept_and_tried_again(clock, me_at, brand, dana, ticket, monkeypatch):
    from portal.domain import copies

    row = requests.ask_copy(me_at(brand), language="en")
    monkeypatch.setattr(
        copies, "store_file", lambda _: (_ for _ in ()).throw(OSError("disk full at /secret"))
    )
    running.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.why) == ("running", "OSError")
    for _ in range(6):
        clock.shift(dt.timedelta(hours=3))
        running.run(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"


def test_desk_shows_what_was_asked(ask, client_for, alice, charlie, dana, ticket):
    ask()
    row = DataRequest.objects.get()
    assert "Copy of the data" in read(client_for(alice), "/desk/privacy/")
    assert "messages" in read(client_for(alice), f"/desk/privacy/{row.pk}/")
    assert client_for(charlie).get(f"/desk/privacy/{row.pk}/").status_code == 404
    assert "Copy of the data" not in read(client_for(charlie), "/desk/privacy/")
