"""Chats of the demo firm: lines that follow each other within minutes, by customers who are signed in at the shop."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from carecenter.demo.chats import KEY
from carecenter.demo.firm import House
from carecenter.demo.hours import into_hours
from carecenter.demo.mails import our_html
from carecenter.demo.script import Conversation, Step
from carecenter.demo.story import Reason, Story
from carecenter.demo.telling import Scene, Teller
from channels_app.kinds.webchat import payloads
from channels_app.kinds.webchat.adapter import subject_of
from channels_app.models import ChatSession, InboundRecord
from journal.actors import SYSTEM
from tickets.models import Delivery, Direction, Message, Status

KIND: Final = "webchat"
LONGEST: Final = timedelta(hours=1)  # of a chat, its end included
PAGES: Final = (("Hiking boots", "boots/"), ("Your orders", "account/orders/"), ("Tents for two", "tents/"))
BROWSERS: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
)


def is_chat(conversation: Conversation) -> bool:
    return conversation.inbox == KEY


def when_open(at: datetime, house: House, present: datetime, rng: Random) -> datetime:
    """A moment at which somebody is there, so long ago that the chat is over."""
    at = into_hours(at, house.brand.zone, rng)
    while at > present - LONGEST:
        at = into_hours(at - timedelta(days=4), house.brand.zone, rng)
    return at


class Chat(Story):
    """One ticket while its chat goes on."""

    def take(self) -> None:
        if self.open is not None:
            self.record("contact.taken", self.actor, ("contact", self.open))
        self.assign(self.agent)

    def say(self, message: Message) -> None:
        """A line of ours: there at once, and the chat goes on."""
        ticket, contact = self.ticket, self.open
        assert contact is not None  # noqa: S101  the script begins with the customer
        message.contact, message.author, message.from_name = contact, self.agent, self.agent.name
        message.delivery, message.sent_at = Delivery.SENT, self.at
        contact.answered_at = contact.answered_at or self.at
        self.add(message)
        before = {"status": ticket.status, "assignee": ticket.assignee_id}
        self.record("message.queued", self.actor, ("message", message), before=before, after=ticket.status)
        self.show(message)
        self.change(waiting_since=None, first_replied_at=ticket.first_replied_at or self.at)

    def finish(self, reason: str, actor: str) -> None:
        if self.open is not None:
            self.end_contact(self.open, reason, actor)


class ChatTeller(Teller):
    story: Chat

    def __init__(self, scene: Scene, story: Chat) -> None:
        super().__init__(scene, story)
        title, path = self.rng.choice(PAGES)
        person = scene.person
        assert person is not None  # noqa: S101  nobody else is in a chat
        self.session = ChatSession(
            connection=self.inbox.connection,
            token_hash=f"{self.rng.getrandbits(256):064x}",
            visitor_name=person.name,
            visitor_email=person.email,
            external_id=person.shop_number(self.rng),
            evidence=ChatSession.Evidence.VERIFIED,
            language=person.language,
            page_url=f"https://www.{scene.house.slug}.example/{path}",
            page_title=title,
            user_agent=self.rng.choice(BROWSERS),
            created_at=story.at - timedelta(seconds=20),
        )
        story.ledger.chats.append(self.session)

    def moment_of(self, step: Step) -> datetime:
        return (
            self.story.at + step.after * self.rng.uniform(0.6, 1.7) + timedelta(seconds=self.rng.randrange(9))
        )

    def look(self) -> None:
        """Somebody who is there takes the chat, a few seconds before the first answer."""
        story, moment = self.story, self.story.at
        self.sorted = True
        story.at = moment - timedelta(seconds=self.rng.randrange(4, 20))
        story.take()
        story.sort_in(tags=self.scene.conversation.tags, priority=self.scene.conversation.priority)
        story.at = moment

    def play(self, step: Step, *, is_first: bool) -> None:
        if is_first:
            self.body = self.say(step.text)
            self.subject = subject_of(self.line(self.body, ()))
        super().play(step, is_first=is_first)

    def begin(self, *, kind: str, actor: str) -> None:
        super().begin(kind=KIND, actor=actor)

    def after(self, step: Step) -> None:
        """The chat ends a little later, by the one who answered or since its visitor is gone."""
        story = self.story
        self.session.seen_at = story.at
        if "left" in step.flags:
            story.at += timedelta(minutes=2)
            story.finish(Reason.LEFT, SYSTEM)
        elif "solve" in step.flags and story.open is not None:
            story.at += timedelta(seconds=self.rng.randrange(40, 150))
            story.finish(Reason.FINISHED, story.actor)
            story.set_status(Status.SOLVED, story.actor)
        else:
            super().after(step)

    def line(self, text: str, files: tuple[payloads.File, ...]) -> payloads.Line:
        session = self.session
        return payloads.Line(
            session=session.key,
            client_id=f"{self.rng.getrandbits(128):032x}",
            text=text,
            visitor=payloads.Visitor(session.visitor_name, session.visitor_email, session.external_id, True),
            sent_at=self.story.at - timedelta(seconds=1),
            introduces=self.session.contact is None,
            files=files,
        )

    # Steps

    def on_customer(self, step: Step) -> None:
        story = self.story
        text = self.say(step.text) if story.messages else self.body
        message = Message(
            inbox=self.inbox, kind=KIND, direction=Direction.INBOUND, customer=story.ticket.customer,
            from_name=self.session.visitor_name, from_address=self.session.visitor_email, text=text, reply_text=text,
        )  # fmt: skip
        files = [
            payloads.File(file.name, file.content_type, file.content)
            for file in self.files_of(step, message, text)
        ]
        line = self.line(text, tuple(files))
        message.external_id, message.sent_at, message.subject = (
            line.external_id,
            line.sent_at,
            subject_of(line),
        )
        story.receive(message, participant=message.from_address)
        self.session.contact = story.open
        self.keep(line, message)

    def keep(self, line: payloads.Line, message: Message) -> None:
        """The record it was before it was a message."""
        raw, at = payloads.write(line), self.story.at
        self.story.ledger.records.append(
            InboundRecord(
                connection=self.session.connection, key=line.external_id, raw=raw, size=len(raw),
                sender=message.from_address, subject=message.subject, envelope={"from": "", "peer": "chat"},
                received_at=at, ended_at=at, tries=1, state=InboundRecord.State.DONE, ticket=self.story.ticket,
                message=message, opened_ticket=len(self.story.messages) == 1,
            )
        )  # fmt: skip

    def on_agent(self, step: Step) -> None:
        text = self.say(step.text)
        self.story.say(
            Message(
                inbox=self.inbox, kind=KIND, direction=Direction.OUTBOUND, to=[{"name": "", "address": ""}],
                subject=self.story.ticket.subject, text=text, reply_text=text, html=our_html(text),
                external_id=f"{self.story.agent.pk}:{self.rng.getrandbits(128):032x}",
            )
        )  # fmt: skip
