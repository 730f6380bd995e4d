"""Answer a customer, write a note, take an answer back. A reply is a row before it is a packet."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.html import html_to_text
from carecenter.lib.kinds import Capability, can
from carecenter.lib.rows import insert
from carecenter.lib.sanitise import sanitise_reply_html
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import in_seconds, now
from journal.actors import user_actor
from journal.domain.recording import record, recorded_together
from journal.models import Event
from tickets.by_hand import ByHand
from tickets.domain.contacts import answer_contacts, open_contacts, start_contact
from tickets.domain.errors import Empty, NotAllowed, TooLate
from tickets.domain.fields.values import refuse_unfilled
from tickets.domain.routes import Route, route_of
from tickets.domain.status import MOVES, set_status
from tickets.domain.tickets import lock_ticket, lock_ticket_of, preview_of, refuse_merged, save_changed
from tickets.domain.uploads import Uploads
from tickets.history import is_import_id
from tickets.models import (
    Attachment,
    Contact,
    Delivery,
    Direction,
    Draft,
    Message,
    Status,
    Ticket,
)  # fmt: skip


def queue_reply(
    ticket: Ticket,
    *,
    actor: User,
    html: str,
    cc: Sequence[dict[str, str]] = (),
    then: str = "",
    draft: Draft | Uploads | None = None,
) -> Message:
    """Write an answer that leaves in `UNDO_SECONDS`; `then` moves the ticket too ("solved", "pending").

    The files of `draft` go with it and the draft is gone; or those that were uploaded for it. The waiting and the open
    contacts end now. Raises Empty without text and files, NoRecipient without an address, NotAllowed on a closed ticket
    or a move that is none.
    """
    answer = written(actor, html, cc, draft)
    with transaction.atomic(), recorded_together():
        return reply_on(lock_ticket(ticket.pk), answer, then=then, draft=draft)


def written(actor: User, html: str, cc: Sequence[dict[str, str]], draft: Draft | Uploads | None) -> "Answer":
    """What is to be said, made safe. Raises Empty. Before the ticket is locked, for it may take a while."""
    html = sanitise_reply_html(html)
    text = html_to_text(html)
    if not text.strip() and not has_files(draft):
        raise Empty(_("Write an answer first."))
    return Answer(actor, html, text, tuple(cc))


def reply_on(locked: Ticket, answer: "Answer", *, then: str, draft: Draft | Uploads | None) -> Message:
    """`queue_reply` in a transaction that has locked the ticket."""
    refuse_merged(locked)
    if locked.status == Status.CLOSED:
        raise NotAllowed(_("This ticket is closed. Open a new one for this customer."))
    if not has_files(draft) and (same := find_repeated(locked, answer.author, answer.html, answer.cc)):
        return same
    contacts = open_contacts(locked)
    message = create_reply(locked, contacts, answer)
    move_files(draft, message)
    finish_reply(locked, message, contacts, actor=answer.author, then=then)
    return message


def find_repeated(ticket: Ticket, actor: User, html: str, cc: Sequence[dict[str, str]]) -> Message | None:
    """The same words of the same person that still can be taken back: a request that came twice, as over a bad line."""
    for message in _waiting().rows(ticket=ticket.pk, author=actor.pk, now=now()):
        if (message.html, message.cc) == (html, list(cc)[:50]) and not message.attachments.exists():
            message.ticket = ticket
            return message
    return None


@cache
def _waiting() -> Statement[Message]:
    """A person's answers on a ticket that can still be taken back, the latest first."""
    queued = Message.objects.filter(ticket_id=Given("ticket"), author_id=Given("author"), tries=0)
    queued = queued.filter(delivery=Delivery.QUEUED, send_at__gt=Given("now", DateTimeField()))
    return Statement(queued.order_by("-pk"))


@dataclass(frozen=True)
class Answer:
    """What we say. `external_id` makes it one message however often it is asked for."""

    author: User
    html: str
    text: str
    cc: tuple[dict[str, str], ...] = ()
    external_id: str = ""


def create_reply(
    ticket: Ticket, contacts: list[Contact], answer: Answer, *, route: Route | None = None
) -> Message:
    """The row, on a locked ticket, by the way the customer is reached now. Raises NoRecipient.

    In the run of its kind among the open `contacts`; else in a new one, which joins them.
    """
    route = route or route_of(ticket)
    of_kind = [one for one in contacts if (one.inbox_id, one.kind) == (route.inbox.pk, route.kind)]
    if not of_kind:
        of_kind = [
            start_contact(
                ticket,
                inbox=route.inbox,
                kind=route.kind,
                direction=Direction.OUTBOUND,
                actor=user_actor(answer.author.pk),
                agent=answer.author,
            )
        ]
        contacts += of_kind
    return create_message(of_kind[0], route, answer)


