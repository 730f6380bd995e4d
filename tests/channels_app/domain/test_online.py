"""The foot of our answers by mail: where the customer reads and answers online."""

import email
import io
import re
from email import policy

import pytest
from django.test import Client

from channels_app.domain import outbox
from channels_app.domain.inbound import process_record
from channels_app.domain.intake import keep_bytes, store_raw
from knowledge_base.models import HelpSettings
from tests.factories.channels import ConnectionFactory, mail
from tests.factories.customers import IdentityFactory
from tests.factories.tickets import InboxFactory
from tickets.domain.replies import queue_reply
from tickets.models import Direction, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(brand):
    return ConnectionFactory(inbox=InboxFactory(brand=brand, key="support"), address="support@support.test")


@pytest.fixture
def ticket(connection, dana):
    return take(connection, mail("It does not boil.", subject="Kettle")).ticket


def take(connection, raw):
    return process_record(store_raw([connection], keep_bytes(io.BytesIO(raw)))[0].pk)


@pytest.fixture
def sent(clock, settings, alice):
    """Alice's answer as it left: text, HTML and the mail."""

    def send(ticket, **fields):
        answer = queue_reply(ticket, actor=alice, html="<p>Is it <b>plugged in</b>?</p>")
        Message.objects.filter(pk=answer.pk).update(**fields)
        clock.shift(60)
        outbox.deliver_message(answer.pk)
        file = max(settings.MAIL_DIR.glob("*.eml"))
        found = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        parts = [
            str(found.get_body((kind,)).get_content()).replace("\r\n", "\n") for kind in ("plain", "html")
        ]
        return (*parts, found)

    return send


def test_answer_says_where_to_read_it_online(sent, ticket):
    text, html, _ = sent(ticket)
    start = f"http://127.0.0.1:8000/help/nordlicht-home/my/tickets/{ticket.token}/?to="
    assert re.fullmatch(
        rf"Is it plugged in\?\n\nYou can read and answer this online:\n{re.escape(start)}[0-9a-f]{{16}}\n",
        text,
    )
    assert html.count(f'<a href="{start}') == 1
    assert ">127.0.0.1:8000</a>" in html
    assert "dana" not in text


def test_foot_is_in_the_customers_language_and_at_the_brands_host(sent, ticket, brand, dana):
    brand.public_base_url = "https://help.nordlicht.test"
    brand.save(update_fields=["public_base_url"])
    dana.language = "de"
    dana.save(update_fields=["language"])
    text, html, _ = sent(ticket)
    assert "Online lesen und beantworten:\nhttps://help.nordlicht.test/my/tickets/" in text
    assert ">help.nordlicht.test</a>" in html


def test_foot_stands_above_the_signature_and_below_it_in_html(sent, ticket, alice):
    alice.signature = "Alice"
    alice.save(update_fields=["signature"])
    text, html, _ = sent(ticket)
    assert text.endswith("\n\n-- \nAlice\n")
    assert html.index("Alice") < html.index("my/tickets")


def test_brand_switches_the_foot_off(sent, ticket, brand):
    HelpSettings.objects.create(brand=brand, mail_links=False)
    text, html, _ = sent(ticket)
    assert text == "Is it plugged in?\n"
    assert "my/tickets" not in html


@pytest.mark.parametrize("case", ["automatic", "elsewhere", "internal"])
def test_only_who_asks_is_led_to_the_ticket(sent, ticket, case):
    fields = {
        "automatic": {"is_auto": True},
        "elsewhere": {"to": [{"name": "", "address": "carrier@example.org"}]},
        "internal": {},
    }[case]
    if case == "internal":
        ticket.customer = None
        ticket.save(update_fields=["customer"])
    text, html, _ = sent(ticket, **fields)
    assert "my/tickets" not in text + html


def test_reply_that_quotes_the_foot_is_threaded_and_cut(sent, ticket, connection, clock):
    text, _, ours = sent(ticket)
    quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    body = f"It is.\n\nOn Mon, Mar 2, 2026 at 9:12 AM Alice wrote:\n{quoted}"
    back = take(connection, mail(body, message_id="<two@x>", in_reply_to=str(ours["Message-ID"])))
    assert back.ticket == ticket
    said = back.ticket.messages.filter(direction=Direction.INBOUND).latest("pk")
    assert said.reply_text == "It is."


def test_link_asks_who_it_is_with_the_address_filled_in(sent, ticket, brand, settings):
    link = re.search(r"http://127.0.0.1:8000(/\S+)", sent(ticket)[0])[1]
    stranger = Client()
    door = stranger.get(link)
    assert door.status_code == 302
    page = stranger.get(door.url).content.decode()
    assert 'value="dana@example.net"' in page
    assert "It does not boil." not in page
    response = stranger.post(door.url.partition("?")[0], fields_of(page))
    code = re.search(r"^ +(\d{3} \d{3})$", words_of(settings, "is your code"), re.MULTILINE)[1]
    response = stranger.post(response.url, {"code": code})
    assert response.url == link
    assert "It does not boil." in stranger.get(link).content.decode()


def fields_of(page):
    return {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("email", "next")}


def words_of(settings, subject):
    """The text of the one mail with this in its subject."""
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in settings.MAIL_DIR.glob("*")
    ]
    (found,) = [one for one in mails if subject in str(one["Subject"])]
    return str(found.get_body(("plain",)).get_content()).replace("\r\n", "\n")


def test_link_with_another_key_tells_no_address(sent, ticket, second_brand):
    link = re.search(r"http://127.0.0.1:8000(/\S+)", sent(ticket)[0])[1]
    forged = [
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.partition("?")[0],
        link[:-16],
        link + "%F0%9F",
    ]
    forged += [link.replace("nordlicht-home", "nordlicht-garden"), link.replace(ticket.token, "a" * 26)]
    for one in forged:
        stranger = Client()
        assert "dana@" not in stranger.get(stranger.get(one).url).content.decode(), one


def test_link_of_somebody_who_asks_no_more_tells_no_address(sent, ticket, dana):
    link = re.search(r"http://127.0.0.1:8000(/\S+)", sent(ticket)[0])[1]
    IdentityFactory(customer=dana, value="new@example.net")
    ticket.participants.update(address="new@example.net")
    stranger = Client()
    page = stranger.get(stranger.get(link).url).content.decode()
    assert "example.net" not in page
