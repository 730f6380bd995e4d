import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Brand, Grant, Team, User
from customers.models import Customer
from journal.models import Event
from portal.domain.erasure import close
from tests.factories.tickets import FieldFactory, TicketFactory
from tests.tickets.domain.test_merging import row
from tickets.domain import bulk
from tickets.domain.assignment import assign
from tickets.domain.changes import set_priority
from tickets.domain.errors import CannotUndo, NotAllowed
from tickets.domain.snooze import snooze
from tickets.domain.status import change_status
from tickets.models import BulkItem, BulkJob, Ticket
from tickets.tasks import run_bulk, sweep_bulk


@pytest.fixture
def tickets(brand: Brand, dana: Customer) -> list[Ticket]:
    return [TicketFactory(brand=brand, customer=dana, waiting_since="2026-03-02T08:00Z") for _ in range(3)]


def ids(tickets: list[Ticket]) -> list[int]:
    return [ticket.pk for ticket in tickets]


def values(tickets: list[Ticket], name: str) -> list[Any]:
    found = Ticket.objects.in_bulk(ids(tickets))
    return [getattr(found[ticket.pk], name) for ticket in tickets]


def test_job_changes_each_and_gives_each_back(
    clock: Any, tickets: list[Ticket], team: Team, alice: User, bob: User
) -> None:
    assign(tickets[0], to=bob, actor=alice)
    change_status(tickets[1], "pending", actor=alice)
    until = (tickets[0].created_at + datetime.timedelta(hours=3)).isoformat()
    snooze(tickets[2], until=tickets[2].created_at + datetime.timedelta(hours=1), actor=bob)
    before = [row(ticket) for ticket in tickets]
    verbs: list[tuple[str, dict[str, Any], Callable[[], bool]]] = [
        ("assign", {"assignee_id": alice.pk}, lambda: set(values(tickets, "assignee_id")) == {alice.pk}),
        ("team", {"team_id": team.pk}, lambda: set(values(tickets, "team_id")) == {team.pk}),
        ("status", {"status": "solved"}, lambda: set(values(tickets, "status")) == {"solved"}),
        ("priority", {"priority": 4}, lambda: set(values(tickets, "priority")) == {4}),
        ("tag", {"tag": "vip"}, lambda: values(tickets, "tags") == [["vip"]] * 3),
        ("snooze", {"snoozed_until": until}, lambda: None not in values(tickets, "snoozed_until")),
    ]
    for verb, arguments, is_done in verbs:
        job = bulk.start(alice, verb, arguments, ids(tickets))
        run_bulk(job.pk)
        job.refresh_from_db()
        assert (job.state, is_done()) == ("done", True), verb
        back = bulk.undo(job, actor=alice)
        run_bulk(back.pk)
        assert bulk.progress(back) == bulk.Progress(3, 3, 0, 0, 0), verb
        assert [row(ticket) for ticket in tickets] == before, verb


def test_merge_job_and_its_undo(clock: Any, tickets: list[Ticket], alice: User) -> None:
    job = bulk.start(alice, "merge", {"into": tickets[1].pk}, ids(tickets))
    run_bulk(job.pk)
    assert values(tickets, "merged_into_id") == [tickets[1].pk, None, tickets[1].pk]
    run_bulk(bulk.undo(job, actor=alice).pk)
    assert values(tickets, "merged_into_id") == [None] * 3


def test_what_was_so_already_is_not_undone(tickets: list[Ticket], alice: User, bob: User) -> None:
    assign(tickets[0], to=alice, actor=bob)
    job = bulk.start(alice, "assign", {"assignee_id": alice.pk}, ids(tickets))
    run_bulk(job.pk)
    assert bulk.progress(job) == bulk.Progress(3, 2, 1, 0, 0)
    run_bulk(bulk.undo(job, actor=alice).pk)
    assert values(tickets, "assignee_id") == [alice.pk, None, None]


