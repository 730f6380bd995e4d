import pytest

from accounts.models import User
from tests.factories.accounts import TeamFactory
from tests.factories.tickets import TicketFactory
from tickets.domain.canned import may_change, replies_for, save_reply
from tickets.domain.errors import NotAllowed
from tickets.domain.placeholders import fill, unknown_in
from tickets.models import CannedReply

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(brand, dana):
    return TicketFactory(brand=brand, customer=dana, number=4711)


def reply(pool, title="Reply", text="Text", **fields):
    return CannedReply.objects.create(pool=pool, title=title, text=text, **fields)


def test_fill_puts_in_what_is_known(ticket, alice):
    filled = fill(
        "Dear {{customer.first_name}}, #{{ ticket.number }} — {{agent.name}}", ticket=ticket, agent=alice
    )

    assert (filled.text, filled.open) == ("Dear Dana, #4711 — Alice Adams", [])


def test_fill_never_leaves_a_placeholder_and_says_which_were_open(ticket, alice):
    ticket.customer = None
    filled = fill("Hello {{customer.first_name}}, {{no.such}}thanks", ticket=ticket, agent=alice)

    assert (filled.text, filled.open) == ("Hello, thanks", ["customer.first_name", "no.such"])


def test_address_is_no_first_name(ticket, alice):
    ticket.customer.name = "dana@example.net"

    assert fill("{{customer.first_name}}", ticket=ticket, agent=alice).open == ["customer.first_name"]


def test_unknown_placeholders_are_found_while_writing():
    assert unknown_in("{{customer.frist_name}} {{agent.name}}") == ["customer.frist_name"]


def test_replies_are_those_of_pool_brand_team_and_oneself(
    ticket, pool, other_pool, brand, second_brand, team, alice, bob
):
    elsewhere = TeamFactory(pool=pool, name="Elsewhere")
    shown = [
        reply(pool, "everybody"),
        reply(pool, "brand", brand=brand),
        reply(pool, "team", team=team),
        reply(pool, "mine", owner=alice),
    ]
    reply(pool, "brand 2", brand=second_brand)
    reply(pool, "team 2", team=elsewhere)
    reply(pool, "bob's", owner=bob)
    reply(other_pool, "foreign")

    assert set(replies_for(ticket, alice)) == set(shown)


def test_shared_reply_of_all_brands_is_for_who_manages_them_all(
    pool, brand, second_brand, lead, admin, alice: User
):
    everywhere, here = reply(pool), reply(pool, brand=brand)

    assert [may_change(user, everywhere) for user in (lead, admin, alice)] == [False, True, False]
    assert [may_change(user, here) for user in (lead, admin, alice)] == [True, True, False]


def test_shortcut_is_once_in_a_pool_and_a_language(pool, brand, admin):
    values = {"pool": pool, "title": "One", "text": "x", "shortcut": "hi", "language": ""}
    save_reply(CannedReply(), actor=admin, **values)

    with pytest.raises(NotAllowed, match="shortcut"):
        save_reply(CannedReply(), actor=admin, **values)
    assert save_reply(CannedReply(), actor=admin, **{**values, "language": "de"}).pk
