"""Who may see and do what with answers and follow-ups. A stranger gets 404: existence is not told."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import scope
from accounts.models import Brand, User
from accounts.permissions import SURVEYS_MANAGE
from feedback.models import Answer, FollowUp, Invitation, Survey, SurveyRule
from tickets.models import Ticket

SHOWN_WITH_ANSWER = ("invitation__survey", "invitation__customer", "invitation__ticket", "agent", "brand")
SHOWN_WITH_FOLLOW_UP = (
    "answer__invitation__survey",
    "answer__invitation__customer",
    "answer__agent",
    "answer__team",
    "answer__inbox__hours",
    "ticket__assignee",
    "brand",
    "owner",
    "ended_by",
)


def get_follow_up_for(user: User, pk: int) -> FollowUp:
    """With what its page shows. Raises Http404."""
    found = FollowUp.objects.visible_to(user).select_related(*SHOWN_WITH_FOLLOW_UP).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_answer_for(user: User, pk: int) -> Answer:
    """Raises Http404."""
    found = Answer.objects.visible_to(user).select_related(*SHOWN_WITH_ANSWER).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_invitation_for(user: User, pk: int) -> Invitation:
    """A question about a ticket that the user may see. Raises Http404."""
    found = Invitation.objects.select_related("survey__brand", "brand", "answer").filter(
        pk=pk, ticket__in=Ticket.objects.visible_to(user)
    )
    if (invitation := found.first()) is None:
        raise Http404
    return invitation


def survey_brands_for(user: User) -> QuerySet[Brand]:
    """Brands whose surveys the user may set up. A grant for one team's work is not enough: surveys are the brand's."""
    where = scope(user, SURVEYS_MANAGE)
    return Brand.objects.all() if where.everywhere else Brand.objects.filter(pk__in=where.brands)


def get_survey_brand_for(user: User, pk: int) -> Brand:
    """Raises Http404."""
    if (brand := survey_brands_for(user).filter(pk=pk).first()) is None:
        raise Http404
    return brand


def get_survey_for(user: User, pk: int) -> Survey:
    """Raises Http404."""
    found = Survey.objects.select_related("brand").filter(pk=pk, brand__in=survey_brands_for(user))
    if (survey := found.first()) is None:
        raise Http404
    return survey


def get_rule_for(user: User, pk: int) -> SurveyRule:
    """Raises Http404."""
    found = SurveyRule.objects.select_related("survey__brand")
    rule = found.filter(pk=pk, survey__brand__in=survey_brands_for(user)).first()
    if rule is None:
        raise Http404
    return rule
