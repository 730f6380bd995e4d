"""Whom to ask, about what, and when: the rule that fits, written down with the moment it is due, or why not.

What is decided here may change until the moment comes: `sending` looks again at all of it, under the locks.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Brand
from carecenter.lib.kinds import Capability, can
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import now
from customers.domain.consent import wants_surveys
from customers.domain.people import ids_of
from customers.models import Customer
from feedback.domain.quiet import after_quiet, zone_for
from feedback.domain.wording import language_for
from feedback.models import FeedbackSettings, FollowUp, Invitation, Measure, Survey, SurveyRule, Trigger
from feedback.models.follow_ups import Outcome
from journal.actors import SYSTEM
from journal.domain.recording import record
from tickets.models import ACTIVE, Contact, Direction, Status, Ticket

State, Why = Invitation.State, Invitation.Why
DONE = (Status.SOLVED, Status.CLOSED)
ASKED = (State.SENT, State.ANSWERED)
TOGETHER = timedelta(minutes=1)


@dataclass(frozen=True)
class Occasion:
    """Something ended at a moment. `contact` is how the customer came to us, as far as there was a way."""

    ticket: Ticket
    contact: Contact | None
    trigger: str
    at: datetime

    @property
    def kind(self) -> str:
        return self.contact.kind if self.contact else self.ticket.last_kind

    @property
    def inbox_id(self) -> int | None:
        return self.contact.inbox_id if self.contact else self.ticket.inbox_id


def plan_solved(ticket_id: int, at: datetime) -> Invitation | None:
    """A ticket was solved. None where nobody of us ever answered, or no rule fits."""
    related = ("brand", "customer", "inbox", "assignee", "team")
    ticket = Ticket.objects.select_related(*related).filter(pk=ticket_id).first()
    if ticket is None or ticket.customer_id is None or ticket.status not in DONE:
        return None
    runs = ticket.contacts.select_related("inbox", "agent").filter(direction=Direction.INBOUND)
    contact = runs.exclude(end_reason=Contact.EndReason.AUTOMATIC).order_by("-pk").first()
    if ticket.first_replied_at is None and not was_served(contact):
        return None
    occasion = Occasion(ticket, contact, Trigger.SOLVED, at)
    return None if is_asked_in_its_chat(occasion) else plan(occasion)


def plan_ended(contact_id: int, at: datetime) -> Invitation | None:
    """A conversation between people was over: live, or written down by hand. Letters have no such end."""
    contact = _ended().first(pk=contact_id)
    if contact is None or contact.ticket.customer_id is None or not was_served(contact):
        return None
    return plan(Occasion(contact.ticket, contact, Trigger.ENDED, at))


@cache
def _ended() -> Statement[Contact]:
    related = ("ticket__brand", "ticket__customer", "ticket__team", "inbox", "agent")
    return Statement(Contact.objects.select_related(*related).filter(pk=Given("pk")))


def is_asked_in_its_chat(solved: Occasion) -> bool:
    """Ended and solved in one move: the same question comes at the end of the chat, where the customer still sits.

    The two events may be handled in either order, and only one of them has its question.
    """
    contact = solved.contact
    if contact is None or contact.ended_at is None or not can(contact.kind, Capability.LIVE):
        return False
    if abs(solved.at - contact.ended_at) > TOGETHER or not was_served(contact):
        return False
    at_end = fitting_rule(Occasion(solved.ticket, contact, Trigger.ENDED, contact.ended_at))
    when_solved = fitting_rule(solved)
    return bool(at_end and when_solved and at_end.survey_id == when_solved.survey_id)


def was_served(contact: Contact | None) -> bool:
    """Did somebody of us speak with the customer in it?"""
    if contact is None or contact.end_reason == Contact.EndReason.JOINED:
        return False
    if contact.end_reason == Contact.EndReason.LOGGED:
        return True
    return can(contact.kind, Capability.LIVE) and contact.answered_at is not None


def plan(occasion: Occasion) -> Invitation | None:
    """The row of this occasion: planned, or dropped with the reason. None without a rule, or where there is one.

    Under the lock of the person, so that the same event handled twice, or two at once, give one row.
    """
    rule = fitting_rule(occasion)
    ticket = occasion.ticket
    if rule is None or ticket.customer_id is None:
        return None
    with transaction.atomic():
        customer = lock_person(ticket.customer_id)
        earlier = Invitation.objects.filter(ticket=ticket, rule__trigger=occasion.trigger)
        # Opened and solved again meanwhile: it is asked after all.
        earlier = earlier.exclude(state=State.CANCELLED)
        if customer is None or earlier.filter(planned_at__gte=occasion.at).exists():
            return None
        invitation = draft_for(occasion, rule, customer)
        invitation.why = reason_against(invitation, occasion, rule, customer)
        if invitation.why:
            invitation.state = State.DROPPED
        try:
            with transaction.atomic():
                invitation.save(force_insert=True)
        except IntegrityError:  # solved twice before it left: one question
            return None
        tell(invitation, ticket)
    return invitation


def draft_for(occasion: Occasion, rule: SurveyRule, customer: Customer) -> Invitation:
    ticket, contact = occasion.ticket, occasion.contact
    agent_id = (contact.agent_id if contact else None) or ticket.assignee_id
    due = occasion.at + timedelta(seconds=rule.delay_seconds)
    if not (contact and can(contact.kind, Capability.LIVE) and occasion.trigger == Trigger.ENDED):
        due = after_quiet(due, settings_of(ticket.brand), zone_for(customer, ticket.brand))
    return Invitation(
        survey=rule.survey,
        rule=rule,
        brand=ticket.brand,
        ticket=ticket,
        contact=contact,
        customer=customer,
        agent_id=agent_id,
        team_id=ticket.team_id,
        inbox_id=occasion.inbox_id,
        kind=occasion.kind,
        language=language_for(customer, ticket.brand),
        planned_at=now(),
        send_at=due,
    )


def reason_against(invitation: Invitation, occasion: Occasion, rule: SurveyRule, customer: Customer) -> str:
    """What is known already against asking. Empty: it is planned."""
    if not in_sample(rule, occasion.ticket):
        return Why.NOT_SAMPLED
    if not wants_surveys(customer):
        return Why.REFUSED
    if asked_lately(customer, settings_of(invitation.brand), invitation.send_at):
        return Why.ASKED_LATELY
    return Why.NONE


def fitting_rule(occasion: Occasion) -> SurveyRule | None:
    """The first active rule of the brand that fits."""
    brand = occasion.ticket.brand_id
    rules = SurveyRule.objects.filter(
        survey__brand=brand, survey__is_active=True, is_active=True, trigger=occasion.trigger
    )
    rules = rules.select_related("survey__brand").order_by("position", "pk")
    return next((rule for rule in rules if fits(rule, occasion)), None)


def fits(rule: SurveyRule, occasion: Occasion) -> bool:
    """Empty means any; of the tags one is enough."""
    ticket = occasion.ticket
    language = language_for(ticket.customer, ticket.brand)
    return (
        rule.inbox_id in (None, occasion.inbox_id)
        and rule.team_id in (None, ticket.team_id)
        and (not rule.kinds or occasion.kind in rule.kinds)
        and (not rule.tags or bool(set(rule.tags) & set(ticket.tags)))
        and (not rule.languages or language in rule.languages)
    )


def in_sample(rule: SurveyRule, ticket: Ticket) -> bool:
    """The same answer for the same ticket and survey, however often it is solved; nobody can choose it."""
    digest = hashlib.sha256(f"{rule.survey_id}:{ticket.token}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 * 100 < rule.sample_percent


def settings_of(brand: Brand) -> FeedbackSettings:
    """The brand's, else what the product does by itself."""
    return FeedbackSettings.objects.filter(brand=brand).first() or FeedbackSettings(brand=brand)


