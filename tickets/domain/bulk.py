"""One change to many tickets, as rows: each ticket in its own transaction, once, whoever dies meanwhile.

`start` writes the job and a row for each ticket. Workers take the rows one by one (`run_some`), under the rights the
user has at that moment, through the same verbs as by hand. A job can be stopped, and undone as a job of its own.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import User
from accounts.permissions import TICKET_VIEW
from carecenter.lib.faults import point
from carecenter.lib.time import in_seconds, now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from tickets.domain.bulk_verbs import CHANGES, Values
from tickets.domain.errors import CannotUndo, NotAllowed, TicketError
from tickets.domain.tickets import lock_both, lock_ticket
from tickets.models import BulkItem, BulkJob, Ticket

logger = logging.getLogger(__name__)

MOST: Final = 2000  # tickets of one job
MERGED_AT_ONCE: Final = 10
LEASE_SECONDS: Final = 15
KEPT_DAYS: Final = 30
Job, Item = BulkJob.State, BulkItem.State


@dataclass(frozen=True)
class Progress:
    total: int
    done: int
    same: int
    failed: int
    left: int

    @property
    def percent(self) -> int:
        return 100 * (self.total - self.left) // self.total if self.total else 100


def start(user: User, verb: str, arguments: Values, tickets: Sequence[int]) -> BulkJob:
    """Begin: `tickets` that the user may not see are left out. Raises NotAllowed for none and for too many."""
    wanted = list(dict.fromkeys(tickets))
    if len(wanted) > MOST:
        raise NotAllowed(_("%(most)s tickets at most can be changed at once.") % {"most": MOST})
    seen = set(Ticket.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    ids = [pk for pk in wanted if pk in seen]
    if verb == BulkJob.Verb.MERGE:
        ids = to_merge(ids, arguments["into"])
    if not ids:
        raise NotAllowed(_("Choose tickets first."))
    return create(BulkJob(user=user, verb=verb, arguments=arguments), ids)


def to_merge(ids: list[int], into: int) -> list[int]:
    """All but the one that stays. Raises NotAllowed."""
    if into not in ids:
        raise NotAllowed(_("Choose which of the tickets stays."))
    if not 2 <= len(ids) <= MERGED_AT_ONCE:
        raise NotAllowed(_("Choose two to %(most)s tickets to merge.") % {"most": MERGED_AT_ONCE})
    return [pk for pk in ids if pk != into]


def create(job: BulkJob, ids: list[int]) -> BulkJob:
    with transaction.atomic():
        job.next_try_at = now()
        job.save(force_insert=True)
        BulkItem.objects.bulk_create([BulkItem(job=job, ticket_id=pk) for pk in ids], batch_size=1000)
        return started(job, len(ids))


def started(job: BulkJob, total: int) -> BulkJob:
    job.total = total
    job.save(update_fields=["total"])
    record(
        "bulk.started",
        actor=user_actor(job.user_id),
        subject=f"bulk:{job.pk}",
        verb=job.verb,
        total=total,
    )
    return job


def undo(job: BulkJob, *, actor: User) -> BulkJob:
    """Put back what the job changed, the last first; a ticket that somebody has changed since stays as it is.

    Raises CannotUndo while the job runs, and the second time.
    """
    with transaction.atomic():
        locked = BulkJob.objects.select_for_update().get(pk=job.pk)
        if locked.state == Job.RUNNING:
            raise CannotUndo(_("This is still running. Stop it first."))
        if locked.undoes_id is not None or BulkJob.objects.filter(undoes=locked).exists():
            raise CannotUndo(_("This was undone already."))
        if not locked.items.filter(state=Item.DONE).exists():
            raise CannotUndo(_("Nothing was changed, so there is nothing to undo."))
        back = BulkJob(user=actor, verb=locked.verb, arguments=locked.arguments, undoes=locked)
        back.next_try_at = now()
        back.save(force_insert=True)
        return started(back, put_back_items(back, locked))


def put_back_items(back: BulkJob, job: BulkJob) -> int:
    """A row for each ticket the job changed, written by the database itself: there may be very many."""
    sql = (
        f"INSERT INTO {BulkItem._meta.db_table} (job_id, ticket_id, state, reason, before, after)"  # noqa: S608
        f" SELECT %s, ticket_id, %s, '', before, after FROM {BulkItem._meta.db_table}"
        " WHERE job_id = %s AND state = %s ORDER BY id DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [back.pk, Item.WAITING, job.pk, Item.DONE])
        return cursor.rowcount


def stop(job: BulkJob) -> bool:
    """No further ticket is touched. False when it had ended already."""
    return bool(end(job.pk, Job.STOPPED, actor=user_actor(job.user_id)))


def end(job_id: int, state: str, *, actor: str = SYSTEM) -> int:
    with transaction.atomic():
        ended = BulkJob.objects.filter(pk=job_id, state=Job.RUNNING).update(state=state, ended_at=now())
        if ended:
            record("bulk.ended", actor=actor, subject=f"bulk:{job_id}", state=state)
    return ended


def progress(job: BulkJob) -> Progress:
    states = (Item.DONE, Item.SAME, Item.FAILED, Item.WAITING)
    counted = job.items.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in states})
    return Progress(
        job.total, counted[Item.DONE], counted[Item.SAME], counted[Item.FAILED], counted[Item.WAITING]
    )


def due_jobs(limit: int) -> list[int]:
    """Ids of jobs nobody works on: the fast path was lost, or the worker died."""
    due = BulkJob.objects.filter(state=Job.RUNNING, next_try_at__lte=now()).order_by("next_try_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def claim(job_id: int) -> bool:
    """Take a job for LEASE_SECONDS by a conditional UPDATE, unless somebody works on it."""
    mine = BulkJob.objects.filter(pk=job_id, state=Job.RUNNING, next_try_at__lte=now())
    return bool(mine.update(next_try_at=in_seconds(LEASE_SECONDS)))


def run_some(job_id: int, *, seconds: float) -> bool:
    """Work on a claimed job for so long. True when something is left."""
    until = time.monotonic() + seconds
    while True:
        if not step(job_id):
            return False
        if time.monotonic() > until:
            BulkJob.objects.filter(pk=job_id, state=Job.RUNNING).update(next_try_at=in_seconds(LEASE_SECONDS))
            return True


def release(job_id: int) -> None:
    """Whoever comes next may go on at once."""
    BulkJob.objects.filter(pk=job_id, state=Job.RUNNING).update(next_try_at=now())


def step(job_id: int) -> bool:
    """The next ticket. False when there is none, or the job was stopped."""
    item_id = None
    try:
        with transaction.atomic():
            job = BulkJob.objects.select_related("user").get(pk=job_id)
            if job.state != Job.RUNNING:
                return False
            waiting = BulkItem.objects.select_for_update(of=("self",), skip_locked=True)
            item = waiting.filter(job=job, state=Item.WAITING).order_by("pk").first()
            if item is None:
                # What is left but locked is another worker's, who will end the job.
                if not job.items.filter(state=Item.WAITING).exists():
                    end(job_id, Job.DONE)
                return False
            item_id = item.pk
            with translation.override(job.user.language or settings.LANGUAGE_CODE):
                run_item(job, item)
    except OperationalError:  # the database, not the ticket: the sweep comes again
        raise
    except Exception:  # the edge: recorded on the row, and the next ticket is tried
        logger.exception("bulk job %s broke on item %s", job_id, item_id)
        if item_id is None:
            raise
        broken = BulkItem.objects.filter(pk=item_id, state=Item.WAITING)
        broken.update(state=Item.FAILED, reason=_("An error on our side."))
    return True


def run_item(job: BulkJob, item: BulkItem) -> None:
    try:
        with transaction.atomic():
            change_one(job, item)
        point("bulk_item")
    except TicketError as error:
        item.state, item.reason = Item.FAILED, str(error)[:300]
    item.save(update_fields=["state", "reason", "before", "after"])


def change_one(job: BulkJob, item: BulkItem) -> None:
    """Raises TicketError. Locks the ticket; the rights are those of this moment."""
    change = CHANGES[job.verb]
    into = job.arguments.get("into")  # of a merge: both are locked in the order of their ids
    ticket = lock_both(item.ticket_id, into)[0] if into else lock_ticket(item.ticket_id)
    for code in (TICKET_VIEW, change.needs):
        if not has(job.user, code, brand_id=ticket.brand_id, team_id=ticket.team_id):
            raise NotAllowed(_("You may not do this on this ticket."))
    seen = change.look(ticket, job.arguments)
    if job.undoes_id is not None:
        if seen != item.after:
            raise CannotUndo(_("Somebody has changed this ticket since."))
        change.undo(ticket, item.before, job.user)
        item.state = Item.DONE
        return
    item.before = change.before(ticket, job.arguments)
    change.do(ticket, job.arguments, job.user)
    item.after = change.look(Ticket.objects.get(pk=ticket.pk), job.arguments)
    item.state = Item.SAME if item.after == seen else Item.DONE


def failures(job: BulkJob, *, limit: int = 100) -> list[BulkItem]:
    failed = job.items.filter(state=Item.FAILED).select_related("ticket").order_by("pk")
    return list(failed[:limit])


def forget_old(limit: int = 50) -> None:
    """Jobs of a month ago cannot be undone any more."""
    old = BulkJob.objects.exclude(state=Job.RUNNING).filter(ended_at__lt=in_seconds(-KEPT_DAYS * 86_400))
    BulkJob.objects.filter(pk__in=list(old.order_by("pk").values_list("pk", flat=True)[:limit])).delete()
