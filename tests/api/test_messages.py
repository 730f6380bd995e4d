from accounts.permissions import TICKET_NOTE, TICKET_REPLY, TICKET_VIEW
from carecenter.lib.blobs.storage import store
from tests.factories.tickets import MessageFactory
from tickets.models import Attachment, Message

FIELDS = [
    "id", "ticket", "contact", "direction", "audience", "kind", "from", "from_name", "to", "cc", "subject", "text",
    "html", "reply_text", "attachments", "message_id", "in_reply_to", "is_auto", "is_bounce", "delivery", "created_at",
]  # fmt: skip


def a_mail(ticket, **fields):
    return MessageFactory(ticket=ticket, contact=ticket.contacts.first(), **fields)


def a_file(message, content=b"%PDF-1.7 bill", name="bill.pdf"):
    return Attachment.objects.create(
        message=message, blob=store(content), name=name, content_type="text/html"
    )


def test_message_shows_exactly_these_fields(api, alice, ticket):
    message = a_mail(
        ticket,
        from_name="Dana",
        to=[{"name": "", "address": "service@example.com"}],
        subject="Lamp",
        text="Hello\n> old",
        reply_text="Hello",
        html='<p onclick="x()">Hello</p><script>x</script>',
        external_id="1@example.net",
        in_reply_to="0@example.com",
    )
    file = a_file(message)
    body = api(alice).get(f"messages/{message.pk}/").json()
    assert list(body) == FIELDS
    assert body["attachments"] == [
        {
            "name": "bill.pdf",
            "size": 13,
            "content_type": "text/html",
            "url": f"http://testserver/api/v1/attachments/{file.token}/",
        }
    ]
    assert (body["from"], body["message_id"], body["in_reply_to"], body["direction"], body["delivery"]) == (
        "dana@example.net", "1@example.net", "0@example.com", "in", "none",
    )  # fmt: skip
    assert "onclick" not in body["html"]
    assert "<script" not in body["html"]


def test_messages_of_a_ticket_come_oldest_first_in_pages(api, alice, ticket):
    messages = [a_mail(ticket).pk for _ in range(3)]
    client = api(alice)
    first = client.get(f"tickets/{ticket.pk}/messages/?limit=2").json()
    rest = client.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + rest["results"]] == messages
    assert rest["next"] is None


def test_reply_is_queued(api, alice, ticket):
    a_mail(ticket, external_id="1@example.net")
    body = {"text": "It is on its way.", "cc": [{"address": "eve@example.org"}], "status": "solved"}
    response = api(alice).post(f"tickets/{ticket.pk}/messages/", body)
    assert response.status_code == 201, response.content
    made = response.json()
    assert (made["delivery"], made["audience"], made["text"], made["in_reply_to"]) == (
        "queued", "public", "It is on its way.", "1@example.net",
    )  # fmt: skip
    assert made["to"] == [{"name": "", "address": "dana@example.net"}]
    assert made["cc"] == [{"name": "", "address": "eve@example.org"}]
    assert response["Location"] == f"http://testserver/api/v1/messages/{made['id']}/"
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("solved", alice)


def test_note_is_internal(api, alice, ticket):
    response = api(alice).post(
        f"tickets/{ticket.pk}/messages/", {"audience": "internal", "html": "<b>Ask</b> Bob"}
    )
    assert (response.status_code, response.json()["audience"], response.json()["delivery"]) == (
        201,
        "internal",
        "none",
    )


def test_reply_and_note_need_their_own_permission(api, alice, ticket):
    noter = api(alice, TICKET_VIEW, TICKET_NOTE)
    path = f"tickets/{ticket.pk}/messages/"
    assert noter.post(path, {"text": "x"}).status_code == 403
    assert noter.post(path, {"text": "x", "audience": "internal"}).status_code == 201
    replier = api(alice, TICKET_VIEW, TICKET_REPLY)
    assert replier.post(path, {"text": "x", "audience": "internal"}).status_code == 403
    assert Message.objects.count() == 1


