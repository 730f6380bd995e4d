"""The visitor has left: the conversation ends, what was not read goes by mail, and a copy if it was asked for."""

from datetime import timedelta

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.kinds import Capability, kinds_that
from carecenter.lib.languages import speak
from carecenter.lib.time import now
from channels_app.domain.chat_sessions import address_of
from channels_app.domain.chats import messages_of
from channels_app.domain.errors import NotOpen
from channels_app.models import ChatSession
from journal.actors import SYSTEM
from tickets.domain import lines
from tickets.domain.chat_mails import mail_lines
from tickets.domain.errors import NoRecipient
from tickets.domain.tickets import lock_ticket_of_contact
from tickets.models import Contact, Direction, Message

AWAY_AFTER = timedelta(seconds=90)
MOST_IN_MAIL = 500
Evidence = ChatSession.Evidence


def left_sessions(limit: int) -> list[int]:
    """Ids of chats that go on while nobody has been at the visitor's end for a while."""
    gone = ChatSession.objects.filter(seen_at__lt=now() - AWAY_AFTER, contact__ended_at__isnull=True)
    going = gone.filter(contact__isnull=False, contact__kind__in=kinds_that(Capability.LIVE))
    return list(going.order_by("seen_at").values_list("pk", flat=True)[:limit])


def end_left(session_id: int) -> None:
    """End what the visitor has left, unless they came back between the look and now."""
    found = ChatSession.objects.select_related("contact").filter(pk=session_id, contact__isnull=False)
    session = found.filter(seen_at__lt=now() - AWAY_AFTER).first()
    if session is not None and session.contact is not None:
        lines.end(session.contact, reason=Contact.EndReason.LEFT, actor=SYSTEM)


def settle_ended(contact: Contact) -> None:
    """A chat ended: mail what was not read, and the copy that was asked for. Once, however often it is called."""
    session = ChatSession.objects.filter(contact=contact).first()
    if session is None:
        return
    if contact.end_reason == Contact.EndReason.LEFT:
        mail_unread(session)
    if session.wants_transcript:
        mail_transcript(session)


def mail_unread(session: ChatSession) -> Message | None:
    """What our side said and the visitor has not read, in one mail. None when there is nothing or no address."""
    if not session.visitor_email or session.contact is None:
        return None
    with transaction.atomic():
        lock_ticket_of_contact(session.contact.pk)  # the ticket first, as for a line that comes in
        row = ChatSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
        known = max(row.read_to, row.mailed_to)
        unread = messages_of(row).filter(direction=Direction.OUTBOUND, pk__gt=known)
        missed = list(unread.select_related("author").order_by("pk")[:MOST_IN_MAIL])
        if not missed:
            return None
        row.mailed_to = missed[-1].pk
        row.save(update_fields=["mailed_to"])
        with translation.override(language_of(row)):
            who = row.connection.inbox.brand.name
            subject = _("Our answer from the chat at %(brand)s") % {"brand": who}
            words = _("You left the chat before you could read this. Just answer this mail to go on.")
            text = f"{words}\n\n{written(missed, row)}"
            return send(row, subject, text, author=missed[-1].author)


def ask_transcript(session: ChatSession, email: str = "") -> None:
    """The visitor wants a copy: now when the conversation is over, else at its end. Raises NoAddress, NotOpen.

    It goes to the address this very chat was begun with; one typed now counts only where there is none yet, so that
    nobody can have a signed user's words sent elsewhere.
    """
    if session.contact_id is None:
        raise NotOpen(_("There is no conversation yet."))
    address = session.visitor_email
    if not address:
        if session.evidence == Evidence.VERIFIED or not (address := address_of(email)):
            raise NotOpen(_("Please give us your e-mail address."))
        session.evidence = Evidence.CLAIMED
    session.visitor_email = address
    session.wants_transcript = True
    session.save(update_fields=["visitor_email", "evidence", "wants_transcript"])
    contact = Contact.objects.get(pk=session.contact_id)
    if contact.ended_at is not None:
        mail_transcript(session)


def mail_transcript(session: ChatSession) -> Message | None:
    """All lines of this thread. The wish is taken back in the same transaction: one wish, one mail."""
    with transaction.atomic():
        if session.contact_id is not None:
            lock_ticket_of_contact(session.contact_id)
        wishes = ChatSession.objects.filter(pk=session.pk, wants_transcript=True)
        if not wishes.update(wants_transcript=False) or session.contact is None:
            return None
        said = list(messages_of(session).select_related("author").order_by("-pk")[:MOST_IN_MAIL])
        with translation.override(language_of(session)):
            who = session.connection.inbox.brand.name
            subject = _("Your chat with %(brand)s") % {"brand": who}
            opening = _("Here is a copy of our conversation.")
            return send(session, subject, f"{opening}\n\n{written(list(reversed(said)), session)}")


def send(session: ChatSession, subject: str, text: str, author: User | None = None) -> Message | None:
    contact = session.contact
    if contact is None:
        return None
    to = {"name": session.visitor_name, "address": session.visitor_email}
    try:
        with transaction.atomic():
            return mail_lines(contact, to=to, subject=subject, text=text, author=author)
    except NoRecipient:  # this brand has no mail inbox
        return None


def written(said: list[Message], session: ChatSession) -> str:
    """Lines as a letter: who, when, what. Files by their names: they stay on the ticket."""
    zone = session.connection.inbox.brand.zone
    blocks = []
    with timezone.override(zone):
        for message in said:
            at = formats.date_format(timezone.localtime(message.created_at), "SHORT_DATETIME_FORMAT")
            files = [f"[{file.name}]" for file in message.attachments.all()]
            blocks.append("\n".join([f"{message.from_name} ({at})", *filter(None, [message.text, *files])]))
    return "\n\n".join(blocks)


def language_of(session: ChatSession) -> str:
    """The visitor's, when we speak it, else the brand's."""
    return speak(session.language, session.connection.inbox.brand.language)
