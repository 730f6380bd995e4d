"""Whose a follow-up is, and until when."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from accounts.models import Grant, User
from accounts.permissions import FEEDBACK_FOLLOW_UP, FEEDBACK_READ
from feedback.models import Answer, FeedbackSettings
from workforce.domain.hours import next_opening

Owner = FeedbackSettings.Owner


def settings_for(brand_id: int) -> FeedbackSettings:
    """The brand's settings; what holds without any is their defaults."""
    found = FeedbackSettings.objects.filter(brand=brand_id).first()
    return found or FeedbackSettings(brand_id=brand_id)


def owner_for(answer: Answer, settings: FeedbackSettings) -> User | None:
    """By the brand's rule. None: it waits for whoever of the team takes it.

    Without a lead it is the agent's own, and where the agent may not follow up it is the lead's.
    """
    if settings.follow_up_owner == Owner.TEAM:
        return None
    agent = possible_owners(answer.brand_id, answer.team_id).filter(pk=answer.agent_id or 0).first()
    if settings.follow_up_owner == Owner.ASSIGNEE:
        return agent or lead_for(answer)
    return lead_for(answer) or agent


def possible_owners(brand_id: int, team_id: int | None) -> QuerySet[User]:
    """Active people whose grants let them follow up there, by name."""
    grants = grants_over(brand_id, team_id, [FEEDBACK_FOLLOW_UP])
    return User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("name", "pk")


def lead_for(answer: Answer) -> User | None:
    """Who leads the agent's team, else the brand: of several who has the fewest open ones. Never the agent."""
    grants = grants_over(answer.brand_id, answer.team_id, [FEEDBACK_READ, FEEDBACK_FOLLOW_UP])
    people = User.objects.filter(is_active=True).exclude(pk=answer.agent_id or 0)
    of_brand = people.filter(pk__in=grants.filter(brand=answer.brand_id).values("user"))
    if answer.team_id is not None:
        of_team = people.filter(Q(teams=answer.team_id), pk__in=grants.values("user"))
        limited = people.filter(pk__in=grants.filter(team=answer.team_id).values("user"))
        return least_busy(of_team) or least_busy(limited) or least_busy(of_brand)
    return least_busy(of_brand)


def grants_over(brand_id: int, team_id: int | None, codes: list[str]) -> QuerySet[Grant]:
    """Grants with all these permissions that reach a brand's work, or one team's of it."""
    where = (Q(brand=None) | Q(brand=brand_id)) & (
        Q(team=None) | Q(team=team_id) if team_id else Q(team=None)
    )
    return Grant.objects.filter(where, role__permissions__contains=codes)


def least_busy(people: QuerySet[User]) -> User | None:
    waiting = Count("follow_ups", filter=Q(follow_ups__ended_at__isnull=True), distinct=True)
    return people.annotate(waiting=waiting).order_by("waiting", "pk").first()


def deadline(answer: Answer, settings: FeedbackSettings, start: dt.datetime) -> dt.datetime:
    """So many hours later; one that falls outside the inbox's office hours waits for their next opening."""
    due = start + dt.timedelta(hours=settings.follow_up_hours)
    hours = answer.inbox.hours if answer.inbox is not None else None
    return (next_opening(hours, due) or due) if hours is not None else due
