"""Who may see and do what with answers and follow-ups. A stranger gets 404: existence is not told."""

from django.http import Http404

from accounts.models import User
from feedback.models import Answer, FollowUp, Invitation
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
