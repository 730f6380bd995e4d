"""What the readers make of exports, in the shape that each help desk documents."""

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from channels_app.importing import chatwoot, freshdesk, zammad
from channels_app.importing.rows import Row
from tickets.history import OldPerson, OldTicket

MORNING = dt.datetime(2023, 5, 4, 8, 0, tzinfo=dt.UTC)
DANA = OldPerson("Dana Duarte", "dana@example.net", "+4940123456")
KIM = OldPerson("Kim Berg", "kim@old.example")
PICTURE = b"\x89PNG\r\n\x1a\n"
DATA = base64.b64encode(PICTURE).decode()

FRESHDESK = {
    "id": 31, "subject": "Kettle leaks", "description": "<div>It drips.</div>", "description_text": "It drips.",
    "status": 4, "priority": 3, "source": 1, "tags": ["kettle"], "created_at": "2023-05-04T08:00:00Z",
    "requester_id": 5, "responder_id": 8, "stats": {"resolved_at": "2023-05-05T08:00:00Z", "closed_at": None},
    "requester": {"id": 5, "name": "Dana Duarte", "email": "dana@example.net", "mobile": "+4940123456"},
    "attachments": [{"id": 1, "name": "leak.png", "content_type": "image/png", "attachment_url": "files/leak.png"}],
    "conversations": [
        {"id": 90, "body": "<p>Seal?</p>", "body_text": "Seal?", "incoming": False, "private": True, "user_id": 8,
         "created_at": "2023-05-04T09:00:00Z", "attachments": []},
    ],
}  # fmt: skip
FRESHDESK_MORE = [
    {"id": 91, "ticket_id": 31, "body": "<p>New one.</p>", "body_text": "New one.", "incoming": False,
     "private": False, "user_id": 8, "created_at": "2023-05-04T10:00:00Z", "attachments": []},
    {"id": 8, "available": True, "contact": {"name": "Kim Berg", "email": "kim@old.example"}},
]  # fmt: skip

CHATWOOT = {
    "id": 31, "status": "resolved", "priority": "high", "labels": ["kettle"], "created_at": 1683187200,
    "additional_attributes": {},
    "meta": {"sender": {"id": 5, "name": "Dana Duarte", "email": "dana@example.net", "phone_number": "+4940123456"}},
    "messages": [
        {"id": 1, "content": "It drips.", "message_type": 0, "created_at": 1683187200, "private": False,
         "sender": {"id": 5, "name": "Dana Duarte", "email": "dana@example.net", "phone_number": "+4940123456"},
         "attachments": [{"id": 2, "file_type": "image", "data_url": f"data:image/png;base64,{DATA}"}]},
        {"id": 2, "content": "Dana was assigned", "message_type": 2, "created_at": 1683187210, "private": False},
    ],
}  # fmt: skip
CHATWOOT_MORE = {"meta": {}, "payload": [
    {"id": 3, "conversation_id": 31, "content": "Seal?", "message_type": 1, "private": True, "created_at": 1683190800,
     "sender": {"id": 8, "name": "Kim Berg", "email": "kim@old.example"}},
    {"id": 4, "conversation_id": 31, "content": "New one.", "message_type": "outgoing", "private": False,
     "created_at": 1683194400, "sender": {"id": 8, "name": "Kim Berg", "email": "kim@old.example"}},
]}  # fmt: skip

ZAMMAD = {
    "id": 7, "number": "31", "title": "Kettle leaks", "state": "closed", "priority": "3 high", "tags": ["kettle"],
    "customer_id": 5, "customer": "dana@example.net", "created_at": "2023-05-04T08:00:00.000Z",
    "close_at": "2023-05-05T08:00:00.000Z", "article_ids": [1, 2, 3],
}  # fmt: skip
ZAMMAD_MORE = {
    "users": [{"id": 5, "login": "dana@example.net", "firstname": "Dana", "lastname": "Duarte",
               "email": "dana@example.net", "mobile": "+4940123456"}],
    "articles": [
        {"id": 1, "ticket_id": 7, "from": "Dana Duarte <dana@example.net>", "body": "<p>It drips.</p>",
         "content_type": "text/html", "type": "email", "sender": "Customer", "internal": False, "created_by_id": 5,
         "created_at": "2023-05-04T08:00:00.000Z", "attachments": [
             {"id": 4, "filename": "leak.png", "size": "8", "preferences": {"Content-Type": "image/png"}}]},
        {"id": 2, "ticket_id": 7, "body": "Seal?", "content_type": "text/plain", "type": "note", "sender": "Agent",
         "internal": True, "created_by_id": 8, "created_by": "Kim Berg <kim@old.example>",
         "created_at": "2023-05-04T09:00:00.000Z"},
        {"id": 3, "ticket_id": 7, "body": "New one.", "content_type": "text/plain", "type": "email", "sender": "Agent",
         "internal": False, "created_by_id": 8, "created_by": "Kim Berg <kim@old.example>",
         "created_at": "2023-05-04T10:00:00.000Z"},
    ],
}  # fmt: skip


