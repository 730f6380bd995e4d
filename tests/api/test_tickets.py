from urllib.parse import urlencode

from django.urls import reverse

from accounts.permissions import TICKET_EDIT, TICKET_VIEW
from journal.models import Event
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import FieldFactory, TicketFactory
from tickets.domain.search.indexing import write_rows
from tickets.models import Contact, Message, Ticket

FIELDS = [
    "id", "number", "brand", "inbox", "customer", "subject", "status", "priority", "team", "assignee", "tags", "fields",
    "kind", "preview", "message_count", "merged_into", "version", "created_at", "updated_at", "last_message_at",
    "waiting_since", "first_replied_at", "solved_at", "snoozed_until",
]  # fmt: skip


def ids(response):
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_ticket_shows_its_fields_in_order(api, alice, ticket, clock):
    response = api(alice).get(f"tickets/{ticket.pk}/")
    body = response.json()
    assert response.status_code == 200
    assert list(body) == FIELDS
    assert body["subject"] == "Where is my lamp?"
    assert body["priority"] == "normal"
    assert body["created_at"].endswith("Z")
    assert response["ETag"] == '"1"'
    assert response["Cache-Control"] == "no-store, private"


def test_ticket_is_not_sent_again_while_unchanged(api, alice, ticket):
    response = api(alice).get(f"tickets/{ticket.pk}/", if_none_match='"1"')
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", '"1"')


def test_list_filters(api, alice, bob, ticket, brand, team, dana):
    client = api(alice)
    other = TicketFactory(
        brand=brand,
        customer=CustomerFactory(pool=brand.pool),
        status="solved",
        tags=["late", "vip"],
        team=team,
        assignee=bob,
    )
    assert set(ids(client.get("tickets/"))) == {ticket.pk, other.pk}
    expected = {
        "status=solved": [other.pk],
        "status=solved&status=closed": [other.pk],
        f"team={team.pk}": [other.pk],
        "team=none": [ticket.pk],
        f"assignee={bob.pk}": [other.pk],
        "assignee=none": [ticket.pk],
        f"customer={dana.pk}": [ticket.pk],
        "tag=late&tag=vip": [other.pk],
        "tag=late&tag=early": [],
        f"number={ticket.number}": [ticket.pk],
        f"brand={brand.pk + 1000}": [],
    }
    assert {query: ids(client.get(f"tickets/?{query}")) for query in expected} == expected


def test_list_of_changes_starts_with_the_oldest(api, alice, brand, clock):
    first, second = TicketFactory(brand=brand), TicketFactory(brand=brand)
    clock.shift(60)
    Ticket.objects.filter(pk=first.pk).update(updated_at="2026-03-02T09:01:00Z")
    client = api(alice)
    assert ids(client.get("tickets/?updated_since=2026-03-02T08:00:00Z")) == [second.pk, first.pk]
    assert ids(client.get("tickets/?updated_since=2026-03-02T10:00:30%2B01:00")) == [first.pk]


def test_list_of_a_merged_customer_has_all_their_tickets(api, alice, ticket, dana, brand):
    kept = CustomerFactory(pool=brand.pool)
    own = TicketFactory(brand=brand, customer=kept)
    dana.merged_into = kept
    dana.save(update_fields=["merged_into"])
    assert set(ids(api(alice).get(f"tickets/?customer={kept.pk}"))) == {ticket.pk, own.pk}
    assert set(ids(api(alice).get(f"tickets/?customer={dana.pk}"))) == {ticket.pk, own.pk}


def test_change_needs_the_version_that_was_read(api, alice, ticket):
    client = api(alice)
    body = {"priority": "high"}
    assert client.patch(f"tickets/{ticket.pk}/", body).status_code == 428
    stale = client.patch(f"tickets/{ticket.pk}/", body, if_match='"7"')
    assert (stale.status_code, stale["ETag"]) == (412, '"1"')
    changed = client.patch(f"tickets/{ticket.pk}/", body, if_match='"1"')
    assert (changed.status_code, changed.json()["priority"], changed["ETag"]) == (200, "high", '"2"')
    assert client.patch(f"tickets/{ticket.pk}/", {"priority": "low"}, if_match='"1"').status_code == 412


def test_change_calls_the_verbs(api, alice, bob, ticket, team):
    body = {
        "subject": " A  lamp ", "priority": "urgent", "tags": ["VIP", "vip", "late delivery"],
        "team": team.pk, "assignee": bob.pk, "status": "pending",
    }  # fmt: skip
    response = api(alice).patch(f"tickets/{ticket.pk}/", body, if_match="*")
    assert response.status_code == 200, response.content
    shown = {name: response.json()[name] for name in body}
    assert shown == {**body, "subject": "A lamp", "tags": ["vip", "late-delivery"]}
    events = Event.objects.filter(ticket_id=ticket.pk).order_by("pk").values_list("name", "actor")
    assert {actor for _, actor in events} == {f"user:{alice.pk}"}
    assert [name for name, _ in events] == [
        "ticket.subject_changed", "ticket.priority_changed", "ticket.tags_changed", "ticket.team_changed",
        "ticket.assigned", "ticket.status_changed", "ticket.status_changed",
    ]  # fmt: skip