def test_undo_leaves_what_somebody_changed_since(tickets: list[Ticket], alice: User, bob: User) -> None:
    job = bulk.start(alice, "priority", {"priority": 4}, ids(tickets))
    run_bulk(job.pk)
    set_priority(tickets[1], 1, actor=bob)
    back = bulk.undo(job, actor=alice)
    run_bulk(back.pk)
    assert values(tickets, "priority") == [2, 1, 2]
    failed = bulk.failures(back)
    assert [(item.ticket_id, item.reason) for item in failed] == [
        (tickets[1].pk, "Somebody has changed this ticket since.")
    ]
    with pytest.raises(CannotUndo, match="undone already"):
        bulk.undo(job, actor=alice)


def test_rights_are_those_of_the_moment(tickets: list[Ticket], other_brand: Brand, alice: User) -> None:
    foreign = TicketFactory(brand=other_brand)
    job = bulk.start(alice, "priority", {"priority": 4}, [*ids(tickets), foreign.pk])
    assert job.total == 3
    bulk.step(job.pk)
    Grant.objects.filter(user=alice).delete()
    run_bulk(job.pk)
    assert bulk.progress(job) == bulk.Progress(3, 1, 0, 2, 0)
    assert {item.reason for item in bulk.failures(job)} == {"You may not do this on this ticket."}
    assert values([*tickets, foreign], "priority") == [4, 2, 2, 2]


def test_refusals_are_listed_and_do_not_stop_the_others(tickets: list[Ticket], alice: User) -> None:
    Ticket.objects.filter(pk=tickets[0].pk).update(status="closed")
    job = bulk.start(alice, "status", {"status": "pending"}, ids(tickets))
    run_bulk(job.pk)
    assert [item.reason for item in bulk.failures(job)] == [
        "A ticket that is Closed cannot become Waiting for customer."
    ]
    assert values(tickets, "status") == ["closed", "pending", "pending"]


