"""A ticket of another help desk becomes history: it keeps its dates, and nobody is told, asked or counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.access import brands_for
from accounts.models import User
from accounts.permissions import TICKET_VIEW
from carecenter.lib.sanitise import sanitise_reply_html
from customers.domain.errors import InvalidIdentity
from customers.domain.identify import find_identity, normalise_for, resolve_identity
from customers.domain.normalise import person_name
from customers.models import Customer, Identity
from journal.actors import SYSTEM, customer_actor
from journal.domain.recording import record
from tickets.by_hand import ByHand
from tickets.domain.changes import MAX_TAGS, clean_tag
from tickets.domain.intake import IncomingFile
from tickets.domain.participants import participant
from tickets.domain.threading import family_ids
from tickets.domain.tickets import lock_living, next_number, preview_of, save_changed
from tickets.history import OldFile, OldMessage, OldPerson, OldTicket
from tickets.models import Attachment, Contact, Direction, Inbox, Message, Participant, Status, Ticket

People = Mapping[OldPerson, Customer | None]


@dataclass
class Destination:
    """Where a history goes. `colleagues` keeps who of ours has an address, for the next ticket."""

    inbox: Inbox
    colleagues: dict[str, User | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """`ticket` is None, and nothing happened, when all of it is there already, or was erased here."""

    ticket: Ticket | None = None
    is_new: bool = False
    messages: int = 0


def missing_messages(inbox: Inbox, old: OldTicket) -> list[OldMessage]:
    """Those that are not in the inbox; none of a ticket that was erased here since."""
    known = known_messages(inbox, old)
    if is_erased(known, old):
        return []
    return [message for message in old.messages if message.external_id not in known]


def known_messages(inbox: Inbox, old: OldTicket) -> dict[str, int]:
    """Their tickets by their external ids."""
    ids = [message.external_id for message in old.messages]
    rows = Message.objects.filter(inbox=inbox, external_id__in=ids)
    return dict(rows.values_list("external_id", "ticket_id"))


def is_erased(known: Mapping[str, int], old: OldTicket) -> bool:
    """Erasing a person takes the mark off the ticket, and leaves the ids of our own answers."""
    ours = {message.external_id for message in old.messages if message.is_ours}
    return not ours.isdisjoint(known) and own_ticket(known, old) is None


def own_ticket(known: Mapping[str, int], old: OldTicket) -> int | None:
    """The ticket that was made of the old one; its messages may lie on another that it was merged into."""
    family = {pk for ticket in set(known.values()) for pk in family_ids(ticket)}
    found = Ticket.objects.filter(pk__in=family, fields__imported=mark_of(old)).order_by("pk")
    return found.values_list("pk", flat=True).first()


def mark_of(old: OldTicket) -> dict[str, str]:
    return {"from": old.source, "id": old.id}


def import_ticket(into: Destination, old: OldTicket, files: Mapping[OldFile, IncomingFile]) -> Imported:
    """Put the ticket with its messages there in one transaction, or what is missing of them on the one that is there.

    Built like `append_history`: the events are others than those of new work, nothing is reopened, nobody waits who
    has been answered. A ticket that was open stays so. Files are stored before. By two at once it is one ticket.
    """
    try:
        with transaction.atomic():
            return put(into, old, files)
    except IntegrityError:
        with transaction.atomic():
            return put(into, old, files)


def put(into: Destination, old: OldTicket, files: Mapping[OldFile, IncomingFile]) -> Imported:
    fresh = missing_messages(into.inbox, old)
    if not fresh:
        return Imported()
    own = own_ticket(known_messages(into.inbox, old), old)
    people = {person: customer_of(into.inbox, person) for person in old.people()}
    is_new = own is None
    ticket = create_ticket(into.inbox, old, people[old.requester]) if own is None else lock_living(own)
    messages = [message_of(into, ticket, one) for one in fresh]
    for one, message in zip(fresh, messages, strict=True):
        message.customer = None if one.is_ours else people[one.author]
    Contact.objects.bulk_create(contacts_of(ticket, messages))
    Message.objects.bulk_create(messages)
    hang(files, fresh, messages)
    add_participants(ticket, old, people)
    for message in messages:
        actor = customer_actor(message.customer_id) if message.customer_id else SYSTEM
        record(
            "message.imported", actor=actor, ticket=ticket, subject=f"message:{message.pk}", kind=message.kind
        )
    if not is_new:
        show_more(ticket, fresh)
    return Imported(ticket, is_new=is_new, messages=len(fresh))


def way_to(person: OldPerson) -> tuple[str, str] | None:
    """What the person is known by: (kind, value)."""
    if person.email:
        return Identity.Kind.EMAIL, person.email
    return (Identity.Kind.PHONE, person.phone) if person.phone else None


def is_known(inbox: Inbox, person: OldPerson) -> bool | None:
    """Is it a customer already? None when nothing says who it is."""
    pool, way = inbox.brand.pool, way_to(person)
    if way is None:
        return None
    try:
        return find_identity(pool, way[0], normalise_for(pool, *way)) is not None
    except InvalidIdentity:
        return None


def customer_of(inbox: Inbox, person: OldPerson) -> Customer | None:
    """By a claim: what another desk believed proves nothing here. Nobody where nothing says who it is."""
    if (way := way_to(person)) is None:
        return None
    try:
        return resolve_identity(inbox.brand.pool, kind=way[0], value=way[1], name=person.name).customer
    except InvalidIdentity:
        return None


def create_ticket(inbox: Inbox, old: OldTicket, customer: Customer | None) -> Ticket:
    public = [message for message in old.messages if not message.is_internal]
    last = (public or old.messages)[-1]
    answers = [message.at for message in public if message.is_ours]
    is_done = old.status in (Status.SOLVED, Status.CLOSED)
    ticket = Ticket.objects.create(
        number=next_number(),
        brand_id=inbox.brand_id,
        inbox=inbox,
        customer=customer,
        subject=old.subject,
        status=old.status,
        priority=old.priority,
        team_id=inbox.default_team_id,
        tags=list(dict.fromkeys(tag for tag in map(clean_tag, old.tags) if tag))[:MAX_TAGS],
        fields={"imported": mark_of(old)},
        last_kind=inbox.kind,
        created_at=old.created_at,
        last_message_at=last.at,
        waiting_since=waiting_since(old, public),
        first_replied_at=answers[0] if answers else None,
        solved_at=(old.solved_at or last.at) if is_done else None,
        preview=preview_of(last.text),
        message_count=len(old.messages),
    )
    actor = customer_actor(customer.pk) if customer else SYSTEM
    record(
        "ticket.imported", actor=actor, ticket=ticket, kind=inbox.kind, inbox=inbox.pk, status=ticket.status
    )
    return ticket


def waiting_since(old: OldTicket, public: Sequence[OldMessage]) -> datetime | None:
    """When the oldest message came that nobody has answered; None where it is the customer's turn."""
    since: datetime | None = None
    for message in public:
        since = None if message.is_ours else since or message.at
    return since if old.status in (Status.NEW, Status.OPEN, Status.ON_HOLD) else None


