"""Two tickets become one. The one that goes stays as a closed row that points at the other; `unmerging` undoes it.

Messages and contacts move, so that everything which reads a ticket reads one; the `TicketMerge` row remembers by id
what moved. Numbers, reply tokens and conversations of the ticket that went lead to the living one (`threading.living`).
"""

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.kinds import Capability, can
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.article_joins import move_links
from tickets.domain.changes import MAX_TAGS
from tickets.domain.errors import CannotMerge
from tickets.domain.fields.values import take_fields
from tickets.domain.status import set_status
from tickets.domain.tally import TALLIED, tally
from tickets.domain.tickets import lock_both, save_changed
from tickets.models import (
    Attachment,
    Contact,
    Draft,
    Message,
    Participant,
    Status,
    Ticket,
    TicketMerge,
)  # fmt: skip

Moved = dict[str, Any]
# What an empty kept ticket takes from the other.
FILLED: Final = ("customer_id", "inbox_id", "assignee_id")


def merge(gone: Ticket, *, into: Ticket, actor: User) -> TicketMerge:
    """`gone` becomes part of `into`. Raises CannotMerge.

    Locks both in the order of their ids. Effects: contacts, messages, drafts and articles move; two open runs of one
    kind become one; participants and tags are united, own fields that are empty here are filled, the longer waiting
    counts; `gone` is closed; `ticket.merged`.
    """
    with transaction.atomic():
        kept, gone = lock_both(into.pk, gone.pk)
        check(kept, gone)
        moved: Moved = {"gone": state_of(gone)}
        moved |= move_contacts(gone, kept, actor=actor)
        messages = gone.messages.order_by("pk")
        moved["messages"] = list(messages.values_list("pk", flat=True))
        messages.update(ticket=kept)
        moved["participants"] = unite_participants(gone, kept)
        moved["drafts"] = move_drafts(gone, kept)
        moved["articles"] = move_links(gone, kept)
        moved |= unite_rows(gone, kept, actor=actor)
        close(gone, kept, actor=actor)
        done = TicketMerge.objects.create(kept=kept, gone=gone, moved=moved, made_by=actor)
        record(
            "ticket.merged",
            actor=user_actor(actor.pk),
            ticket=kept,
            subject=f"merge:{done.pk}",
            gone=gone.pk,
            number=gone.number,
            taken=moved["fields"],
        )
    return done


def check(kept: Ticket, gone: Ticket) -> None:
    if kept.pk == gone.pk:
        raise CannotMerge(_("This is the same ticket."))
    if kept.brand.pool_id != gone.brand.pool_id:
        raise CannotMerge(_("These tickets belong to different firms and can never be merged."))
    for ticket in (kept, gone):
        if ticket.merged_into_id is not None:
            raise CannotMerge(_("#%(number)s was merged already.") % {"number": ticket.number})
    if kept.status == Status.CLOSED:
        raise CannotMerge(
            _("#%(number)s is closed: nothing can be merged into it.") % {"number": kept.number}
        )


def state_of(ticket: Ticket) -> Moved:
    """What an undo puts back on the ticket that went."""
    return {
        "status": ticket.status,
        "waiting_since": text(ticket.waiting_since),
        "solved_at": text(ticket.solved_at),
        "snoozed_until": text(ticket.snoozed_until),
        "snoozed_by": ticket.snoozed_by_id,
    }