def asked_lately(customer: Customer, rules: FeedbackSettings, at: datetime) -> bool:
    """Was this person, under any of their rows, asked by us in the days before? The second question of a follow-up
    does not count, nor a rating they gave by themselves (`kind` is empty)."""
    if not rules.days_between:
        return False
    asked = Invitation.objects.filter(customer__in=ids_of(customer), state__in=ASKED, follow_up__isnull=True)
    return asked.exclude(kind="").filter(sent_at__gt=at - timedelta(days=rules.days_between)).exists()


def lock_person(customer_id: int) -> Customer | None:
    """The living row of this person, locked until the transaction ends; None when there is none any more.

    Not against new rows that name the customer. Taken before the ticket.
    """
    while True:
        ids = ids_of(customer_id)
        if not ids:
            return None
        row = Customer.objects.select_for_update(no_key=True).filter(pk=ids[0]).first()
        if row is None or row.merged_into_id is None:
            return row


def tell(invitation: Invitation, ticket: Ticket | None) -> None:
    """The event of what the row has become."""
    is_planned, is_sent = invitation.state == State.PLANNED, invitation.state == State.SENT
    record(
        "survey.planned" if is_planned else "survey.sent" if is_sent else "survey.dropped",
        actor=SYSTEM,
        ticket=ticket,
        brand_id=invitation.brand_id,
        customer_id=invitation.customer_id,
        subject=f"invitation:{invitation.pk}",
        survey=invitation.survey_id,
        why=invitation.why,
    )