def create_message(contact: Contact, route: Route, answer: Answer) -> Message:
    """An answer on its way: it waits while it can be taken back, or is there for the other side to fetch."""
    is_mail = route.can(Capability.ADDRESSES)
    message = Message(
        ticket=contact.ticket,
        contact=contact,
        inbox=route.inbox,
        kind=route.kind,
        direction=Direction.OUTBOUND,
        author=answer.author,
        from_name=answer.author.name,
        to=[route.to],
        cc=list(answer.cc)[:50] if is_mail else [],
        subject=contact.ticket.subject,
        text=answer.text,
        reply_text=answer.text,
        html=answer.html,
        external_id=answer.external_id,
        in_reply_to=route.last.external_id if is_mail and route.last and can_quote(route.last) else "",
        **leaving(route),
    )
    insert(message)
    return message


def can_quote(last: Message) -> bool:
    """Has it a Message-ID that a mail program knows? Tickets of another help desk have none, but numbers."""
    return can(last.kind, Capability.ADDRESSES) and not is_import_id(last.external_id)


def leaving(route: Route) -> dict[str, Any]:
    """When it goes: at once where the other side fetches it, soon, or after the time to take it back."""
    if route.can(Capability.FETCHED):
        return {"delivery": Delivery.SENT, "sent_at": now()}
    send_at = in_seconds(settings.UNDO_SECONDS) if route.can(Capability.UNDO) else now()
    return {"delivery": Delivery.QUEUED, "send_at": send_at, "next_try_at": send_at}


def has_files(draft: Draft | Uploads | None) -> bool:
    if isinstance(draft, Draft):
        return draft.attachments.exists()
    return draft is not None and bool(draft.rows)


def move_files(draft: Draft | Uploads | None, message: Message) -> None:
    if isinstance(draft, Uploads):
        draft.move_to(message)
    elif draft is not None:
        Attachment.objects.filter(draft=draft).update(draft=None, message=message)
        draft.delete()


def finish_reply(
    ticket: Ticket, message: Message, contacts: Sequence[Contact], *, actor: User, then: str
) -> None:
    """Events, the open contacts, what the list shows, and the status after an answer."""
    code = user_actor(actor.pk)
    before = {"status": ticket.status, "assignee": ticket.assignee_id}
    target = then or (Status.OPEN if ticket.status in (Status.NEW, Status.SOLVED) else ticket.status)
    subject = f"message:{message.pk}"
    record("message.queued", actor=code, ticket=ticket, subject=subject, before=before, after=target)
    answer_contacts(contacts, actor=code, agent=actor)
    fields = show_latest(ticket, message)
    ticket.waiting_since = None
    ticket.first_replied_at = ticket.first_replied_at or now()
    fields += ["waiting_since", "first_replied_at"]
    if ticket.assignee_id is None:
        ticket.assignee = actor
        fields.append("assignee")
        record("ticket.assigned", actor=code, ticket=ticket, before=None, after=actor.pk)
    save_changed(ticket, *fields)
    if target != ticket.status:
        if target not in MOVES[ticket.status]:
            raise NotAllowed(_("The ticket cannot become %(to)s.") % {"to": Status(target).label})
        refuse_unfilled(ticket, target)
        set_status(ticket, target, actor=code)


def show_latest(ticket: Ticket, message: Message) -> list[str]:
    ticket.last_message_at = message.created_at
    ticket.last_kind = message.kind
    ticket.preview = preview_of(message.text)
    ticket.message_count += 1
    return ["last_message_at", "last_kind", "preview", "message_count"]


def add_note(ticket: Ticket, *, actor: User, html: str, draft: Draft | Uploads | None = None) -> Message:
    """An internal note. Customers never see it; it answers nobody and wakes nobody. Raises Empty."""
    html = sanitise_reply_html(html)
    text = html_to_text(html)
    if not text.strip() and not has_files(draft):
        raise Empty(_("Write a note first."))
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        note = Message.objects.create(
            ticket=locked,
            kind=ByHand.INTERNAL,
            direction=Direction.OUTBOUND,
            audience=Message.Audience.INTERNAL,
            author=actor,
            from_name=actor.name,
            text=text,
            reply_text=text,
            html=html,
        )
        move_files(draft, note)
        locked.message_count += 1
        save_changed(locked, "message_count")
        record("note.added", actor=user_actor(actor.pk), ticket=locked, subject=f"message:{note.pk}")
    return note


