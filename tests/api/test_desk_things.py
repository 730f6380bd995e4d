"""What a desk has beside single tickets, by the API: many at once, ready-made replies, tags, views, spam, ways back."""

import pytest

from accounts.permissions import TICKET_EDIT, TICKET_VIEW
from customers.domain.merge import find_merge
from customers.models import CustomerNote, JoinProposal
from tests.factories.accounts import grant
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import MessageFactory, TicketFactory
from tickets.domain import bulk
from tickets.models import CannedReply, SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(api, lead, brand):
    return api(grant(grant(lead, "Manager", brand=brand), "Admin", brand=brand))


def test_many_tickets_are_changed_watched_and_put_back(client, brand, ticket, foreign_ticket):
    other = TicketFactory(brand=brand)
    ids = [ticket.pk, other.pk, foreign_ticket.pk]
    begun = client.post(
        "bulk/", {"verb": "priority", "priority": "urgent", "tickets": ids}, idempotency_key="1"
    )
    job = begun.json()
    assert (begun.status_code, job["state"], job["total"], job["left"]) == (202, "running", 2, 2)
    again = client.post(
        "bulk/", {"verb": "priority", "priority": "urgent", "tickets": ids}, idempotency_key="1"
    )
    assert again.json()["id"] == job["id"]
    assert client.post(f"bulk/{job['id']}/undo/").json()["type"].endswith(":not-allowed")
    bulk.run_some(job["id"], seconds=5)
    ended = client.get(begun["Location"]).json()
    assert (ended["state"], ended["done"], ended["left"], ended["failures"]) == ("done", 2, 0, [])
    foreign_ticket.refresh_from_db()
    assert foreign_ticket.priority != 4

    back = client.post(f"bulk/{job['id']}/undo/")
    assert (back.status_code, back.json()["undoes"]) == (202, job["id"])
    bulk.run_some(back.json()["id"], seconds=5)
    assert client.get(f"tickets/{ticket.pk}/").json()["priority"] == "normal"
    assert [row["id"] for row in client.get("bulk/").json()["results"]] == [back.json()["id"], job["id"]]


def test_a_job_is_stopped_and_is_its_owners_alone(client, api, admin, ticket):
    job = client.post("bulk/", {"verb": "tag", "tag": "Late", "tickets": [ticket.pk]}).json()
    assert api(admin).get(f"bulk/{job['id']}/").status_code == 404
    assert client.post(f"bulk/{job['id']}/stop/").json()["state"] == "stopped"
    assert bulk.run_some(job["id"], seconds=1) is False
    ticket.refresh_from_db()
    assert ticket.tags == []


@pytest.mark.parametrize(
    "body",
    [{"verb": "tag"}, {"verb": "tag", "tag": "x", "into": 1}, {"verb": "team", "team": 10**9}],
    ids=str,
)
def test_a_job_takes_its_own_value_only(client, ticket, body):
    assert client.post("bulk/", body | {"tickets": [ticket.pk]}).status_code == 400


def test_a_token_begins_only_what_its_scopes_allow(api, admin, ticket):
    body = {"verb": "assign", "assignee": None, "tickets": [ticket.pk]}
    assert api(admin, TICKET_VIEW, TICKET_EDIT).post("bulk/", body).status_code == 403


def test_a_tag_is_renamed_everywhere(client, ticket):
    ticket.tags = ["late"]
    ticket.save(update_fields=["tags"])
    assert client.get("tags/").json()["results"] == [{"tag": "late", "tickets": 1}]
    job = client.post("tags/change/", {"tag": "late", "to": "overdue"})
    assert job.status_code == 202
    bulk.run_some(job.json()["id"], seconds=5)
    ticket.refresh_from_db()
    assert ticket.tags == ["overdue"]
    assert client.post("tags/change/", {"tag": "late", "to": ""}).status_code == 409


def test_replies_are_written_changed_filled_in_and_retired(client, api, alice, brand, ticket):
    made = client.post(
        "replies/", {"title": "Sorry", "text": "Dear {{customer.first_name}}", "shortcut": "sorry"}
    )
    assert (made.status_code, made.json()["is_shared"]) == (201, False)
    path = f"replies/{made.json()['id']}/"
    assert client.patch(path, {"title": "Pardon"}).status_code == 428
    changed = client.patch(path, {"title": "Pardon"}, if_match=made["ETag"])
    assert (changed.json()["title"], changed.json()["shortcut"]) == ("Pardon", "sorry")
    assert client.patch(path, {"title": "Late"}, if_match=made["ETag"]).status_code == 412
    assert client.patch(path, {"text": "{{no.such}}"}, if_match="*").status_code == 400
    filled = client.post(f"{path}fill/", {"ticket": ticket.pk}).json()
    assert (filled["text"], filled["left_out"]) == ("Dear Dana", [])
    assert CannedReply.objects.get().uses == 1
    assert client.post("replies/", {"title": "x", "text": "x", "shortcut": "sorry"}).status_code == 409

    assert api(alice).get(path).status_code == 404  # somebody's own
    shared = {"title": "Ours", "text": "x", "is_shared": True, "brand": brand.pk}
    assert api(alice).post("replies/", shared).status_code == 403
    assert client.post("replies/", shared).status_code == 201
    fit = api(alice).get(f"replies/?ticket={ticket.pk}").json()["results"]
    assert [row["title"] for row in fit] == ["Ours"]
    assert client.post(f"{path}delete/").status_code == 204
    assert CannedReply.objects.get().title == "Ours"


