"""What is over for long enough is erased by itself, inbox by inbox: words, names and files go; rows, times and figures
stay.

Nothing begins before the wait is over, in which it can be switched off; a tag keeps a ticket. Ticket by ticket, each
in a transaction of its own that looks once more, a bounded number a run.
"""

import datetime as dt
import logging
from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from carecenter.lib.blobs.sweep import sweep_row
from carecenter.lib.time import in_seconds, now
from channels_app.models import InboundRecord
from feedback.models import Answer
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from portal.domain import erasing
from portal.domain.erasure import GRACE, close
from portal.models import Retention, TicketErasure
from tickets.domain.search.indexing import ask
from tickets.domain.tickets import lock_ticket
from tickets.models import Inbox, Message, Participant, SearchRow, Status, Ticket

logger = logging.getLogger(__name__)
MONTH = dt.timedelta(days=31)  # so that one month is never less than 30 days
WAIT = dt.timedelta(days=7)
BATCH = 200
LEASE_SECONDS = 1800
OVER = (Status.SOLVED, Status.CLOSED)


def over(inbox_id: int, months: int, tag: str) -> QuerySet[Ticket]:
    """Tickets that would be erased now."""
    before = now() - months * MONTH
    rows = Ticket.objects.filter(inbox=inbox_id, status__in=OVER, last_message_at__lt=before)
    rows = rows.filter(Q(solved_at__isnull=True) | Q(solved_at__lt=before), created_at__lt=before)
    rows = rows.exclude(tags__contains=[tag]) if tag else rows
    return rows.filter(~Exists(TicketErasure.objects.filter(ticket=OuterRef("pk"))))


def switch_on(inbox: Inbox, *, months: int, tag: str, actor: User) -> Retention:
    """From a week on. Other months or another tag begin the wait anew."""
    begins_at = now() + WAIT
    with transaction.atomic():
        values = {"months": months, "tag": tag, "set_by": actor, "begins_at": begins_at}
        fresh = {"next_run_at": begins_at, "progress": 0}
        rule, _made = Retention.objects.update_or_create(inbox=inbox, defaults={**values, **fresh})
        record("retention.switched_on", **about(rule, user_actor(actor.pk)), months=months)
    return rule


def switch_off(inbox: Inbox, *, actor: User) -> None:
    """What is erased stays so; nothing more is."""
    with transaction.atomic():
        for rule in Retention.objects.select_for_update().filter(inbox=inbox):
            record("retention.switched_off", **about(rule, user_actor(actor.pk)))
            rule.delete()


def about(rule: Retention, actor: str) -> dict[str, Any]:
    return {"actor": actor, "brand_id": rule.inbox.brand_id, "subject": f"inbox:{rule.inbox_id}"}


def run_due() -> int:
    """The rules whose time has come, each by one worker. Returns how many tickets were erased."""
    due = Retention.objects.filter(begins_at__lte=now(), next_run_at__lte=now()).order_by("next_run_at")
    return sum(run(pk) for pk in list(due.values_list("pk", flat=True)[:20]))


def run(pk: int) -> int:
    """The next batch, by id; who fails is passed by and comes again with the next round."""
    claimed = Retention.objects.filter(pk=pk, begins_at__lte=now(), next_run_at__lte=now())
    if not claimed.update(next_run_at=in_seconds(LEASE_SECONDS)):
        return 0
    rule = Retention.objects.select_related("inbox").get(pk=pk)
    rows = over(rule.inbox_id, rule.months, rule.tag).filter(pk__gt=rule.progress).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    counts: Counter[str] = Counter()
    for ticket_id in ids:
        try:
            counts += erase_ticket(rule, ticket_id)
        except Exception as error:  # noqa: BLE001 -- one ticket must not keep the others; it is counted and shown
            logger.warning("ticket %s was not erased: %s", ticket_id, type(error).__name__)
            counts["failed"] += 1
    finish(rule, ids, counts)
    return counts["tickets"]


def finish(rule: Retention, ids: list[int], counts: Counter[str]) -> None:
    is_through = len(ids) < BATCH
    with transaction.atomic():
        Retention.objects.filter(pk=rule.pk).update(
            progress=0 if is_through else ids[-1],
            next_run_at=in_seconds(3600 if is_through else 0),
            erased=F("erased") + counts["tickets"],
            failed=counts["failed"],
            ran_at=now(),
        )
        if counts["tickets"]:
            record("retention.erased", **about(rule, SYSTEM), counts=dict(counts))


def erase_ticket(rule: Retention, ticket_id: int) -> Counter[str]:
    """Nothing when it was opened again, tagged, or the rule was taken back meanwhile."""
    with transaction.atomic():
        current = Retention.objects.select_for_update().filter(pk=rule.pk, begins_at__lte=now()).first()
        ticket = lock_ticket(ticket_id)
        if current is None or not over(current.inbox_id, current.months, current.tag).filter(pk=ticket_id):
            return Counter()
        messages = Message.objects.filter(ticket=ticket)
        came = InboundRecord.objects.filter(Q(message__in=messages.values("pk")) | Q(ticket=ticket))
        raw, of_raw = erasing.empty_records(came)
        said, of_messages, files = erasing.empty_messages(messages)
        drafts, of_drafts = erasing.empty_drafts(ticket)
        Participant.objects.filter(ticket=ticket).delete()
        erasing.empty_chats_of(ticket)
        erasing.empty_answers(Answer.objects.filter(invitation__ticket=ticket))
        SearchRow.objects.filter(ticket=ticket).delete()
        close(ticket)
        ask([ticket.pk])
        TicketErasure.objects.create(ticket=ticket)
    for blob in sorted(of_raw | of_messages | of_drafts):
        sweep_row(blob, GRACE)
    return Counter({"tickets": 1, "messages": said, "files": files, "raw": raw, "drafts": drafts})
