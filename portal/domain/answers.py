"""A customer's answer in their own pages: a letter to the intake, which threads it and tells the desk."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from channels_app.domain import letters
from channels_app.domain.errors import NotOpen, TooLarge
from channels_app.domain.sheets import SheetFile, wait_for_ticket
from channels_app.models import InboundRecord
from feedback.domain import answering
from feedback.domain.errors import FeedbackError
from feedback.models import Answer, Measure, Survey
from portal.domain.errors import NotPossible
from portal.domain.my_tickets import MyTicket
from portal.domain.sessions import Me
from tickets.models import Ticket


def send(
    me: Me, found: MyTicket, text: str, files: Sequence[SheetFile], *, slip: str = "", peer: str = ""
) -> InboundRecord:
    """Stored raw; the ticket follows in a moment. Raises NotPossible, and whatever the database or the disk raise."""
    if not found.may_answer:
        raise NotPossible(_("Only the person who asked can answer here."))
    letter = letters.Letter(
        ticket=found.ticket,
        name="" if me.is_narrow else me.customer.name,
        email=me.address,
        text=text.replace("\0", ""),
        # In a narrow session the address is proved, and must not become a proof about the person it is claimed on.
        proof="" if me.is_narrow else "code",
        slip=f"{me.session.pk}:{slip}",
        files=files,
    )
    try:
        return letters.hand_in(letter, peer=peer)
    except TooLarge:
        raise NotPossible(_("This is too large. Send fewer or smaller files.")) from None
    except NotOpen:
        raise NotPossible(_("Answers are taken by mail only, for now.")) from None


def ticket_of(record: InboundRecord) -> Ticket | None:
    """Where the answer went: the same ticket, or a new one when that was closed. None while it is on its way."""
    found = wait_for_ticket(record.connection, record.key)
    return found.ticket if found is not None else None


def rate(me: Me, found: MyTicket, score: int, comment: str) -> None:
    """Raises NotPossible in words for the customer."""
    if not may_rate(found):
        raise NotPossible(_("This ticket is not solved yet."))
    try:
        answering.rate(found.ticket, me.customer, score, comment)
    except FeedbackError as error:
        raise NotPossible(str(error)) from None


def may_rate(found: MyTicket) -> bool:
    return found.may_answer and not found.ticket.is_active


def rating_of(me: Me, found: MyTicket) -> Answer | None:
    """What they said of this ticket already."""
    asked = answering.rated_so_far(found.ticket, me.customer)
    return answering.answer_of(asked) if asked is not None else None


def is_rating_open(me: Me, found: MyTicket) -> bool:
    """Is there still something to say, or to change?"""
    if not may_rate(found):
        return False
    asked = answering.rated_so_far(found.ticket, me.customer)
    if asked is None:
        surveys = Survey.objects.filter(brand=found.ticket.brand_id, measure=Measure.CSAT, is_active=True)
        return surveys.exists()
    try:
        answering.check_open(asked)
    except FeedbackError:
        return False
    return True