def test_a_view_is_kept_changed_shared_and_brought_back(client, api, alice, brand):
    made = client.post("views/", {"name": "Late", "query": "tag:late"})
    path = f"views/{made.json()['id']}/"
    changed = client.patch(path, {"sort": "oldest"}, if_match=made["ETag"]).json()
    assert (changed["name"], changed["sort"]) == ("Late", "oldest")
    assert api(alice).get(path).status_code == 404
    assert client.post(f"{path}share/", {"brand": brand.pk}).json()["brand"] == brand.pk
    assert api(alice).get(path).status_code == 200
    assert api(alice).post(f"{path}delete/").status_code == 404
    assert client.post(f"{path}delete/").status_code == 204
    assert client.get("views/").json()["results"] == []
    assert client.post(f"{path}restore/").json()["name"] == "Late"
    assert SavedView.objects.get().deleted_at is None


def test_spam_and_no_spam_after_all(client, api, alice, ticket):
    MessageFactory(ticket=ticket, contact=ticket.contacts.get(), from_address="bad@example.org")
    assert api(alice).post(f"tickets/{ticket.pk}/spam/").status_code == 403
    assert client.post(f"tickets/{ticket.pk}/no-spam/").status_code == 409
    marked = client.post(f"tickets/{ticket.pk}/spam/").json()
    assert (marked["status"], marked["tags"]) == ("solved", ["spam"])
    freed = client.post(f"tickets/{ticket.pk}/no-spam/", {"status": "pending"}).json()
    assert (freed["status"], freed["tags"]) == ("pending", [])


def test_a_split_is_taken_back(client, ticket):
    contact = ticket.contacts.get()
    contact.ended_at = contact.opened_at
    contact.save(update_fields=["ended_at"])
    _stays, goes = (MessageFactory(ticket=ticket, contact=contact) for _ in range(2))
    assert client.post(f"tickets/{ticket.pk}/unsplit/").status_code == 409
    made = client.post(f"tickets/{ticket.pk}/split/", {"messages": [goes.pk]}).json()
    assert client.post(f"tickets/{made['id']}/unsplit/").json()["id"] == ticket.pk
    goes.refresh_from_db()
    assert goes.ticket_id == ticket.pk
    assert client.post(f"tickets/{made['id']}/unsplit/").status_code == 409


def test_two_customers_are_joined_and_parted(client, dana, foreign_ticket):
    twin = CustomerFactory(pool=dana.pool)
    kept = client.post(f"customers/{twin.pk}/merge/", {"into": dana.pk})
    assert (kept.status_code, kept.json()["id"]) == (200, dana.pk)
    assert client.get(f"customers/{twin.pk}/").json()["merged_into"] == dana.pk
    assert client.post(f"customers/{twin.pk}/unmerge/").json()["merged_into"] is None
    assert find_merge(twin) is None
    assert client.post(f"customers/{twin.pk}/unmerge/").status_code == 409
    stranger = {"into": foreign_ticket.customer_id}
    assert client.post(f"customers/{twin.pk}/merge/", stranger).status_code == 400


def test_questions_about_customers_are_decided(client, dana):
    twins = [CustomerFactory(pool=dana.pool) for _ in range(2)]
    same, other = (
        JoinProposal.objects.create(customer=dana, other=twin, reasons=[{"code": "same_name"}])
        for twin in twins
    )
    asked = client.get(f"customers/{dana.pk}/proposals/").json()["results"]
    assert {row["id"]: row["other"] for row in asked} == {same.pk: twins[0].pk, other.pk: twins[1].pk}
    assert client.post(f"proposals/{same.pk}/join/", {"kept": twins[1].pk}).status_code == 400
    assert client.post(f"proposals/{same.pk}/join/", {"kept": twins[0].pk}).json()["id"] == twins[0].pk
    assert client.post(f"proposals/{other.pk}/dismiss/").status_code == 204
    assert client.get(f"customers/{dana.pk}/proposals/").json()["results"] == []


def test_notes_on_a_customer(client, api, alice, dana):
    note = client.post(f"customers/{dana.pk}/notes/", {"text": "Prefers mail"}).json()
    assert client.get(f"customers/{dana.pk}/notes/").json()["results"] == [note]
    assert api(alice).post(f"notes/{note['id']}/delete/").status_code == 403  # somebody else's words
    assert client.post(f"notes/{note['id']}/delete/").status_code == 204
    assert not CustomerNote.objects.exists()
