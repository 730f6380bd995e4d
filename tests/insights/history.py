"""Weeks of work by the real verbs, drawn by dice: reopenings, merges and their undoing, splits, answers taken back,
chats, calls, people merged, one erased; over a change of the clocks, in two zones, with office hours and without."""

import datetime as dt
import random
from typing import Any

import time_machine

from accounts.models import Brand, Team, User
from customers.domain import merge as people
from customers.domain.people import ids_of
from customers.models import Customer
from journal.domain.dispatch import number_events
from portal.domain import erasure
from portal.models import DataRequest
from tests.factories.accounts import BrandFactory, TeamFactory, UserFactory, grant
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.tickets import InboxFactory
from tickets.by_hand import ByHand
from tickets.domain import assignment, lines, merging, opening, replies, splitting, status, unmerging
from tickets.domain.errors import TicketError
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.models import ACTIVE, Contact, Delivery, Inbox, Message, Status, Ticket
from workforce.models import Hours

# The clocks of Europe change on the 29th of March.
BEGIN = dt.datetime(2026, 3, 10, 6, 0, tzinfo=dt.UTC)
WEEK = [[["09:00", "12:30"], ["13:15", "18:00"]]] * 5 + [[["22:00", "24:00"]], [["00:00", "04:00"]]]


class World:
    """Two brands in two zones, two teams, three people, three inboxes and some customers."""

    def __init__(self, brand: Brand, seed: int, clock: Any) -> None:
        self.clock = clock
        self.dice = random.Random(seed)
        Brand.objects.filter(pk=brand.pk).update(zone="Europe/Berlin")
        self.brands = [Brand.objects.get(pk=brand.pk), BrandFactory(pool=brand.pool, zone="America/New_York")]
        self.users = [grant(UserFactory(), "Admin") for _ in range(3)]
        self.teams = [TeamFactory(pool=brand.pool, members=self.users) for _ in range(2)]
        self.hours = Hours.objects.create(
            pool=brand.pool,
            name="Week",
            zone="Europe/Berlin",
            weekly=WEEK,
            closed_days=[{"on": "2026-04-03"}],
        )
        self.inboxes = [self.inbox(one, kind) for one in self.brands for kind in ("email", "webchat")]
        self.customers = [self.customer(number) for number in range(7)]
        self.merges: list[Any] = []
        self.joined: list[Any] = []
        self.erased: Customer | None = None
        self.count = 0

    def inbox(self, brand: Brand, kind: str) -> Inbox:
        hours = self.hours if kind == "email" or brand is self.brands[1] else None
        mail = next((one for one in Inbox.objects.filter(brand=brand, kind="email")), None)
        return InboxFactory(
            brand=brand, kind=kind, hours=hours, default_team=self.dice.choice(self.teams), follow_up=mail
        )

    def customer(self, number: int) -> Customer:
        customer = CustomerFactory(pool=self.brands[0].pool)
        IdentityFactory(customer=customer, value=f"person{number}@example.net")
        return customer

    def ticket(self, **wanted: Any) -> Ticket | None:
        found = list(Ticket.objects.filter(merged_into__isnull=True, **wanted).order_by("pk"))
        return self.dice.choice(found) if found else None

    def user(self) -> User:
        return self.dice.choice(self.users)

    def team(self) -> Team:
        return self.dice.choice(self.teams)

    # What may happen

    def write(self) -> None:
        inbox, customer = self.dice.choice(self.inboxes), self.dice.choice(self.customers)
        self.receive(inbox, customer)

    def receive(self, inbox: Inbox, customer: Customer, ticket: Ticket | None = None, **more: Any) -> None:
        self.count += 1
        address = customer.identities.values_list("value", flat=True).first() or "nobody@example.net"
        incoming = IncomingMessage(
            kind=inbox.kind, external_id=f"{self.count}@example", from_address=address, subject="A question",
            text=f"Question {self.count}", reply_text=f"Question {self.count}", **more,
        )  # fmt: skip
        receive_message(inbox=inbox, customer=customer, incoming=incoming, ticket=ticket)

    def write_again(self) -> None:
        ticket = self.ticket(customer__isnull=False, inbox__isnull=False)
        if ticket is not None and ticket.customer and ticket.inbox:
            self.receive(ticket.inbox, ticket.customer, ticket, is_auto=self.dice.random() < 0.15)

    def answer(self) -> None:
        ticket = self.ticket(status__in=ACTIVE, customer__isnull=False)
        if ticket is not None:
            self.count += 1
            then = self.dice.choice(["", "pending", "solved", "solved"])
            replies.queue_reply(ticket, actor=self.user(), html=f"<p>Answer {self.count}</p>", then=then)

    def answer_and_take_back(self) -> None:
        before = Message.objects.filter(delivery=Delivery.QUEUED).count()
        self.answer()
        queued = Message.objects.filter(delivery=Delivery.QUEUED, author__isnull=False)
        if queued.count() > before and (message := queued.order_by("pk").last()) and message.author:
            self.clock.shift(60)
            replies.take_back(message.pk, actor=message.author)

    def send(self) -> None:
        """What waits has left: it cannot be taken back any more."""
        Message.objects.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.SENT)

    def move(self) -> None:
        ticket = self.ticket()
        if ticket is not None:
            to = self.dice.choice([Status.SOLVED, Status.SOLVED, Status.OPEN, Status.ON_HOLD, Status.CLOSED])
            status.change_status(ticket, to, actor=self.user())

    def call(self) -> None:
        case = opening.NewCase(
            brand=self.dice.choice(self.brands), customer=self.dice.choice(self.customers), subject="A call",
            html="<p>We spoke.</p>", team=self.team(),
        )  # fmt: skip
        opening.log_contact(
            case, kind=ByHand.PHONE, direction=self.dice.choice(["in", "out"]), actor=self.user()
        )

    def give(self) -> None:
        ticket = self.ticket(status__in=ACTIVE)
        if ticket is not None:
            assignment.assign(ticket, to=self.user(), actor=self.user())

    def give_to_team(self) -> None:
        ticket = self.ticket(status__in=ACTIVE)
        if ticket is not None:
            assignment.move_to_team(ticket, team=self.team(), actor=self.user())

    def merge(self) -> None:
        gone, kept = self.ticket(), self.ticket()
        if gone and kept and gone != kept:
            self.merges.append(merging.merge(gone, into=kept, actor=self.user()))

    def unmerge(self) -> None:
        if self.merges:
            unmerging.unmerge(self.merges.pop(), actor=self.user())

    def split(self) -> None:
        ticket = self.ticket(message_count__gt=2)
        message = ticket.messages.order_by("-pk").first() if ticket else None
        if ticket is not None and message is not None:
            splitting.split(ticket, [message.pk], subject="Another matter", actor=self.user())

    def leave_chat(self) -> None:
        chat = Contact.objects.filter(kind="webchat", ended_at__isnull=True).order_by("pk").first()
        if chat is not None:
            lines.end(chat, reason=Contact.EndReason.LEFT, actor="system")

    def join_people(self) -> None:
        kept, gone = self.dice.sample(self.customers, 2)
        self.joined.append(people.merge(kept, gone, actor=self.user()))

    def erase(self) -> None:
        """One person, once: their tickets are closed, their words go, the numbers stay."""
        if self.erased:
            return
        customer = self.erased = self.dice.choice(self.customers)
        request = DataRequest.objects.create(
            kind="erasure", state="running", brand=self.brands[0], customer=customer, people=ids_of(customer)
        )
        erasure.erase(request)

    def part_people(self) -> None:
        if self.joined:
            people.undo(self.joined.pop(), actor=self.user())


OFTEN = (*["write"] * 3, *["write_again"] * 2, *["answer"] * 3, "move", "give", "send")
SELDOM = (
    "answer_and_take_back", "call", "give_to_team", "merge", "unmerge", "split", "leave_chat", "join_people",
    "part_people", "erase",
)  # fmt: skip


def generate(brand: Brand, *, seed: int, steps: int, between: Any = None) -> World:
    """So many steps over about five weeks, on whole minutes. `between` is called after each."""
    with time_machine.travel(BEGIN, tick=False) as clock:
        world = World(brand, seed, clock)
        for number in range(steps):
            clock.shift(60 * world.dice.randrange(1, 2 * 50_000 // steps))
            name = world.dice.choice(OFTEN if world.dice.random() < 0.75 else SELDOM)
            try:
                getattr(world, name)()
            except (TicketError, people.CannotMerge, people.CannotUndo):
                continue
            number_events()
            if between is not None:
                between(world, number)
    for ticket in Ticket.objects.all():
        Ticket.objects.filter(pk=ticket.pk).update(tags=["late", "vip"][: ticket.pk % 3])
    return world
