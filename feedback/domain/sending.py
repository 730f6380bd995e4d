"""Ask what was planned. Late or never, but not twice, whoever dies: the question's message and the mark that it was
asked are one transaction, and the message leaves by the rules of every answer.

1. A conditional UPDATE takes a due row, PLANNED to SENDING, with a lease. 2. Under the locks of the person and of the
ticket all rules are looked at again. 3. Message and SENT are committed together. Dead before 3: the lease runs out
and another takes it. Dead after 3: the message is in the outbox.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from carecenter.lib.faults import point
from carecenter.lib.kinds import Capability, can, kinds_that
from carecenter.lib.time import in_seconds, now
from customers.domain.consent import wants_surveys
from customers.models import Customer
from feedback.domain.letters import question_of
from feedback.domain.planning import DONE, State, Why, asked_lately, lock_person, settings_of, tell
from feedback.domain.quiet import after_quiet, is_quiet, zone_for
from feedback.models import FollowUp, Invitation, Outcome, SurveyRule, Trigger
from journal.actors import SYSTEM
from journal.models import Event
from tickets.domain.asking import Way, ask, way_to
from tickets.domain.errors import NoRecipient
from tickets.domain.tickets import lock_living
from tickets.models import Contact, Ticket

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
PAUSES = (10, 60, 300, 900, 3600)
MOST_TRIES = 8
STILL_THERE = timedelta(minutes=10)  # who closed a conversation looks at it for so long


class Verdict(Exception):
    """It is not asked, and why."""

    def __init__(self, why: str, state: str = State.DROPPED) -> None:
        super().__init__(why)
        self.why, self.state = why, state


class NotNow(Exception):
    """It is asked later."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


def is_due() -> Q:
    """Planned, its moment has come, and it does not wait for the end of quiet hours."""
    at = now()
    return Q(state=State.PLANNED, send_at__lte=at) & (Q(next_try_at=None) | Q(next_try_at__lte=at))


def is_left() -> Q:
    """Taken by somebody who died, or put off after a failure."""
    return Q(state=State.SENDING, next_try_at__lt=now())


def due(limit: int) -> list[int]:
    """Ids of what should be asked now, the oldest first. Two queries, each a range of its own index."""
    left = Invitation.objects.filter(is_left()).order_by("next_try_at", "pk")
    planned = Invitation.objects.filter(is_due()).order_by("send_at", "pk")
    return [pk for found in (left, planned) for pk in found.values_list("pk", flat=True)[:limit]]


def send(invitation_id: int) -> None:
    """Ask one due question, whoever else tries. What came of it stands on its row."""
    lease = in_seconds(LEASE_SECONDS)
    mine = Invitation.objects.filter(is_due() | is_left(), pk=invitation_id)
    if not mine.update(state=State.SENDING, next_try_at=lease):
        return
    point("after_survey_claim")
    try:
        settle(invitation_id, lease)
    except Exception as error:  # noqa: BLE001 -- the process edge: nothing was written, it is tried again
        logger.warning("invitation %s could not be sent: %s", invitation_id, type(error).__name__)
        put_off(invitation_id, lease)
        return
    point("after_survey_sent")


def settle(invitation_id: int, lease: datetime) -> None:
    """Asked, dropped or put off, in one transaction. Nothing when another has taken it since."""
    customer_id, ticket_id = Invitation.objects.values_list("customer_id", "ticket_id").get(pk=invitation_id)
    with transaction.atomic():
        customer = lock_person(customer_id) if customer_id else None
        ticket = lock_living(ticket_id) if ticket_id else None
        rows = Invitation.objects.select_for_update(of=("self",)).filter(
            pk=invitation_id, state=State.SENDING, next_try_at=lease
        )
        related = ("survey__brand", "rule", "brand", "contact__inbox", "follow_up")
        invitation = rows.select_related(*related).first()
        if invitation is None:
            return
        invitation.customer = customer
        try:
            put(invitation, customer, ticket)
        except Verdict as verdict:
            end(invitation, ticket, state=verdict.state, why=verdict.why)
        except NotNow as later:
            invitation.state, invitation.next_try_at = State.PLANNED, later.at
            invitation.save(update_fields=["state", "next_try_at"])
        point("before_survey_commit")