def cancel_planned(ticket_id: int) -> int:
    """The ticket was opened again: what has not left yet is not asked. How many.

    Nothing where it is solved once more by now: the event came late. The second question of a follow-up is about the
    follow-up, whatever becomes of the ticket.
    """
    if not Ticket.objects.filter(pk=ticket_id, status__in=ACTIVE).exists():
        return 0
    with transaction.atomic():
        waiting = Invitation.objects.select_for_update(of=("self",)).filter(
            ticket=ticket_id, state=State.PLANNED, follow_up__isnull=True
        )
        rows = list(waiting.select_related("ticket").order_by("pk"))
        for invitation in rows:
            invitation.state, invitation.why = State.CANCELLED, Why.REOPENED
            invitation.save(update_fields=["state", "why"])
            tell(invitation, invitation.ticket)
    return len(rows)


def plan_settled(follow_up: FollowUp) -> Invitation | None:
    """Somebody has done what could be done: some days later we ask the same customer whether it is settled.

    Once for each follow-up, however often it is called. None where the customer had meant another score, or nobody
    is left to ask.
    """
    first = follow_up.answer.invitation
    if follow_up.ended_at is None or follow_up.outcome == Outcome.MISCLICK or first.customer is None:
        return None
    rules = settings_of(first.brand)
    due = follow_up.ended_at + timedelta(days=rules.settled_days)
    invitation = Invitation(
        survey=settled_survey(first.brand),
        brand=first.brand,
        ticket=first.ticket,
        contact=first.contact,
        customer=first.customer,
        agent=follow_up.owner,
        team=first.team,
        inbox=first.inbox,
        kind=first.kind or (first.ticket.last_kind if first.ticket else ""),
        language=first.language,
        send_at=after_quiet(due, rules, zone_for(first.customer, first.brand)),
        follow_up=follow_up,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
            tell(invitation, first.ticket)
    except IntegrityError:
        return plan_settled_again(follow_up, invitation.send_at)
    return invitation


def plan_settled_again(follow_up: FollowUp, due: datetime) -> Invitation | None:
    """It was opened again before the question left, and has ended once more: the same question, at its new time."""
    with transaction.atomic():
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("ticket")
        waiting = rows.filter(follow_up=follow_up, state__in=(State.PLANNED, State.CANCELLED)).first()
        if waiting is None or (waiting.state == State.PLANNED and waiting.send_at == due):
            return None
        waiting.state, waiting.why, waiting.send_at, waiting.next_try_at = State.PLANNED, Why.NONE, due, None
        waiting.save(update_fields=["state", "why", "send_at", "next_try_at"])
        tell(waiting, waiting.ticket)
    return waiting


def settled_survey(brand: Brand) -> Survey:
    """The brand's second question, switched off or not; made when it is needed first."""
    found = Survey.objects.filter(brand=brand, measure=Measure.SETTLED).order_by("-is_active", "pk").first()
    if found is not None:
        return found
    with translation.override(brand.language):
        name = free_name(brand, _("Is it settled?"))
    return Survey.objects.get_or_create(
        brand=brand, name=name, defaults={"measure": Measure.SETTLED, "look": Survey.Look.NUMBERS}
    )[0]


def free_name(brand: Brand, name: str) -> str:
    """The name, numbered where a survey of another measure has it."""
    taken = Survey.objects.filter(brand=brand).exclude(measure=Measure.SETTLED).values_list("name", flat=True)
    return next(one for one in (name, *(f"{name} {n}" for n in range(2, 1000))) if one not in set(taken))
