"""What is not a conversation: parked and failed mails, people who may be one, a merge, a draft."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from accounts.models import User
from carecenter.demo.firm import House
from carecenter.demo.ledger import Happening, store_events
from channels_app.kinds.base import OutboundMessage
from channels_app.kinds.email.compose import compose
from channels_app.models import InboundRecord, Reason
from customers.domain.merge import merge
from customers.domain.proposals import find_matches
from customers.models import JoinProposal, Merge
from journal.actors import SYSTEM
from journal.domain.dispatch import number_events
from journal.models import Event
from tickets.models import Draft, Message, Status, Ticket

if TYPE_CHECKING:
    from carecenter.demo.build import Demo

State = InboundRecord.State
# brand, hours ago, sender, name, subject, text, headers, reason
STRAY: Final[tuple[tuple[str, int, str, str, str, str, dict[str, str], str], ...]] = (
    (
        "harrowfell", 7, "margaret.lomax@inkwell.example", "Margaret Lomax", "Automatic reply: Your autumn catalogue",
        "I am on leave until the end of the month and will not read my mail.\n\nMargaret Lomax",
        {"Auto-Submitted": "auto-replied"}, Reason.AUTOMATIC,
    ),
    (
        "gratweg", 20, "werkstatt@schreinerei-dorfner.example", "Schreinerei Dorfner", "Abwesenheitsnotiz: Newsletter",
        "Unser Betrieb macht Ferien. Ab dem 6. sind wir wieder für Sie da.",
        {"Auto-Submitted": "auto-replied"}, Reason.AUTOMATIC,
    ),
    (
        "bramblecup", 31, "news@cupandsaucer.example", "Cup & Saucer Weekly", "This week: five mugs we love",
        "You receive this letter because you gave us your address at a trade fair.\n\nUnsubscribe at the bottom.",
        {"Precedence": "bulk", "List-Unsubscribe": "<mailto:stop@cupandsaucer.example>"}, Reason.AUTOMATIC,
    ),
    (
        "harrowfell", 52, "mailer-daemon@mailhouse.example", "Mail Delivery Subsystem",
        "Undelivered Mail Returned to Sender",
        "Your message to ewan.rigby@mailhouse.example could not be delivered:\n550 5.2.2 Mailbox full",
        {}, Reason.BOUNCE,
    ),
)  # fmt: skip
STORM: Final = ("harrowfell", 3, "alerts@cold-store-7.example", "Cold store 7", "ALARM: door open", 6)
FAILURE: Final = (
    "Traceback (most recent call last):\n"
    '  File "carecenter/lib/blobs/storage.py", in write_synced\n    os.fsync(file.fileno())\n'
    "OSError: [Errno 28] No space left on device\n"
)


def add_parked(demo: "Demo") -> None:
    """Raw mails that wait for a person: strays, one that failed, and a machine that wrote six times in a minute."""
    for slug, hours, address, name, subject, text, headers, reason in STRAY:
        at = demo.now - timedelta(hours=hours)
        park(demo, Stray(demo.houses[slug], (name, address), subject, text, at, headers), reason)
    slug, hours, address, name, subject, count = STORM
    for number in range(count):
        at = demo.now - timedelta(hours=hours) + timedelta(seconds=9 * number)
        text = f"Door sensor 3 reports OPEN, temperature {4.1 + number * 0.3:.1f} C. Event {7710 + number}."
        park(demo, Stray(demo.houses[slug], (name, address), subject, text, at, {}), Reason.STORM)
    person = demo.people["harrowfell"][7]
    text = f"Here are the photos you asked for.\n\n{person.name}"
    mail = Stray(
        demo.houses["harrowfell"], (person.name, person.email), "Photos of the torn tent, as promised", text,
        demo.now - timedelta(hours=26), {},
    )  # fmt: skip
    failed = park(demo, mail, Reason.ERROR)
    failed.state, failed.error, failed.tries = State.FAILED, FAILURE, 6


@dataclass(frozen=True)
class Stray:
    """One mail to the support address of a house."""

    house: House
    sender: tuple[str, str]  # name, address
    subject: str
    text: str
    at: datetime
    headers: Mapping[str, str]


def raw_of(mail: Stray) -> bytes:
    name, address = mail.sender
    number = hashlib.sha256(f"{address}{mail.at}{mail.text}".encode()).hexdigest()[:20]
    to = mail.house.addresses[mail.house.inboxes["email"].pk]
    return compose(
        OutboundMessage(
            message_id=f"{number}@{address.partition('@')[2]}", from_address=address, from_name=name, to=(("", to),),
            sent_at=mail.at, subject=mail.subject, text=mail.text, auto_submitted="Auto-Submitted" in mail.headers,
            headers=mail.headers,
        )
    )  # fmt: skip


def park(demo: "Demo", mail: Stray, reason: str) -> InboundRecord:
    inbox, raw, sender = mail.house.inboxes["email"], raw_of(mail), mail.sender[1]
    record = InboundRecord(
        connection=inbox.connection, key=hashlib.sha256(raw).hexdigest(), raw=raw, size=len(raw),
        envelope={"from": sender, "to": [mail.house.addresses[inbox.pk]], "peer": "192.0.2.80"},
        state=State.PARKED, reason=reason, tries=1, sender=sender, subject=mail.subject, received_at=mail.at,
        ended_at=mail.at,
    )  # fmt: skip
    demo.ledger.records.append(record)
    return record


def store_parked_events(demo: "Demo") -> None:
    """Once the records have their ids."""
    happenings = []
    for record in demo.ledger.records:
        if record.state == State.PARKED:
            brand = record.connection.inbox.brand_id
            data = {"reason": str(record.reason)}
            happenings.append(
                Happening(
                    record.received_at,
                    "intake.parked",
                    SYSTEM,
                    about=("inbound", record),
                    data=data,
                    brand_id=brand,
                )
            )
    store_events(happenings)


def add_people_work(demo: "Demo") -> None:
    """Who may be the same person, found by the real comparison; one pair merged last week."""
    pairs = demo.town.doubles
    for _first, second in pairs[1:]:
        find_matches(second.customer)
    made = merge(
        pairs[0][0].customer, pairs[0][1].customer, actor=User.objects.get(email="lena@harrowfell.example")
    )
    at = demo.now - timedelta(days=6, hours=3)
    Merge.objects.filter(pk=made.pk).update(made_at=at)
    JoinProposal.objects.update(created_at=at + timedelta(days=4))
    fresh = Event.objects.filter(position__isnull=True)
    fresh.filter(name="customer.merged").update(at=at)
    fresh.filter(name="customer.join_proposed").update(at=at + timedelta(days=4))
    fresh.update(next_try_at=None)
    number_events()


def add_drafts(demo: "Demo") -> None:
    """Alice was interrupted while she answered."""
    alice = demo.houses["harrowfell"].agents[0]
    waiting = Ticket.objects.filter(status=Status.OPEN, assignee=alice, waiting_since__isnull=False)
    ticket = waiting.order_by("-waiting_since").first()
    if ticket is not None and ticket.customer is not None:
        first = ticket.customer.name.split()[0]
        html = f"<p>Hi {first},</p><p>thank you for your message. I am just looking into this for you and</p>"
        Draft.objects.create(
            ticket=ticket, author=alice, audience=Message.Audience.PUBLIC, html=html, updated_at=demo.now
        )
