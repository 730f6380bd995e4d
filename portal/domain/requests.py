"""Copies and erasures that customers ask for: asked, taken back, found when due."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import in_seconds, now
from customers.domain.people import ids_of
from customers.models import Customer
from journal.actors import user_actor
from journal.domain.recording import record
from portal.domain.errors import NotFresh, NotPossible
from portal.domain.mails import queue_mail
from portal.domain.sessions import Me
from portal.models import DataRequest, PortalMail

Kind = DataRequest.Kind
State = DataRequest.State
OPEN = (State.WAITING, State.RUNNING, State.HELD)
DECIDED = (State.HELD, State.FAILED)  # erasures in these wait for a colleague
BY_COLLEAGUE = "colleague"  # why one is held: it waits for the second word of who began it
LEASE_SECONDS = 300
PAUSES = (30, 300, 1800, 7200)
COPIES_A_DAY = 3


class Lost(Exception):
    """The request was taken from the worker that had it: it was cancelled, or another worker is at it."""


def requests_of(me: Me) -> list[DataRequest]:
    """Those under way and the copies that are kept, the latest first. Those of other rows of the person too."""
    rows = DataRequest.objects.filter(customer__in=me.ids).select_related("blob", "brand")
    return list(rows.filter(Q(state__in=OPEN) | Q(blob__isnull=False)).order_by("-pk")[:50])


def check(me: Me) -> None:
    """All of one's data is for who has just proved who they are. Raises NotFresh, NotPossible."""
    if me.is_narrow:
        raise NotPossible(_("Write to us, and a colleague makes sure that it is you."))
    if not me.is_fresh:
        raise NotFresh(_("Sign in once more first: this is about all of your data."))


def ask_copy(me: Me, *, language: str) -> DataRequest:
    """A copy is made in the background. Raises NotFresh, NotPossible."""
    check(me)
    lately = DataRequest.objects.filter(
        customer__in=me.ids, kind=Kind.DOWNLOAD, asked_at__gt=now() - timedelta(days=1)
    )
    if lately.count() >= COPIES_A_DAY:
        raise NotPossible(_("You have asked for your data often today. Try again tomorrow."))
    return ask(me, Kind.DOWNLOAD, language=language, days=0)


def ask_erasure(me: Me, *, language: str) -> DataRequest:
    """Everything is erased after the waiting time, unless it is taken back. Raises NotFresh, NotPossible."""
    check(me)
    request = ask(me, Kind.ERASURE, language=language, days=settings.ERASURE_WAIT_DAYS)
    queue_mail(request, PortalMail.Kind.ERASURE_ASKED)
    return request


def prepare_erasure(customer: Customer, *, actor: User) -> DataRequest:
    """A colleague begins it for somebody who asked by other ways. It is held: nothing goes before `release`, the
    second word, which the journal has too. Nobody is mailed: who asked by mail is answered there. Raises NotPossible.
    """
    brand = customer.pool.brands.order_by("archived_at", "pk").first()
    if brand is None:
        raise NotPossible(_("No brand has these customers."))
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                kind=Kind.ERASURE,
                brand=brand,
                customer=customer,
                people=sorted(ids_of(customer)),
                state=State.HELD,
                why=BY_COLLEAGUE,
            )
            record_asked(request, user_actor(actor.pk))
            return request
    except IntegrityError:
        raise NotPossible(_("An erasure of this customer is under way already.")) from None


def ask(me: Me, kind: Kind, *, language: str, days: int) -> DataRequest:
    run_at = now() + timedelta(days=days)
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                kind=kind,
                brand=me.brand,
                customer=me.customer,
                people=sorted(me.ids),
                address=me.address,
                language=language,
                run_at=run_at,
                next_try_at=run_at,
            )
            record(
                "customer.erasure_asked" if request.is_erasure else "customer.data_asked",
                actor=me.actor,
                brand_id=me.brand.pk,
                customer_id=me.customer.pk,
                subject=f"data_request:{request.pk}",
            )
    except IntegrityError:
        raise NotPossible(_("You have asked for this already.")) from None
    return request


