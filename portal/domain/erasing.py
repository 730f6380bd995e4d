"""Words, names, addresses and files of one person, emptied table by table. Rows, times and figures stay.

Each function may run again and then finds nothing to do; it returns how much it emptied. What came in after `until` is
somebody else's.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from channels_app.models import ChatSession, Conversation, InboundRecord
from customers.models import Consent, Customer, CustomerNote, Identity, JoinProposal, Order
from feedback.models import Answer, FollowUp
from portal.domain.requests import OPEN
from portal.domain.sessions import hash_of
from portal.models import DataRequest, PortalMail, PortalSession, SignInCode, TicketLink
from tickets.models import (
    Attachment,
    BulkItem,
    BulkJob,
    Delivery,
    Direction,
    Draft,
    Message,
    Participant,
    Ticket,
)

EMPTY_MESSAGE: dict[str, Any] = {
    "text": "",
    "html": "",
    "reply_text": "",
    "subject": "",
    "to": [],
    "cc": [],
    "in_reply_to": "",
    "delivery_detail": "",
}
EMPTY_SENDER = {"from_name": "", "from_address": "", "reply_to": "", "external_id": ""}
EMPTY_CHAT = {
    "visitor_name": "",
    "visitor_email": "",
    "external_id": "",
    "page_url": "",
    "page_title": "",
    "referrer": "",
    "user_agent": "",
}


def has_words() -> Q:
    """Messages that still say something, or to whom."""
    says = ~Q(text="") | ~Q(html="") | ~Q(reply_text="") | ~Q(subject="") | ~Q(to=[]) | ~Q(cc=[])
    names_sender = ~Q(from_address="") | ~Q(from_name="")
    return says | (Q(direction=Direction.INBOUND) & names_sender)


def messages_of(ids: Collection[int], *, until: datetime) -> QuerySet[Message]:
    """What they wrote anywhere, and on their own tickets all that nobody else of whom we know wrote."""
    wrote = Q(customer__in=ids, created_at__lte=until)
    of_tickets = Q(ticket__customer__in=ids, ticket__created_at__lte=until, customer__isnull=True)
    return Message.objects.filter(wrote | of_tickets)


def records_of(
    messages: QuerySet[Message], values: Collection[str], pool_id: int, *, until: datetime
) -> QuerySet[InboundRecord]:
    """These messages as they came in, and what else came from these addresses."""
    known = [value for value in values if value]
    sent = Q(sender__in=known, connection__inbox__brand__pool=pool_id, received_at__lte=until)
    became_late = Q(message__created_at__gt=until)
    return InboundRecord.objects.filter(Q(message__in=messages.values("pk")) | sent & ~became_late)


def empty_messages(rows: QuerySet[Message]) -> tuple[int, set[int], int]:
    """(messages, blobs that were theirs, files). An answer that has not left stays here."""
    ids = list(rows.values_list("pk", flat=True))
    files = Attachment.objects.filter(message__in=ids)
    blobs = set(files.values_list("blob", flat=True))
    count = files.delete()[0]
    mine = Message.objects.filter(pk__in=ids)
    mine.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.WITHDRAWN, next_try_at=None)
    emptied = mine.filter(has_words()).count()
    mine.update(**EMPTY_MESSAGE)
    mine.filter(direction=Direction.INBOUND).update(**EMPTY_SENDER)
    return emptied, blobs, count


def empty_drafts(ticket: Ticket) -> tuple[int, set[int]]:
    files = Attachment.objects.filter(draft__ticket=ticket)
    blobs = set(files.values_list("blob", flat=True))
    files.delete()
    count = Draft.objects.filter(ticket=ticket).delete()[1].get("tickets.Draft", 0)
    return count, blobs


def empty_records(rows: QuerySet[InboundRecord]) -> tuple[int, set[int]]:
    """What arrived, byte for byte: the row and its key stay, so that the same mail once more is no new one."""
    full = rows.exclude(raw=b"", blob__isnull=True)
    ids = list(full.values_list("pk", flat=True))
    blobs = {pk for pk in full.values_list("blob", flat=True) if pk is not None}
    waiting = (InboundRecord.State.PARKED, InboundRecord.State.FAILED)
    InboundRecord.objects.filter(pk__in=ids, state__in=waiting).update(state=InboundRecord.State.IGNORED)
    InboundRecord.objects.filter(pk__in=ids).update(
        raw=b"", blob=None, envelope={}, sender="", subject="", error=""
    )
    return len(ids), blobs


def empty_bulk_values(ticket: Ticket) -> None:
    """What its fields were before somebody set one of many tickets, and after: nobody takes that back here. While
    the job runs it keeps the value it sets.
    """
    items = BulkItem.objects.filter(job__verb=BulkJob.Verb.FIELD, ticket=ticket)
    over = BulkJob.objects.filter(pk__in=items.values("job")).exclude(state=BulkJob.State.RUNNING)
    for job in over.only("arguments"):
        BulkJob.objects.filter(pk=job.pk).update(arguments={"field": job.arguments["field"]})
    items.update(before={}, after={})


def empty_chats(ticket: Ticket, ids: Collection[int]) -> int:
    """Nor does the visitor's browser open it any more."""
    chats = ChatSession.objects.filter(contact__ticket=ticket, contact__customer__in=ids)
    count = empty_sessions(chats)
    close_conversations(ticket)
    return count