def contacts_of(ticket: Ticket, messages: Sequence[Message]) -> list[Contact]:
    """Each run of questions with its answer is one that has ended; the messages are put on theirs."""
    found: list[Contact] = []
    is_running = False
    for message in messages:
        if message.audience == Message.Audience.INTERNAL:
            continue
        if not is_running:
            found.append(new_contact(ticket, message))
        end(found[-1], message)
        message.contact = found[-1]
        is_running = message.direction == Direction.INBOUND
    return found


def message_of(into: Destination, ticket: Ticket, one: OldMessage) -> Message:
    """What the customer sent stays as it came; what is ours is kept as our own answers are."""
    colleague = colleague_of(into, one.author) if one.is_ours else None
    return Message(
        ticket=ticket,
        inbox=into.inbox,
        kind=ByHand.INTERNAL if one.is_internal else into.inbox.kind,
        direction=Direction.OUTBOUND if one.is_ours else Direction.INBOUND,
        audience=Message.Audience.INTERNAL if one.is_internal else Message.Audience.PUBLIC,
        author=colleague,
        from_name=person_name(one.author.name),
        from_address="" if one.is_ours else address_of(one.author),
        subject=ticket.subject,
        text=one.text,
        reply_text=one.text,
        html=sanitise_reply_html(one.html) if one.is_ours else one.html,
        external_id=one.external_id,
        created_at=one.at,
        sent_at=one.at,
    )


def address_of(person: OldPerson) -> str:
    return person.email.lower() if "@" in person.email else ""


def colleague_of(into: Destination, person: OldPerson) -> User | None:
    """Who of ours has this address and works for the brand. Anybody else's words are kept by their name alone."""
    address = person.email.lower()
    if address and address not in into.colleagues:
        found = User.objects.filter(email=address).first()
        works_here = found and brands_for(found, TICKET_VIEW).filter(pk=into.inbox.brand_id).exists()
        into.colleagues[address] = found if works_here else None
    return into.colleagues.get(address)


def new_contact(ticket: Ticket, message: Message) -> Contact:
    return Contact(
        ticket=ticket,
        inbox=message.inbox,
        kind=message.kind,
        direction=message.direction,
        customer_id=ticket.customer_id,
        opened_at=message.created_at,
    )


def end(contact: Contact, message: Message) -> None:
    """Its latest message ends it, answered when that is ours."""
    contact.ended_at, contact.end_reason = message.created_at, Contact.EndReason.SOLVED
    if message.direction == Direction.OUTBOUND:
        contact.end_reason = Contact.EndReason.ANSWERED
        contact.holder, contact.agent = Contact.Holder.AGENT, message.author
        contact.answered_at = message.created_at


def hang(
    files: Mapping[OldFile, IncomingFile], fresh: Sequence[OldMessage], messages: Sequence[Message]
) -> None:
    found = [
        (message, files[file])
        for one, message in zip(fresh, messages, strict=True)
        for file in one.files
        if file in files
    ]
    Attachment.objects.bulk_create(
        Attachment(
            message=message, blob=file.blob, name=file.name[:255], content_type=file.content_type[:127]
        )
        for message, file in found
    )


def add_participants(ticket: Ticket, old: OldTicket, people: People) -> None:
    """The requester, and who else wrote as a customer. Those there are stay what they are."""
    Participant.objects.bulk_create(
        (
            participant(
                ticket,
                address_of(person),
                person_name(person.name),
                Participant.Role.REQUESTER if person == old.requester else Participant.Role.COPY,
                customer,
            )
            for person, customer in people.items()
            if address_of(person) and customer is not None
        ),
        ignore_conflicts=True,
    )


def show_more(ticket: Ticket, fresh: Sequence[OldMessage]) -> None:
    """What lists show of a ticket that was there; its status and who waits are this desk's own by now."""
    ticket.message_count += len(fresh)
    public = [message for message in fresh if not message.is_internal]
    later = bool(public) and public[-1].at > ticket.last_message_at
    if later:
        ticket.last_message_at, ticket.preview = public[-1].at, preview_of(public[-1].text)
    save_changed(ticket, "message_count", *(("last_message_at", "preview") if later else ()))
