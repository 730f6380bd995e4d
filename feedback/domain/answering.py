"""What a customer says: kept when they send it, changed by them for a day, refused in clear words afterwards."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from carecenter.lib.time import now
from customers.domain.people import ids_of
from customers.models import Customer
from feedback.domain.anger import is_angry
from feedback.domain.errors import Gone, NotAllowed, NotValid, TooLate
from feedback.domain.planning import settings_of
from feedback.domain.scales import is_score
from feedback.domain.wording import language_for
from feedback.models import Answer, Invitation, Measure, Survey
from feedback.models.answers import copied
from journal.actors import SYSTEM, customer_actor
from journal.domain.recording import record
from tickets.domain.threading import family_ids
from tickets.models import Ticket

CHANGE_FOR: Final = timedelta(days=1)
LONGEST: Final = 4000  # characters of a comment
KEY = re.compile(r"[a-z2-7]{26}")
ASKED = (Invitation.State.SENT, Invitation.State.ANSWERED)


@dataclass(frozen=True)
class Said:
    """`more` are the answers to the survey's own questions, by their keys."""

    score: int
    comment: str = ""
    more: dict[str, str] = field(default_factory=dict)
    way: str = Answer.Way.MAIL


def find_invitation(key: str) -> Invitation | None:
    """What was asked under this key; None for one that was never given out."""
    if not KEY.fullmatch(key):
        return None
    related = ("survey__brand", "brand", "ticket", "customer", "answer")
    return Invitation.objects.select_related(*related).filter(key=key, state__in=ASKED).first()


def answer_of(invitation: Invitation) -> Answer | None:
    return getattr(invitation, "answer", None)


def ends_at(invitation: Invitation) -> datetime:
    """Until when it may be answered, or the answer be changed."""
    if (given := answer_of(invitation)) is not None:
        return given.answered_at + CHANGE_FOR
    asked = invitation.sent_at or invitation.send_at
    return asked + timedelta(days=settings_of(invitation.brand).valid_days)


def check_open(invitation: Invitation) -> None:
    """Raises Gone when the ticket is deleted, TooLate when the time is over."""
    if invitation.ticket_id is None:
        raise Gone(_("What this question was about has been deleted."))
    if now() >= ends_at(invitation):
        if answer_of(invitation) is not None:
            raise TooLate(
                _("Your answer has been with us for more than a day and cannot be changed any more.")
            )
        raise TooLate(_("The time to answer this question is over."))


def answer(invitation: Invitation, said: Said) -> Answer:
    """Keep it. The same again changes nothing; another one within a day replaces it. Raises NotValid, TooLate, Gone.

    Under the invitation's lock, so that two clicks at once are one answer.
    """
    with transaction.atomic():
        rows = Invitation.objects.select_for_update(of=("self",))
        # Not the answer: who waited for the lock would be given the one from before.
        locked = rows.select_related("survey__brand", "brand", "ticket").get(pk=invitation.pk)
        check_open(locked)
        fields = cleaned(locked.survey, said)
        given = answer_of(locked)
        before = given.score if given else None
        if given is None:
            given = Answer(invitation=locked, **copied(locked), **fields)
            given.save(force_insert=True)
            locked.state = Invitation.State.ANSWERED
            locked.save(update_fields=["state"])
        elif all(getattr(given, name) == value for name, value in fields.items() if name != "way"):
            return given
        else:
            for name, value in fields.items():
                setattr(given, name, value)
            given.changed_at = now()
            given.save(update_fields=[*fields, "changed_at"])
        tell(locked, given, before)
    return given


def cleaned(survey: Survey, said: Said) -> dict[str, Any]:
    """The columns of an answer. Raises NotValid for a score that the scale has not."""
    if not is_score(survey.measure, said.score):
        raise NotValid(_("Please choose one of the answers."))
    comment = said.comment.replace("\0", "").strip()[:LONGEST]
    return {
        "score": said.score,
        "comment": comment,
        "more": further(survey, said.more),
        "way": said.way,
        "is_angry": is_angry(comment),
    }


