from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, Team, User
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.tickets import TicketFactory
from tests.tickets.views.conftest import HTMX
from tests.tickets.views.test_changes import told
from tests.tickets.views.test_replies import send
from tickets.domain.assignment import move_to_team
from tickets.domain.changes import set_priority
from tickets.domain.replies import queue_reply
from tickets.models import Draft, Message, Ticket

URL = "/desk/catch-up/"


def ask(browser: Client, **query: str) -> Any:
    return browser.get(URL, query, headers=HTMX)


def test_only_what_is_newer_comes_back(alice_at: Client, alice: User, brand: Brand) -> None:
    old, new = TicketFactory(brand=brand), TicketFactory(brand=brand)
    set_priority(new, 4, actor=alice)
    rows = f"{old.pk}:{old.version},{new.pk}:{new.version}"
    page = ask(alice_at, rows=rows, back="?view=all&state=active").content.decode()
    assert f'id="row-{new.pk}"' in page
    assert f'id="row-{old.pk}"' not in page
    assert f'href="/desk/tickets/{new.pk}/?view=all&amp;state=active"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_as_it_was_costs_one_query(
    alice_at: Client, brand: Brand, django_assert_num_queries: Any, count: int
) -> None:
    tickets = TicketFactory.create_batch(count, brand=brand)
    rows = ",".join(f"{one.pk}:{one.version}" for one in tickets)
    with django_assert_num_queries(4):  # session, user, grants, versions
        assert ask(alice_at, rows=rows).content.strip() == b""


def test_a_row_that_went_to_another_team_goes(
    client_for: Callable[[User], Client], alice: User, brand: Brand, team: Team
) -> None:
    tina = grant(UserFactory(name="Tina"), "Agent", brand=brand, team=team)
    ticket = TicketFactory(brand=brand, team=team)
    move_to_team(ticket, team=TeamFactory(pool=brand.pool), actor=alice)
    page = ask(client_for(tina), rows=f"{ticket.pk}:{ticket.version}").content.decode()
    assert page.strip() == f'<li id="row-{ticket.pk}" hx-swap-oob="delete"></li>'


def test_the_open_ticket_is_told_to_be_stale_when_it_is(alice_at: Client, alice: User, brand: Brand) -> None:
    ticket = TicketFactory(brand=brand)
    assert "HX-Trigger" not in ask(alice_at, open=f"{ticket.pk}:{ticket.version}").headers
    set_priority(ticket, 4, actor=alice)
    assert told(ask(alice_at, open=f"{ticket.pk}:{ticket.version}")) == {
        "ticket-stale": {"ticket": ticket.pk}
    }


def test_nonsense_is_nothing(alice_at: Client) -> None:
    for query in ({"rows": "x,1,:,1:,9" * 50}, {"open": "-1:2"}, {"rows": f"{10**30}:1"}, {"back": "%%%&=&"}):
        assert ask(alice_at, **query).content.strip() == b""


def test_an_answer_that_crosses_a_colleagues_is_kept_and_asked_about(
    alice_at: Client, bob: User, ticket: Ticket
) -> None:
    seen = str(ticket.messages.get().pk)
    theirs = queue_reply(ticket, actor=bob, html="<p>It left on <b>Monday</b>.</p>")
    response = alice_at.post(
        f"/desk/tickets/{ticket.pk}/write/",
        {"html": "<p>It is lost.</p>", "seen": seen, "then": "solved"},
        headers=HTMX,
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "Bob Brown" in page
    assert "It left on Monday." in page
    assert f'data-send-anyway="{theirs.pk}"' in page
    assert 'data-then="solved"' in page
    assert Draft.objects.get().html == "<p>It is lost.</p>"
    assert told(response) == {"ticket-changed": {"ticket": ticket.pk}}
    ticket.refresh_from_db()
    assert ticket.status != "solved"

    message = send(alice_at, ticket, "<p>It is lost.</p>", seen=str(theirs.pk))
    assert (message.text, Draft.objects.count(), Message.objects.filter(direction="out").count()) == (
        "It is lost.",
        0,
        2,
    )
