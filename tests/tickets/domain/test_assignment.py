from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import Team, User
from customers.models import Customer
from journal.models import Event
from tests.factories.accounts import TeamFactory
from tests.tickets.domain.conftest import mail
from tickets.domain.assignment import assign, claim_unassigned, move_to_team
from tickets.domain.errors import AlreadyTaken, NotAllowed
from tickets.domain.intake import receive_message
from tickets.models import Contact, Inbox, Status, Ticket


def test_taking_opens_the_ticket(ticket: Ticket, alice: User) -> None:
    taken = claim_unassigned(ticket.pk, agent=alice)
    assert (taken.assignee, taken.status) == (alice, Status.OPEN)
    assert Contact.objects.get().agent == alice
    assert Event.objects.get(name="ticket.assigned").actor == f"user:{alice.pk}"


def test_taking_again_changes_nothing(ticket: Ticket, alice: User) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    assert claim_unassigned(ticket.pk, agent=alice).assignee == alice
    assert Event.objects.filter(name="ticket.assigned").count() == 1


def test_second_taker_learns_who_was_first(ticket: Ticket, alice: User, bob: User) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    with pytest.raises(AlreadyTaken) as error:
        claim_unassigned(ticket.pk, agent=bob)
    assert error.value.assignee == "Alice Adams"


def test_solved_ticket_cannot_be_taken(ticket: Ticket, alice: User) -> None:
    Ticket.objects.update(status=Status.SOLVED)
    with pytest.raises(NotAllowed):
        claim_unassigned(ticket.pk, agent=alice)


@pytest.mark.django_db(transaction=True)
def test_two_takers_at_once_have_one_winner(inbox: Inbox, dana: Customer, alice: User, bob: User) -> None:
    ticket = receive_message(inbox=inbox, customer=dana, incoming=mail()).ticket
    barrier = Barrier(2)
    results: list[str] = []

    def take(agent: User) -> None:
        barrier.wait(5)
        try:
            claim_unassigned(ticket.pk, agent=agent)
            results.append("won")
        except AlreadyTaken:
            results.append("lost")
        connection.close()

    threads = [Thread(target=take, args=[agent]) for agent in (alice, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["lost", "won"]


def test_assigning_to_somebody_who_may_not_see_it_is_refused(
    ticket: Ticket, alice: User, charlie: User
) -> None:
    with pytest.raises(NotAllowed):
        assign(ticket, to=charlie, actor=alice)


def test_giving_back_puts_it_into_the_queue(ticket: Ticket, alice: User) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    assert assign(ticket, to=None, actor=alice).assignee is None
    assert Contact.objects.get().holder == Contact.Holder.QUEUE


def test_another_team_takes_it_from_who_is_not_in_it(ticket: Ticket, alice: User) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    billing = TeamFactory(pool=ticket.brand.pool)
    moved = move_to_team(ticket, team=billing, actor=alice)
    assert (moved.team, moved.assignee) == (billing, None)


def test_team_of_another_pool_is_refused(ticket: Ticket, alice: User, other_team: Team) -> None:
    with pytest.raises(NotAllowed):
        move_to_team(ticket, team=other_team, actor=alice)