def further(survey: Survey, given: dict[str, str]) -> dict[str, str]:
    """Only questions there are, and only options they have; what is left out is left out."""
    found = {}
    for one in survey.questions:
        value = str(given.get(one["key"], "")).replace("\0", "").strip()[:LONGEST]
        options = {option["key"] for option in one.get("options", ())}
        scale = {str(step) for step in range(1, 6)}
        allowed = {"choice": options, "scale": scale}.get(one["type"])
        if value and (allowed is None or value in allowed):
            found[one["key"]] = value
    return found


def tell(invitation: Invitation, given: Answer, before: int | None) -> None:
    """Ids and figures only; `before` is the score that this one replaces."""
    customer_id = invitation.customer_id
    record(
        "survey.answered",
        actor=customer_actor(customer_id) if customer_id else SYSTEM,
        ticket=invitation.ticket,
        brand_id=invitation.brand_id,
        customer_id=customer_id,
        subject=f"answer:{given.pk}",
        invitation=invitation.pk,
        survey=invitation.survey_id,
        measure=given.measure,
        score=given.score,
        before=before,
        way=given.way,
    )


def rate(ticket: Ticket, customer: Customer, score: int, comment: str = "") -> Answer:
    """A customer rates their ticket by themselves, in the help centre: as the answer to what we asked about it, else
    as one that nobody asked for (an invitation without `kind`: no figure of a response rate counts it).

    Raises NotAllowed when the brand asks for no satisfaction, and what `answer` raises.
    """
    with transaction.atomic():
        Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)  # two at once are one rating
        asked = rated_so_far(ticket, customer)
        given = answer_of(asked) if asked else None
        if asked and asked.ticket_id != ticket.pk:
            asked.ticket = ticket
            asked.save(update_fields=["ticket"])
        said = Said(score, comment, more=given.more if given else {}, way=Answer.Way.PORTAL)
        return answer(asked or unasked(ticket, customer), said)


def rated_so_far(ticket: Ticket, customer: Customer) -> Invitation | None:
    """Where a rating of this ticket belongs: the latest question about satisfaction to this person, open or not; else
    an open one about a ticket that went into this one. What was answered before they became one is about the other.
    """
    asked = Invitation.objects.filter(customer__in=ids_of(customer), state__in=ASKED)
    asked = asked.filter(survey__measure=Measure.CSAT, follow_up__isnull=True).order_by("-sent_at", "-pk")
    asked = asked.select_related("survey__brand", "brand", "ticket", "answer")
    merged = asked.filter(ticket__in=family_ids(ticket.pk), brand=ticket.brand_id, answer__isnull=True)
    found = asked.filter(ticket=ticket).first() or merged.first()
    if found is not None and answer_of(found) is None and now() >= ends_at(found):
        return None  # asked long ago and never answered: this is a new word
    return found


def unasked(ticket: Ticket, customer: Customer) -> Invitation:
    surveys = Survey.objects.filter(brand=ticket.brand_id, measure=Measure.CSAT, is_active=True)
    survey = surveys.order_by("pk").first()
    if survey is None:
        raise NotAllowed(_("Ratings are switched off here."))
    invitation = Invitation(
        survey=survey,
        brand=ticket.brand,
        ticket=ticket,
        customer=customer,
        agent_id=ticket.assignee_id,
        team_id=ticket.team_id,
        inbox_id=ticket.inbox_id,
        language=language_for(customer, ticket.brand),
        state=Invitation.State.SENT,
        send_at=now(),
        sent_at=now(),
    )
    invitation.save(force_insert=True)
    return invitation


def can_rate(ticket: Ticket) -> bool:
    """Does the brand ask for satisfaction at all?"""
    return Survey.objects.filter(brand=ticket.brand_id, measure=Measure.CSAT, is_active=True).exists()