def written(folder: Path, *documents: Any) -> list[Path]:
    paths = []
    for place, document in enumerate(documents):
        paths.append(folder / f"{place}.json")
        paths[-1].write_text(json.dumps(document))
    return paths


def only(rows: Any) -> OldTicket:
    [row] = list(rows)
    assert isinstance(row, Row)
    assert row.ticket, row.troubles
    assert row.troubles == ()
    return row.ticket


def test_each_format_gives_the_same_history(tmp_path):
    for beside in ("files/leak.png", "ticket_attachment/7/1/4"):
        (tmp_path / beside).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / beside).write_bytes(PICTURE)
    read = {
        "freshdesk": list(freshdesk.read(written(tmp_path, [FRESHDESK], FRESHDESK_MORE))),
        "chatwoot": list(chatwoot.read(written(tmp_path, {"data": {"payload": [CHATWOOT]}}, CHATWOOT_MORE))),
        "zammad": list(zammad.read(written(tmp_path, [ZAMMAD], ZAMMAD_MORE))),
    }
    for source, rows in read.items():
        ticket = only(rows)
        assert (ticket.source, ticket.id, ticket.status, ticket.priority, ticket.tags, ticket.created_at) == (
            source, "31", "solved", 3, ("kettle",), MORNING,
        )  # fmt: skip
        assert ticket.subject == ("It drips." if source == "chatwoot" else "Kettle leaks")
        assert ticket.solved_at == (None if source == "chatwoot" else MORNING + dt.timedelta(days=1))
        assert ticket.requester == DANA, source
        assert [
            (message.text.strip(), message.is_ours, message.is_internal, message.at.hour, message.author)
            for message in ticket.messages
        ] == [
            ("It drips.", False, False, 8, DANA),
            ("Seal?", True, True, 9, KIM),
            ("New one.", True, False, 10, KIM),
        ], source
        ids = [message.external_id for message in ticket.messages]
        assert len(set(ids)) == 3
        assert all(one.startswith(f"{source}-31-") for one in ids)
        [file] = ticket.messages[0].files
        assert (file.content or file.path.read_bytes()) == PICTURE


@pytest.mark.parametrize(
    ("reader", "item", "reason"),
    [
        (freshdesk, FRESHDESK | {"spam": True}, "it was deleted in the old help desk, or spam"),
        (freshdesk, FRESHDESK | {"created_at": "soon"}, "created_at is not a date"),
        (freshdesk, FRESHDESK | {"id": [1]}, "id is missing or not an id"),
        (chatwoot, CHATWOOT | {"status": "lost"}, "status is none of open, pending, snoozed, resolved"),
        (chatwoot, CHATWOOT | {"messages": []}, "nothing that was said on it can be read"),
        (chatwoot, CHATWOOT | {"created_at": 10**30}, "created_at is not a date"),
        (zammad, ZAMMAD | {"state": "merged"}, "it was merged or removed in the old help desk"),
        (zammad, ZAMMAD | {"state": None}, "state is missing: read the tickets with expand=true"),
        (zammad, "x", "not a JSON object"),
    ],
)
def test_what_cannot_be_read_is_told_without_what_was_said(tmp_path, reader, item, reason):
    rows = list(reader.read(written(tmp_path, [item])))
    assert [row.ticket for row in rows] == [None]
    assert rows[0].troubles[-1].reason == reason


def test_states_of_the_firm_and_broken_parts_are_reported_and_the_rest_comes(tmp_path):
    broken = FRESHDESK | {"status": 12, "conversations": [{"id": 1, "body": "x", "created_at": "?"}, 3]}
    [row] = freshdesk.read(written(tmp_path, {"tickets": [broken]}))
    assert row.ticket
    assert (row.ticket.status, len(row.ticket.messages), row.ticket.messages[0].files) == ("open", 1, ())
    assert [trouble.reason for trouble in row.troubles] == [
        "a status of the firm's own is open here",
        "attachment 1 does not lie beside the file; the rest is taken over without it",
        "message 2: created_at is not a date",
        "message 3: not a JSON object",
    ]