def text(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def move_contacts(gone: Ticket, kept: Ticket, *, actor: User) -> Moved:
    """All of them. Of two runs that are open the older goes on, since the waiting is counted from it."""
    joined = []
    open_here = {(run.inbox_id, run.kind): run for run in open_contacts(kept)}
    for run in open_contacts(gone):
        twin = open_here.get((run.inbox_id, run.kind))
        if twin is not None:
            joined.append(join_runs(run, twin, kept, actor=actor))
    contacts = list(gone.contacts.order_by("pk").values_list("pk", flat=True))
    holders = {
        str(run.pk): [run.holder, run.agent_id]
        for run in open_contacts(gone)
        if not can(run.kind, Capability.LIVE)
    }
    Contact.objects.filter(pk__in=contacts).update(ticket=kept)
    return {"contacts": contacts, "joined": joined, "holders": holders}


def open_contacts(ticket: Ticket) -> list[Contact]:
    return list(ticket.contacts.filter(ended_at__isnull=True).order_by("pk"))


def join_runs(one: Contact, other: Contact, kept: Ticket, *, actor: User) -> Moved:
    """The younger ends here and its messages go on in the older. Raises CannotMerge for two live conversations."""
    if can(one.kind, Capability.LIVE):
        raise CannotMerge(_("On both tickets a conversation is going on. End one of them first."))
    stays, ends = sorted((one, other), key=lambda run: (run.opened_at, run.pk))
    messages = list(ends.messages.order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=messages).update(contact=stays)
    ends.ended_at = now()
    ends.end_reason = Contact.EndReason.JOINED
    ends.save(update_fields=["ended_at", "end_reason"])
    subject = f"contact:{ends.pk}"
    record(
        "contact.ended", actor=user_actor(actor.pk), ticket=kept, subject=subject, reason=str(ends.end_reason)
    )
    return {"stays": stays.pk, "ended": ends.pk, "messages": messages}


def unite_participants(gone: Ticket, kept: Ticket) -> list[int]:
    """Everybody of the other ticket takes part here too, in copy beside who asks already. Returns the new rows' ids.

    They stay on the other ticket as well: its number in a subject still counts from them.
    """
    known = set(kept.participants.values_list("address", flat=True))
    has_requester = kept.participants.filter(role=Participant.Role.REQUESTER).exists()
    made = []
    for one in gone.participants.order_by("pk"):
        if one.address in known:
            continue
        role = Participant.Role.COPY if has_requester else one.role
        new = Participant.objects.create(
            ticket=kept, address=one.address, name=one.name, role=role, customer=one.customer
        )
        made.append(new.pk)
    return made


def move_drafts(gone: Ticket, kept: Ticket) -> list[int]:
    """What colleagues were writing goes along; where they write on both, one text follows the other."""
    here = {(draft.author_id, draft.audience): draft for draft in kept.drafts.all()}
    moved = []
    for draft in gone.drafts.order_by("pk"):
        mine = here.get((draft.author_id, draft.audience))
        if mine is None:
            draft.ticket = kept
            draft.save(update_fields=["ticket"])
            moved.append(draft.pk)
        else:
            append_draft(mine, draft)
    return moved


def append_draft(draft: Draft, other: Draft) -> None:
    """The text and the files of the other are in this one from now on."""
    draft.html = f"{draft.html}<p><br></p>{other.html}" if draft.html.strip() else other.html
    draft.updated_at = now()
    draft.save(update_fields=["html", "updated_at"])
    Attachment.objects.filter(draft=other).update(draft=draft)
    other.delete()


def unite_rows(gone: Ticket, kept: Ticket, *, actor: User) -> Moved:
    """Tags, the higher priority, the longer waiting, and what the kept one had empty. Tells what was before."""
    moved: Moved = {"filled": [name for name in FILLED if not getattr(kept, name) and getattr(gone, name)]}
    for name in moved["filled"]:
        setattr(kept, name, getattr(gone, name))
    moved["fields"] = take_fields(gone, kept)
    added = [tag for tag in gone.tags if tag not in kept.tags][: max(0, MAX_TAGS - len(kept.tags))]
    moved["tags"] = added
    kept.tags = [*kept.tags, *added]
    moved["priority"] = [kept.priority, max(kept.priority, gone.priority)]
    kept.priority = moved["priority"][1]
    waits = gone.is_active and gone.waiting_since is not None
    if waits:
        kept.waiting_since = min(filter(None, (kept.waiting_since, gone.waiting_since)))
        kept.snoozed_until = kept.snoozed_by = None
    tally(kept)
    save_changed(
        kept, *FILLED, "tags", "fields", "priority", "waiting_since", "snoozed_until", "snoozed_by", *TALLIED
    )
    hold_contacts(kept)
    moved["solved_at"] = text(kept.solved_at)
    moved["reopened"] = gone.is_active and kept.status == Status.SOLVED
    if moved["reopened"]:
        set_status(kept, Status.OPEN, actor=user_actor(actor.pk))
    return moved


def hold_contacts(ticket: Ticket) -> None:
    """Open runs are with who has the ticket; a live conversation stays with who is in it."""
    holder = Contact.Holder.AGENT if ticket.assignee_id else Contact.Holder.QUEUE
    for run in open_contacts(ticket):
        if not can(run.kind, Capability.LIVE):
            Contact.objects.filter(pk=run.pk).update(holder=holder, agent=ticket.assignee_id)


def close(gone: Ticket, kept: Ticket, *, actor: User) -> None:
    gone.merged_into = kept
    gone.waiting_since = gone.snoozed_until = gone.snoozed_by = None
    save_changed(gone, "merged_into", "waiting_since", "snoozed_until", "snoozed_by")
    if gone.status != Status.CLOSED:
        set_status(gone, Status.CLOSED, actor=user_actor(actor.pk))