def take_back(me: Me, token: str) -> DataRequest:
    """While it waits, anybody who is signed in as the person may. One UPDATE decides between this and the job."""
    with transaction.atomic():
        waiting = DataRequest.objects.filter(token=token, customer__in=me.ids, kind=Kind.ERASURE)
        waiting = waiting.filter(state__in=(State.WAITING, State.HELD), began_at__isnull=True)
        if me.is_narrow or not waiting.update(state=State.CANCELLED, ended_at=now()):
            raise NotPossible(_("This cannot be taken back any more."))
        request = DataRequest.objects.select_related("brand").get(token=token)
        queue_mail(request, PortalMail.Kind.ERASURE_CANCELLED)
        record_ended(request, me.actor)
    return request


def release(request: DataRequest, *, actor: User) -> None:
    """A colleague looked at a held erasure: it is the same person, with the entries that were merged since; or lets a
    failed one go on from where it stands, with the people it began with. Raises NotPossible.
    """
    with transaction.atomic():
        if not set_going(request):
            raise NotPossible(_("Nobody waits for a decision about this any more."))
        record_asked(request, user_actor(actor.pk))


def set_going(request: DataRequest) -> bool:
    rows = DataRequest.objects.filter(pk=request.pk, kind=Kind.ERASURE)
    due = {"state": State.WAITING, "why": "", "run_at": now(), "next_try_at": now(), "tries": 0}
    people = sorted(ids_of(request.customer_id))
    try:
        with transaction.atomic():
            held = rows.filter(state=State.HELD).update(people=people, **due)
            return bool(held or rows.filter(state=State.FAILED).update(**due))
    except IntegrityError:
        raise NotPossible(_("The customer has asked for this once more: that wish counts.")) from None


def refuse(request: DataRequest, *, actor: User) -> None:
    """A colleague looked: these were two people. Nothing is erased, and the person is told. Raises NotPossible."""
    with transaction.atomic():
        held = DataRequest.objects.filter(pk=request.pk, state=State.HELD)
        if not held.update(state=State.CANCELLED, ended_at=now()):
            raise NotPossible(_("Nobody waits for a decision about this any more."))
        queue_mail(request, PortalMail.Kind.ERASURE_CANCELLED)
        record_ended(request, user_actor(actor.pk))


def record_asked(request: DataRequest, actor: str) -> None:
    record(
        "customer.erasure_asked",
        actor=actor,
        brand_id=request.brand_id,
        customer_id=request.customer_id,
        subject=f"data_request:{request.pk}",
    )


def record_ended(request: DataRequest, actor: str) -> None:
    record(
        "customer.erasure_cancelled",
        actor=actor,
        brand_id=request.brand_id,
        customer_id=request.customer_id,
        subject=f"data_request:{request.pk}",
    )


def due() -> list[int]:
    waiting = DataRequest.objects.filter(state__in=(State.WAITING, State.RUNNING), next_try_at__lte=now())
    return list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:20])


def claim(pk: int) -> DataRequest | None:
    """Take one that is due, for a while; who dies leaves it to the sweep."""
    at = now()
    rows = DataRequest.objects.filter(pk=pk, state__in=(State.WAITING, State.RUNNING), next_try_at__lte=at)
    rows = rows.filter(run_at__lte=at)
    taken = rows.update(state=State.RUNNING, tries=F("tries") + 1, next_try_at=in_seconds(LEASE_SECONDS))
    related = ("brand__pool", "customer", "blob")
    return DataRequest.objects.select_related(*related).get(pk=pk) if taken else None


def mine(request: DataRequest) -> QuerySet[DataRequest]:
    """The row while the worker that claimed it still has it: `tries` counts the claims."""
    return DataRequest.objects.filter(pk=request.pk, state=State.RUNNING, tries=request.tries)


def renew(request: DataRequest) -> None:
    """The lease begins anew. Raises Lost."""
    if not mine(request).update(next_try_at=in_seconds(LEASE_SECONDS)):
        raise Lost


def note_failure(request: DataRequest, error: Exception) -> None:
    """Again later, in the end for a colleague. Only the kind of error is kept."""
    is_last = request.tries > len(PAUSES)
    mine(request).update(
        state=State.FAILED if is_last else State.RUNNING,
        why=type(error).__name__[:40],
        next_try_at=in_seconds(PAUSES[min(request.tries, len(PAUSES)) - 1]),
    )


def forget_copies() -> int:
    """Copies whose time is over: their bytes go with the next sweep of blobs."""
    over = DataRequest.objects.filter(blob__isnull=False, expires_at__lt=now()).order_by("pk")
    ids = list(over.values_list("pk", flat=True)[:100])
    return DataRequest.objects.filter(pk__in=ids).update(blob=None)
