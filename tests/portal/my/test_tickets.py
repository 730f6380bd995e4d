"""What a customer sees of tickets: their own, what was said to them, and nothing else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from carecenter.lib.blobs.storage import store
from customers.domain.merge import merge as merge_people
from customers.models import Customer
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory, OrganisationFactory
from tests.factories.tickets import ContactFactory, InboxFactory, MessageFactory, TicketFactory
from tests.portal.my.conftest import DANA, answered, asked, wrote
from tickets.domain import merging
from tickets.domain.opening import log_on_ticket
from tickets.domain.replies import add_note, queue_reply
from tickets.models import Attachment, Direction, Message

pytestmark = pytest.mark.django_db
HOME = "/help/nordlicht-home/my/"


def page_of(ticket, brand="nordlicht-home"):
    return f"/help/{brand}/my/tickets/{ticket.token}/"


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


@pytest.fixture
def erik(pool):
    return CustomerFactory(pool=pool, name="Erik Ek", email="erik@example.org")


@pytest.fixture
def foreign(brand, inbox, erik):
    """Somebody else's, of the same brand."""
    return asked(
        brand,
        inbox,
        erik,
        "erik@example.org",
        subject="SECRET lamp",
        text="SECRET words",
        answer="SECRET too",
    )


def test_list_has_ones_own_and_nobody_elses(sign_in, brand, ticket, foreign):
    page = read(sign_in(brand), HOME)
    assert f"#{ticket.number}" in page
    assert "SECRET" not in page


def test_ticket_shows_what_was_said(sign_in, brand, ticket):
    page = read(sign_in(brand), page_of(ticket))
    assert "It does not boil." in page
    assert "Is it plugged in?" in page
    assert "Alice Adams" in page


def test_foreign_ticket_is_not_there(sign_in, brand, ticket, foreign):
    client = sign_in(brand)
    for path in ("", "answer/", "close/", "reopen/", "rate/", "share/"):
        wanted, missing = (
            f"/help/nordlicht-home/my/tickets/{token}/{path}" for token in (foreign.token, "a" * 26)
        )
        ask = client.get if not path else client.post
        got, nothing = ask(wanted, {"text": "x", "score": "1"}), ask(missing, {"text": "x", "score": "1"})
        assert got.status_code == nothing.status_code == 404, path
        assert b"SECRET" not in got.content
    foreign.refresh_from_db()
    assert (foreign.status, foreign.message_count) == ("open", 0)


def test_ticket_of_another_brand_is_not_there(sign_in, brand, second_brand, dana, ticket):
    other = asked(
        second_brand, InboxFactory(brand=second_brand), dana, DANA, subject="Hedge", text="It grows."
    )
    client = sign_in(brand)
    assert client.get(page_of(other)).status_code == 404
    assert "Hedge" not in read(client, HOME)
    assert "Hedge" in read(sign_in(second_brand), "/help/nordlicht-garden/my/")


def test_ticket_of_another_pool_is_not_there(sign_in, brand, dana, other_brand, other_pool):
    """The same address in another firm is another person."""
    theirs = CustomerFactory(pool=other_pool, email=DANA)
    other = asked(other_brand, InboxFactory(brand=other_brand), theirs, DANA, subject="Other firm", text="x")
    client = sign_in(brand)
    assert client.get(page_of(other)).status_code == 404
    assert client.get(page_of(other, "weststern")).status_code == 302
    assert "Other firm" not in read(client, HOME)


def test_notes_calls_and_answers_that_have_not_left_are_not_shown(sign_in, brand, ticket, alice):
    add_note(ticket, actor=alice, html="<p>SECRET note</p>")
    log_on_ticket(ticket, kind="phone", direction="out", html="<p>SECRET call</p>", actor=alice)
    message = queue_reply(ticket, actor=alice, html="<p>SECRET for ten seconds</p>")
    client = sign_in(brand)
    assert "SECRET" not in read(client, page_of(ticket))
    Message.objects.filter(pk=message.pk).update(delivery="sent")
    assert "SECRET for ten seconds" in read(client, page_of(ticket))
    Message.objects.filter(pk=message.pk).update(delivery="withdrawn")
    assert "SECRET" not in read(client, page_of(ticket))


