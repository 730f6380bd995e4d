"""All that we know of a customer, to take along: a zip of `data.json` and the files, at every brand of the firm.

What they may read is in it, and what they gave us; notes of colleagues are not, nor what belongs to somebody else.
"""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet

from carecenter.lib.blobs.storage import store_file
from carecenter.lib.filenames import clean_name
from carecenter.lib.time import now
from channels_app.models import ChatSession
from customers.domain.consent import latest
from customers.domain.people import ids_of
from customers.models import Customer, Identity, Order
from feedback.models import Answer
from portal.domain.mails import queue_mail
from portal.domain.requests import Lost, mine, renew
from portal.domain.sessions import EMAIL, VERIFIED, Me
from portal.domain.shown import Reader, messages_for
from portal.models import DataRequest, PortalMail
from tickets.domain.scanning import KeptBack, open_file
from tickets.models import Attachment, Direction, Message, Participant, Ticket

KEPT = timedelta(days=7)
PIECE = 2**20
OFTEN = timedelta(minutes=1)  # a worker that writes says so
Json = dict[str, Any]


def find_copy(me: Me, token: str) -> DataRequest | None:
    """A finished copy of this person's data that is still kept."""
    if me.is_narrow:
        return None
    row = DataRequest.objects.select_related("blob").filter(customer__in=me.ids, token=token).first()
    return row if row is not None and row.is_kept else None


def make_copy(request: DataRequest) -> None:
    """Write the zip beside everything, keep it as a blob, tell the customer. Again gives a new one in its place.

    Raises Lost when it is wanted no more: the person is erased meanwhile, and nothing of this may come back.
    """
    with tempfile.TemporaryFile() as target:
        counts = write_zip(target, request.customer, beat_of(request))
        target.seek(0)
        renew(request)
        blob = store_file(target)
    with transaction.atomic():
        finished = mine(request).update(
            state=DataRequest.State.DONE,
            blob=blob,
            report={"counts": counts},
            why="",
            ended_at=now(),
            expires_at=now() + KEPT,
        )
        if not finished:
            raise Lost
        queue_mail(request, PortalMail.Kind.DATA_READY)


def beat_of(request: DataRequest) -> Callable[[], None]:
    """To be called now and then while it is written: the lease is renewed once a minute. Raises Lost."""
    renewed_at = now()

    def beat() -> None:
        nonlocal renewed_at
        if now() >= renewed_at + OFTEN:
            renew(request)
            renewed_at = now()

    return beat


def write_zip(target: IO[bytes], customer: Customer, beat: Callable[[], None]) -> dict[str, int]:
    """Returns what it counts."""
    ids = ids_of(customer)
    counts = {"tickets": 0, "messages": 0, "files": 0}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        data = person_of(ids)
        data["tickets"] = []
        for ticket, messages in tickets_of(ids):
            beat()
            counts["tickets"] += 1
            counts["messages"] += len(messages)
            shown = [message_of(message, ticket) for message in messages]
            for message in messages:
                counts["files"] += sum(
                    write_file(archive, ticket, file, beat) for file in message.attachments.all()
                )
            data["tickets"].append({**ticket_of(ticket), "messages": shown})
        counts["orders"] = len(data["orders"])
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
    return counts


def foreign_addresses(ids: list[int]) -> set[str]:
    """Claimed ones: somebody said they were theirs, perhaps somebody else."""
    claimed = Identity.objects.filter(customer__in=ids, kind=EMAIL).exclude(evidence=VERIFIED)
    return set(claimed.values_list("value", flat=True))


def foreign_tickets(ids: list[int]) -> QuerySet[Participant, Any]:
    """Ids of those asked from such an address: my tickets do not show them either."""
    role = Participant.Role.REQUESTER
    return Participant.objects.filter(role=role, address__in=foreign_addresses(ids)).values_list("ticket")


