"""Small changes to a ticket: priority, tags, subject."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.domain.tickets import lock_ticket, refuse_merged, save_changed
from tickets.models import Priority, Ticket

MAX_TAGS = 30
MAX_TAG = 60


def set_priority(ticket: Ticket, priority: int, *, actor: User) -> Ticket:
    """NotAllowed for a number that is no priority."""
    if priority not in Priority.values:
        raise NotAllowed(_("Choose one of the four priorities."))
    return change(ticket, "priority", priority, actor=actor, event="ticket.priority_changed")


def set_tags(ticket: Ticket, tags: list[str], *, actor: User) -> Ticket:
    """Replace the tags: trimmed, lower-case, each once, in the order given."""
    clean = list(dict.fromkeys(tag for tag in (clean_tag(tag) for tag in tags) if tag))
    if len(clean) > MAX_TAGS:
        raise NotAllowed(_("A ticket can have %(count)s tags at most.") % {"count": MAX_TAGS})
    return change(ticket, "tags", clean, actor=actor, event="ticket.tags_changed")


def clean_tag(tag: str) -> str:
    return "-".join(tag.replace("\x00", "").lower().lstrip("#").replace(",", " ").split())[:MAX_TAG]


def set_subject(ticket: Ticket, subject: str, *, actor: User) -> Ticket:
    subject = " ".join(subject.replace("\x00", "").split())[:400]
    if not subject:
        raise NotAllowed(_("A ticket needs a subject."))
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        if locked.subject != subject:
            locked.subject = subject
            save_changed(locked, "subject")
            # The words stay out of the journal: erasing a person must not need to look there.
            record("ticket.subject_changed", actor=user_actor(actor.pk), ticket=locked)
    return locked


def change(ticket: Ticket, field: str, value: Any, *, actor: User, event: str) -> Ticket:
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        before = getattr(locked, field)
        if before != value:
            setattr(locked, field, value)
            save_changed(locked, field)
            record(event, actor=user_actor(actor.pk), ticket=locked, **told(field, before, value))
    return locked


def told(field: str, before: Any, after: Any) -> dict[str, Any]:
    """Tags are codes the firm made; kept as what came and went."""
    if field == "tags":
        return {
            "added": [tag for tag in after if tag not in before],
            "removed": [t for t in before if t not in after],
        }
    return {"before": before, "after": after}