def test_change_is_all_or_nothing(api, alice, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    body = {"priority": "urgent", "status": "open"}
    response = api(alice).patch(f"tickets/{ticket.pk}/", body, if_match='"1"')
    assert (response.status_code, response.json()["type"]) == (409, "urn:carecenter:problem:not-allowed")
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.version) == (2, 1)


def test_change_refuses_teams_and_people_of_elsewhere(api, alice, charlie, ticket, other_team):
    client = api(alice)
    for name, pk in (("team", other_team.pk), ("assignee", charlie.pk), ("team", 10**15)):
        response = client.patch(f"tickets/{ticket.pk}/", {name: pk}, if_match="*")
        assert response.status_code == 400, name
        assert response.json()["errors"][0]["pointer"] == f"/{name}"


def test_change_needs_scope_and_permission(api, alice, ticket):
    reader = api(alice, TICKET_VIEW)
    assert reader.get(f"tickets/{ticket.pk}/").status_code == 200
    assert reader.patch(f"tickets/{ticket.pk}/", {"status": "open"}, if_match="*").status_code == 403
    editor = api(alice, TICKET_VIEW, TICKET_EDIT)
    assert editor.patch(f"tickets/{ticket.pk}/", {"status": "open"}, if_match="*").status_code == 200
    assert editor.patch(f"tickets/{ticket.pk}/", {"assignee": alice.pk}, if_match="*").status_code == 403


def test_take_has_one_winner(api, alice, bob, team, ticket):
    first = api(alice).post(f"tickets/{ticket.pk}/take/")
    assert (first.status_code, first.json()["assignee"], first.json()["status"]) == (200, alice.pk, "open")
    second = api(bob).post(f"tickets/{ticket.pk}/take/")
    assert (second.status_code, second.json()["type"]) == (409, "urn:carecenter:problem:already-taken")


def test_create_writes_to_a_customer(api, alice, inbox, dana):
    body = {
        "kind": "email",
        "inbox": inbox.pk,
        "customer": dana.pk,
        "subject": "Your lamp",
        "text": "It is <here>.",
    }
    response = api(alice).post("tickets/", body)
    assert response.status_code == 201, response.content
    made = response.json()
    assert (made["brand"], made["assignee"], made["team"]) == (
        inbox.brand_id,
        alice.pk,
        inbox.default_team_id,
    )
    assert response["Location"] == f"http://testserver{reverse('api:ticket', args=[made['id']])}"
    message = Message.objects.get(ticket=made["id"])
    assert (message.delivery, message.to, message.text) == (
        "queued", [{"name": "Dana Duarte", "address": "dana@example.net"}], "It is <here>.",
    )  # fmt: skip


def test_create_never_writes_to_a_stranger(api, alice, inbox, dana):
    body = {
        "kind": "email",
        "inbox": inbox.pk,
        "customer": dana.pk,
        "subject": "x",
        "text": "x",
        "to": "eve@example.org",
    }
    response = api(alice).post("tickets/", body)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/to")
    assert Ticket.objects.count() == 0


def test_create_logs_a_call_and_opens_an_internal_case(api, alice, brand, dana):
    client = api(alice)
    call = {
        "kind": "phone",
        "brand": brand.pk,
        "customer": dana.pk,
        "subject": "Called",
        "text": "She waits.",
        "direction": "in",
    }
    made = client.post("tickets/", call)
    assert made.status_code == 201, made.content
    contact = Contact.objects.get(ticket=made.json()["id"])
    assert (contact.kind, contact.direction, contact.end_reason) == ("phone", "in", "logged")
    case = client.post(
        "tickets/", {"kind": "internal", "brand": brand.pk, "subject": "Stock", "html": "<p>Count it.</p>"}
    )
    assert (case.status_code, case.json()["customer"], case.json()["kind"]) == (201, None, "internal")


def test_create_refuses_what_is_not_ours(
    api, alice, brand, other_brand, inbox, dana, foreign_ticket, other_team
):
    base = {"kind": "phone", "brand": brand.pk, "customer": dana.pk, "subject": "x", "text": "x"}
    wrong = {
        "brand": other_brand.pk,
        "customer": foreign_ticket.customer_id,
        "inbox": foreign_ticket.inbox_id,
        "team": other_team.pk,
    }
    client = api(alice)
    for name, value in wrong.items():
        response = client.post("tickets/", {**base, name: value})
        assert response.status_code == 400, (name, response.content)
    assert Ticket.objects.count() == 1