def person_of(ids: list[int]) -> Json:
    people = Customer.objects.filter(pk__in=ids).select_related("organisation").order_by("pk")
    return {
        "made_at": now().isoformat(),
        "person": [
            {
                "name": one.name,
                "language": one.language,
                "time_zone": one.zone,
                "organisation": one.organisation.name if one.organisation else "",
                "fields": one.fields,
                "known_since": one.created_at.isoformat(),
            }
            for one in people
        ],
        "known_by": [
            {
                "kind": one.kind,
                "value": one.value,
                "evidence": one.evidence,
                "since": one.created_at.isoformat(),
            }
            for one in Identity.objects.filter(customer__in=ids).order_by("pk")
        ],
        "allowed": {
            purpose: {"given": row.is_given, "at": row.at.isoformat(), "how": row.way}
            for purpose, row in latest(ids[0]).items()
        },
        "orders": [
            order_of(one) for one in Order.objects.filter(customer__in=ids).order_by("placed_at", "pk")
        ],
        "chats": [chat_of(one) for one in chats_of(ids)],
        "surveys": [answer_of(one) for one in answers_of(ids)],
    }


def chats_of(ids: list[int]) -> QuerySet[ChatSession]:
    chats = ChatSession.objects.filter(contact__customer__in=ids)
    return chats.exclude(contact__ticket__in=foreign_tickets(ids)).order_by("pk")


def answers_of(ids: list[int]) -> QuerySet[Answer]:
    answers = Answer.objects.filter(invitation__customer__in=ids)
    return answers.exclude(invitation__ticket__in=foreign_tickets(ids)).order_by("answered_at", "pk")


def order_of(order: Order) -> Json:
    return {
        "number": order.number,
        "state": order.status,
        "placed_at": order.placed_at.isoformat(),
        "total": order.total_minor,
        "currency": order.currency,
        "items": order.items,
    }


def chat_of(chat: ChatSession) -> Json:
    names = ("visitor_name", "visitor_email", "page_url", "page_title", "referrer", "user_agent")
    return {"began_at": chat.created_at.isoformat(), **{name: getattr(chat, name) for name in names}}


def answer_of(answer: Answer) -> Json:
    return {
        "at": answer.answered_at.isoformat(),
        "what": answer.measure,
        "score": answer.score,
        "comment": answer.comment,
        "further": answer.more,
    }


def tickets_of(ids: list[int]) -> Iterator[tuple[Ticket, list[Message]]]:
    """With what the person may read of each. Tickets from an address not proved to be theirs may be somebody else's."""
    proved = Identity.objects.filter(customer__in=ids, kind=EMAIL, evidence=VERIFIED)
    tickets = Ticket.objects.filter(customer__in=ids).exclude(pk__in=foreign_tickets(ids))
    tickets = tickets.select_related("brand").order_by("pk")
    own = frozenset(proved.values_list("value", flat=True))
    reader = Reader(frozenset(ids), own, claimed=frozenset(foreign_addresses(ids)))
    for ticket in tickets.iterator(chunk_size=200):
        messages = messages_for(ticket, reader)
        if messages:
            yield ticket, messages


def ticket_of(ticket: Ticket) -> Json:
    return {
        "number": ticket.number,
        "brand": ticket.brand.name,
        "subject": ticket.subject,
        "state": ticket.status,
        "opened_at": ticket.created_at.isoformat(),
        "fields": {key: value for key, value in ticket.fields.items() if not isinstance(value, dict)},
    }


def message_of(message: Message, ticket: Ticket) -> Json:
    return {
        "at": message.created_at.isoformat(),
        "way": message.kind,
        "from": "us" if message.direction == Direction.OUTBOUND else "you",
        "name": message.from_name,
        "address": message.from_address,
        "subject": message.subject,
        "text": message.text,
        "files": [path_of(ticket, file) for file in message.attachments.all()],
    }


def path_of(ticket: Ticket, file: Attachment) -> str:
    """Where a file lies in the zip: a name from a stranger is a name only, never a path."""
    return f"files/{ticket.number}/{file.pk}-{clean_name(file.name) or 'file'}"


def write_file(archive: zipfile.ZipFile, ticket: Ticket, file: Attachment, beat: Callable[[], None]) -> bool:
    """A piece at a time. False when its bytes are gone, or kept back."""
    try:
        source = open_file(file.blob)
    except (FileNotFoundError, KeptBack):
        return False
    with source, archive.open(path_of(ticket, file), "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            target.write(piece)
            beat()
    return True