def empty_chats_of(ticket: Ticket) -> int:
    """Whoever sat there."""
    count = empty_sessions(ChatSession.objects.filter(contact__ticket=ticket))
    close_conversations(ticket)
    return count


def empty_sessions(chats: QuerySet[ChatSession]) -> int:
    count = chats.exclude(**EMPTY_CHAT).count()
    for pk in list(chats.values_list("pk", flat=True)):
        ChatSession.objects.filter(pk=pk).update(**EMPTY_CHAT, token_hash=hash_of(new_token()))
    return count


def close_conversations(ticket: Ticket) -> None:
    for pk in Conversation.objects.filter(ticket=ticket).values_list("pk", flat=True):
        Conversation.objects.filter(pk=pk).update(key=f"erased-{pk}")


def empty_feedback(ids: Collection[int]) -> int:
    """Scores stay: they are figures."""
    return empty_answers(Answer.objects.filter(invitation__customer__in=ids))


def empty_answers(answers: QuerySet[Answer]) -> int:
    FollowUp.objects.filter(answer__in=answers).update(note="")
    said = answers.exclude(comment="", more={})
    return said.update(comment="", more={})


def mentions_of(values: Collection[str], pool_id: int, until: datetime) -> QuerySet[Participant]:
    return Participant.objects.filter(
        address__in=values, ticket__brand__pool=pool_id, ticket__created_at__lte=until
    )


def over(mentions: QuerySet[Participant], until: datetime) -> QuerySet[Participant]:
    """Those of which nobody made use since."""
    wrote = Message.objects.filter(ticket=OuterRef("ticket"), from_address__iexact=OuterRef("address"))
    return mentions.exclude(Exists(wrote.filter(created_at__gt=until)))


def answers_to(values: Collection[str], pool_id: int, *, until: datetime) -> list[int]:
    """Our answers to this person alone on tickets of others: theirs was joined with it."""
    mentions = mentions_of(values, pool_id, until)
    ours = Message.objects.filter(direction=Direction.OUTBOUND, ticket__in=mentions.values("ticket"))
    ours = ours.filter(created_at__lte=until)
    named = ours.only("pk", "to").iterator()
    return [message.pk for message in named if message.to and not without(message.to, values)]


def forget_mentions(values: Collection[str], pool_id: int, *, until: datetime) -> int:
    """On tickets of others: as a participant, and among those a message went to."""
    mentions = mentions_of(values, pool_id, until)
    for ticket_id in set(mentions.values_list("ticket", flat=True)):
        said = Message.objects.filter(ticket=ticket_id, created_at__lte=until)
        for message in said.only("pk", "to", "cc").iterator():
            to, cc = without(message.to, values), without(message.cc, values)
            if (to, cc) != (message.to, message.cc):
                Message.objects.filter(pk=message.pk).update(to=to, cc=cc)
    return over(mentions, until).delete()[0]