def test_reply_refused_by_the_verb_is_a_problem(api, alice, ticket):
    client = api(alice)
    path = f"tickets/{ticket.pk}/messages/"
    wrong = [
        ({"text": " \n"}, 400),
        ({"html": "<script>x</script>"}, 400),
        ({}, 400),
        ({"text": "a", "html": "b"}, 400),
        ({"text": "a", "audience": "internal", "cc": []}, 400),
        ({"text": "a", "status": "new"}, 400),
        ({"text": "a", "cc": [{"address": "nobody"}]}, 400),
    ]
    assert [client.post(path, body).status_code for body, _ in wrong] == [status for _, status in wrong]
    ticket.status = "closed"
    ticket.save(update_fields=["status"])
    assert client.post(path, {"text": "a"}).status_code == 409
    assert Message.objects.count() == 0


def test_attachment_is_only_ever_a_download(api, alice, ticket):
    file = a_file(a_mail(ticket), b"<script>alert(1)</script>", 'a"b\n.html')
    response = api(alice).get(f"attachments/{file.token}/", accept="text/html")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Disposition"] == 'attachment; filename="a_b .html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Length"] == "25"


def test_attachment_needs_the_token_and_the_ticket(api, alice, charlie, ticket):
    file = a_file(a_mail(ticket))
    path = f"attachments/{file.token}/"
    assert api().get(path).status_code == 401
    assert api(charlie).get(path).status_code == 404
    assert api(alice).get("attachments/nothing/").status_code == 404
    assert api(alice).get(path).status_code == 200


def test_contacts_of_a_ticket_and_of_a_customer(api, alice, ticket, dana, foreign_ticket):
    contact = ticket.contacts.get()
    client = api(alice)
    for path in (
        f"tickets/{ticket.pk}/contacts/",
        "contacts/",
        f"contacts/?customer={dana.pk}",
        "contacts/?kind=email",
    ):
        assert [row["id"] for row in client.get(path).json()["results"]] == [contact.pk], path
    assert client.get("contacts/?kind=visit").json()["results"] == []
    body = client.get(f"contacts/{contact.pk}/").json()
    assert (body["ticket"], body["direction"], body["holder"], body["end_reason"]) == (
        ticket.pk,
        "in",
        "queue",
        "",
    )


def test_answer_is_taken_back_and_a_failed_one_sent_again(api, alice, bob, ticket):
    client = api(alice)
    a_mail(ticket)
    made = client.post(f"tickets/{ticket.pk}/messages/", {"text": "Wait"}).json()["id"]
    assert api(bob).post(f"messages/{made}/take-back/").status_code == 409
    back = client.post(f"messages/{made}/take-back/")
    assert (back.status_code, back.json()["delivery"]) == (200, "withdrawn")
    again = client.post(f"messages/{made}/send-again/")
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "not-allowed")
    other = client.post(f"tickets/{ticket.pk}/messages/", {"text": "Once more"}).json()["id"]
    for state, verb, after in (("failed", "send-again", "queued"), ("unconfirmed", "arrived", "sent")):
        Message.objects.filter(pk=other).update(delivery=state)
        assert client.post(f"messages/{other}/{verb}/").json()["delivery"] == after


def test_calls_are_logged_and_messages_split_off(api, alice, ticket):
    client = api(alice)
    first, second = a_mail(ticket), a_mail(ticket)
    logged = client.post(f"tickets/{ticket.pk}/log/", {"kind": "phone", "text": "She called."})
    assert (logged.status_code, logged.json()["kind"], logged.json()["direction"]) == (201, "phone", "in")
    assert client.post(f"tickets/{ticket.pk}/log/", {"kind": "email", "text": "x"}).status_code == 400
    made = client.post(f"tickets/{ticket.pk}/split/", {"messages": [second.pk], "subject": "Another lamp"})
    assert (made.status_code, made.json()["subject"]) == (201, "Another lamp")
    second.refresh_from_db()
    assert second.ticket_id == made.json()["id"]
    rest = [first.pk, logged.json()["id"]]
    assert client.post(f"tickets/{ticket.pk}/split/", {"messages": rest}).status_code == 409


def test_who_takes_part_is_listed(api, alice, charlie, ticket):
    one = ticket.participants.create(address="eve@example.org", name="Eve", role="copy")
    shown = {"id": one.pk, "address": "eve@example.org", "name": "Eve", "role": "copy", "customer": None}
    path = f"tickets/{ticket.pk}/participants/"
    assert api(alice).get(path).json() == {"results": [shown], "next": None}
    assert api(charlie).get(path).status_code == 404