def put(invitation: Invitation, customer: Customer | None, ticket: Ticket | None) -> None:
    """Write the question. Raises Verdict or NotNow where the rules are against it."""
    if customer is None or ticket is None:
        raise Verdict(Why.GONE)
    check(invitation, customer, ticket)
    invitation.ticket = ticket
    try:
        way = way_to(ticket, invitation.contact, is_there=is_there(invitation.contact))
    except NoRecipient:
        raise Verdict(Why.NO_WAY) from None
    wait_for_morning(invitation, customer, way)
    invitation.message = ask(ticket, question_of(invitation), way)
    invitation.sent_at = now()
    end(invitation, ticket, state=State.SENT, why=Why.NONE)


def is_off(follow_up: FollowUp) -> bool:
    """Is there nothing to ask about: it was opened again, or the customer had meant another score?"""
    return follow_up.ended_at is None or follow_up.outcome == Outcome.MISCLICK


def check(invitation: Invitation, customer: Customer, ticket: Ticket) -> None:
    """Everything that may have changed since it was planned."""
    rule, rules = invitation.rule, settings_of(invitation.brand)
    is_second = invitation.follow_up_id is not None
    if not invitation.survey.is_active or not (is_second or (rule and rule.is_active)):
        raise Verdict(Why.SWITCHED_OFF)
    is_open = is_off(invitation.follow_up) if invitation.follow_up else goes_on(ticket, rule)
    if is_open:
        raise Verdict(Why.REOPENED, State.CANCELLED)
    if now() - invitation.send_at > timedelta(hours=rules.late_hours):
        raise Verdict(Why.LATE)
    if not wants_surveys(customer):
        raise Verdict(Why.REFUSED)
    if not is_second and asked_lately(customer, rules, now()):
        raise Verdict(Why.ASKED_LATELY)


def goes_on(ticket: Ticket, rule: SurveyRule | None) -> bool:
    """Is what the question is about not over any more?"""
    if rule is not None and rule.trigger == Trigger.SOLVED:
        return ticket.status not in DONE
    return ticket.contacts.filter(ended_at__isnull=True, kind__in=kinds_that(Capability.LIVE)).exists()


def is_there(contact: Contact | None) -> bool:
    """Does the customer look at the live conversation? While it goes on, and right after it was ended by a person;
    not when it was ended for them because they had left."""
    if contact is None or not can(contact.kind, Capability.LIVE):
        return False
    if contact.ended_at is None:
        return True
    if now() - contact.ended_at > STILL_THERE:
        return False
    ended = Event.objects.filter(
        ticket_id=contact.ticket_id, name="contact.ended", subject=f"contact:{contact.pk}"
    )
    by_sweep = contact.end_reason == Contact.EndReason.LEFT and ended.filter(actor=SYSTEM).exists()
    return not by_sweep


def wait_for_morning(invitation: Invitation, customer: Customer, way: Way) -> None:
    """Nothing rings at night. Who sits in the conversation is awake."""
    rules, zone = settings_of(invitation.brand), zone_for(customer, invitation.brand)
    if way.contact is None and is_quiet(now(), rules, zone):
        raise NotNow(after_quiet(now(), rules, zone))


def end(invitation: Invitation, ticket: Ticket | None, *, state: str, why: str) -> None:
    invitation.state, invitation.why, invitation.next_try_at = state, why, None
    fields = ["state", "why", "next_try_at", "ticket", "message", "sent_at"]
    invitation.save(update_fields=fields)
    tell(invitation, ticket)


def put_off(invitation_id: int, lease: datetime) -> None:
    """Again after a pause; after eight tries it is dropped, so that one row does not hold up others for ever."""
    with transaction.atomic():
        rows = Invitation.objects.select_for_update(of=("self",)).filter(
            pk=invitation_id, state=State.SENDING, next_try_at=lease
        )
        invitation = rows.select_related("ticket").first()
        if invitation is None:
            return
        invitation.tries += 1
        if invitation.tries >= MOST_TRIES:
            end(invitation, invitation.ticket, state=State.DROPPED, why=Why.FAILED)
        else:
            pause = PAUSES[min(invitation.tries, len(PAUSES)) - 1]
            invitation.next_try_at = in_seconds(pause)
        invitation.save(update_fields=["tries", "next_try_at"])