def without(named: list[dict[str, str]], values: Collection[str]) -> list[dict[str, str]]:
    return [one for one in named if one.get("address", "").lower() not in values]


def empty_person(ids: Collection[int]) -> dict[str, int]:
    """The rows of the person, and what hangs on them. Orders keep what they were worth and when."""
    orders = Order.objects.filter(customer__in=ids).exclude(items=[], url="")
    order_ids = list(orders.values_list("pk", flat=True))
    for pk in order_ids:
        Order.objects.filter(pk=pk).update(number=f"erased-{pk}", items=[], url="")
    JoinProposal.objects.filter(Q(customer__in=ids) | Q(other__in=ids)).delete()
    counts = {
        "orders": len(order_ids),
        "notes": CustomerNote.objects.filter(customer__in=ids).delete()[0],
        "identities": Identity.objects.filter(customer__in=ids).delete()[0],
        "consents": Consent.objects.filter(customer__in=ids).delete()[0],
        "customers": len(ids),
    }
    texts = dict.fromkeys(("name", "known_by", "language", "zone", "tier"), "")
    Customer.objects.filter(pk__in=ids).update(**texts, fields={}, organisation=None, updated_at=now())
    return counts


def forget_sign_ins(ids: Collection[int], values: Collection[str], pool_id: int, *, until: datetime) -> int:
    """Sessions end at once; links and codes open nothing any more."""
    TicketLink.objects.filter(Q(made_by__in=ids) | Q(ticket__customer__in=ids)).delete()
    codes = SignInCode.objects.filter(brand__pool=pool_id, address__in=values, created_at__lte=until)
    sessions = PortalSession.objects.filter(customer__in=ids)
    return int(codes.delete()[0] + sessions.delete()[0])


def copies_of(ids: Collection[int]) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(customer__in=ids, kind=DataRequest.Kind.DOWNLOAD)


def cancel_copies(ids: Collection[int]) -> None:
    """A worker that is writing one finds nothing to finish, and nobody is told that it is ready."""
    copies_of(ids).filter(state__in=OPEN).update(state=DataRequest.State.CANCELLED, ended_at=now())
    PortalMail.objects.filter(request__in=copies_of(ids), state=PortalMail.State.QUEUED).delete()


def forget_copies(ids: Collection[int]) -> set[int]:
    """Blobs of those that were made before."""
    cancel_copies(ids)
    blobs = {pk for pk in copies_of(ids).values_list("blob", flat=True) if pk is not None}
    copies_of(ids).update(blob=None, address="")
    return blobs


def left(ids: Collection[int], values: Collection[str], pool_id: int, *, until: datetime) -> dict[str, int]:
    """What is still there after all: every number must be 0."""
    messages = messages_of(ids, until=until)
    own_records = records_of(messages, values, pool_id, until=until)
    mentions = over(mentions_of(values, pool_id, until), until)
    drafts = Draft.objects.filter(ticket__customer__in=ids)
    return {
        "identities": Identity.objects.filter(customer__in=ids).count(),
        "customers": Customer.objects.filter(pk__in=ids).exclude(name="", known_by="", fields={}).count(),
        "tickets": Ticket.objects.filter(customer__in=ids).exclude(subject="", preview="", fields={}).count(),
        "messages": messages.filter(has_words()).count(),
        "files": Attachment.objects.filter(message__in=messages.values("pk")).count(),
        "raw": own_records.exclude(raw=b"", blob__isnull=True).count(),
        "drafts": drafts.count(),
        "participants": Participant.objects.filter(ticket__customer__in=ids).count() + mentions.count(),
        "chats": ChatSession.objects.filter(contact__customer__in=ids).exclude(**EMPTY_CHAT).count(),
        "notes": CustomerNote.objects.filter(customer__in=ids).count(),
        "orders": Order.objects.filter(customer__in=ids).exclude(items=[], url="").count(),
        "comments": Answer.objects.filter(invitation__customer__in=ids).exclude(comment="", more={}).count(),
        "copies": copies_of(ids).filter(Q(state__in=OPEN) | Q(blob__isnull=False)).count(),
        "sign_ins": PortalSession.objects.filter(customer__in=ids).count(),
    }
