import pytest
from django.test import Client

from carecenter.lib.mailer import keep
from channels_app.domain import outbox
from channels_app.models import InboundRecord
from tests.demo_site import demo_site
from tests.factories.channels import mail
from tickets.domain.replies import queue_reply
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    with demo_site(settings) as found:
        yield found


def written(connection, **changes):
    letter = {
        "name": "Dana",
        "address": "dana@example.net",
        "to": "support@support.test",
        "subject": "Kettle",
    }
    return Client().post("/demo/mail/write/", {**letter, "text": "It is cold.", **changes})


def test_letter_becomes_a_ticket(demo, connection):
    assert written(connection).status_code == 302
    assert InboundRecord.objects.get().state == "done"
    assert Ticket.objects.get().customer.name == "Dana"


def test_answer_is_in_the_mailbox_and_the_customers_answer_comes_back(demo, connection, alice, clock):
    written(connection)
    ticket = Ticket.objects.get()
    answer = queue_reply(ticket, actor=alice, html="<p>Is it plugged in?</p>")
    clock.shift(11)
    outbox.deliver_message(answer.pk)
    page = Client().get("/demo/mail/")
    (kept,) = page.context["mails"]
    assert "Is it plugged in?" in Client().get(f"/demo/mail/{kept.name}/html/").content.decode()
    form = Client().get("/demo/mail/write/", {"answer": kept.name}).context["form"]
    response = written(connection, **form.initial, text="It is.")
    assert response.status_code == 302
    assert list(Message.objects.filter(direction="in").values_list("ticket_id", flat=True)) == [ticket.pk] * 2


def test_html_of_a_mail_runs_no_script(demo):
    html = mail().replace(b"text/plain", b"text/html") + b"<script>alert(1)</script><b>bold</b>"
    path = keep(html)
    response = Client().get(f"/demo/mail/{path.stem}/html/")
    assert "<script" not in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["nothing", "..", "20260101T000000.000000Z-aaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_name_of_no_mail_gives_404(demo, name):
    for address in (f"/demo/mail/{name}/", f"/demo/mail/{name}/html/", f"/demo/mail/{name}/raw/"):
        assert Client().get(address).status_code == 404


@pytest.mark.parametrize("facts", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}])
def test_other_machines_see_no_demo(demo, connection, facts):
    path = keep(mail())
    for address in (
        "/demo/mail/",
        "/demo/mail/write/",
        f"/demo/mail/{path.stem}/",
        f"/demo/mail/{path.stem}/raw/",
    ):
        assert Client(**facts).get(address).status_code == 404


def test_without_the_demo_there_is_no_such_page():
    assert Client().get("/demo/mail/").status_code == 404
