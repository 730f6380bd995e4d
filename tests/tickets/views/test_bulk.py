import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Grant, Team, User
from tests.factories.accounts import UserFactory, role
from tests.factories.tickets import FieldFactory, TicketFactory
from tests.tickets.views.conftest import HTMX
from tests.tickets.views.test_changes import told
from tickets.bulk_words import value_in_words
from tickets.domain import bulk
from tickets.domain.bulk_verbs import Values
from tickets.models import BulkJob, Ticket
from tickets.tasks import run_bulk
from tickets.templatetags.moments import said


@pytest.fixture
def three(write_in: Callable[..., Ticket]) -> list[Ticket]:
    return [write_in() for _ in range(3)]


def send(browser: Client, verb: str, **values: Any) -> Any:
    return browser.post(f"/desk/bulk/?verb={verb}", values, headers=HTMX)


def joined(tickets: list[Ticket]) -> str:
    return ",".join(str(ticket.pk) for ticket in tickets)


def test_a_job_runs_is_watched_and_undone(alice_at: Client, three: list[Ticket]) -> None:
    response = send(alice_at, "priority", to="4", ids=joined(three))
    job = BulkJob.objects.get()
    assert told(response)["bulk-started"] == {"url": f"/desk/bulk/{job.pk}/"}
    running = alice_at.get(f"/desk/bulk/{job.pk}/").content.decode()
    assert ("3 of 3 left" in running, 'hx-trigger="every 1s"' in running) == (True, True)
    assert "3 of 3 left" in alice_at.get("/desk/bulk/").content.decode()
    run_bulk(job.pk)
    done = alice_at.get(f"/desk/bulk/{job.pk}/")
    page = done.content.decode()
    assert ("Set the priority: <bdi>Urgent</bdi>" in page, "3 tickets changed" in page) == (True, True)
    assert told(done)["bulk-ended"] == {"job": job.pk}
    assert alice_at.get("/desk/bulk/").content == b""
    alice_at.post(f"/desk/bulk/{job.pk}/undo/", headers=HTMX)
    run_bulk(BulkJob.objects.latest("pk").pk)
    assert set(Ticket.objects.values_list("priority", flat=True)) == {2}
    again = alice_at.post(f"/desk/bulk/{job.pk}/undo/", headers=HTMX)
    assert told(again)["toast"]["text"] == "This was undone already."


def value_of(verb: str, arguments: Values) -> str:
    return value_in_words(BulkJob(verb=verb, arguments=arguments))


def test_a_job_says_what_it_changes_tickets_to(alice: User, team: Team, three: list[Ticket]) -> None:
    pool = three[0].brand.pool
    reason = FieldFactory(pool=pool, name="Reason", kind="choices", choices=["Damaged", "Lost"])
    until = {"snoozed_until": "2020-02-03T09:00:00+00:00"}
    told = {
        ("assign", alice.name): {"assignee_id": alice.pk},
        ("assign", "Nobody"): {"assignee_id": None},
        ("team", team.name): {"team_id": team.pk},
        ("team", ""): {"team_id": 0},  # deleted meanwhile
        ("status", "Solved"): {"status": "solved"},
        ("priority", "Urgent"): {"priority": 4},
        ("tag", "late"): {"tag": "late"},
        ("untag", "late"): {"tag": "late"},
        ("retag", "late → delivery"): {"tag": "late", "to": "delivery"},
        ("retag", "late → –"): {"tag": "late", "to": ""},
        ("field", "Reason: Damaged, Lost"): {"field": reason.pk, "value": ["damaged", "lost"]},
        ("field", "Reason: empty"): {"field": reason.pk, "value": None},
        ("snooze", "Wake them now"): {"snoozed_until": None},
        ("snooze", said(dt.datetime.fromisoformat(until["snoozed_until"]))): until,
        ("merge", f"#{three[0].number}"): {"into": three[0].pk},
    }
    for (verb, words), arguments in told.items():
        assert value_of(verb, arguments) == words
    assert {verb for verb, _words in told} == set(BulkJob.Verb.values)


def test_all_of_a_view_is_meant_as_it_is_for_the_user(
    alice_at: Client, three: list[Ticket], other_brand: Any
) -> None:
    foreign = TicketFactory(brand=other_brand)
    Ticket.objects.filter(pk=three[0].pk).update(status="solved")
    send(alice_at, "tag", tag="Spring Sale", all="1", view="unassigned", state="active")
    job = BulkJob.objects.get()
    assert (job.total, job.arguments) == (2, {"tag": "spring-sale"})
    assert not job.items.filter(ticket=foreign).exists()
    assert send(alice_at, "tag", tag="x", all="1", view="nonsense").status_code == 404


