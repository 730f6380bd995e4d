"""A customer is erased: who they are and what was said goes, that something happened and when stays.

First the person's own rows, so that what comes in meanwhile is of somebody new; then ticket by ticket, each in a
transaction of its own; then what is left elsewhere; then everything is counted again. What came in after it began
stays. Any of it may be repeated: a worker that dies is followed by another.
"""

import datetime
from collections import Counter
from collections.abc import Iterable

from django.db import transaction

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.sweep import sweep_row
from carecenter.lib.time import in_seconds, now
from channels_app.domain import ticket_imports
from channels_app.models import InboundRecord
from customers.domain.people import ids_of
from customers.models import Identity
from journal.actors import SYSTEM
from journal.domain.recording import record
from portal.domain import erasing, sparing
from portal.domain.mails import queue_mail
from portal.domain.pool_exports import drop_all_of
from portal.domain.requests import LEASE_SECONDS
from portal.domain.sessions import EMAIL
from portal.models import DataRequest, PortalMail
from tickets.domain.contacts import end_contacts
from tickets.domain.search.indexing import ask
from tickets.domain.status import set_status
from tickets.domain.tally import TALLIED, tally
from tickets.domain.tickets import lock_ticket, save_changed
from tickets.models import Contact, Message, Participant, SearchRow, Status, Ticket

# A writer of the same bytes makes older rows young again: what is as old as this and used by nobody may go at once.
GRACE = datetime.timedelta(hours=2)
State = DataRequest.State


class Unfinished(Exception):
    """Something is left after all, from what came in meanwhile: it is done once more."""


def erase(request: DataRequest) -> None:
    """From where it stands to its end, or to a colleague when the person was merged with others since it was asked."""
    if not request.values and sorted(ids_of(request.customer_id)) != sorted(request.people):
        DataRequest.objects.filter(pk=request.pk).update(state=State.HELD, why="merged")
        return
    begin(request)
    blobs: set[int] = set()
    for ticket_id in tickets_of(request):
        blobs |= erase_ticket(request, ticket_id)
    sparing.spare_late(request)
    blobs |= erase_elsewhere(request)
    drop(request, blobs)
    finish(request)


def begin(request: DataRequest) -> None:
    """The person's own rows, with what they are known by kept on the request until the end. Once."""
    pool_id, request.began_at = request.brand.pool_id, request.began_at or now()
    with transaction.atomic():
        if not request.values:
            if not request.is_by_colleague:
                sparing.spare_others(request)
            known = Identity.objects.filter(customer__in=request.people).order_by("pk")
            request.values = [{"kind": one.kind, "value": one.value} for one in known] or [{}]
        counts = Counter(request.counts)
        counts.update(erasing.empty_person(request.people))
        erasing.cancel_copies(request.people)
        gone = erasing.forget_sign_ins(request.people, emails(request), pool_id, until=request.began_at)
        counts["sign_ins"] += gone
        counts["customers"] = len(request.people)
        keep(request, counts, "values", "began_at")


def moment(request: DataRequest) -> datetime.datetime:
    """When it began: what came in later is not erased."""
    return request.began_at or now()


def emails(request: DataRequest) -> list[str]:
    return [one["value"] for one in request.values if one.get("kind") == EMAIL]


def keep(request: DataRequest, counts: Counter[str], *fields: str) -> None:
    """How far it has come; the lease begins anew."""
    request.report = {**request.report, "counts": dict(counts)}
    request.next_try_at = in_seconds(LEASE_SECONDS)
    request.save(update_fields=["report", "next_try_at", *fields])


def tickets_of(request: DataRequest) -> list[int]:
    """Those there were when it began, and are not done yet."""
    rows = Ticket.objects.filter(customer__in=request.people, created_at__lte=request.began_at)
    return list(rows.filter(pk__gt=request.progress).order_by("pk").values_list("pk", flat=True))


