from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from tests.tickets.views.conftest import HTMX
from tests.tickets.views.test_changes import told
from tickets.models import Attachment, Delivery, Draft, Message, Ticket


def send(browser: Client, ticket: Ticket, html: str = "<p>It is on its way.</p>", **more: str) -> Message:
    browser.post(f"/desk/tickets/{ticket.pk}/write/", {"html": html, **more}, headers=HTMX)
    message = ticket.messages.order_by("-pk").first()
    assert message is not None
    return message


def test_answer_waits_to_be_taken_back(alice_at: Client, alice: User, ticket: Ticket) -> None:
    response = alice_at.post(
        f"/desk/tickets/{ticket.pk}/write/", {"html": "<p>On its way.</p>", "then": "solved"}, headers=HTMX
    )
    facts = told(response)
    assert facts["composer-sent"] == {"ticket": ticket.pk, "audience": "public"}
    assert facts["toast"]["seconds"] == 10
    ticket.refresh_from_db()
    assert ticket.status == "solved"

    back = alice_at.post(facts["toast"]["action"]["url"], headers=HTMX)
    assert told(back)["composer-restore"] == {"ticket": ticket.pk}
    message = ticket.messages.get(direction="out")
    assert message.delivery == Delivery.WITHDRAWN
    assert Draft.objects.get().html == "<p>On its way.</p>"
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_colleague_cannot_take_back_my_answer(
    client_for: Callable[[User], Client], alice_at: Client, bob: User, charlie: User, ticket: Ticket
) -> None:
    message = send(alice_at, ticket)
    url = f"/desk/messages/{message.pk}/take-back/"
    assert client_for(bob).post(url, headers=HTMX).status_code == 409
    assert client_for(charlie).post(url, headers=HTMX).status_code == 404
    assert alice_at.get(url).status_code == 405


def test_note_stays_inside_and_answers_nobody(alice_at: Client, ticket: Ticket) -> None:
    message = send(alice_at, ticket, "<p>Known carrier trouble</p>", audience="internal")
    assert (message.audience, message.delivery) == ("internal", Delivery.NONE)
    ticket.refresh_from_db()
    assert ticket.waiting_since is not None


def test_what_is_pasted_is_sanitised_on_the_server(alice_at: Client, ticket: Ticket) -> None:
    evil = '<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:x()">a</a></p>'
    message = send(alice_at, ticket, evil)
    assert "script" not in message.html
    assert "onclick" not in message.html


def test_empty_answer_is_refused_with_a_sentence(alice_at: Client, ticket: Ticket) -> None:
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/write/", {"html": "<p><br></p>"}, headers=HTMX)
    assert response.status_code == 409
    assert told(response)["toast"]["text"] == "Write an answer first."


def test_draft_and_its_files_go_with_the_answer(alice_at: Client, ticket: Ticket) -> None:
    alice_at.post(f"/desk/tickets/{ticket.pk}/draft/", {"html": "<p>Half a thou</p>"})
    page = alice_at.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Half a thou" in page
    file = SimpleUploadedFile("<b>photo.png", b"\x89PNG\r\n\x1a\n123")
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/files/", {"file": file})
    assert response.status_code == 201
    assert b"&lt;b&gt;photo.png" in response.content
    message = send(alice_at, ticket)
    assert [file.name for file in message.attachments.all()] == ["<b>photo.png"]
    assert Draft.objects.count() == 0


def test_draft_is_only_its_authors(
    client_for: Callable[[User], Client], alice_at: Client, bob: User, ticket: Ticket
) -> None:
    alice_at.post(f"/desk/tickets/{ticket.pk}/draft/", {"html": "<p>Half a thou</p>"})
    alice_at.post(f"/desk/tickets/{ticket.pk}/files/", {"file": SimpleUploadedFile("a.txt", b"a")})
    file = Attachment.objects.get()
    bobs = client_for(bob)
    assert "Half a thou" not in bobs.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert bobs.get(f"/desk/files/{file.token}/").status_code == 404
    assert bobs.post(f"/desk/files/{file.token}/detach/").status_code == 404
    assert alice_at.post(f"/desk/files/{file.token}/detach/").status_code == 200
    assert Attachment.objects.count() == 0


def test_too_large_a_file_is_named(alice_at: Client, ticket: Ticket, settings: object) -> None:
    settings.UPLOAD_SIZE_LIMIT = 10  # type: ignore[attr-defined]
    file = SimpleUploadedFile("film.mov", b"x" * 11)
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/files/", {"file": file})
    assert response.status_code == 413
    assert response.content.startswith(b"film.mov is too large")
    assert alice_at.post(f"/desk/tickets/{ticket.pk}/files/").status_code == 400


def test_failed_and_unconfirmed_answers_are_decided_by_a_person(alice_at: Client, ticket: Ticket) -> None:
    message = send(alice_at, ticket)

    def after(path: str, state: str) -> str:
        Message.objects.filter(pk=message.pk).update(delivery=state)
        alice_at.post(f"/desk/messages/{message.pk}/{path}", headers=HTMX)
        return Message.objects.get(pk=message.pk).delivery

    assert after("retry/", "failed") == "queued"
    assert after("settle/?outcome=arrived", "unconfirmed") == "sent"
    assert after("settle/?outcome=again", "unconfirmed") == "queued"
    assert after("retry/", "sent") == "sent"


def test_a_call_is_written_down_on_the_ticket(alice_at: Client, ticket: Ticket) -> None:
    url = f"/desk/tickets/{ticket.pk}/log/"
    assert alice_at.post(url, {"kind": "phone"}, headers=HTMX).status_code == 422
    values = {"kind": "phone", "direction": "out", "text": "Told her\n\nit comes on Friday"}
    response = alice_at.post(url, values, headers=HTMX)
    assert told(response)["close-dialog"] == {"id": "log-dialog"}
    message = ticket.messages.order_by("-pk").first()
    assert message is not None
    assert (message.kind, message.html) == ("phone", "<p>Told her</p><p>it comes on Friday</p>")


def test_what_was_sent_keeps_its_files(alice_at: Client, ticket: Ticket) -> None:
    alice_at.post(f"/desk/tickets/{ticket.pk}/files/", {"file": SimpleUploadedFile("a.txt", b"a")})
    file = send(alice_at, ticket).attachments.get()
    assert alice_at.post(f"/desk/files/{file.token}/detach/").status_code == 403
    assert alice_at.get(f"/desk/files/{file.token}/").status_code == 200
