"""Tags over all tickets: which there are, and a change of one everywhere, as a bulk job that can be undone."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import scope, scope_q
from accounts.models import User
from accounts.permissions import TAGS_MANAGE
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.bulk import Progress, progress
from tickets.domain.changes import clean_tag
from tickets.domain.errors import NotAllowed
from tickets.models import BulkItem, BulkJob, Ticket, TicketQuerySet

LATEST: Final = 20_000  # tickets whose tags are counted: the same cost at any size
SHOWN: Final = 500
MOST: Final = 200_000  # tickets of one change
RETAG: Final = BulkJob.Verb.RETAG


@dataclass(frozen=True)
class Counted:
    """Tags with their numbers, the most used first. `is_all`: no ticket was left out."""

    rows: list[tuple[str, int]]
    is_all: bool


@dataclass(frozen=True)
class Change:
    """A job of this page as it shows it."""

    job: BulkJob
    progress: Progress
    is_running: bool
    can_undo: bool


def tickets_of(user: User) -> TicketQuerySet:
    """Where the user may tidy tags. Merged tickets are shown nowhere, and are left alone."""
    mine = Ticket.objects.visible_to(user).filter(scope_q(scope(user, TAGS_MANAGE)))
    return mine.filter(merged_into__isnull=True)


def counted(user: User) -> Counted:
    """Of the latest tickets of the user's reach."""
    latest = tickets_of(user).order_by("-last_message_at", "-pk").values("tags")[: LATEST + 1]
    inner, params = latest.query.sql_with_params()
    sql = (
        f"WITH latest AS ({inner}) SELECT tag, count(*) AS many, (SELECT count(*) FROM latest)"  # noqa: S608
        " FROM (SELECT unnest(tags) AS tag FROM latest) AS one GROUP BY tag ORDER BY many DESC, tag LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, SHOWN])
        found = cursor.fetchall()
    return Counted(
        [(tag, many) for tag, many, _all in found], all(total <= LATEST for *_rest, total in found)
    )


def with_tag(user: User, tag: str) -> QuerySet[Ticket]:
    return tickets_of(user).filter(tags__contains=[tag])


def change_tag(tag: str, to: str, *, actor: User) -> BulkJob:
    """Rename it, join it with another, or, with nothing to become, take it off, on every ticket of the actor's reach.

    Raises NotAllowed for a tag nobody has, for itself, and for more tickets than MOST.
    """
    to = clean_tag(to)
    if tag == to:
        raise NotAllowed(_("This is its name already."))
    tickets = with_tag(actor, tag)
    total = tickets[: MOST + 1].count()
    if not total:
        raise NotAllowed(_("No ticket has this tag any more."))
    if total > MOST:
        raise NotAllowed(_("More than %(most)s tickets have this tag.") % {"most": MOST})
    with transaction.atomic():
        arguments = {"tag": tag, "to": to}
        job = BulkJob.objects.create(user=actor, verb=RETAG, arguments=arguments, next_try_at=now())
        job.total = put_items(job, tickets)
        job.save(update_fields=["total"])
        data: dict[str, Any] = {"verb": job.verb, "total": job.total, **arguments}
        record("bulk.started", actor=user_actor(actor.pk), subject=f"bulk:{job.pk}", **data)
    return job


def put_items(job: BulkJob, tickets: QuerySet[Ticket]) -> int:
    """A row for each ticket, written by the database itself: there may be very many."""
    inner, params = tickets.order_by("id").values("id").query.sql_with_params()
    sql = (
        f"INSERT INTO {BulkItem._meta.db_table} (job_id, ticket_id, state, reason, before, after)"  # noqa: S608
        f" SELECT %s, chosen.id, %s, '', '{{}}', '{{}}' FROM ({inner}) AS chosen"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [job.pk, BulkItem.State.WAITING, *params])
        return cursor.rowcount


def latest_changes(user: User, limit: int = 3) -> list[Change]:
    jobs = BulkJob.objects.filter(user=user, verb=RETAG).order_by("-pk")[:limit]
    return [shown(job) for job in jobs]


def shown(job: BulkJob) -> Change:
    done = progress(job)
    is_running = job.state == BulkJob.State.RUNNING
    can_undo = not is_running and job.undoes_id is None and done.done > 0
    can_undo = can_undo and not BulkJob.objects.filter(undoes=job).exists()
    return Change(job, done, is_running, can_undo)