def erase_ticket(request: DataRequest, ticket_id: int) -> set[int]:
    """Everything that was said on it, and by whom. It is closed: whoever answers to an old mail gets a new one."""
    counts = Counter(request.counts)
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        ticket.subject = ""
        sparing.move_late(request, ticket)
        messages = erasing.messages_of(request.people, until=moment(request)).filter(ticket=ticket)
        raw, of_raw = erasing.empty_records(InboundRecord.objects.filter(message__in=messages.values("pk")))
        said, of_messages, files = erasing.empty_messages(messages)
        drafts, of_drafts = erasing.empty_drafts(ticket)
        counts.update({"raw": raw, "messages": said, "files": files, "drafts": drafts, "tickets": 1})
        counts["participants"] += Participant.objects.filter(ticket=ticket).delete()[0]
        counts["chats"] += erasing.empty_chats(ticket, request.people)
        close(ticket)
        counts["search"] += SearchRow.objects.filter(ticket=ticket).delete()[0]
        ask([ticket.pk])
        request.progress = ticket.pk
        keep(request, counts, "progress")
    return of_raw | of_messages | of_drafts


def close(ticket: Ticket) -> None:
    ticket.subject, ticket.preview, ticket.fields, ticket.waiting_since = "", "", {}, None
    save_changed(ticket, "subject", "preview", "fields", "waiting_since")
    erasing.empty_bulk_values(ticket)
    end_contacts(ticket, reason=Contact.EndReason.SOLVED, actor=SYSTEM)
    if ticket.status != Status.CLOSED:
        set_status(ticket, Status.CLOSED, actor=SYSTEM)


def erase_elsewhere(request: DataRequest) -> set[int]:
    """On tickets of others, in what was put aside, on surveys, and in copies that were made before."""
    pool_id, addresses, until = request.brand.pool_id, emails(request), moment(request)
    counts = Counter(request.counts)
    with transaction.atomic():
        elsewhere = erasing.messages_of(request.people, until=until)
        tickets = set(elsewhere.exclude(ticket__customer__in=request.people).values_list("ticket", flat=True))
        raw, of_raw = erasing.empty_records(erasing.records_of(elsewhere, addresses, pool_id, until=until))
        ours = Message.objects.filter(pk__in=erasing.answers_to(addresses, pool_id, until=until))
        tickets |= set(ours.values_list("ticket", flat=True))
        said, blobs, files = erasing.empty_messages((elsewhere | ours).filter(erasing.has_words()))
        counts.update({"raw": raw, "messages": said, "files": files})
        counts["participants"] += erasing.forget_mentions(addresses, pool_id, until=until)
        counts["comments"] += erasing.empty_feedback(request.people)
        show_again(tickets)
        blobs |= erasing.forget_copies(request.people) | drop_all_of(pool_id)
        blobs |= ticket_imports.drop_all_of(pool_id)
        keep(request, counts)
    return blobs | of_raw


def show_again(tickets: set[int]) -> None:
    """Lists and the search say what is left on these tickets of others."""
    for ticket_id in sorted(tickets):
        ticket = lock_ticket(ticket_id)
        tally(ticket)
        save_changed(ticket, *TALLIED)
    ask(tickets)


def drop(request: DataRequest, blobs: Iterable[int]) -> None:
    """The bytes themselves, now. What somebody else has too stays theirs; what is younger than the grace goes by the
    sweep within a day, and the report says how many those are.
    """
    wanted = sorted(blobs)
    gone = sum(sweep_row(pk, GRACE) for pk in wanted)
    later = Blob.objects.filter(pk__in=wanted).count()
    before = request.report.get("bytes", {})
    request.report["bytes"] = {"gone": before.get("gone", 0) + gone, "later": before.get("later", 0) + later}
    request.save(update_fields=["report"])


def finish(request: DataRequest) -> None:
    """Look again, with everything we knew them by. Raises Unfinished when something is left."""
    left = erasing.left(request.people, emails(request), request.brand.pool_id, until=moment(request))
    if any(left.values()):
        DataRequest.objects.filter(pk=request.pk).update(progress=0)
        raise Unfinished(", ".join(name for name, count in left.items() if count))
    with transaction.atomic():
        queue_mail(request, PortalMail.Kind.ERASED)
        at = now()
        report = {**request.report, "left": left, "checked_at": at.isoformat(), "people": len(request.people)}
        done = {"state": State.DONE, "why": "", "ended_at": at, "report": report}
        DataRequest.objects.filter(pk=request.pk).update(**done, values=[], address="", progress=0)
        record(
            "customer.erased",
            actor=SYSTEM,
            brand_id=request.brand_id,
            customer_id=request.customer_id,
            subject=f"data_request:{request.pk}",
            counts=request.counts,
        )