def test_create_needs_the_permission(api, alice, brand):
    body = {"kind": "internal", "brand": brand.pk, "subject": "x", "text": "x"}
    assert api(alice, TICKET_VIEW).post("tickets/", body).status_code == 403


def test_team_of_the_ticket_must_be_of_its_pool(api, admin, ticket, other_team):
    response = api(admin).patch(f"tickets/{ticket.pk}/", {"team": other_team.pk}, if_match="*")
    assert response.status_code == 409


def test_merge_and_unmerge(api, alice, charlie, ticket, brand, dana):
    kept = TicketFactory(brand=brand, customer=dana)
    client = api(alice)
    response = client.post(f"tickets/{ticket.pk}/merge/", {"into": kept.pk})
    assert (response.status_code, response.json()["id"]) == (200, kept.pk)
    gone = client.get(f"tickets/{ticket.pk}/").json()
    assert (gone["merged_into"], gone["status"]) == (kept.pk, "closed")
    again = client.post(f"tickets/{ticket.pk}/merge/", {"into": kept.pk})
    assert (again.status_code, again.json()["type"]) == (409, "urn:carecenter:problem:not-allowed")

    assert api(charlie).post(f"tickets/{ticket.pk}/unmerge/").status_code == 404
    response = client.post(f"tickets/{ticket.pk}/unmerge/")
    assert (response.status_code, response.json()["merged_into"]) == (200, None)
    assert client.post(f"tickets/{ticket.pk}/unmerge/").status_code == 409


def test_merge_into_what_one_may_not_see(api, alice, other_brand, ticket):
    foreign = TicketFactory(brand=other_brand)
    response = api(alice).post(f"tickets/{ticket.pk}/merge/", {"into": foreign.pk})
    assert response.status_code == 400
    assert Ticket.objects.get(pk=ticket.pk).merged_into is None


def test_snooze_and_wake(api, alice, ticket, clock):
    client = api(alice)
    path = f"tickets/{ticket.pk}/"
    response = client.patch(path, {"snoozed_until": "2026-03-02T14:00:00+01:00"}, if_match='"1"')
    assert (response.status_code, response.json()["snoozed_until"]) == (200, "2026-03-02T13:00:00Z")
    past = client.patch(path, {"snoozed_until": "2026-03-01T14:00:00Z"}, if_match=response["ETag"])
    assert past.status_code == 409
    awake = client.patch(path, {"snoozed_until": None}, if_match=response["ETag"])
    assert awake.json()["snoozed_until"] is None


def test_list_searches_like_the_box(api, alice, charlie, brand, dana):
    late, other = (
        TicketFactory(brand=brand, customer=dana, subject=f"Refund {word}") for word in ("late", "École")
    )
    write_rows([late.pk, other.pk])

    def found(user, **query):
        return [row["id"] for row in api(user).get(f"tickets/?{urlencode(query)}").json()["results"]]

    assert found(alice, q="ecole") == [other.pk]
    assert found(alice, q="refund status:new -late") == [other.pk]
    assert found(charlie, q="refund") == []
    page = api(alice).get("tickets/?q=refund&limit=1").json()
    assert [row["id"] for row in page["results"]] == [other.pk]
    assert [row["id"] for row in api(alice).get(page["next"]).json()["results"]] == [late.pk]
    assert api(alice).get("tickets/?q=refund&status=new").status_code == 400
    assert api(alice).get("tickets/?q=colour:red").status_code == 400


def test_own_fields_are_written_and_problems_named_by_field(api, alice, ticket, brand):
    FieldFactory(pool=brand.pool, key="reason", kind="choice", choices=["Damaged", "Lost"])
    FieldFactory(
        pool=brand.pool, key="parts", kind="number", conditions=[{"field": "reason", "values": ["lost"]}]
    )
    client, url = api(alice), f"tickets/{ticket.pk}/"
    done = client.patch(url, {"fields": {"reason": "lost", "parts": 2}}, if_match="*")
    assert (done.status_code, done.json()["fields"]) == (200, {"reason": "lost", "parts": 2})
    refused = client.patch(
        url, {"fields": {"reason": "stolen", "parts": "two"}, "priority": "urgent"}, if_match="*"
    )
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:carecenter:problem:invalid")
    assert sorted(one["pointer"] for one in refused.json()["errors"]) == ["/fields/parts", "/fields/reason"]
    assert client.patch(url, {"fields": {"parts": None}}, if_match="*").json()["fields"] == {"reason": "lost"}
    assert Ticket.objects.get(pk=ticket.pk).priority == 2
