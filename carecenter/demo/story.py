"""Tell one conversation: the rows and events that the verbs of `tickets.domain` would have left, at past moments.

The verbs use the present as their clock and one transaction each; six hundred tickets over ninety days need neither.
tests/demo holds the two together: it computes every ticket anew from its messages and events.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from carecenter.demo.firm import House
from carecenter.demo.ledger import Happening, Ledger
from journal.actors import SYSTEM, customer_actor, user_actor
from tickets.by_hand import ByHand
from tickets.domain.tickets import preview_of
from tickets.models import ACTIVE, Contact, Delivery, Direction, Message, Participant, Status, Ticket

Reason = Contact.EndReason
UNDO = timedelta(seconds=10)


class Story:
    """One ticket while it happens. `at` is the moment reached."""

    def __init__(self, ledger: Ledger, house: House, rng: Random, *, agent: User, at: datetime) -> None:
        self.ledger = ledger
        self.house = house
        self.rng = rng
        self.agent = agent
        self.at = at
        self.ticket = Ticket(brand=house.brand, version=0, created_at=at)
        self.open: Contact | None = None  # the run of mails that waits for an answer, the chat that goes on
        self.messages: list[Message] = []
        self.parties: set[str] = set()

    # What stands behind every step

    def record(self, name: str, actor: str, about: tuple[str, Any] | None = None, **data: Any) -> None:
        self.ledger.happenings.append(Happening(self.at, name, actor, self.ticket, about=about, data=data))

    def change(self, **fields: Any) -> None:
        """As `save_changed`: one version more."""
        for name, value in fields.items():
            setattr(self.ticket, name, value)
        self.ticket.version += 1
        self.ticket.updated_at = self.at

    @property
    def actor(self) -> str:
        return user_actor(self.agent.pk)

    def begin(self, *, subject: str, kind: str, customer: Any, inbox: Any, actor: str) -> None:
        ticket = self.ticket
        ticket.subject, ticket.last_kind = subject[:400], kind
        ticket.customer, ticket.inbox = customer, inbox
        ticket.team = inbox.default_team if inbox else None
        ticket.version, ticket.updated_at, ticket.last_message_at = 1, self.at, self.at
        self.ledger.tickets.append(ticket)
        inbox_id, team_id = (inbox.pk, inbox.default_team_id) if inbox else (None, None)
        self.record("ticket.created", actor, kind=kind, inbox=inbox_id, team=team_id)

    def open_contact(self, *, kind: str, direction: str, actor: str, inbox: Any) -> Contact:
        contact = Contact(
            ticket=self.ticket, inbox=inbox, kind=kind, direction=direction, customer=self.ticket.customer,
            opened_at=self.at, queued_at=self.at if direction == Direction.INBOUND else None,
            agent=self.ticket.assignee,
            holder=Contact.Holder.AGENT if self.ticket.assignee_id else Contact.Holder.QUEUE,
        )  # fmt: skip
        self.ledger.contacts.append(contact)
        self.record("contact.opened", actor, ("contact", contact), kind=kind, direction=direction)
        return contact

    def end_contact(self, contact: Contact, reason: str, actor: str) -> None:
        contact.ended_at, contact.end_reason = self.at, reason
        if reason == Reason.ANSWERED:
            contact.answered_at, contact.holder, contact.agent = self.at, Contact.Holder.AGENT, self.agent
        self.record("contact.ended", actor, ("contact", contact), reason=reason)
        if contact is self.open:
            self.open = None

    def add(self, message: Message) -> Message:
        message.ticket, message.created_at = self.ticket, self.at
        self.messages.append(message)
        self.ledger.messages.append(message)
        return message

    # Steps

    def receive(self, message: Message, *, participant: str = "") -> Message:
        """A mail or a line came in. `participant` is the address of its sender."""
        ticket, inbox = self.ticket, message.inbox
        actor = customer_actor(message.customer_id) if message.customer_id else SYSTEM
        is_first = self.open is None
        if self.open is None:
            kind, direction = message.kind, Direction.INBOUND
            self.open = self.open_contact(kind=kind, direction=direction, actor=actor, inbox=inbox)
        contact = message.contact = self.open
        self.add(message)
        if participant:
            self.take_part(participant, message)
        flags = {"is_auto": message.is_auto, "is_bounce": message.is_bounce}
        self.record("message.received", actor, ("message", message), kind=message.kind, **flags)
        wakes = not (message.is_auto or message.is_bounce)
        self.show(message)
        self.change(waiting_since=(ticket.waiting_since or self.at) if wakes else ticket.waiting_since)
        if wakes and ticket.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
            self.set_status(Status.OPEN, actor)
        if is_first and not wakes:
            self.end_contact(contact, Reason.AUTOMATIC, actor)
        return message

    def take_part(self, address: str, message: Message) -> None:
        people = [(address, message.from_name, message.customer)]
        people += [(copy["address"], copy["name"], None) for copy in message.cc]
        for who, name, customer in people:
            if who not in self.parties:
                role = Participant.Role.COPY if self.parties else Participant.Role.REQUESTER
                self.parties.add(who)
                row = Participant(ticket=self.ticket, address=who, name=name, role=role, customer=customer)
                self.ledger.participants.append(row)

    def show(self, message: Message) -> None:
        ticket = self.ticket
        ticket.last_message_at, ticket.last_kind = self.at, message.kind
        ticket.preview = preview_of(message.reply_text or message.text)
        ticket.message_count += 1

    def answer(self, message: Message, *, then: str = "") -> Message:
        """Our reply, sent ten seconds later. Its delivery is told by `deliver`."""
        ticket = self.ticket
        if self.open is None:
            self.open = self.open_contact(
                kind="email", direction=Direction.OUTBOUND, actor=self.actor, inbox=message.inbox
            )
        message.contact, message.author, message.from_name = self.open, self.agent, self.agent.name
        message.send_at = self.at + UNDO
        self.add(message)
        before = {"status": ticket.status, "assignee": ticket.assignee_id}
        self.record("message.queued", self.actor, ("message", message), before=before)
        self.end_contact(self.open, Reason.ANSWERED, self.actor)
        self.show(message)
        if ticket.assignee_id is None:
            self.record("ticket.assigned", self.actor, before=None, after=self.agent.pk)
        self.change(
            assignee=ticket.assignee or self.agent,
            waiting_since=None,
            first_replied_at=ticket.first_replied_at or self.at,
        )
        target = then or (Status.OPEN if ticket.status in (Status.NEW, Status.SOLVED) else ticket.status)
        if target != ticket.status:
            self.set_status(target, self.actor)
        return message

    def deliver(self, message: Message, outcome: str, detail: str = "") -> None:
        """What became of an answer after its ten seconds."""
        moment, self.at = self.at, (message.send_at or self.at) + timedelta(seconds=1)
        message.delivery, message.delivery_detail, message.tries = outcome, detail, 1
        if outcome in (Delivery.SENT, Delivery.BOUNCED):
            message.sent_at = self.at
        first = Delivery.SENT if outcome == Delivery.BOUNCED else outcome
        about = ("message", message)
        self.record("message.delivery_changed", SYSTEM, about, before=Delivery.SENDING, after=first)
        self.change()
        self.at = moment

    def bounce(self, message: Message) -> None:
        """The mail about it has just come."""
        message.delivery = Delivery.BOUNCED
        about = ("message", message)
        self.record("message.delivery_changed", SYSTEM, about, before=Delivery.SENT, after=Delivery.BOUNCED)
        self.change()

    def note(self, text: str, html: str) -> Message:
        note = self.add(
            Message(
                kind=ByHand.INTERNAL, direction=Direction.OUTBOUND, audience=Message.Audience.INTERNAL,
                author=self.agent, from_name=self.agent.name, text=text, reply_text=text, html=html,
            )
        )  # fmt: skip
        self.change(message_count=self.ticket.message_count + 1)
        self.record("note.added", self.actor, ("message", note))
        return note

    def log(self, *, kind: str, direction: str, text: str, html: str) -> Message:
        """A call or a visit, written down by hand."""
        contact = self.open_contact(kind=kind, direction=direction, actor=self.actor, inbox=None)
        contact.agent, contact.holder = self.agent, Contact.Holder.AGENT
        customer = self.ticket.customer if direction == Direction.INBOUND else None
        message = self.add(
            Message(
                contact=contact, kind=kind, direction=direction, author=self.agent, customer=customer,
                from_name=self.agent.name, text=text, reply_text=text, html=html,
            )
        )  # fmt: skip
        self.end_contact(contact, Reason.LOGGED, self.actor)
        self.record("message.logged", self.actor, ("message", message), kind=kind)
        self.show(message)
        self.change(waiting_since=None)
        return message

    def set_status(self, to: str, actor: str) -> None:
        ticket, before = self.ticket, self.ticket.status
        ticket.status = to
        if to == Status.SOLVED:
            ticket.solved_at, ticket.waiting_since = self.at, None
            if self.open is not None:
                self.end_contact(self.open, Reason.SOLVED, actor)
        elif to in ACTIVE and before not in ACTIVE:
            ticket.solved_at = None
        self.change()
        self.record("ticket.status_changed", actor, before=before, after=to)

    def assign(self, to: User | None) -> None:
        before = self.ticket.assignee_id
        if before == (to.pk if to else None):
            return
        self.change(assignee=to)
        if self.open is not None:
            self.open.agent = to
            self.open.holder = Contact.Holder.AGENT if to else Contact.Holder.QUEUE
        self.record("ticket.assigned", self.actor, before=before, after=to.pk if to else None)
        if to is not None and self.ticket.status == Status.NEW:
            self.set_status(Status.OPEN, self.actor)

    def sort_in(self, *, tags: tuple[str, ...] = (), priority: int = 2) -> None:
        """Tags and priority, as the first agent who reads it sets them."""
        if tags and tuple(self.ticket.tags) != tags:
            added = [tag for tag in tags if tag not in self.ticket.tags]
            self.change(tags=[*self.ticket.tags, *added])
            self.record("ticket.tags_changed", self.actor, added=added, removed=[])
        if priority != self.ticket.priority:
            before = self.ticket.priority
            self.change(priority=priority)
            self.record("ticket.priority_changed", self.actor, before=before, after=priority)
