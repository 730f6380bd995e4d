"""One conversation with one customer: when each step happens, in which words, with which files."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from carecenter.demo import mails, wording
from carecenter.demo.files import Cupboard
from carecenter.demo.firm import House
from carecenter.demo.hours import into_hours
from carecenter.demo.people import Person
from carecenter.demo.script import Conversation, Step
from carecenter.demo.story import Story
from channels_app.kinds.base import Attachment as MailFile
from channels_app.models import DeliveryAttempt
from journal.actors import user_actor
from tickets.by_hand import ByHand
from tickets.models import Attachment, Delivery, Direction, Message, Status

OURS = frozenset({"agent", "note", "call", "visit", "case", "do"})
LATEST = timedelta(minutes=2)  # before now: nothing is under way while the demo is made
TAKEN = 0.55  # of the tickets nobody has answered: somebody has them open
OUTCOMES = {
    "sent": (Delivery.SENT, DeliveryAttempt.Outcome.SENT, "250 2.0.0 Ok: queued"),
    "bounced": (Delivery.BOUNCED, DeliveryAttempt.Outcome.SENT, "250 2.0.0 Ok: queued"),
    "failed": (Delivery.FAILED, DeliveryAttempt.Outcome.REJECTED, "554 5.7.1 Message refused by policy"),
    "unconfirmed": (
        Delivery.UNCONFIRMED,
        DeliveryAttempt.Outcome.UNCONFIRMED,
        "connection lost after the last byte",
    ),
}


@dataclass
class Scene:
    """What all steps of a ticket share."""

    conversation: Conversation
    person: Person | None
    house: House
    slots: dict[str, str]
    rng: Random
    now: datetime
    cupboard: Cupboard
    backlog: int = -1  # stop before this step of ours: nobody has got to it yet


class Teller:
    def __init__(self, scene: Scene, story: Story) -> None:
        self.scene = scene
        self.story = story
        self.rng = scene.rng
        self.language = scene.house.language
        key = scene.conversation.inbox
        inboxes = scene.house.inboxes
        self.inbox = inboxes[key] if key else inboxes["email"]
        self.address = scene.house.addresses.get(self.inbox.pk, "")
        self.subject = wording.say(scene.conversation.subject, scene.slots, scene.rng)
        self.sorted = False

    def tell(self) -> bool:
        """Play the steps until the present. True when it was told to its end."""
        for place, step in enumerate(self.scene.conversation.steps):
            if place:
                self.story.at = self.moment_of(step)
            if self.story.at > self.scene.now - LATEST:
                return False
            if place == self.scene.backlog:
                if not self.sorted and self.rng.random() < TAKEN:
                    self.look()
                return False
            self.play(step, is_first=not place)
        return True

    def moment_of(self, step: Step) -> datetime:
        at = (
            self.story.at
            + step.after * self.rng.uniform(0.6, 1.7)
            + timedelta(seconds=self.rng.randrange(15, 59))
        )
        zone = self.scene.house.brand.zone
        if step.who in OURS:
            return into_hours(at, zone, self.rng)
        asleep = 1 <= at.astimezone(ZoneInfo(zone)).hour < 6 and step.who == "customer"
        return at + timedelta(hours=6) if asleep else at

    def play(self, step: Step, *, is_first: bool) -> None:
        if is_first and step.who in ("customer", "auto"):
            self.begin(kind="email", actor="")
        elif is_first:
            kinds = {"call": ByHand.PHONE, "visit": ByHand.VISIT, "case": ByHand.INTERNAL}
            self.begin(kind=kinds.get(step.who, "email"), actor=user_actor(self.story.agent.pk))
        if step.who in OURS and not is_first and not self.sorted:
            self.look()
        for flag in step.flags:
            if flag == "colleague":
                self.change_agent()
        getattr(self, f"on_{step.who}")(step)
        self.after(step)

    def begin(self, *, kind: str, actor: str) -> None:
        """A customer's mail waits for everybody; a ticket we open is ours and open from the start."""
        story, person = self.story, self.scene.person
        customer = person.customer if person else None
        inbox = None if kind == ByHand.INTERNAL else self.inbox
        if actor and kind != ByHand.INTERNAL:
            story.ticket.assignee = story.agent
        if actor:
            story.ticket.status = Status.OPEN
        who = actor or (f"customer:{customer.pk}" if customer else "system")
        story.begin(subject=self.subject, kind=kind, customer=customer, inbox=inbox, actor=who)
        if kind == ByHand.INTERNAL:
            story.ticket.team = self.scene.house.team
        if actor:
            self.sorted = True
            story.sort_in(tags=self.scene.conversation.tags, priority=self.scene.conversation.priority)

    def look(self) -> None:
        """Before the first answer somebody opens the ticket: takes it, most of the time, and sorts it in."""
        story, moment = self.story, self.story.at
        self.sorted = True
        earlier = moment - timedelta(minutes=self.rng.uniform(1, 14))
        story.at = max(earlier, story.messages[-1].created_at + timedelta(seconds=20))
        if self.rng.random() < 0.7:
            story.assign(story.agent)
        story.sort_in(tags=self.scene.conversation.tags, priority=self.scene.conversation.priority)
        story.at = moment

    def change_agent(self) -> None:
        story = self.story
        others = [agent for agent in self.scene.house.agents if agent != story.agent]
        story.agent = self.rng.choice(others)
        self.scene.slots["agent"] = story.agent.name.split()[0]
        story.assign(story.agent)

    def after(self, step: Step) -> None:
        """Flags that move the ticket once the step is done; an answer has moved it already."""
        if step.who == "agent":
            return
        for flag, status in (("solve", Status.SOLVED), ("hold", Status.ON_HOLD), ("pending", Status.PENDING)):
            if flag in step.flags and self.story.ticket.status != status:
                self.story.set_status(status, self.story.actor)

    def say(self, text: str) -> str:
        return wording.say(text, self.scene.slots, self.rng)

    def choice(self, table: dict[str, Any]) -> str:
        return self.say(self.rng.choice(table[self.language]))

    # Steps

    def on_customer(self, step: Step) -> None:
        body = self.say(step.text)
        if "bare" not in step.flags:
            body = wording.join(self.choice(wording.HELLO), body, self.scene.slots["bye"])
        message = self.inbound(body)
        if "cc" in step.flags:
            message.cc = [{"name": self.scene.slots["friend"], "address": self.scene.slots["friend_mail"]}]
        self.arrive(message, self.files_of(step, message, body))

    def inbound(self, body: str) -> Message:
        person, story = self.scene.person, self.story
        assert person is not None  # noqa: S101  only people write mails
        last = story.messages[-1] if story.messages else None
        text, subject = body, self.subject
        if last is not None:
            subject = f"{'AW' if self.language == 'de' else 'Re'}: {self.subject}"
            if last.audience == Message.Audience.PUBLIC and last.kind == "email":
                who = f"{self.scene.house.brand.name} <{self.address}>" if last.author_id else last.from_name
                months = wording.MONTHS[self.language]
                history = mails.quote(
                    last.reply_text, who=who, at=last.created_at, language=self.language, months=months
                )
                text = wording.join(body, history)
        number = len(story.messages) + 1
        answers = [
            message
            for message in story.messages
            if message.direction == Direction.OUTBOUND and message.external_id
        ]
        return Message(
            inbox=self.inbox, kind="email", direction=Direction.INBOUND, customer=person.customer,
            from_name=person.name, from_address=person.email, subject=subject[:400],
            to=[{"name": self.scene.house.brand.name, "address": self.address}], text=text, reply_text=body,
            html=mails.html_as(person.mail_style, text, self.language),
            external_id=f"{self.rng.getrandbits(64):016x}.{number}@{person.email.partition('@')[2]}",
            in_reply_to=answers[-1].external_id if answers else "", sent_at=story.at - timedelta(seconds=4),
        )  # fmt: skip

    def arrive(self, message: Message, files: list[MailFile]) -> None:
        """Append it, with the raw mail it was."""
        story, person = self.story, self.scene.person
        references = [earlier.external_id for earlier in story.messages if earlier.external_id]
        story.receive(message, participant=message.from_address)
        style = person.mail_style if person else "plain"
        raw = mails.raw_of(
            message, inbox_address=self.address, style=style, references=references, files=files
        )
        record = mails.record_of(
            raw, connection=self.inbox.connection, sender=message.from_address, subject=message.subject,
            to=self.address, at=story.at,
        )  # fmt: skip
        record.ticket, record.message = story.ticket, message
        record.opened_ticket = len(story.messages) == 1
        story.ledger.records.append(record)

    def files_of(self, step: Step, message: Message, body: str) -> list[MailFile]:
        found = []
        pictures = [flag for flag in step.flags if flag in ("photo", "photos")]
        for number in range((len(pictures) and 1) + ("photos" in step.flags)):
            blob, content = self.scene.cupboard.picture(self.rng.randrange(100) + number)
            found.append((blob, content, f"IMG_{self.rng.randrange(1000, 9999)}.png", "image/png"))
        if "pdf" in step.flags:
            blob, content = self.scene.cupboard.invoice(
                [self.scene.slots["invoice"], *body.splitlines()[:30]]
            )
            found.append((blob, content, f"{self.scene.slots['invoice']}.pdf", "application/pdf"))
        for blob, _content, name, content_type in found:
            self.story.ledger.attachments.append(
                Attachment(
                    message=message, blob=blob, name=name, content_type=content_type, created_at=self.story.at
                )
            )
        return [MailFile(name=name, content_type=kind, content=content) for _, content, name, kind in found]

    def on_agent(self, step: Step) -> None:
        story, slots = self.story, self.scene.slots
        thanks = self.choice(wording.THANKS) if story.ticket.first_replied_at is None else ""
        opening = wording.join(self.choice(wording.DEAR), thanks)
        text = wording.join(opening, self.say(step.text), self.say(wording.SIGN[self.language]))
        last = next(
            (m for m in reversed(story.messages) if m.direction == Direction.INBOUND and m.external_id), None
        )
        person = self.scene.person
        to = {"name": slots["name"], "address": person.email if person else slots["email"]}
        message = Message(
            inbox=self.inbox, kind="email", direction=Direction.OUTBOUND, to=[to], subject=story.ticket.subject,
            text=text, reply_text=text, html=mails.our_html(text), in_reply_to=last.external_id if last else "",
            external_id=f"{story.ticket.token}.{len(story.messages) + 1}@{self.address.partition('@')[2]}",
        )  # fmt: skip
        statuses = {"solve": Status.SOLVED, "hold": Status.ON_HOLD, "open": ""}
        then = next((statuses[flag] for flag in step.flags if flag in statuses), Status.PENDING)
        if then == story.ticket.status:
            then = ""
        story.answer(message, then=then)
        self.files_of(step, message, text)
        outcome = next((flag for flag in step.flags if flag in OUTCOMES), "sent")
        self.deliver(message, outcome)

    def deliver(self, message: Message, outcome: str) -> None:
        delivery, result, detail = OUTCOMES[outcome]
        self.story.deliver(
            message, Delivery.SENT if outcome == "bounced" else delivery, detail if outcome != "sent" else ""
        )
        begun = message.send_at or self.story.at
        self.story.ledger.attempts.append(
            DeliveryAttempt(
                message=message, number=1, started_at=begun, ended_at=begun + timedelta(seconds=1), outcome=result,
                detail=detail,
            )
        )  # fmt: skip

    def on_note(self, step: Step) -> None:
        text = self.say(step.text)
        self.story.note(text, mails.our_html(text))

    def on_case(self, step: Step) -> None:
        self.on_note(step)
        self.story.ticket.preview = self.story.messages[-1].text.replace("\n", " ")[:200]

    def on_call(self, step: Step) -> None:
        self.log(step, ByHand.PHONE)

    def on_visit(self, step: Step) -> None:
        self.log(step, ByHand.VISIT)

    def log(self, step: Step, kind: str) -> None:
        text = self.say(step.text)
        direction = Direction.OUTBOUND if "out" in step.flags else Direction.INBOUND
        self.story.log(kind=kind, direction=direction, text=text, html=mails.our_html(text))

    def on_do(self, step: Step) -> None:
        """Something without words: the flags say what."""
        if "unassign" in step.flags:
            self.story.assign(None)
        if "urgent" in step.flags:
            self.story.sort_in(priority=4)

    def on_auto(self, step: Step) -> None:
        message = self.inbound(self.say(step.text))
        message.is_auto = True
        message.subject = (
            f"{'Abwesenheitsnotiz' if self.language == 'de' else 'Automatic reply'}: {self.subject}"
        )
        self.arrive(message, [])

    def on_bounce(self, step: Step) -> None:
        """The mail server of the customer gives our answer back."""
        last = next(m for m in reversed(self.story.messages) if m.direction == Direction.OUTBOUND)
        message = self.inbound(self.say(step.text))
        message.is_bounce = message.is_auto = True
        message.from_name, message.from_address = (
            "Mail Delivery System",
            f"mailer-daemon@{message.from_address.partition('@')[2]}",
        )
        message.customer, message.subject = None, "Undelivered Mail Returned to Sender"
        self.story.bounce(last)
        last.delivery_detail = "550 5.1.1 Mailbox unavailable"
        self.arrive(message, [])
