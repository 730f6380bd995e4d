"""A link to one ticket: read by whoever has it, ended by its customer, and nothing behind it."""

import datetime as dt
import re

import pytest
from django.test import Client

from carecenter.lib.blobs.storage import store
from customers.models import Identity
from portal.domain import links, my_tickets
from portal.domain.errors import NotPossible
from portal.models import TicketLink
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory
from tests.portal.my.conftest import DANA, asked, wrote
from tests.portal.my.test_tickets import page_of, read
from tickets.domain import merging
from tickets.models import Attachment, Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(sign_in, brand, ticket):
    """Its path, as Dana copies it."""
    client = sign_in(brand)
    client.post(f"{page_of(ticket)}share/")
    found = re.search(r'value="https?://[^/"]+(/[^"]+/link/[^"]+)"', read(client, page_of(ticket)))
    return found[1]


def test_link_shows_the_ticket_to_anybody_and_no_more(link, brand, inbox, dana, ticket):
    OrderFactory(customer=dana, number="A-1", brand=brand)
    other = asked(brand, inbox, dana, DANA, subject="SECRET", text="SECRET")
    stranger = Client()
    page = read(stranger, link)
    assert "It does not boil." in page
    for word in ("SECRET", "A-1", DANA, 'id="answer"'):
        assert word not in page, word
    assert not re.search(r'<form[^>]*method="post"', page)
    # It should be no session
    assert stranger.get("/help/nordlicht-home/my/").status_code == 302
    assert stranger.get("/help/nordlicht-home/my/orders/").status_code == 302
    assert stranger.get(page_of(ticket)).status_code == 302
    assert stranger.get(link.replace(link.split("/")[-2], other.token)).status_code == 404
    assert stranger.get(link.replace(link.split("/")[-2], ticket.token)).status_code == 404


def test_link_opens_files_of_what_it_shows(link, ticket, brand, inbox, dana):
    blob = store(b"hello")
    make = lambda message: Attachment.objects.create(message=message, blob=blob, name="a", content_type="x/y")  # noqa: E731
    shown = make(ticket.messages.first())
    other = make(asked(brand, inbox, dana, DANA, subject="x", text="x").messages.first())
    assert Client().get(f"{link}files/{shown.token}/").status_code == 200
    assert Client().get(f"{link}files/{other.token}/").status_code == 404


def test_link_of_one_brand_opens_at_no_other(link, second_brand):
    assert Client().get(link.replace("nordlicht-home", "nordlicht-garden")).status_code == 404


def test_link_ends_when_its_customer_says_so(link, sign_in, brand, ticket):
    sign_in(brand).post(f"{page_of(ticket)}share/", {"end": "1"})
    assert Client().get(link).status_code == 404
    sign_in(brand).post(f"{page_of(ticket)}share/")
    assert Client().get(link).status_code == 404
    assert TicketLink.objects.count() == 1


def test_link_ends_after_a_month(clock, sign_in, brand, ticket):
    sign_in(brand).post(f"{page_of(ticket)}share/")
    path = f"/help/nordlicht-home/my/link/{TicketLink.objects.get().token}/"
    assert Client().get(path).status_code == 200
    clock.shift(dt.timedelta(days=31))
    assert Client().get(path).status_code == 404


def test_link_is_made_once(sign_in, brand, ticket):
    client = sign_in(brand)
    client.post(f"{page_of(ticket)}share/")
    token = TicketLink.objects.get().token
    client.post(f"{page_of(ticket)}share/")
    assert TicketLink.objects.get().token == token


def test_link_to_what_became_part_of_ones_own_ticket_ends(link, sign_in, brand, inbox, dana, ticket, alice):
    """An agent joined the ticket with another one of hers: its page is gone, the link is not."""
    other = asked(brand, inbox, dana, DANA, subject="Again", text="Second question")
    merging.merge(ticket, into=other, actor=alice)
    client = sign_in(brand)
    assert link in read(client, page_of(other))
    assert Client().get(link).status_code == 200
    client.post(f"{page_of(other)}share/", {"end": "1"})
    assert Client().get(link).status_code == 404


def test_link_to_what_became_part_of_somebody_elses_ticket_ends(
    link, sign_in, brand, inbox, pool, ticket, alice
):
    erik = CustomerFactory(pool=pool, name="Erik Ek", email="erik@example.org")
    his = asked(brand, inbox, erik, "erik@example.org", subject="Lamp", text="x")
    TicketLink.objects.create(
        ticket=his,
        made_by=erik,
        identity=erik.identities.get(),
        expires_at=TicketLink.objects.get().expires_at,
    )
    merging.merge(ticket, into=his, actor=alice)
    client = sign_in(brand)
    page = read(client, page_of(ticket))
    assert link in page
    assert "Make a link" not in page
    client.post(f"{page_of(ticket)}share/", {"end": "1"})
    assert Client().get(link).status_code == 404
    # It should leave his alone, and make no new one
    assert client.post(f"{page_of(ticket)}share/").status_code == 404
    assert TicketLink.objects.get().ticket == his


def test_who_proved_less_makes_no_link(sign_in, me_at, brand, inbox, dana):
    """Whoever has the link would read with the eyes of the whole person."""
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    his = asked(brand, inbox, dana, "erik@example.org", subject="Lamp", text="x")
    client = sign_in(brand, "erik@example.org")
    assert 'id="share"' not in read(client, page_of(his))
    assert client.post(f"{page_of(his)}share/").status_code == 404
    me = me_at(brand, "erik@example.org")
    found = my_tickets.find(me, his.token)
    with pytest.raises(NotPossible):
        links.make_link(me, found)
    assert not TicketLink.objects.exists()


def test_link_reads_no_more_than_who_made_it(link, brand, inbox, dana, ticket, alice):
    """What came from an address that somebody said was hers, and our answers to it, are not shown behind it either."""
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    his = asked(brand, inbox, dana, "erik@example.org", subject="x", text="SECRET", answer="SECRET too")
    merging.merge(his, into=ticket, actor=alice)
    wrote(ticket, dana, "SECRET again", from_address="erik@example.org")
    page = read(Client(), link)
    assert "SECRET" not in page
    assert "It does not boil." in page


def test_link_shows_nothing_of_a_ticket_that_its_maker_cannot_see_any_more(link, pool, ticket):
    """A colleague gave the ticket to whom it belongs."""
    ticket.customer = CustomerFactory(pool=pool, email="erik@example.org")
    ticket.save(update_fields=["customer"])
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("change", ["customer", "evidence"])
def test_link_ends_when_the_address_is_not_its_makers_any_more(link, pool, change):
    """As her session does: the merge was taken back, or the proof."""
    value = {"customer": CustomerFactory(pool=pool), "evidence": "claimed"}[change]
    Identity.objects.filter(value=DANA).update(**{change: value})
    assert Client().get(link).status_code == 404


def test_link_that_opens_nothing_is_made_anew(link, sign_in, brand, pool, dana, ticket):
    IdentityFactory(customer=dana, value="dana@work.test")
    Identity.objects.filter(value=DANA).update(customer=CustomerFactory(pool=pool))
    Participant.objects.filter(ticket=ticket).update(address="dana@work.test")
    sign_in(brand, "dana@work.test").post(f"{page_of(ticket)}share/")
    made = TicketLink.objects.get()
    assert made.identity.value == "dana@work.test"
    assert Client().get(f"/help/nordlicht-home/my/link/{made.token}/").status_code == 200
