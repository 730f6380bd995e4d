"""The import of another help desk's tickets as a row: handed in, tried, taken over, stopped, gone on with.

A ticket and the count of it are one transaction: who dies leaves whole tickets and true numbers, and the next worker
goes on behind them. The file goes when it is done, dropped, or after a week.
"""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from carecenter.lib.blobs.storage import open_blob, store_file
from carecenter.lib.time import in_seconds, now
from channels_app.domain.errors import ChannelError
from channels_app.domain.importing import Run, Tally
from channels_app.importing.formats import READERS
from channels_app.importing.rows import Row, Trouble, UnreadableFile
from channels_app.importing.unpacking import unpack
from channels_app.models import TicketImport, TicketImportTrouble
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from tickets.domain.importing import Destination
from tickets.models import Inbox

logger = logging.getLogger(__name__)
State = TicketImport.State
WORKING: Final = (State.CHECKING, State.RUNNING)
MOST_BYTES: Final = 500 * 2**20
LEASE_SECONDS: Final = 120
TROUBLES_KEPT: Final = 1000  # the others are counted
KEPT: Final = timedelta(days=7)
EVERY: Final = 20  # rows of a trial between two signs of life


class NotNow(ChannelError):
    """The import is not at that point."""


class Lost(Exception):
    """Somebody stopped it, or another worker has it."""


def begin(content: IO[bytes], *, inbox: Inbox, source: str, file_name: str, actor: User) -> TicketImport:
    """Keep the file and have it tried; nothing of it is taken over before `start`."""
    blob = store_file(content)
    with transaction.atomic():
        job = TicketImport.objects.create(
            inbox=inbox,
            made_by=actor,
            source=source,
            blob=blob,
            file_name=file_name[-200:],
            next_try_at=now(),
        )
        record("tickets.import_begun", **about(job, actor), source=source)
    return job


def about(job: TicketImport, actor: User | None) -> dict[str, Any]:
    subject = f"ticket_import:{job.pk}"
    who = user_actor(actor.pk) if actor else SYSTEM
    return {"actor": who, "brand_id": job.inbox.brand_id, "subject": subject, "inbox": job.inbox_id}


def start(job: TicketImport, *, actor: User) -> None:
    """Take it over, or go on where it was stopped. Raises NotNow."""
    ready = TicketImport.objects.filter(
        pk=job.pk, state__in=(State.CHECKED, State.STOPPED), blob__isnull=False
    )
    with transaction.atomic():
        move(ready, state=State.RUNNING, made_by=actor, next_try_at=now(), ended_at=None)
        record("tickets.import_started", **about(job, actor))


def stop(job: TicketImport, *, actor: User) -> None:
    """After the ticket that is being taken over. What came stays. Raises NotNow."""
    with transaction.atomic():
        move(TicketImport.objects.filter(pk=job.pk, state=State.RUNNING), state=State.STOPPED, ended_at=now())
        record("tickets.import_stopped", **about(job, actor))


def drop(job: TicketImport, *, actor: User) -> None:
    """Not wanted any more: the file goes, and what came stays. Raises NotNow while it is being taken over."""
    idle = TicketImport.objects.filter(pk=job.pk, blob__isnull=False).exclude(state=State.RUNNING)
    with transaction.atomic():
        move(idle, state=State.DROPPED, blob=None, ended_at=now())
        record("tickets.import_dropped", **about(job, actor))


def move(rows: QuerySet[TicketImport], **values: Any) -> None:
    if not rows.update(**values):
        raise NotNow(_("This import is not at that point any more. Look at the page again."))


def drop_all_of(pool_id: int) -> set[int]:
    """Files that somebody who is erased may be in. Gives their blobs."""
    rows = TicketImport.objects.filter(inbox__brand__pool=pool_id, blob__isnull=False)
    blobs = {pk for pk in rows.values_list("blob", flat=True) if pk is not None}
    rows.update(state=State.DROPPED, blob=None, ended_at=now())
    return blobs


def due(limit: int) -> list[int]:
    rows = TicketImport.objects.filter(state__in=WORKING, next_try_at__lte=now()).order_by(
        "next_try_at", "pk"
    )
    return list(rows.values_list("pk", flat=True)[:limit])


def forget_old() -> None:
    """Files nobody came back for."""
    old = TicketImport.objects.filter(blob__isnull=False, created_at__lt=now() - KEPT).exclude(
        state__in=WORKING
    )
    old.update(state=State.DROPPED, blob=None)


