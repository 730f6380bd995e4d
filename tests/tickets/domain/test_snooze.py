import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from customers.models import Customer
from journal.models import Event
from tests.tickets.domain.conftest import mail
from tickets.domain.errors import NotAllowed
from tickets.domain.intake import receive_message
from tickets.domain.lists import counts_for, page_of
from tickets.domain.snooze import due_tickets, presets, snooze, wake, wake_due
from tickets.domain.status import change_status
from tickets.models import Inbox, Ticket
from tickets.tasks import wake_snoozed

HOUR = datetime.timedelta(hours=1)


def shown(view: str, user: User) -> list[int]:
    return [ticket.pk for ticket in page_of(view, user).tickets]


def test_a_snoozed_ticket_is_in_its_own_list_and_in_all(clock: Any, ticket: Ticket, alice: User) -> None:
    at = ticket.created_at
    snooze(ticket, until=at + HOUR, actor=alice)
    lists = {view: shown(view, alice) for view in ("mine", "unassigned", "team", "waiting", "snoozed", "all")}
    assert lists == {
        "mine": [], "unassigned": [], "team": [], "waiting": [], "snoozed": [ticket.pk], "all": [ticket.pk],
    }  # fmt: skip
    counts = {"mine": 0, "unassigned": 0, "team": 0, "waiting": 0, "snoozed": 1, "all": 1}
    assert counts_for(alice) == counts
    event = Event.objects.get(name="ticket.snoozed")
    assert event.data == {"until": (at + HOUR).isoformat()}
    wake(ticket, actor=alice)
    assert shown("unassigned", alice) == [ticket.pk]


def test_the_sweep_wakes_what_is_due_once(clock: Any, ticket: Ticket, alice: User) -> None:
    snooze(ticket, until=ticket.created_at + HOUR, actor=alice)
    wake_snoozed()
    assert due_tickets(9) == []
    clock.shift(3600)
    assert due_tickets(9) == [ticket.pk]
    assert [wake_due(ticket.pk), wake_due(ticket.pk)] == [True, False]
    assert Event.objects.get(name="ticket.woken").data == {"reason": "due"}
    assert Ticket.objects.get(pk=ticket.pk).snoozed_by is None


def test_the_customer_wakes_it_but_no_machine(
    clock: Any, inbox: Inbox, dana: Customer, ticket: Ticket, alice: User
) -> None:
    snooze(ticket, until=ticket.created_at + HOUR, actor=alice)
    receive_message(inbox=inbox, customer=dana, ticket=ticket, incoming=mail("a@example.net", is_auto=True))
    assert shown("snoozed", alice) == [ticket.pk]
    receive_message(inbox=inbox, customer=dana, ticket=ticket, incoming=mail("b@example.net"))
    assert shown("snoozed", alice) == []
    assert Event.objects.get(name="ticket.woken").data == {"reason": "customer"}


def test_solving_wakes_and_a_solved_one_cannot_sleep(clock: Any, ticket: Ticket, alice: User) -> None:
    snooze(ticket, until=ticket.created_at + HOUR, actor=alice)
    change_status(ticket, "solved", actor=alice)
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None
    with pytest.raises(NotAllowed, match="solved"):
        snooze(ticket, until=ticket.created_at + HOUR, actor=alice)


@pytest.mark.parametrize("hours", [-1, 0, 24 * 400])
def test_only_the_coming_year_can_be_chosen(clock: Any, ticket: Ticket, alice: User, hours: int) -> None:
    with pytest.raises(NotAllowed, match="coming year"):
        snooze(ticket, until=ticket.created_at + hours * HOUR, actor=alice)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # Monday, 09:00 UTC, is 10:00 in Berlin.
        ("2026-03-02T09:00Z", {"later": "03-02 14:00", "tomorrow": "03-03 09:00", "monday": "03-09 09:00"}),
        # Sunday evening in Berlin: no later today, and tomorrow is Monday.
        ("2026-03-01T21:30Z", {"tomorrow": "03-02 09:00", "week": "03-08 09:00"}),
        # The clocks go forward in the night to the 29th.
        ("2026-03-28T08:00Z", {
            "later": "03-28 13:00", "tomorrow": "03-29 09:00", "monday": "03-30 09:00", "week": "04-04 09:00",
        }),
    ],
)  # fmt: skip
def test_presets_are_of_the_clock_on_the_wall(clock: Any, moment: str, expected: dict[str, str]) -> None:
    clock.move_to(datetime.datetime.fromisoformat(moment), tick=False)
    berlin = ZoneInfo("Europe/Berlin")
    found = {one.code: one.until.astimezone(berlin).strftime("%m-%d %H:%M") for one in presets(berlin)}
    assert found == expected
