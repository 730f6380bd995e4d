"""Who may see only what went by some addresses: a session of a claimed one, a colleague of the organisation."""

import pytest

from customers.models import Identity
from portal.domain import copies
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.tickets import ContactFactory, InboxFactory, MessageFactory, TicketFactory
from tests.portal.my.conftest import DANA, answered, asked, wrote
from tests.portal.my.test_tickets import HOME, page_of, read
from tickets.domain import merging
from tickets.models import Direction, Participant

pytestmark = pytest.mark.django_db
ERIK = "erik@example.org"
CORA = "cora@mill.test"


@pytest.fixture
def claimed(brand, inbox, dana):
    """Erik's, on Dana's row: his address was typed where she was."""
    IdentityFactory(customer=dana, value=ERIK, evidence="claimed")
    return asked(brand, inbox, dana, ERIK, subject="Lamp", text="It is dark.", answer="Is there a bulb?")


def test_claimed_address_reads_its_own_words(sign_in, brand, claimed):
    page = read(sign_in(brand, ERIK), page_of(claimed))
    assert "It is dark." in page
    assert "Is there a bulb?" in page


def test_claimed_address_does_not_read_what_was_joined_with_its_ticket(
    sign_in, brand, inbox, dana, claimed, alice
):
    mine = asked(brand, inbox, dana, DANA, subject="Kettle", text="SECRET of Dana", answer="SECRET to Dana")
    merging.merge(mine, into=claimed, actor=alice)
    wrote(claimed, dana, "SECRET later", from_address=DANA)
    answered(claimed, DANA, "SECRET answer later")
    answered(claimed, ERIK, "We send one.")
    page = read(sign_in(brand, ERIK), page_of(claimed))
    assert "SECRET" not in page
    for words in ("It is dark.", "Is there a bulb?", "We send one."):
        assert words in page, words


def test_claimed_address_reads_its_part_of_what_went_into_another(
    sign_in, brand, inbox, dana, ticket, claimed, alice
):
    """With a chat of Dana's that had been joined with it before: not his, whatever address is on a line of it."""
    line = chat_of(brand, dana, "SECRET chat")
    wrote(line.ticket, dana, "SECRET line", from_address=ERIK)
    merging.merge(line.ticket, into=claimed, actor=alice)
    merging.merge(claimed, into=ticket, actor=alice)
    client = sign_in(brand, ERIK)
    page = read(client, page_of(claimed))
    assert "It is dark." in page
    for words in ("SECRET", "boil", "plugged"):
        assert words not in page, words
    assert client.get(page_of(ticket)).status_code == 404


def chat_of(brand, customer, text, address="", **fields):
    """Two lines: theirs, and ours to nobody by name."""
    inbox = InboxFactory(brand=brand, kind="webchat")
    ticket = TicketFactory(brand=brand, inbox=inbox, customer=customer, subject="Chat", last_kind="webchat")
    contact = ContactFactory(ticket=ticket, inbox=inbox, kind="webchat", customer=customer)
    line = {"ticket": ticket, "contact": contact, "inbox": inbox, "kind": "webchat"}
    MessageFactory(**line, customer=customer, from_address=address, text=text)
    ours = {"direction": Direction.OUTBOUND, "from_address": "", "delivery": "sent", **fields}
    return MessageFactory(**line, customer=None, text=f"{text}, we answer", **ours)


def test_claimed_address_does_not_take_over_a_chat_without_one(sign_in, brand, dana, claimed, alice):
    """His mail went into her chat, where nobody had left an address: he is who asks there now, by the rows."""
    line = chat_of(brand, dana, "SECRET chat")
    merging.merge(claimed, into=line.ticket, actor=alice)
    assert line.ticket.participants.get(role=Participant.Role.REQUESTER).address == ERIK
    client = sign_in(brand, ERIK)
    page = read(client, page_of(line.ticket))
    assert "It is dark." in page
    assert "SECRET" not in page


def test_claimed_address_reads_the_chat_it_was_left_in(sign_in, brand, dana, claimed):
    line = chat_of(brand, dana, "Is it lit", ERIK)
    Participant.objects.create(ticket=line.ticket, address=ERIK, role="requester", customer=dana)
    assert "Is it lit, we answer" in read(sign_in(brand, ERIK), page_of(line.ticket))


@pytest.fixture
def cora(pool, firm):
    cora = CustomerFactory(pool=pool, name="Cora", organisation=firm, email=CORA)
    IdentityFactory(customer=cora, value="cora@home.test")
    return cora