def work(pk: int, *, seconds: float) -> bool:
    """Go on with it for so long, once, whoever else tries; True when there is more to do."""
    rows = TicketImport.objects.filter(pk=pk, state__in=WORKING, next_try_at__lte=now())
    if not rows.update(tries=F("tries") + 1, next_try_at=in_seconds(LEASE_SECONDS)):
        return False
    job = TicketImport.objects.select_related("inbox__brand__pool", "blob", "made_by").get(pk=pk)
    with translation.override((job.made_by.language if job.made_by else "") or "en"):
        try:
            return step(job, seconds)
        except Lost:
            return False
        except FileNotFoundError:
            fail(job, _("The file is gone."))
        except UnreadableFile as error:
            fail(job, str(error))
        except (OperationalError, InterfaceError, OSError):
            raise  # the database or the disk is away: once more when the lease is over
        except Exception as error:  # an import's edge: a file nobody thought of must not come back for ever
            logger.exception("import %s failed", job.pk)
            fail(job, _("It could not be read: %(kind)s.") % {"kind": type(error).__name__})
    return False


def step(job: TicketImport, seconds: float) -> bool:
    if job.made_by is None or not has(
        job.made_by, INBOX_MANAGE, brand_id=job.inbox.brand_id, team_id=job.inbox.default_team_id
    ):
        fail(job, _("Who handed it in may not import any more."))
        return False
    with rows_of(job) as rows:
        return check(job, rows) if job.state == State.CHECKING else take_over(job, rows, seconds)


@contextmanager
def rows_of(job: TicketImport) -> Iterator[Iterator[Row]]:
    if job.blob is None:
        raise FileNotFoundError
    with tempfile.TemporaryDirectory() as folder:
        with open_blob(job.blob) as source:
            paths = unpack(source, job.file_name, Path(folder))
        yield READERS[job.source](paths)


def check(job: TicketImport, rows: Iterator[Row]) -> bool:
    """The trial: nothing is written but its report. From the start whenever its worker died."""
    job.troubles.all().delete()
    run, into, read = Run(job.inbox, quiet, keeper(job), is_dry=True), Destination(job.inbox), 0
    for read, row in enumerate(rows, start=1):
        run.take_row(into, row)
        if read % EVERY == 0:
            went_on(job, done=read)
    with transaction.atomic():
        went_on(job, state=State.CHECKED, found=asdict(run.tally), total=read, done=0, ended_at=now())
    return False


def take_over(job: TicketImport, rows: Iterator[Row], seconds: float) -> bool:
    until = time.monotonic() + seconds
    run, into = Run(job.inbox, quiet, quiet, tally=Tally(**job.taken)), Destination(job.inbox)
    for row in islice(rows, job.done, None):
        with transaction.atomic():
            run.take_row(into, row)
            job.done += 1
            went_on(job, done=job.done, taken=asdict(run.tally))
        if time.monotonic() > until:
            TicketImport.objects.filter(pk=job.pk, state=State.RUNNING, tries=job.tries).update(
                next_try_at=now()
            )
            return True
    with transaction.atomic():
        went_on(job, state=State.DONE, blob=None, ended_at=now())
        record("tickets.import_ended", **about(job, None), counts=run.tally.counts())
    return False


def went_on(job: TicketImport, **values: Any) -> None:
    """The lease begins anew. Raises Lost when it is not ours any more: what this transaction did is taken back."""
    mine = TicketImport.objects.filter(pk=job.pk, state=job.state, tries=job.tries)
    if not mine.update(next_try_at=in_seconds(LEASE_SECONDS), **values):
        raise Lost


def fail(job: TicketImport, why: str) -> None:
    mine = TicketImport.objects.filter(pk=job.pk, state=job.state, tries=job.tries)
    mine.update(state=State.FAILED, error=why[:300], ended_at=now())


def keeper(job: TicketImport) -> Any:
    """Keeps the first troubles of a run."""
    kept = iter(range(TROUBLES_KEPT))

    def keep(trouble: Trouble) -> None:
        if next(kept, None) is not None:
            TicketImportTrouble.objects.create(
                job=job,
                file=trouble.file[:200],
                line=trouble.line,
                ticket=trouble.ticket,
                reason=trouble.reason[:300],
            )

    return keep


def quiet(_told: object) -> None:
    """The trial has reported it, and the page reads the row."""