def test_robots_and_returned_mail_are_not_shown(sign_in, brand, ticket, dana):
    for name in ("is_auto", "is_bounce"):
        wrote(ticket, dana, "SECRET robot", **{name: True})
    assert "SECRET" not in read(sign_in(brand), page_of(ticket))


def test_internal_case_about_a_customer_is_not_listed(sign_in, brand, dana, alice):
    case = TicketFactory(brand=brand, customer=dana, subject="SECRET suspicion")
    add_note(case, actor=alice, html="<p>SECRET</p>")
    assert "SECRET" not in read(sign_in(brand), HOME)


def test_hostile_words_stay_words(sign_in, brand, ticket, dana):
    wrote(ticket, dana, "<script>alert(1)</script> javascript:alert(2)")
    answered(
        ticket, DANA, "x", html='<p onclick="x()">Hi</p><script>alert(3)</script><img src=x onerror=alert(4)>'
    )
    page = read(sign_in(brand), page_of(ticket))
    assert "<script>alert" not in page
    assert "onerror" not in page
    assert 'onclick="x()"' not in page
    assert 'href="javascript' not in page


def test_files_of_shown_messages_only(sign_in, brand, ticket, foreign, dana, alice):
    blob = store(b"\x89PNG\r\n\x1a\n....")

    def attach(message):
        return Attachment.objects.create(message=message, blob=blob, name="a.png", content_type="text/html")

    shown = attach(ticket.messages.first())
    hidden = [
        attach(add_note(ticket, actor=alice, html="<p>x</p>")),
        attach(foreign.messages.first()),
    ]
    client = sign_in(brand)
    response = client.get(f"{page_of(ticket)}files/{shown.token}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert client.get(f"{page_of(ticket)}files/{shown.token}/?picture")["Content-Type"] == "image/png"
    for one in hidden:
        assert client.get(f"{page_of(ticket)}files/{one.token}/").status_code == 404
        assert client.get(f"{page_of(foreign)}files/{one.token}/").status_code == 404
    assert Client().get(f"{page_of(ticket)}files/{shown.token}/").status_code == 302


def test_ticket_of_a_merged_row_is_ones_own(sign_in, brand, pool, inbox, dana):
    other = CustomerFactory(pool=pool, email="dana@work.test")
    ticket = asked(brand, inbox, other, "dana@work.test", subject="From work", text="x")
    merge_people(dana, other, actor=None)
    assert "From work" in read(sign_in(brand), HOME)
    assert "x" in read(sign_in(brand, "dana@work.test"), page_of(ticket))


def test_joined_ticket_of_somebody_else_shows_each_only_their_part(
    sign_in, brand, ticket, foreign, erik, alice
):
    """An agent made one of Dana's and Erik's: neither reads the other's words, nor our answers to them."""
    merging.merge(foreign, into=ticket, actor=alice)
    answered(ticket, "erik@example.org", "SECRET new answer to Erik")
    wrote(ticket, erik, "SECRET Erik again", from_address="erik@example.org")
    dana_page = read(sign_in(brand), page_of(ticket))
    assert "SECRET" not in dana_page
    assert "Is it plugged in?" in dana_page
    client = sign_in(brand, "erik@example.org")
    erik_page = read(client, page_of(foreign))
    assert "SECRET words" in erik_page
    assert "boil" not in erik_page
    assert "plugged" not in erik_page
    # It should stay in Erik's list, and not be answered or closed there: it is Dana's now
    assert f"#{foreign.number}" in read(client, HOME)
    assert client.get(page_of(ticket)).status_code == 404
    client.post(f"{page_of(foreign)}close/")
    client.post(f"{page_of(foreign)}answer/", {"text": "SECRET"})
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert not ticket.messages.filter(kind="portal").exists()


def test_joined_ticket_of_ones_own_leads_to_the_living_one(sign_in, brand, ticket, inbox, dana, alice):
    second = asked(brand, inbox, dana, DANA, subject="Again", text="Second question")
    merging.merge(second, into=ticket, actor=alice)
    client = sign_in(brand)
    assert client.get(page_of(second)).url == page_of(ticket)
    assert "Second question" in read(client, page_of(ticket))
    assert f"#{second.number}" not in read(client, HOME)


def test_who_stood_in_copy_is_heard(sign_in, brand, ticket, erik):
    """On a ticket with a stranger's mail: shown when we or the customer had put them in copy."""
    strange = wrote(ticket, erik, "Erik says", from_address="erik@example.org")
    client = sign_in(brand)
    assert "Erik says" not in read(client, page_of(ticket))
    first = ticket.messages.order_by("pk").first()
    first.cc = [{"name": "", "address": "Erik@example.org"}]
    first.save(update_fields=["cc"])
    assert strange.text in read(client, page_of(ticket))


def test_what_somebody_wrote_from_a_claimed_address_is_not_shown(sign_in, brand, inbox, dana, ticket):
    """Erik's address was typed where Dana was. His mails went to her row; she must not read them, nor he hers."""
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    his = asked(brand, inbox, dana, "erik@example.org", subject="SECRET of Erik", text="SECRET")
    dana_here = sign_in(brand)
    assert "SECRET" not in read(dana_here, HOME)
    assert dana_here.get(page_of(his)).status_code == 404
    erik_here = sign_in(brand, "erik@example.org")
    page = read(erik_here, HOME)
    assert "SECRET of Erik" in page
    assert "Kettle" not in page
    assert erik_here.get(page_of(ticket)).status_code == 404
    for path in ("orders/", "privacy/"):
        assert "Ask for a copy" not in read(erik_here, HOME + path)


def test_orders_are_ones_own_without_the_shops_back_office(sign_in, brand, second_brand, dana, erik):
    OrderFactory(customer=dana, number="A-1", brand=brand, url="https://backoffice.test/1", status="shipped")
    OrderFactory(customer=dana, number="A-2", brand=second_brand)
    OrderFactory(customer=erik, number="A-3", brand=brand)
    page = read(sign_in(brand), HOME + "orders/")
    assert "A-1" in page
    assert "Shipped" in page
    assert "€49.90" in page
    for word in ("A-2", "A-3", "backoffice"):
        assert word not in page


def test_orders_are_not_for_who_proved_less(sign_in, brand, dana):
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    OrderFactory(customer=dana, number="A-1", brand=brand)
    assert "A-1" not in read(sign_in(brand, "erik@example.org"), HOME + "orders/")


def test_colleagues_tickets_are_read_and_not_answered(sign_in, brand, colleagues):
    client = sign_in(brand, "dana@mill.test")
    assert "Saw" not in read(client, HOME)
    assert "Saw" in read(client, HOME + "?whose=colleagues")
    page = read(client, page_of(colleagues))
    assert "It is blunt." in page
    assert "Send it in." in page
    assert 'id="answer"' not in page
    for path in ("answer/", "close/", "rate/"):
        client.post(page_of(colleagues) + path, {"text": "x", "score": "5"})
    assert client.post(page_of(colleagues) + "share/").status_code == 404
    colleagues.refresh_from_db()
    assert (colleagues.status, colleagues.messages.count()) == ("open", 2)


@pytest.mark.parametrize("without", ["setting", "domain", "address", "organisation"])
def test_colleagues_tickets_need_the_setting_and_the_proved_address(
    without, sign_in, brand, colleagues, firm, dana
):
    address = "dana@mill.test"
    if without == "setting":
        firm.shares_tickets = False
    elif without == "domain":
        firm.domains = ["saw.test"]
    firm.save(update_fields=["shares_tickets", "domains"])
    if without == "address":
        address = DANA
    elif without == "organisation":
        dana.organisation = None
        dana.save(update_fields=["organisation"])
    client = sign_in(brand, address)
    assert "Saw" not in read(client, HOME + "?whose=colleagues")
    assert client.get(page_of(colleagues)).status_code == 404


def test_colleagues_private_questions_stay_private(sign_in, brand, inbox, pool, firm, colleagues):
    """Asked from an address that is not the organisation's; and what their own ticket was joined with."""
    cora = colleagues.customer
    IdentityFactory(customer=cora, value="cora@home.test")
    private = asked(brand, inbox, cora, "cora@home.test", subject="SECRET illness", text="SECRET")
    client = sign_in(brand, "dana@mill.test")
    assert "SECRET" not in read(client, HOME + "?whose=colleagues")
    assert client.get(page_of(private)).status_code == 404


def test_colleagues_of_another_organisation_are_strangers(sign_in, brand, inbox, pool, firm, colleagues):
    rival = OrganisationFactory(pool=pool, name="Rival", domains=["mill.test"], shares_tickets=True)
    spy = CustomerFactory(pool=pool, organisation=rival, email="spy@mill.test")
    client = sign_in(brand, "spy@mill.test")
    assert spy.organisation != firm
    assert client.get(page_of(colleagues)).status_code == 404


def test_colleagues_tickets_on_merged_rows_are_listed(sign_in, brand, inbox, pool, firm, colleagues):
    """Over two steps: the row of the ticket is of no organisation itself."""
    rows = [CustomerFactory(pool=pool, email=f"cora{n}@mill.test") for n in range(2)]
    old = asked(brand, inbox, rows[1], "cora1@mill.test", subject="Old drill", text="It stopped.")
    merge_people(rows[0], rows[1], actor=None)
    merge_people(colleagues.customer, rows[0], actor=None)
    client = sign_in(brand, "dana@mill.test")
    assert "Old drill" in read(client, HOME + "?whose=colleagues")
    assert "It stopped." in read(client, page_of(old))


def test_organisation_of_many_people_is_read_whole(sign_in, brand, inbox, pool, firm, dana):
    Customer.objects.bulk_create(Customer(pool=pool, organisation=firm) for _ in range(600))
    last = CustomerFactory(pool=pool, organisation=firm, email="last@mill.test")
    first = Customer.objects.filter(organisation=firm).exclude(pk=dana.pk).earliest("pk")
    for customer in (first, last):
        asked(brand, inbox, customer, "last@mill.test", subject=f"Of row {customer.pk}", text="x")
    client = sign_in(brand, "dana@mill.test")
    with CaptureQueriesContext(connection) as queries:
        page = read(client, HOME + "?whose=colleagues")
    assert f"Of row {first.pk}" in page
    assert f"Of row {last.pk}" in page
    assert len(queries) <= 14


def test_chat_is_shown_to_who_was_in_it(sign_in, brand, dana, erik):
    inbox = InboxFactory(brand=brand, kind="webchat")
    chat = TicketFactory(brand=brand, inbox=inbox, customer=dana, subject="Chat", last_kind="webchat")
    contact = ContactFactory(ticket=chat, inbox=inbox, kind="webchat", customer=dana)
    line = {"ticket": chat, "contact": contact, "inbox": inbox, "kind": "webchat", "from_address": ""}
    MessageFactory(**line, customer=dana, text="Are you there?")
    MessageFactory(**line, customer=None, direction=Direction.OUTBOUND, text="Yes!", delivery="sent")
    assert "Yes!" in read(sign_in(brand), page_of(chat))
    # It should stay with its own two ends when the ticket is joined with another one
    wrote(chat, erik, "SECRET", from_address="erik@example.org")
    page = read(sign_in(brand), page_of(chat))
    assert "Yes!" in page
    assert "SECRET" not in page


def test_list_costs_the_same_for_one_and_for_three(sign_in, brand, inbox, dana, ticket):
    client = sign_in(brand)
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            read(client, HOME)
        counts.append(len(queries))
        asked(brand, inbox, dana, DANA, subject="More", text="x")
    assert counts == [counts[0]] * 3
    assert counts[0] <= 12


def test_pages_are_kept_by_nobody(sign_in, brand, ticket):
    client = sign_in(brand)
    for path in (HOME, page_of(ticket), HOME + "privacy/"):
        response = client.get(path)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
