"""What an agent is writing, kept on the server; files wait on the draft until it is sent."""

from functools import cache

from django.db import transaction
from django.db.models import CharField

from accounts.models import User
from carecenter.lib.sanitise import sanitise_reply_html
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import now
from tickets.domain.attaching import NewFile, keep
from tickets.domain.merging import move_drafts
from tickets.domain.threading import living
from tickets.domain.tickets import lock_both
from tickets.models import Attachment, Draft, Ticket


def save_draft(
    ticket: Ticket, *, author: User, audience: str, html: str, cc: list[dict[str, str]] | None = None
) -> Draft | None:
    """Keep this text, and who gets it in copy unless `cc` is None.

    An empty text without files is no draft: it is removed and None returned.
    """
    html = sanitise_reply_html(html)
    with transaction.atomic():
        draft = find_draft(ticket, author=author, audience=audience)
        if not html.strip() and (draft is None or not draft.attachments.exists()):
            if draft is not None:
                draft.delete()
            return None
        values = {"html": html, "updated_at": now()} | ({} if cc is None else {"cc": cc})
        draft, _ = Draft.objects.update_or_create(
            ticket=ticket, author=author, audience=audience, defaults=values
        )
    return draft


def find_draft(ticket: Ticket, *, author: User, audience: str) -> Draft | None:
    return _draft().first(ticket=ticket.pk, author=author.pk, audience=audience)


@cache
def _draft() -> Statement[Draft]:
    drafts = Draft.objects.filter(ticket_id=Given("ticket"), author_id=Given("author"))
    return Statement(drafts.filter(audience=Given("audience", CharField())))


def attach(ticket: Ticket, *, author: User, audience: str, name: str, content: bytes) -> Attachment:
    """Store a file and hang it on the draft."""
    [file] = keep([NewFile(name, content)])
    with transaction.atomic():
        file.draft, _ = Draft.objects.get_or_create(ticket=ticket, author=author, audience=audience)
        file.save(force_insert=True)
    return file


def detach(attachment: Attachment) -> None:
    """Take a file off a draft; the bytes go with the sweep when nothing else uses them."""
    attachment.delete()


def carry_over(ticket: Ticket) -> None:
    """What colleagues still write on a ticket that was merged meanwhile goes to the one it is part of."""
    with transaction.atomic():
        kept, gone = lock_both(living(ticket).pk, ticket.pk)
        if kept.pk != gone.pk:
            move_drafts(gone, kept)
