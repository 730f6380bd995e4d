"""A merge taken back: what moved returns to the ticket it came from, what came after the merge stays where it is."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.kinds import Capability, kinds_that
from carecenter.lib.time import now
from customers.domain.field_rules import without_taken
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.article_joins import return_links
from tickets.domain.errors import CannotUndo
from tickets.domain.merging import FILLED, Moved, hold_contacts
from tickets.domain.status import set_status
from tickets.domain.tally import TALLIED, answered_since, tally, waiting_from
from tickets.domain.tickets import lock_both, save_changed
from tickets.models import ACTIVE, Contact, Message, Participant, Status, Ticket, TicketMerge


def find_merge(gone: Ticket) -> TicketMerge | None:
    """The merge that took this ticket away, while it lasts."""
    return TicketMerge.objects.filter(gone=gone, undone_at__isnull=True).first()


def unmerge(done: TicketMerge, *, actor: User) -> TicketMerge:
    """Take a merge back. Raises CannotUndo when it was undone, when the kept ticket was merged into another since, or
    while a conversation that moved is going on.

    Locks both tickets in the order of their ids. Who was answered since does not wait again.
    """
    with transaction.atomic():
        kept, gone = lock_both(done.kept_id, done.gone_id)
        done = TicketMerge.objects.select_for_update(of=("self",)).get(pk=done.pk)
        check(done, kept, gone)
        moved: Moved = done.moved
        kept.messages.filter(pk__in=moved["messages"]).update(ticket=gone)
        return_contacts(moved, kept, gone)
        return_participants(moved, kept)
        return_drafts(moved, kept, gone)
        return_links(moved.get("articles", {}), kept, gone)
        restore_kept(done, kept, gone, actor=actor)
        restore_gone(done, kept, gone, actor=actor)
        done.undone_by, done.undone_at = actor, now()
        done.save(update_fields=["undone_by", "undone_at"])
        for ticket in (kept, gone):
            record(
                "ticket.unmerged",
                actor=user_actor(actor.pk),
                ticket=ticket,
                subject=f"merge:{done.pk}",
                kept=kept.pk,
                gone=gone.pk,
                number=gone.number if ticket is kept else kept.number,
            )
    return done


def check(done: TicketMerge, kept: Ticket, gone: Ticket) -> None:
    if done.undone_at is not None or gone.merged_into_id != kept.pk:
        raise CannotUndo(_("This merge was undone already."))
    if kept.merged_into_id is not None:
        raise CannotUndo(_("This ticket was merged into another one since. Undo that merge first."))
    live = kinds_that(Capability.LIVE)
    if Contact.objects.filter(pk__in=done.moved["contacts"], kind__in=live, ended_at__isnull=True).exists():
        raise CannotUndo(_("A conversation that came with the merge is going on. End it first."))


def return_contacts(moved: Moved, kept: Ticket, gone: Ticket) -> None:
    """Each to its own ticket. A run that was joined goes on by itself again, unless the other has ended since."""
    Contact.objects.filter(pk__in=moved["contacts"], ticket=kept).update(ticket=gone)
    for joined in moved["joined"]:
        part_runs(joined)
    for contact in Contact.objects.filter(pk__in=moved["contacts"], ticket=gone).order_by("pk"):
        leave_behind(contact, kept)
        holder = moved["holders"].get(str(contact.pk))
        if holder is not None and contact.ended_at is None:
            Contact.objects.filter(pk=contact.pk).update(holder=holder[0], agent=holder[1])


def part_runs(joined: Moved) -> None:
    stays = Contact.objects.get(pk=joined["stays"])
    ended = Contact.objects.get(pk=joined["ended"])
    Message.objects.filter(pk__in=joined["messages"], ticket=ended.ticket_id).update(contact=ended)
    if ended.end_reason != Contact.EndReason.JOINED:
        return
    twin = Contact.objects.filter(
        ticket=ended.ticket_id, inbox=ended.inbox_id, kind=ended.kind, ended_at__isnull=True
    )
    if stays.ended_at is None and not twin.exists():
        ended.ended_at, ended.end_reason = None, ""
    elif stays.ended_at is not None:
        ended.ended_at, ended.end_reason = stays.ended_at, stays.end_reason
        ended.answered_at, ended.agent_id = stays.answered_at, stays.agent_id
    ended.save(update_fields=["ended_at", "end_reason", "answered_at", "agent"])


def leave_behind(contact: Contact, kept: Ticket) -> None:
    """Messages that came after the merge stay on the kept ticket: in its own run of the kind, else in a new one."""
    strays = Message.objects.filter(contact=contact, ticket=kept).order_by("pk")
    first = strays.first()
    if first is None:
        return
    own = Contact.objects.filter(ticket=kept, inbox=contact.inbox_id, kind=contact.kind)
    run = own.filter(ended_at__isnull=True).first() if contact.ended_at is None else None
    if run is None:
        run = Contact.objects.create(
            ticket=kept,
            inbox_id=contact.inbox_id,
            kind=contact.kind,
            direction=first.direction,
            customer_id=contact.customer_id,
            holder=contact.holder,
            agent_id=contact.agent_id,
            opened_at=first.created_at,
            queued_at=contact.queued_at and first.created_at,
            answered_at=contact.answered_at,
            ended_at=contact.ended_at,
            end_reason=contact.end_reason,
        )
    strays.update(contact=run)


def return_participants(moved: Moved, kept: Ticket) -> None:
    """They leave, but for those who have written here since."""
    wrote = kept.messages.values_list("from_address", flat=True)
    came = Participant.objects.filter(pk__in=moved["participants"], ticket=kept)
    came.exclude(address__in={address.lower() for address in wrote.distinct()}).delete()


def return_drafts(moved: Moved, kept: Ticket, gone: Ticket) -> None:
    there = set(gone.drafts.values_list("author_id", "audience"))
    for draft in kept.drafts.filter(pk__in=moved["drafts"]):
        if (draft.author_id, draft.audience) not in there:
            draft.ticket = gone
            draft.save(update_fields=["ticket"])


def restore_kept(done: TicketMerge, kept: Ticket, gone: Ticket, *, actor: User) -> None:
    """What the merge gave it and nobody has changed since goes again."""
    moved: Moved = done.moved
    emptied = [name for name in moved["filled"] if getattr(kept, name) == getattr(gone, name)]
    for name in emptied:
        setattr(kept, name, None)
    kept.tags = [tag for tag in kept.tags if tag not in moved["tags"]]
    kept.fields = without_taken(kept.fields, gone.fields, moved.get("fields", ()))
    before, after = moved["priority"]
    kept.priority = before if kept.priority == after else kept.priority
    given = moment(moved["gone"]["waiting_since"])
    if kept.waiting_since is not None and kept.waiting_since == given:
        kept.waiting_since = waiting_from(kept)
    tally(kept)
    save_changed(kept, *FILLED, "tags", "fields", "priority", "waiting_since", *TALLIED)
    hold_contacts(kept)
    untouched = not kept.messages.filter(created_at__gt=done.made_at).exists()
    if moved["reopened"] and kept.status == Status.OPEN and untouched:
        set_status(kept, Status.SOLVED, actor=user_actor(actor.pk))
        kept.solved_at = moment(moved["solved_at"])
        kept.save(update_fields=["solved_at"])


def restore_gone(done: TicketMerge, kept: Ticket, gone: Ticket, *, actor: User) -> None:
    before = done.moved["gone"]
    answered = answered_since(kept, done.made_at)
    gone.merged_into = None
    gone.waiting_since = None if answered else moment(before["waiting_since"])
    snoozed = moment(before["snoozed_until"])
    if snoozed is not None and snoozed > now():
        gone.snoozed_until, gone.snoozed_by_id = snoozed, before["snoozed_by"]
    tally(gone)
    save_changed(gone, "merged_into", "waiting_since", "snoozed_until", "snoozed_by", *TALLIED)
    if before["status"] != gone.status:
        set_status(gone, before["status"], actor=user_actor(actor.pk))
    if before["status"] not in ACTIVE:
        gone.solved_at = moment(before["solved_at"])
        gone.save(update_fields=["solved_at"])


def moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
