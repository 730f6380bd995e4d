"""Files that are sent ahead, and the one message each of them goes with."""

from django.test import Client

from accounts.permissions import TICKET_VIEW
from carecenter.lib.time import in_seconds
from tests.factories.accounts import api_token
from tickets.models import Attachment, Draft, Message, Ticket, Upload
from tickets.tasks import sweep_uploads

PDF = b"%PDF-1.7 bill"


def send(api, content=PDF, name="bill.pdf"):
    return api.raw("POST", f"uploads/?name={name}", content, "application/octet-stream")


def test_uploads_go_with_an_answer_in_their_order(api, alice, ticket):
    client = api(alice)
    first = send(client).json()
    second = send(client, b"hello", "..%2f..%2fa%3Cb.html").json()
    assert {name: first[name] for name in ("name", "size", "content_type")} == {
        "name": "bill.pdf", "size": 13, "content_type": "application/pdf",
    }  # fmt: skip
    assert (second["name"], second["content_type"]) == ("a_b.html", "text/plain")
    path = f"tickets/{ticket.pk}/messages/"
    made = client.post(path, {"text": "Here", "attachments": [second["id"], first["id"]]})
    assert made.status_code == 201, made.content
    assert [file["name"] for file in made.json()["attachments"]] == ["a_b.html", "bill.pdf"]
    assert b"".join(client.get(made.json()["attachments"][1]["url"]).streaming_content) == PDF
    again = client.post(path, {"text": "Once more", "attachments": [first["id"]]})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (400, "/attachments")
    assert (Upload.objects.count(), Draft.objects.count()) == (0, 0)


def test_note_without_words_and_new_tickets_take_files(api, alice, ticket, inbox, dana):
    client = api(alice)
    path = f"tickets/{ticket.pk}/messages/"
    files = [send(client).json()["id"]]
    assert client.post(path, {"audience": "internal", "attachments": []}).status_code == 400
    note = client.post(path, {"audience": "internal", "attachments": files})
    assert (note.status_code, len(note.json()["attachments"])) == (201, 1)
    for body in (
        {"kind": "email", "inbox": inbox.pk, "customer": dana.pk},
        {"kind": "phone", "inbox": inbox.pk, "customer": dana.pk},
        {"kind": "internal", "brand": inbox.brand_id},
    ):
        files = [send(client).json()["id"]]
        made = client.post("tickets/", {**body, "subject": "x", "text": "x", "attachments": files})
        assert made.status_code == 201, made.content
        assert Attachment.objects.filter(message__ticket=made.json()["id"]).count() == 1, body


def test_files_of_others_are_not_there(api, alice, bob, charlie, ticket):
    path = f"tickets/{ticket.pk}/messages/"
    for owner in (bob, charlie):
        theirs = send(api(owner)).json()["id"]
        refused = api(alice).post(path, {"text": "x", "attachments": [theirs]})
        assert refused.status_code == 400, refused.content
    assert Message.objects.count() == 0
    assert send(api(alice, TICKET_VIEW)).status_code == 403


def test_what_is_no_file_or_too_much_is_refused(api, alice, ticket, settings):
    client = api(alice)
    assert [send(client, b"").status_code, send(client, name="..%2f").status_code] == [400, 400]
    assert client.raw("POST", "uploads/", b"x", "application/octet-stream").status_code == 400
    assert client.raw("POST", "uploads/?name=x", b"{}").status_code == 415
    settings.UPLOAD_SIZE_LIMIT = 20
    assert send(client, b"x" * 21).status_code == 413
    files = [send(client).json()["id"], send(client).json()["id"]]
    both = client.post(f"tickets/{ticket.pk}/messages/", {"text": "x", "attachments": files})
    assert (both.status_code, Upload.objects.count()) == (413, 2)
    waiting = [send(client).status_code for _ in range(14)]
    assert (waiting[0], waiting[-1]) == (201, 409)


def test_unused_uploads_are_forgotten_after_a_day(api, alice):
    client = api(alice)
    send(client)
    Upload.objects.update(created_at=in_seconds(-86_500))
    kept = send(client).json()["id"]
    sweep_uploads()
    assert [row.token for row in Upload.objects.all()] == [kept]


def test_same_key_is_one_upload(alice, db):
    client = Client(headers={"authorization": f"Bearer {api_token(alice)}", "idempotency-key": "a"})
    made = [
        client.generic("POST", "/api/v1/uploads/?name=x", body, "application/octet-stream")
        for body in (PDF, PDF, b"other")
    ]
    assert [one.status_code for one in made] == [201, 201, 422]
    assert (made[0].json()["id"], Upload.objects.count()) == (made[1].json()["id"], 1)
    assert Ticket.objects.count() == 0