def take_back(message_id: int, *, actor: User) -> Draft:
    """Stop an answer before it leaves: it becomes a draft again, and the ticket is as it was before.

    One conditional UPDATE decides between this and the sender. Raises TooLate when it has left.
    """
    with transaction.atomic():
        ticket = lock_ticket_of(message_id)
        message = Message.objects.select_related("ticket").get(pk=message_id)
        mine = Message.objects.filter(pk=message_id, author=actor, delivery=Delivery.QUEUED, tries=0)
        if not mine.update(delivery=Delivery.WITHDRAWN, next_try_at=None):
            raise TooLate(_("This answer has left already."))
        draft, _created = Draft.objects.get_or_create(
            ticket=ticket, author=actor, audience=Message.Audience.PUBLIC, defaults={"cc": message.cc}
        )
        draft.html = message.html + draft.html
        draft.updated_at = now()
        draft.save(update_fields=["html", "updated_at"])
        Attachment.objects.filter(message=message).update(message=None, draft=draft)
        restore_ticket(ticket, message, actor=actor)
    return draft


def restore_ticket(ticket: Ticket, message: Message, *, actor: User) -> None:
    """Put back what the answer changed, from the event that tells what was before."""
    code = user_actor(actor.pk)
    record("message.taken_back", actor=code, ticket=ticket, subject=f"message:{message.pk}")
    answers = public_answers(ticket)
    unanswered = ticket.messages.filter(
        direction=Direction.INBOUND,
        is_auto=False,
        is_bounce=False,
        pk__gt=answers.values_list("pk", flat=True).last() or 0,
    )
    ticket.waiting_since = unanswered.order_by("pk").values_list("created_at", flat=True).first()
    ticket.first_replied_at = answers.values_list("created_at", flat=True).first()
    latest = visible_messages(ticket).last()
    if latest:
        ticket.preview = preview_of(latest.reply_text or latest.text)
        ticket.last_kind = latest.kind
        ticket.last_message_at = latest.created_at
    ticket.message_count = max(0, ticket.message_count - 1)
    told = told_when_queued(message)
    before = told.get("before", {})
    fields = ["waiting_since", "first_replied_at", "preview", "last_kind", "last_message_at", "message_count"]
    if ticket.assignee_id == actor.pk and before.get("assignee") is None:
        ticket.assignee = None
        fields.append("assignee")
        record("ticket.assigned", actor=code, ticket=ticket, before=actor.pk, after=None)
    save_changed(ticket, *fields)
    reopen_contact(message)
    # What a colleague, or a new mail of the customer, has made of it since stays.
    is_ours = (
        ticket.status == told.get("after", ticket.status)
        and not unanswered.filter(pk__gt=message.pk).exists()
    )
    if is_ours and before.get("status") and before["status"] != ticket.status:
        set_status(ticket, before["status"], actor=code)
    if ticket.waiting_since and ticket.status == Status.SOLVED:
        ticket.waiting_since = None
        save_changed(ticket, "waiting_since")


def public_answers(ticket: Ticket) -> Any:
    """What people of us said; copies and questions of the system answer nobody."""
    answers = ticket.messages.filter(
        direction=Direction.OUTBOUND, audience=Message.Audience.PUBLIC, is_auto=False
    )
    return answers.exclude(delivery=Delivery.WITHDRAWN).order_by("pk")


def visible_messages(ticket: Ticket) -> Any:
    public = ticket.messages.filter(audience=Message.Audience.PUBLIC, is_auto=False)
    return public.exclude(delivery=Delivery.WITHDRAWN).order_by("pk")


def told_when_queued(message: Message) -> dict[str, Any]:
    """`before` the answer: status and assignee; `after`: the status it gave the ticket."""
    events = Event.objects.filter(
        ticket_id=message.ticket_id, name="message.queued", subject=f"message:{message.pk}"
    )
    event = events.order_by("-pk").first()
    return event.data if event else {}


def reopen_contact(message: Message) -> None:
    """The contact this answer ended waits again, unless the customer has opened another meanwhile."""
    contact = message.contact
    if contact is None or contact.end_reason != Contact.EndReason.ANSWERED:
        return
    if contact.direction == Direction.OUTBOUND:  # ours to begin with: there is nothing to answer in it
        return
    newer = Contact.objects.filter(
        ticket=message.ticket_id, inbox=contact.inbox_id, kind=contact.kind, ended_at__isnull=True
    )
    if newer.exists():
        return
    contact.ended_at = contact.answered_at = None
    contact.end_reason = ""
    contact.save(update_fields=["ended_at", "answered_at", "end_reason"])
