"""An import as rows: looked at first, then each page in its own transaction, once, whoever dies meanwhile; taken back.

`begin` stores the archive. Workers look through it (`check`), and when somebody says so bring the pages in one by one.
A page that cannot be brought in says why and does not stop the others.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import Brand, User
from accounts.permissions import ARTICLES_PUBLISH
from carecenter.lib.blobs.storage import open_blob, store_file
from carecenter.lib.faults import point
from carecenter.lib.time import in_seconds, now
from journal.domain.recording import record
from knowledge_base.domain.articles import actor_of
from knowledge_base.domain.errors import ArticleError, NotAllowed
from knowledge_base.domain.imports.bundles import MAX_ARCHIVE, BadBundle, BadFile, Bundle, open_bundle
from knowledge_base.domain.imports.planning import (
    Planned,
    addresses,
    outcome,
    plan,
    values_of,
)
from knowledge_base.domain.imports.rewriting import Surroundings
from knowledge_base.domain.imports.storing import bring_in, take_back
from knowledge_base.models import Import, ImportItem

logger = logging.getLogger(__name__)

LEASE_SECONDS: Final = 120
RENEWED_EVERY: Final = 50  # pages
KEPT_DAYS: Final = 90
Job, Item = Import.State, ImportItem.State
WORKING: Final = (Job.CHECKING, Job.RUNNING, Job.UNDOING)


@dataclass(frozen=True)
class Progress:
    """How many pages would be, or were: by outcome and by state."""

    total: int
    will: dict[str, int]
    states: dict[str, int]

    @property
    def left(self) -> int:
        return self.states.get(Item.WAITING, 0)

    @property
    def percent(self) -> int:
        return 100 * (self.total - self.left) // self.total if self.total else 100


def begin(content: IO[bytes], *, brand: Brand, actor: User | None, **options: Any) -> Import:
    """Keep the archive and have it looked at. Raises BadBundle for what is too large or no archive at all."""
    content.seek(0, 2)
    if content.tell() > MAX_ARCHIVE:
        raise BadBundle(_("It is larger than %(most)s MB.") % {"most": MAX_ARCHIVE // 2**20})
    content.seek(0)
    open_bundle(content, options["file_name"])
    content.seek(0)
    blob = store_file(content)
    with transaction.atomic():
        job = Import.objects.create(brand=brand, made_by=actor, blob=blob, next_try_at=now(), **options)
        tell(job, name="articles.import_started")
    return job


def tell(job: Import, *, name: str) -> None:
    record(
        name,
        actor=actor_of(job.made_by),
        brand_id=job.brand_id,
        subject=f"import:{job.pk}",
        state=str(job.state),
    )


@contextmanager
def bundle_of(job: Import) -> Iterator[Bundle]:
    with open_blob(job.blob) as content:
        yield open_bundle(content, job.file_name)


def check(job: Import) -> None:
    """Look at every page and write down what would happen. Again changes nothing but that report."""
    items = []
    with bundle_of(job) as bundle:
        planned = plan(bundle, job)
        around = Surroundings(bundle, job.brand, addresses(planned, job.brand), None, keeps=False)
        for number, one in enumerate(planned):
            items.append(looked_at(one, around, job))
            if number % RENEWED_EVERY == 0:
                renew(job)
    if not items:
        settle(job, Job.FAILED, error=_("There is no Markdown, HTML or CSV file in it."))
        return
    with transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state != Job.CHECKING:
            return
        locked.items.all().delete()
        ImportItem.objects.bulk_create(items, batch_size=500)
        settle(locked, Job.CHECKED)


def looked_at(one: Planned, around: Surroundings, job: Import) -> ImportItem:
    item = ImportItem(job=job, path=one.path[:320], will=ImportItem.Will.FAIL, state=Item.FAILED)
    if one.page is None:
        item.notes = [one.error]
        return item
    item.title, item.language = one.page.title[:200], one.page.language[:10]
    try:
        values = values_of(one.page, around)
    except BadFile as error:
        item.notes = [str(error)]
        return item
    item.will, item.state = outcome(one, values, job), Item.WAITING
    item.article = one.article
    item.notes = [*one.notes, *one.page.notes]
    return item


def renew(job: Import) -> None:
    """Still at it: nobody else begins meanwhile."""
    Import.objects.filter(pk=job.pk, state__in=WORKING).update(next_try_at=in_seconds(LEASE_SECONDS))


def settle(job: Import, state: str, *, error: str = "") -> None:
    job.state, job.error, job.ended_at = state, error[:300], now()
    with transaction.atomic():
        job.save(update_fields=["state", "error", "ended_at"])
        tell(job, name="articles.import_ended")


def start(job: Import, *, actor: User | None) -> Import:
    """Bring in what was looked at. Raises NotAllowed when that is not where it stands."""
    return move(job, {Job.CHECKED}, Job.RUNNING, actor=actor)


def undo(job: Import, *, actor: User | None) -> Import:
    """Take back what the import did. Raises NotAllowed while it runs and the second time."""
    return move(job, {Job.DONE}, Job.UNDOING, actor=actor)


def move(job: Import, from_states: set[Any], state: str, *, actor: User | None) -> Import:
    with transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state not in from_states:
            raise NotAllowed(_("This import is not at that point any more. Look at the page again."))
        locked.state, locked.made_by, locked.next_try_at, locked.ended_at = state, actor, now(), None
        locked.save(update_fields=["state", "made_by", "next_try_at", "ended_at"])
        tell(locked, name="articles.import_started")
    return locked


def claim(job_id: int) -> bool:
    """Is it ours for LEASE_SECONDS?"""
    waiting = Import.objects.filter(pk=job_id, state__in=WORKING, next_try_at__lte=now())
    return bool(waiting.update(next_try_at=in_seconds(LEASE_SECONDS)))


def due_imports(limit: int) -> list[int]:
    due = Import.objects.filter(state__in=WORKING, next_try_at__lte=now()).order_by("next_try_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def work(job_id: int, *, seconds: float) -> bool:
    """Go on with a claimed import; True when there is more to do. In the language of who handed it in."""
    job = Import.objects.select_related("brand", "blob", "made_by", "category").get(pk=job_id)
    with translation.override((job.made_by.language if job.made_by else "") or "en"):
        try:
            return step(job, seconds)
        except FileNotFoundError:
            settle(job, Job.FAILED, error=_("The archive is gone."))
        except BadBundle as error:
            settle(job, Job.FAILED, error=str(error))
        except (OperationalError, InterfaceError, OSError):
            raise  # the database or the disk is away: once more later
        except Exception as error:  # an import's edge: a file nobody thought of must not come back for ever
            logger.exception("import %s failed", job.pk)
            settle(
                job, Job.FAILED, error=_("It could not be read: %(kind)s.") % {"kind": type(error).__name__}
            )
    return False


def step(job: Import, seconds: float) -> bool:
    if job.made_by is not None and not has(job.made_by, ARTICLES_PUBLISH, brand_id=job.brand_id):
        settle(job, Job.FAILED, error=_("Who handed it in may not import any more."))
    elif job.state == Job.CHECKING:
        check(job)
    elif job.state == Job.RUNNING:
        return run_some(job, seconds=seconds)
    elif job.state == Job.UNDOING:
        return undo_some(job, seconds=seconds)
    return False


def release(job_id: int) -> None:
    Import.objects.filter(pk=job_id, state__in=WORKING).update(next_try_at=now())


def run_some(job: Import, *, seconds: float) -> bool:
    """Bring pages in for so long. The archive is read anew each time: what is stored is the truth."""
    until = time.monotonic() + seconds
    with bundle_of(job) as bundle:
        planned = plan(bundle, job)
        known = {one.path[:320]: one for one in planned}
        around = Surroundings(bundle, job.brand, addresses(planned, job.brand), job.made_by, keeps=True)
        for item in job.items.filter(state=Item.WAITING).order_by("pk"):
            run_one(item, known.get(item.path), around, job)
            if time.monotonic() > until:
                break
    return not_done(job, Item.WAITING, Job.DONE)


def not_done(job: Import, left: str, end_state: str) -> bool:
    if job.items.filter(state=left).exists():
        return True
    settle(job, end_state)
    return False


def run_one(item: ImportItem, one: Planned | None, around: Surroundings, job: Import) -> None:
    """One page; whatever it is that fails, the reason stands on its row."""
    try:
        with transaction.atomic():
            locked = ImportItem.objects.select_for_update(skip_locked=True).filter(pk=item.pk).first()
            if locked is None or locked.state != Item.WAITING:
                return
            if one is None or one.page is None:
                raise BadFile(one.error if one is not None else _("It is not in the archive any more."))
            bring_in(locked, one, around, job)
            point("import_page")
    except (ArticleError, ValueError) as error:
        fail(item, str(error) if isinstance(error, ArticleError) else _("It could not be stored."))
    except OperationalError:
        raise  # the database is away: nothing is wrong with the page
    except Exception as error:  # the edge of one page: its reason stands on the row, the others go on
        logger.exception("page %s of import %s", item.pk, job.pk)
        fail(item, _("It could not be stored: %(kind)s.") % {"kind": type(error).__name__})


def fail(item: ImportItem, why: str) -> None:
    item.state, item.notes = Item.FAILED, [why[:400]]
    item.save(update_fields=["state", "notes"])


def undo_some(job: Import, *, seconds: float) -> bool:
    """The last page first, so that an article's first language goes last."""
    until = time.monotonic() + seconds
    for item in job.items.filter(state=Item.DONE).order_by("-pk"):
        try:
            with transaction.atomic():
                locked = ImportItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
                if locked.state == Item.DONE:
                    take_back(locked, actor=job.made_by)
        except ArticleError as error:
            item.state, item.notes = Item.KEPT, [str(error)]
            item.save(update_fields=["state", "notes"])
        if time.monotonic() > until:
            break
    return not_done(job, Item.DONE, Job.UNDONE)


def progress(job: Import) -> Progress:
    wills = {str(one): Count("pk", filter=Q(will=one)) for one in ImportItem.Will.values}
    states = {f"is_{one}": Count("pk", filter=Q(state=one)) for one in Item.values}
    counted = job.items.aggregate(total=Count("pk"), **wills, **states)
    return Progress(
        counted["total"],
        {one: counted[one] for one in ImportItem.Will.values},
        {one: counted[f"is_{one}"] for one in Item.values},
    )


def forget_old() -> None:
    """Reports go after a while; what they brought in stays."""
    old = Import.objects.filter(created_at__lt=in_seconds(-KEPT_DAYS * 86_400)).exclude(state__in=WORKING)
    Import.objects.filter(pk__in=list(old.order_by("pk").values_list("pk", flat=True)[:20])).delete()
