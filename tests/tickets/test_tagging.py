"""A tag is renamed, joined and taken off on every ticket, and put back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory, grant
from tests.factories.tickets import TicketFactory
from tickets.domain import bulk, tagging
from tickets.domain.errors import NotAllowed
from tickets.models import BulkJob, Ticket

TAGS = reverse("tickets:tags")


def work(job: BulkJob) -> BulkJob:
    """As a worker does."""
    while bulk.step(job.pk):
        pass
    job.refresh_from_db()
    return job


def tags(*tickets: Ticket) -> list[list[str]]:
    return [Ticket.objects.get(pk=ticket.pk).tags for ticket in tickets]


@pytest.fixture
def tagged(brand: Any) -> list[Ticket]:
    wanted = (["late", "refund", "vip"], ["refund", "return"], ["return"])
    return [TicketFactory(brand=brand, tags=one) for one in wanted]


def test_tags_are_counted_where_one_may_tidy_them(admin: User, tagged: Any, client_for: Any) -> None:
    TicketFactory(brand=tagged[0].brand, tags=["refund"], merged_into=tagged[0])
    stranger = grant(UserFactory(), "Admin", brand=TicketFactory(tags=["other"]).brand)

    assert tagging.counted(admin).rows[:2] == [("refund", 2), ("return", 2)]
    assert tagging.counted(stranger).rows == [("other", 1)]
    page = client_for(stranger).get(TAGS).content.decode()
    assert ("other" in page, "refund" in page) == (True, False)


def test_only_the_latest_tickets_are_counted(admin: User, tagged: Any, monkeypatch: Any) -> None:
    whole = tagging.counted(admin).is_all
    monkeypatch.setattr(tagging, "LATEST", 2)

    assert (whole, tagging.counted(admin).is_all) == (True, False)


def test_a_tag_is_renamed_in_its_place_and_put_back(admin: User, tagged: Any) -> None:
    job = work(tagging.change_tag("refund", "#Money Back", actor=admin))
    renamed = tags(*tagged)
    work(bulk.undo(job, actor=admin))

    assert renamed == [["late", "money-back", "vip"], ["money-back", "return"], ["return"]]
    assert [sorted(one) for one in tags(*tagged)] == [
        ["late", "refund", "vip"],
        ["refund", "return"],
        ["return"],
    ]


def test_two_tags_become_one_and_two_again(admin: User, tagged: Any) -> None:
    job = work(tagging.change_tag("refund", "return", actor=admin))
    joined = tags(*tagged)
    work(bulk.undo(job, actor=admin))

    assert joined == [["late", "return", "vip"], ["return"], ["return"]]
    assert [sorted(one) for one in tags(*tagged)] == [
        ["late", "refund", "vip"],
        ["refund", "return"],
        ["return"],
    ]


def test_a_tag_is_taken_off_by_the_page_which_says_how_far_it_is(
    admin: User, tagged: Any, client_for: Any
) -> None:
    client = client_for(admin)
    nameless = client.post(f"{reverse('tickets:tag_change')}?tag=refund", {"to": ""})
    client.post(f"{reverse('tickets:tag_change')}?tag=refund", {"delete": "1"})
    job = BulkJob.objects.get()
    running = client.get(TAGS).content.decode()
    work(job)
    client.post(reverse("tickets:tag_undo", args=[job.pk]))

    assert nameless.status_code == 422
    assert "every 1s" in running
    assert tags(*tagged) == [["late", "vip"], ["return"], ["return"]]
    assert BulkJob.objects.get(undoes=job).total == 2


def test_a_change_touches_no_ticket_out_of_reach(brand: Any, tagged: Any) -> None:
    far = TicketFactory(tags=["refund"])
    work(tagging.change_tag("refund", "", actor=grant(UserFactory(), "Admin", brand=brand)))

    assert tags(far, tagged[1]) == [["refund"], ["return"]]


def test_rows_of_a_change_are_written_by_one_query(admin: User, tagged: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        tagging.change_tag("refund", "x", actor=admin)

    assert sum("tickets_bulkitem" in one["sql"] for one in queries) == 1


@pytest.mark.parametrize(("tag", "to"), [("refund", "Refund"), ("nobody-has-it", "x")])
def test_what_changes_nothing_is_refused(admin: User, tagged: Any, tag: str, to: str) -> None:
    with pytest.raises(NotAllowed):
        tagging.change_tag(tag, to, actor=admin)
