"""A help desk's history comes along: dates, states, people and files, as often as it is read, and quietly."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import connection as database
from django.urls import reverse

from channels_app.domain.importing import Run
from channels_app.importing import zendesk
from customers.models import Customer, Identity
from journal.models import Event
from tickets.domain.routes import route_of
from tickets.domain.search import indexing
from tickets.domain.threading import find_ticket
from tickets.models import Attachment, Message, Participant, Status, Ticket

pytestmark = pytest.mark.django_db

USERS = [
    {"id": 7, "name": "Dana Duarte", "email": "Dana@Example.net", "role": "end-user"},
    {"id": 8, "name": "Old Alice", "email": "alice@example.com", "role": "agent"},
    {"id": 9, "name": "Gone Gustav", "email": "gustav@old.example", "role": "admin"},
]
HOSTILE = '<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=alert(2)></p>'


def comment(number, author, at, text="words", **more):
    return {"id": number, "author_id": author, "created_at": at, "plain_body": text, "public": True, **more}


def solved(number="4711", **more):
    said = [
        comment(1, 7, "2021-03-01T10:00:00Z", "My kettle leaks", html_body=HOSTILE),
        comment(2, 9, "2021-03-01T11:00:00Z", "only for us", public=False),
        comment(3, 8, "2021-03-01T12:00:00+01:00", "A new one is coming", html_body=HOSTILE),
    ]
    ticket = {
        "id": int(number), "subject": "Kettle", "status": "solved", "priority": "high", "tags": ["VIP", "two words"],
        "created_at": "2021-03-01T10:00:00Z", "requester_id": 7, "comments": said,
    }  # fmt: skip
    return ticket | more


def waiting(number="4712", **more):
    said = [
        comment(4, 7, "2022-01-01T08:00:00Z", "first"),
        comment(5, 9, "2022-01-02T08:00:00Z", "answer"),
        comment(6, 7, "2022-01-03T08:00:00Z", "and now?"),
        comment(7, 7, "2022-01-04T08:00:00Z", "hello?"),
    ]
    return solved(number, status="open", priority=None, comments=said, **more)


@pytest.fixture
def bring(connection, tmp_path, capsys):
    """`bring("export.json", tickets)` writes and reads the file; gives (code, last line, troubles)."""

    def run(name, content, *more, reader="zendesk", inbox="support", **options):
        paths = [tmp_path / name]
        paths[0].write_text(content if isinstance(content, str) else "\n".join(map(json.dumps, content)))
        for other, text in more:
            paths.append(tmp_path / other)
            paths[-1].write_text(text)
        code, report = 0, tmp_path / "report.jsonl"
        try:
            call_command(
                "import_tickets", *map(str, paths), inbox=inbox, format=reader, report=report, **options
            )
        except SystemExit as ended:
            code = ended.code
        lines = capsys.readouterr().out.splitlines()
        troubles = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
        return code, json.loads(lines[-1]) if lines else None, troubles

    return run


def everything():
    """What a second reading must not change."""
    return (
        list(Ticket.objects.order_by("pk").values()),
        list(Message.objects.order_by("pk").values()),
        Customer.objects.count(),
        Identity.objects.count(),
        Attachment.objects.count(),
        Event.objects.count(),
    )


def counts(found):
    return {name: value for name, value in found.items() if value}


def test_files_beside_the_export_come_along_and_no_others(bring, tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "leak.txt").write_text("a photo")
    (tmp_path.parent / "secret.txt").write_text("not of this export")
    there = {"file_name": "Leak.txt", "content_type": "text/plain", "content_url": "files/leak.txt"}
    outside = {"file_name": "x", "content_url": "../secret.txt"}
    first = solved()
    first["comments"][0]["attachments"] = [there, outside]
    people = json.dumps({"users": USERS})

    code, found, troubles = bring("export.jsonl", [first, waiting()], ("users.json", people))

    assert (code, counts(found)) == (
        0, {"tickets": 2, "messages": 7, "files": 1, "customers_new": 1, "bad": 1},
    )  # fmt: skip
    assert [(one["line"], one["ticket"], one["reason"][:26]) for one in troubles] == [
        (1, "4711", "comment 1: attachment 2 do")
    ]
    assert Attachment.objects.get().name == "Leak.txt"


def test_zendesk_history_keeps_what_it_was_and_wakes_nobody(bring, alice, brand, other_brand):
    bring("export.jsonl", [solved(), waiting()], ("users.json", json.dumps({"users": USERS})))
    done, still_open = Ticket.objects.order_by("created_at")
    at = dt.datetime(2021, 3, 1, 10, tzinfo=dt.UTC)
    assert (done.subject, done.status, done.priority, done.tags) == (
        "Kettle",
        "solved",
        3,
        ["vip", "two-words"],
    )
    later = at + dt.timedelta(hours=1)
    assert (done.created_at, done.last_message_at, done.solved_at) == (at, later, later)
    assert (still_open.status, still_open.waiting_since) == (
        Status.OPEN,
        dt.datetime(2022, 1, 3, 8, tzinfo=dt.UTC),
    )
    assert [(m.direction, m.audience, m.author, m.external_id) for m in done.messages.order_by("pk")] == [
        ("in", "public", None, "zendesk-4711-1"),
        ("out", "internal", None, "zendesk-4711-2"),
        ("out", "public", alice, "zendesk-4711-3"),
    ]
    assert [m.created_at.hour for m in done.messages.order_by("pk")] == [10, 11, 11]
    identity = Identity.objects.get()
    assert (identity.value, identity.evidence, identity.customer) == (
        "dana@example.net",
        "claimed",
        done.customer,
    )
    assert not Ticket.objects.exclude(brand=brand).exists()
    names = set(Event.objects.values_list("name", flat=True))
    assert names == {"ticket.imported", "message.imported", "customer.created", "identity.added"}
    assert not done.contacts.filter(ended_at=None).exists()
    assert route_of(still_open).to["address"] == "dana@example.net"


def test_a_second_reading_changes_nothing_and_a_longer_export_adds_what_is_new(bring):
    document = {"tickets": [solved(), waiting()], "users": USERS}
    bring("export.json", json.dumps(document, indent=1))
    before = everything()
    _, found, _ = bring("export.json", json.dumps(document))
    assert counts(found) == {"there": 2}
    assert everything() == before

    document["tickets"][0]["comments"].append(comment(99, 7, "2021-03-02T10:00:00Z", "Thanks!"))
    _, found, _ = bring("export.json", json.dumps(document))
    assert counts(found) == {"messages": 1, "there": 1, "customers_known": 1}
    ticket = Ticket.objects.get(status=Status.SOLVED)
    assert (ticket.message_count, ticket.preview, ticket.waiting_since) == (4, "Thanks!", None)


def test_one_address_under_two_names_is_counted_as_one_customer(bring):
    article = {
        "id": 1,
        "sender": "Customer",
        "from": "Dana <Dana@example.net>",
        "body": "Hi",
        "created_at": "2021-03-01",
    }
    ticket = {
        "id": 9,
        "state": "open",
        "created_at": "2021-03-01",
        "customer": "dana@example.net",
        "articles": [article],
    }
    _, found, _ = bring("export.jsonl", [ticket], reader="zammad")
    assert (found["customers_new"], Customer.objects.count()) == (1, 1)


def test_dry_run_says_what_would_come_and_writes_nothing(bring):
    lines = [solved(), waiting(), {"users": USERS}]
    before = everything()
    code, found, _ = bring("export.jsonl", lines, dry_run=True)
    assert everything() == before
    assert (code, found["dry_run"]) == (0, True)
    _, real, _ = bring("export.jsonl", lines)
    assert real | {"dry_run": True} == found


def constrain(change):
    with database.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE tickets_message {change}")


def test_what_was_killed_goes_on_where_it_was(bring, connection, tmp_path):
    """One ticket is one transaction: a run that ends between two leaves whole tickets; one that fails leaves none."""
    lines = [solved(str(number)) for number in range(1, 5)] + [{"users": USERS}]
    (tmp_path / "part.jsonl").write_text("\n".join(map(json.dumps, lines)))

    def killed():
        for count, row in enumerate(zendesk.read([tmp_path / "part.jsonl"])):
            if count == 2:
                raise KeyboardInterrupt
            yield row

    with pytest.raises(KeyboardInterrupt):
        Run(connection.inbox, print, print).take_all(killed())
    assert Ticket.objects.count() == 2
    constrain("ADD CONSTRAINT poison CHECK (external_id <> 'zendesk-3-3')")
    _, found, troubles = bring("part.jsonl", lines)
    assert (counts(found), troubles[0]["ticket"]) == (
        {"tickets": 1, "messages": 3, "there": 2, "customers_known": 1, "bad": 1}, "3",
    )  # fmt: skip
    constrain("DROP CONSTRAINT poison")
    assert not Message.objects.filter(external_id__startswith="zendesk-3-").exists()
    _, found, _ = bring("part.jsonl", lines)
    assert counts(found) == {"tickets": 1, "messages": 3, "there": 3, "customers_known": 1}
    assert (Ticket.objects.count(), Message.objects.count(), Customer.objects.count()) == (4, 12, 1)


def test_bad_lines_are_reported_and_the_rest_comes(bring):
    half = solved("3")
    half["comments"][1]["created_at"] = "yesterday"
    lines = [
        solved("1", created_at="1 March"), "{", solved("2", status="dancing"), "17", half, solved("4", comments=[]),
    ]  # fmt: skip
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    code, found, troubles = bring("export.jsonl", f"{text}\n" + json.dumps({"users": USERS}))
    assert (code, found["tickets"], found["messages"], found["bad"]) == (0, 1, 2, 6)
    assert [(one["line"], one["ticket"], one["reason"].partition(":")[0]) for one in troubles] == [
        (1, "1", "created_at is not a date"),
        (2, "", "not a JSON object"),
        (3, "2", "status is none of new, open, pending, hold, solved, closed"),
        (4, "", "not a JSON object"),
        (5, "3", "comment 2"),
        (6, "4", "nothing was said on it"),
    ]
    assert "yesterday" not in json.dumps(troubles)  # what people wrote stays out of it
    assert bring("export.pdf", "%PDF-1.4 no export")[:2] == (65, None)
    assert bring("export.jsonl", text, inbox="nowhere")[:2] == (65, None)


CSV = """\
id,subject,status,priority,tags,created_at,customer_name,customer_email,message,message_at,direction,audience
A-1,Lamp,pending,low,"light, home",2020-05-01T09:00+02:00,Dana,dana@example.net,"Flickers, badly",2020-05-01 07:00Z,in,
B-2,Sofa,closed,,,,Emil,emil@example.net,Too soft,2020-05-02,in,
A-1,Lamp,pending,low,,,Dana,dana@example.net,Which bulb?,2020-05-01T10:00:00Z,out,public
A-1,Lamp,pending,low,,,Dana,dana@example.net,She is nice,2020-05-01T10:01:00Z,out,internal
B-2,Sofa,closed,,,,Emil,emil@example.net,Really,soon,in,public
"""


def test_table_with_a_row_for_each_message(bring):
    _, found, troubles = bring("old.csv", CSV, reader="csv")
    assert counts(found) == {"tickets": 2, "messages": 4, "customers_new": 2, "bad": 1}
    assert [(one["line"], one["ticket"], one["reason"]) for one in troubles] == [
        (6, "B-2", "message_at is not a date")
    ]
    lamp, sofa = Ticket.objects.order_by("created_at")
    assert (lamp.status, lamp.priority, lamp.tags, lamp.waiting_since) == (
        "pending",
        1,
        ["light", "home"],
        None,
    )
    assert (lamp.created_at.hour, sofa.status, sofa.created_at.day) == (7, Status.CLOSED, 2)
    assert [m.text for m in lamp.messages.order_by("pk")] == ["Flickers, badly", "Which bulb?", "She is nice"]
    assert list(Participant.objects.filter(ticket=sofa).values_list("address", "role")) == [
        ("emil@example.net", "requester")
    ]
    before = everything()
    bring(
        "old.csv",
        CSV.replace(",", ";").replace('"light; home"', '"light, home"').replace("s; b", "s, b"),
        reader="csv",
    )
    assert everything() == before
    assert bring("old.csv", CSV.replace("audience", "who"), reader="csv")[0] == 65


def test_an_agent_finds_it_by_its_old_number_and_sees_no_hostile_html(bring, alice, client_for):
    bring("export.jsonl", [solved(), {"users": USERS}])
    ticket = Ticket.objects.get()
    indexing.ask([ticket.pk])
    indexing.index_due()
    browser = client_for(alice)
    assert "Kettle" in browser.get(reverse("tickets:search"), {"q": "#4711"}).content.decode()
    page = browser.get(reverse("tickets:ticket", args=[ticket.pk])).content.decode()
    theirs = ticket.messages.get(external_id="zendesk-4711-1")
    page += browser.get(reverse("tickets:message_html", args=[theirs.pk])).content.decode()
    assert "A new one is coming" in page or "Hi" in page
    for evil in ("alert(1)", "onerror", "x()"):
        assert evil not in page


def test_a_guessed_number_of_the_old_desk_opens_no_ticket_of_others(bring, connection):
    bring("export.jsonl", [solved(), {"users": USERS}])
    asked = {"inbox": connection.inbox, "references": ["zendesk-4711-3"]}
    assert find_ticket(address="stranger@example.org", **asked) == (None, "none")
    assert find_ticket(address="dana@example.net", **asked)[1] == "earlier"


def test_what_was_erased_here_does_not_come_back(bring):
    bring("export.jsonl", [solved(), {"users": USERS}])
    Ticket.objects.update(fields={})  # as an erasure leaves it, with the ids of our own answers
    Message.objects.filter(direction="in").update(external_id="")
    _, found, _ = bring("export.jsonl", [solved(), {"users": USERS}])
    assert counts(found) == {"there": 1}