def test_colleague_does_not_read_what_was_joined_from_home(sign_in, brand, inbox, cora, alice):
    work = asked(brand, inbox, cora, CORA, subject="Saw", text="It is blunt.", answer="Send it in.")
    home = asked(
        brand, inbox, cora, "cora@home.test", subject="x", text="SECRET illness", answer="SECRET advice"
    )
    wrote(home, cora, "SECRET from the office", from_address=CORA)
    merging.merge(home, into=work, actor=alice)
    wrote(work, cora, "SECRET later", from_address="cora@home.test")
    answered(work, "cora@home.test", "SECRET answer later")
    page = read(sign_in(brand, "dana@mill.test"), page_of(work))
    assert "SECRET" not in page
    assert "It is blunt." in page
    assert "Send it in." in page
    # It should all be there for herself
    assert "SECRET illness" in read(sign_in(brand, CORA), page_of(work))


def test_colleague_reads_no_chat_that_was_joined(sign_in, brand, inbox, cora, alice):
    work = asked(brand, inbox, cora, CORA, subject="Saw", text="It is blunt.")
    merging.merge(chat_of(brand, cora, "SECRET chat").ticket, into=work, actor=alice)
    client = sign_in(brand, "dana@mill.test")
    assert "Saw" in read(client, HOME + "?whose=colleagues")
    assert "SECRET" not in read(client, page_of(work))


def test_full_session_does_not_read_what_came_from_a_claimed_address(
    sign_in, brand, dana, ticket, claimed, alice
):
    """Joined with her own ticket, and written on it later; nor our answers to it. A proof shows it all."""
    merging.merge(claimed, into=ticket, actor=alice)
    wrote(ticket, dana, "Where is my lamp?", from_address=ERIK.upper())
    answered(ticket, ERIK, "It left today.")
    wrote(ticket, dana, "It boils now.", from_address=DANA)
    answered(ticket, DANA, "Good to hear.")
    his = ("It is dark.", "Is there a bulb?", "Where is my lamp?", "It left today.")
    page = read(sign_in(brand), page_of(ticket))
    assert [words for words in his if words in page] == []
    for words in ("It does not boil.", "Is it plugged in?", "It boils now.", "Good to hear."):
        assert words in page, words
    Identity.objects.filter(value=ERIK).update(evidence="verified")
    page = read(sign_in(brand), page_of(ticket))
    assert [words for words in his if words not in page] == []


def test_full_session_reads_its_own_part_of_what_went_into_a_claimed_one(
    sign_in, brand, ticket, claimed, alice
):
    merging.merge(ticket, into=claimed, actor=alice)
    answered(claimed, ERIK, "SECRET later")
    client = sign_in(brand)
    assert f"#{ticket.number}" in read(client, HOME)
    page = read(client, page_of(ticket))
    assert "It does not boil." in page
    for words in ("SECRET", "It is dark.", "bulb"):
        assert words not in page, words
    assert client.get(page_of(claimed)).status_code == 404


def test_full_session_does_not_read_lines_of_a_chat_in_which_a_claimed_address_was_left(
    sign_in, brand, dana, ticket, claimed, alice
):
    line = chat_of(brand, dana, "SECRET chat")
    wrote(line.ticket, dana, "SECRET line", from_address=ERIK)
    merging.merge(line.ticket, into=ticket, actor=alice)
    page = read(sign_in(brand), page_of(ticket))
    assert "SECRET" not in page
    assert "It does not boil." in page


def test_copy_of_the_data_leaves_out_what_a_claimed_address_wrote(brand, dana, ticket, claimed, alice):
    merging.merge(claimed, into=ticket, actor=alice)
    said = [message.text for _ticket, rows in copies.tickets_of([dana.pk]) for message in rows]
    assert said == ["It does not boil.", "Is it plugged in?"]


def test_colleague_does_not_read_what_was_joined_from_a_claimed_address(sign_in, brand, inbox, cora, alice):
    """Of the same domain: somebody typed a third colleague's address where Cora was."""
    work = asked(brand, inbox, cora, CORA, subject="Saw", text="It is blunt.")
    IdentityFactory(customer=cora, value="boss@mill.test", evidence="claimed")
    his = asked(brand, inbox, cora, "boss@mill.test", subject="x", text="SECRET", answer="SECRET too")
    merging.merge(his, into=work, actor=alice)
    page = read(sign_in(brand, "dana@mill.test"), page_of(work))
    assert "SECRET" not in page
    assert "It is blunt." in page