def test_an_error_of_ours_is_a_failure_of_one_ticket(
    tickets: list[Ticket], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bulk.start(alice, "priority", {"priority": "no number"}, ids(tickets[:1]))
    BulkJob.objects.filter(pk=job.pk).update(arguments={})
    run_bulk(job.pk)
    assert [item.reason for item in bulk.failures(job)] == ["An error on our side."]
    assert BulkJob.objects.get(pk=job.pk).state == "done"


def test_a_stopped_job_touches_no_further_ticket(tickets: list[Ticket], alice: User) -> None:
    job = bulk.start(alice, "priority", {"priority": 4}, ids(tickets))
    bulk.step(job.pk)
    with pytest.raises(CannotUndo, match="still running"):
        bulk.undo(job, actor=alice)
    assert bulk.stop(job)
    run_bulk(job.pk)
    assert not bulk.step(job.pk)
    assert values(tickets, "priority") == [4, 2, 2]
    job.refresh_from_db()
    run_bulk(bulk.undo(job, actor=alice).pk)
    assert values(tickets, "priority") == [2, 2, 2]


def test_the_sweep_takes_over_from_a_dead_worker(clock: Any, tickets: list[Ticket], alice: User) -> None:
    job = bulk.start(alice, "priority", {"priority": 4}, ids(tickets))
    assert bulk.claim(job.pk)
    bulk.step(job.pk)  # and the worker is gone
    assert not bulk.claim(job.pk)
    sweep_bulk()
    assert bulk.progress(job).left == 2
    clock.shift(bulk.LEASE_SECONDS + 1)
    sweep_bulk()
    assert bulk.progress(job) == bulk.Progress(3, 3, 0, 0, 0)
    assert Event.objects.filter(name="ticket.priority_changed").count() == 3


def test_refused_jobs(tickets: list[Ticket], alice: User, charlie: User) -> None:
    for user, verb, arguments, chosen, words in (
        (alice, "priority", {}, [], "Choose tickets"),
        (charlie, "priority", {}, ids(tickets), "Choose tickets"),
        (alice, "priority", {}, list(range(bulk.MOST + 1)), "at most"),
        (alice, "merge", {"into": 1}, ids(tickets), "which of the tickets stays"),
        (alice, "merge", {"into": tickets[0].pk}, ids(tickets[:1]), "two to 10"),
    ):
        with pytest.raises(NotAllowed, match=words):
            bulk.start(user, verb, arguments, chosen)
    assert BulkJob.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_progress_costs_one_query(
    tickets: list[Ticket], alice: User, count: int, django_assert_num_queries: Any
) -> None:
    job = bulk.start(alice, "priority", {"priority": 4}, ids(tickets[:count]))
    with django_assert_num_queries(1):
        assert bulk.progress(job).percent == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_change_each_ticket_once(brand: Brand, dana: Customer, alice: User) -> None:
    tickets = [TicketFactory(brand=brand, customer=dana) for _ in range(12)]
    job = bulk.start(alice, "priority", {"priority": 4}, ids(tickets))

    def work() -> None:
        close_old_connections()
        while bulk.step(job.pk):
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert BulkItem.objects.filter(job=job, state="done").count() == 12
    assert Event.objects.filter(name="ticket.priority_changed").count() == 12
    assert BulkJob.objects.get(pk=job.pk).state == "done"


def test_merge_locks_in_the_order_of_ids(tickets: list[Ticket], alice: User) -> None:
    """As a merge by hand does: two that go the other way round would wait for each other."""
    kept, *gone = ids(tickets)
    job = bulk.start(alice, "merge", {"into": kept}, [kept, *gone])
    with CaptureQueriesContext(connection) as queries:
        bulk.step(job.pk)
    locks = [q["sql"] for q in queries if 'FROM "tickets_ticket"' in q["sql"] and "FOR UPDATE" in q["sql"]]
    asked = locks[0].partition(" IN (")[2].partition(")")[0]
    assert {int(pk) for pk in asked.split(",")} == {kept, gone[0]}


def test_merge_is_not_undone_by_who_may_not_change_the_one_that_stays(
    tickets: list[Ticket], other_team: Team, alice: User
) -> None:
    kept, gone, _ = tickets
    job = bulk.start(alice, "merge", {"into": kept.pk}, [kept.pk, gone.pk])
    while bulk.step(job.pk):
        pass
    Grant.objects.filter(user=alice).update(brand=None, team=other_team)
    Ticket.objects.filter(pk=gone.pk).update(team=other_team)
    job.refresh_from_db()
    back = bulk.undo(job, actor=alice)
    while bulk.step(back.pk):
        pass
    assert back.items.get().state == BulkItem.State.FAILED
    assert Ticket.objects.get(pk=gone.pk).merged_into == kept


def test_field_of_many_is_set_taken_back_and_forgotten(
    brand: Brand, tickets: list[Ticket], alice: User
) -> None:
    """With what hangs on it; the values of an erased customer are kept nowhere, and the others still go back."""
    reason = FieldFactory(pool=brand.pool, key="reason", kind="choice", choices=["Damaged", "Lost"])
    asked = [{"field": "reason", "values": ["damaged"]}]
    FieldFactory(pool=brand.pool, key="part", conditions=asked, position=1)
    told = {"reason": "damaged", "part": "The lid of Dana's box"}
    Ticket.objects.filter(pk__in=ids(tickets[:2])).update(fields=told)
    job = bulk.start(alice, "field", {"field": reason.pk, "value": "lost"}, ids(tickets))
    run_bulk(job.pk)
    assert values(tickets, "fields") == [{"reason": "lost"}] * 3
    close(tickets[0])
    kept = BulkItem.objects.get(job=job, ticket=tickets[0])
    job.refresh_from_db()
    assert (kept.before, kept.after, job.arguments) == ({}, {}, {"field": reason.pk})
    run_bulk(bulk.undo(job, actor=alice).pk)
    assert values(tickets, "fields") == [{}, told, {}]
    assert "lid" not in str(list(Event.objects.values_list("data", flat=True)))