def test_a_field_is_chosen_and_set_on_each(alice_at: Client, three: list[Ticket]) -> None:
    pool = three[0].brand.pool
    reason = FieldFactory(pool=pool, name="Reason", key="reason", kind="choices", choices=["Damaged", "Lost"])
    piece = FieldFactory(pool=pool, name="Pieces", key="pieces", kind="number", position=1)
    retired = FieldFactory(pool=pool, name="Old one", retired_at=three[0].created_at)
    page = alice_at.get("/desk/bulk/field/", headers=HTMX).content.decode()
    assert ("Pieces" in page, 'value="damaged"' in page, "Old one" in page) == (True, True, False)
    assert 'inputmode="decimal"' in alice_at.get(f"/desk/bulk/field/?field={piece.pk}").content.decode()
    for field, value, status in (
        (reason, ["damaged", "lost"], 204),
        (piece, "many", 409),
        (retired, "x", 404),
    ):
        sent = send(alice_at, "field", field=field.pk, value=value, ids=joined(three))
        assert sent.status_code == status, field
    run_bulk(BulkJob.objects.get().pk)
    found = Ticket.objects.get(pk=three[2].pk)
    assert found.fields == {"reason": ["damaged", "lost"]}


def test_stop(alice_at: Client, three: list[Ticket]) -> None:
    send(alice_at, "priority", to="4", ids=joined(three))
    job = BulkJob.objects.get()
    bulk.step(job.pk)
    page = alice_at.post(f"/desk/bulk/{job.pk}/stop/", headers=HTMX).content.decode()
    assert "Stopped: 2 tickets were not touched." in page


def test_failures_are_listed_with_their_reasons(alice_at: Client, three: list[Ticket]) -> None:
    Ticket.objects.filter(pk=three[0].pk).update(status="closed")
    send(alice_at, "status", to="pending", ids=joined(three))
    job = BulkJob.objects.get()
    run_bulk(job.pk)
    page = alice_at.get(f"/desk/bulk/{job.pk}/").content.decode()
    assert "1 could not be changed:" in page
    assert f"#{three[0].number}</a> A ticket that is Closed cannot become Waiting for customer." in page


def test_only_ones_own_jobs(
    alice_at: Client, client_for: Callable[[User], Client], bob: User, three: list[Ticket]
) -> None:
    send(alice_at, "priority", to="4", ids=joined(three))
    job = BulkJob.objects.get()
    other = client_for(bob)
    assert other.get(f"/desk/bulk/{job.pk}/").status_code == 404
    for act in ("stop", "undo"):
        assert other.post(f"/desk/bulk/{job.pk}/{act}/").status_code == 404


@pytest.mark.parametrize(
    ("verb", "values", "status"),
    [
        ("nonsense", {"to": "1"}, 404),
        ("priority", {"to": "7"}, 404),
        ("priority", {"to": ""}, 404),
        ("status", {"to": "gone"}, 404),
        ("assign", {"to": "987654321"}, 404),
        ("team", {"to": "987654321"}, 404),
        ("snooze", {"to": "soon"}, 404),
        ("tag", {"tag": " ,"}, 404),
        ("priority", {"to": "4", "ids": ""}, 409),
        ("priority", {"to": "4", "ids": "1,x"}, 404),
    ],
)
def test_odd_jobs_are_refused(
    alice_at: Client, three: list[Ticket], verb: str, values: dict[str, str], status: int
) -> None:
    assert send(alice_at, verb, **{"ids": joined(three), **values}).status_code == status
    assert not BulkJob.objects.exists()


def test_a_reader_begins_no_job(client_for: Callable[[User], Client], three: list[Ticket]) -> None:
    reader = UserFactory()
    Grant.objects.create(user=reader, role=role("Reader", ("ticket.view",)), brand=three[0].brand)
    assert send(client_for(reader), "priority", to="4", ids=joined(three)).status_code == 403


def test_pickers_offer_what_the_user_may_choose(
    alice_at: Client, alice: User, bob: User, charlie: User, team: Team, other_team: Team
) -> None:
    people = alice_at.get("/desk/bulk/pick/?verb=assign").content.decode()
    assert ("Bob Brown" in people, "Charlie Clark" in people) == (True, False)
    teams = alice_at.get("/desk/bulk/pick/?verb=team").content.decode()
    assert (team.name in teams, other_team.name in teams) == (True, False)
    for verb in ("status", "priority", "tag", "snooze"):
        assert 'role="menuitem"' in alice_at.get(f"/desk/bulk/pick/?verb={verb}").content.decode()
    assert alice_at.get("/desk/bulk/pick/?verb=merge").status_code == 404


def test_merge_dialog_asks_which_stays(alice_at: Client, three: list[Ticket]) -> None:
    page = alice_at.get("/desk/bulk/merge/", {"ids": joined(three)}).content.decode()
    assert (page.count('type="radio"'), page.count("checked")) == (3, 1)
    one = alice_at.get("/desk/bulk/merge/", {"ids": joined(three[:1])}).content.decode()
    assert "Select two to 10 tickets to merge." in one
    alice_at.post("/desk/bulk/", {"verb": "merge", "to": three[1].pk, "ids": joined(three)}, headers=HTMX)
    run_bulk(BulkJob.objects.get().pk)
    assert Ticket.objects.filter(merged_into=three[1]).count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_watching_costs_the_same(
    alice_at: Client, three: list[Ticket], count: int, django_assert_num_queries: Any
) -> None:
    send(alice_at, "priority", to="4", ids=joined(three[:count]))
    job = BulkJob.objects.get()
    run_bulk(job.pk)
    with django_assert_num_queries(5):  # session, user, job, its states, whether it was undone
        alice_at.get(f"/desk/bulk/{job.pk}/")
